#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/impl/html_parser.h>
#include <tatum/base/text.h>

#include <algorithm>

namespace tatum::html {

namespace {

/// Text without tags; references keep their form.
class Stripper final : public impl::HtmlHandler {
public:
    std::string out;

    bool text(std::string_view source, Text) override {
        out += source;
        return true;
    }
    bool reference(std::string_view name) override {
        out += '&';
        out += name;
        out += ';';
        return true;
    }
    bool start_tag(const std::string&, std::string_view) override { return true; }
    bool end_tag(const std::string&) override { return true; }
};

std::size_t count_opens(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '<'));
}

/// Many tags opened inside one that is not closed within kLongTagMin bytes.
bool has_long_open_tag(std::string_view html) {
    constexpr std::size_t kLongTagMin = 1000;
    for (std::size_t i = html.find('<'); i != std::string_view::npos; i = html.find('<', i + 1)) {
        const bool is_tag =
            i + 1 < html.size() && (html[i + 1] | 32) >= 'a' && (html[i + 1] | 32) <= 'z';
        if (!is_tag) continue;
        const std::size_t end = std::min(html.find('>', i), html.size());
        if (end - i - 2 >= kLongTagMin && end > i + 2) {
            if (count_opens(html.substr(i, end - i)) >= kStripTagsDepthMax) return true;
            if (end == html.size()) return false;
            i = end - 1;
        }
    }
    return false;
}

}  // namespace

Result<std::string> strip_tags(std::string_view html) {
    const Error suspicious{.code = "html.E001", .message = "too many unclosed tags"};
    if (has_long_open_tag(html)) return suspicious;
    std::string value(html);
    for (std::size_t depth = 0;
         value.find('<') != std::string::npos && value.find('>') != std::string::npos; ++depth) {
        if (depth >= kStripTagsDepthMax) return suspicious;
        Stripper stripper;
        impl::parse_html(value, impl::References::Apart, stripper);
        if (count_opens(value) == count_opens(stripper.out)) break;
        value = std::move(stripper.out);
    }
    return value;
}

}  // namespace tatum::html
