#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/impl/html_parser.h>
#include <tatum/base/impl/words.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <map>
#include <vector>

namespace tatum::strings {

namespace {

constexpr std::string_view kPlace = "%(truncated_text)s";

/// The mark of a cut: what comes before and after the text.
class Mark {
public:
    explicit Mark(const TruncateOptions& options) {
        text_ = options.truncate ? *options.truncate
                                 : tatum::pgettext("String to return when truncating text",
                                                   "%(truncated_text)s…");
    }
    /// The text with the mark, unless it ends with it already.
    std::string added_to(std::string_view truncated) const {
        if (text_.find(kPlace) != std::string_view::npos) return replace(text_, kPlace, truncated);
        std::string out;
        out.reserve(truncated.size() + text_.size());
        out += truncated;
        if (!truncated.ends_with(text_)) out += text_;
        return out;
    }
    /// What is left of `length` characters when the mark has taken its own.
    std::int64_t room(std::int64_t length) const {
        const std::string mark = added_to({});
        for (std::size_t i = 0; i < mark.size() && length > 0;) {
            if (combining_class(next_code_point(mark, i)) == 0) --length;
        }
        return length;
    }

private:
    std::string_view text_;
};

std::string truncate_plain(const std::string& text, std::int64_t length, const Mark& mark) {
    const std::int64_t room = mark.room(length);
    std::int64_t seen = 0;
    std::optional<std::size_t> cut;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t begin = i;
        if (combining_class(next_code_point(text, i)) != 0) continue;
        ++seen;
        if (!cut && seen > room) cut = begin;
        if (seen > length) return mark.added_to(std::string_view(text).substr(0, *cut));
    }
    return text;
}

/// Copies tags and as much text as fits; then closes what is open.
class HtmlTruncator : public impl::HtmlHandler {
public:
    HtmlTruncator(std::int64_t remaining, const Mark& mark) : mark_(mark), remaining_(remaining) {}

    bool text(std::string_view source, Text kind) final {
        return take(kind == Text::Raw ? std::string(source) : html::unescape(source));
    }
    bool reference(std::string_view) final { return true; }
    bool start_tag(const std::string& name, std::string_view source) final {
        out_ += source;
        if (!impl::is_void_element(name)) {
            open_at_[name].push_back(open_.size());
            open_.push_back({name});
        }
        return true;
    }
    bool end_tag(const std::string& name) final {
        if (impl::is_void_element(name)) return true;
        out_ += "</" + name + '>';
        // Ends the newest tag of that name, wherever it stands.
        const auto same = open_at_.find(name);
        if (same != open_at_.end() && !same->second.empty()) {
            open_[same->second.back()].ended = true;
            same->second.pop_back();
        }
        return true;
    }
    std::string finish() && {
        if (cut_) {
            for (auto tag = open_.rbegin(); tag != open_.rend(); ++tag) {
                if (!tag->ended) out_ += "</" + tag->name + '>';
            }
        }
        return std::move(out_);
    }

protected:
    virtual bool take(const std::string& plain) = 0;
    bool cut_after(std::string_view kept) {
        out_ += mark_.added_to(kept);
        cut_ = true;
        return false;
    }

    const Mark& mark_;
    std::int64_t remaining_;
    std::string out_;
    bool cut_ = false;

private:
    struct OpenTag {
        std::string name;
        bool ended = false;
    };
    std::vector<OpenTag> open_;
    std::map<std::string, std::vector<std::size_t>> open_at_;  ///< by name, the newest last
};

class HtmlCharTruncator final : public HtmlTruncator {
public:
    HtmlCharTruncator(std::size_t html_length, std::int64_t length, const Mark& mark)
        : HtmlTruncator(mark.room(length), mark), html_length_(html_length), length_(length) {}

private:
    bool take(const std::string& plain) override {
        const auto size = static_cast<std::int64_t>(strings::length(plain));
        processed_ += size;
        // All of the text is there and nothing follows: the mark would only take room.
        if (processed_ == length_ &&
            strings::length(out_) + static_cast<std::size_t>(size) == html_length_) {
            out_ += plain;
            cut_ = true;
            return false;
        }
        const auto room = static_cast<std::size_t>(std::max<std::int64_t>(remaining_, 0));
        const std::string kept = html::escape(slice(plain, 0, room));
        if (remaining_ < size) return cut_after(kept);
        remaining_ -= size;
        out_ += kept;
        return true;
    }

    std::size_t html_length_;
    std::int64_t length_;
    std::int64_t processed_ = 0;
};

/// White space between two other characters separates; at the ends it belongs to a word.
std::vector<std::string_view> words_with_ends(std::string_view text) {
    std::vector<std::string_view> words;
    const std::size_t lead = text.size() - lstrip(text).size();
    const std::size_t end = rstrip(text).size();
    if (lead >= end) return {text};
    std::size_t begin = 0;
    for (std::size_t i = lead; i < end;) {
        const std::size_t here = i;
        if (!is_space(next_code_point(text, i))) continue;
        words.push_back(text.substr(begin, here - begin));
        begin = here + (text.size() - here - lstrip(text.substr(here)).size());
        i = begin;
    }
    words.push_back(text.substr(begin));
    return words;
}

class HtmlWordTruncator final : public HtmlTruncator {
public:
    using HtmlTruncator::HtmlTruncator;

private:
    bool take(const std::string& plain) override {
        const auto words = words_with_ends(plain);
        const auto count = static_cast<std::int64_t>(words.size());
        std::string kept;
        for (std::int64_t i = 0; i < std::min(count, remaining_); ++i) {
            if (i > 0) kept += ' ';
            html::append_escaped(kept, words[static_cast<std::size_t>(i)]);
        }
        if (remaining_ < count) return cut_after(kept);
        remaining_ -= count;
        out_ += kept;
        return true;
    }
};

/// Where word number `length` ends in a text of ASCII with single spaces between its words, as most
/// are; the size of the text where it has no more words than that; nullopt where it is another.
std::optional<std::size_t> plain_end(std::string_view text, std::int64_t length) {
    bool in_word = false;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c > ' ' && c < '\x7f') {
            in_word = true;
        } else if (c != ' ' || !in_word) {
            return std::nullopt;
        } else if (++count == length) {
            const char next = i + 1 < text.size() ? text[i + 1] : ' ';
            return next > ' ' && next < '\x7f' ? std::optional(i) : std::nullopt;
        } else {
            in_word = false;
        }
    }
    return in_word ? std::optional(text.size()) : std::nullopt;
}

/// At most `length` words with one space between them, then the mark if there are more.
std::string first_words(std::string_view text, std::int64_t length, const Mark& mark) {
    if (const auto plain = plain_end(text, length)) {
        if (*plain == text.size()) return std::string(text);
        return mark.added_to(text.substr(0, *plain));
    }
    std::string words;
    std::size_t position = 0;
    for (std::int64_t count = 0; const auto word = impl::next_word(text, position); ++count) {
        if (count == length) return mark.added_to(words);
        if (count > 0) words += ' ';
        words += *word;
    }
    return words;
}

}  // namespace

std::string truncate_chars(std::string_view text, std::int64_t length,
                           const TruncateOptions& options) {
    if (length <= 0) return {};
    const Mark mark(options);
    const std::string normal = normalize(text, Normalization::NFC);
    if (!options.html) return truncate_plain(normal, length, mark);
    HtmlCharTruncator truncator(strings::length(normal), length, mark);
    impl::parse_html(normal, impl::References::InText, truncator);
    return std::move(truncator).finish();
}

std::string truncate_words(std::string_view text, std::int64_t length,
                           const TruncateOptions& options) {
    if (length <= 0) return {};
    const Mark mark(options);
    if (options.html) {
        HtmlWordTruncator truncator(length, mark);
        impl::parse_html(text, impl::References::InText, truncator);
        return std::move(truncator).finish();
    }
    return first_words(text, length, mark);
}

}  // namespace tatum::strings
