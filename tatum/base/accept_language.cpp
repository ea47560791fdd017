#include <tatum/base/i18n.h>
#include <tatum/base/text.h>

#include <algorithm>

namespace tatum {

namespace {

constexpr std::size_t kHeaderMax = 500;

/// One element after the other of `de-AT, en;q=0.5, *`.
class AcceptParser {
public:
    explicit AcceptParser(std::string_view text) : text_(text) {}

    bool at_end() const { return position_ == text_.size(); }

    /// False when the element or what follows it is malformed.
    bool element(std::pair<std::string, double>& out) {
        const std::size_t begin = position_;
        if (!skip("*") && !language_tag()) return false;
        out.first = std::string(text_.substr(begin, position_ - begin));
        out.second = 1.0;
        const std::size_t after_tag = position_;
        if (!quality(out.second)) position_ = after_tag;
        if (at_end()) return true;
        skip_blanks();
        if (!skip(",")) return false;
        skip_blanks();
        return true;
    }

private:
    bool skip(std::string_view token) {
        if (text_.substr(position_, token.size()) != token) return false;
        position_ += token.size();
        return true;
    }
    void skip_blanks() {
        while (!at_end() && (text_[position_] == ' ' || text_[position_] == '\t')) ++position_;
    }
    /// One to eight letters (and digits unless it is the first part).
    bool subtag(bool with_digits) {
        const std::size_t begin = position_;
        while (!at_end() && position_ - begin < 8 &&
               ((text_[position_] >= 'a' && text_[position_] <= 'z') ||
                (with_digits && text_[position_] >= '0' && text_[position_] <= '9'))) {
            ++position_;
        }
        return position_ > begin;
    }
    bool language_tag() {
        if (!subtag(false)) return false;
        while (!at_end() && text_[position_] == '-') {
            const std::size_t before = position_++;
            if (!subtag(true)) {
                position_ = before;
                break;
            }
        }
        return true;
    }
    /// RFC 9110 §12.4.2: ";q=" and 0 to 1 with at most three digits after the point.
    bool quality(double& out) {
        skip_blanks();
        if (!skip(";")) return false;
        skip_blanks();
        if (!skip("q=") || at_end() || (text_[position_] != '0' && text_[position_] != '1')) {
            return false;
        }
        const bool one = text_[position_++] == '1';
        int thousandths = one ? 1000 : 0;
        if (!at_end() && text_[position_] == '.') {
            ++position_;
            for (int scale = 100; scale > 0 && !at_end(); scale /= 10) {
                const char c = text_[position_];
                if (c < '0' || c > (one ? '0' : '9')) break;
                thousandths += scale * (c - '0');
                ++position_;
            }
        }
        out = thousandths / 1000.0;  // rounded once, as the text's own number
        return true;
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

}  // namespace

std::vector<std::pair<std::string, double>> parse_accept_language(std::string_view header) {
    if (header.size() > kHeaderMax) {
        const std::size_t comma = header.substr(0, kHeaderMax).rfind(',');
        if (comma == std::string_view::npos || comma == 0) return {};
        header = header.substr(0, comma);
    }
    const std::string lower = strings::ascii_lower(header);
    AcceptParser parser(lower);
    std::vector<std::pair<std::string, double>> accepted;
    while (!parser.at_end()) {
        std::pair<std::string, double> element;
        if (!parser.element(element)) return {};
        // Best first; of equal ones the first given.
        const auto place =
            std::upper_bound(accepted.begin(), accepted.end(), element,
                             [](const auto& a, const auto& b) { return a.second > b.second; });
        accepted.insert(place, std::move(element));
    }
    return accepted;
}

}  // namespace tatum
