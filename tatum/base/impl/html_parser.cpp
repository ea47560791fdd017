#include <tatum/base/impl/html_parser.h>

#include <tatum/base/ascii.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <iterator>

namespace tatum::impl {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

using ascii::is_digit;
using ascii::is_hex;
using ascii::is_letter;
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

class HtmlParser {
public:
    HtmlParser(std::string_view html, References references, HtmlHandler& handler)
        : html_(html), apart_(references == References::Apart), handler_(handler) {}

    /// Up to two passes, as feed() and close() of Python's: the first stops where more input could
    /// change what it sees, the second goes on from there and takes the end for final.
    void run() {
        last_close_ = html_.rfind('>');
        pass(false);
        if (!apart_) return;
        pass(true);
        if (!stopped_ && position_ < html_.size() && raw_element_.empty()) {
            emit_text(position_, html_.size());
        }
    }

private:
    enum class Step : bool { Break, Continue };

    void pass(bool at_end) {
        while (!stopped_ && position_ < html_.size()) {
            const std::size_t next = next_markup();
            if (next == kNone) return;
            if (position_ < next) emit_text(position_, next);
            position_ = next;
            if (stopped_ || position_ == html_.size()) return;
            const Step step = html_[position_] == '<' ? markup(at_end) : reference(at_end);
            if (step == Step::Break) return;
        }
    }

    /// Where text ends; kNone when the pass ends here.
    std::size_t next_markup() const {
        if (!raw_element_.empty()) return find_raw_end();
        if (apart_) return std::min(html_.find_first_of("&<", position_), html_.size());
        const std::size_t next = html_.find('<', position_);
        if (next != kNone) return next;
        return may_end_in_reference() ? kNone : html_.size();
    }
    /// Python looks no further back than the longest reference there is.
    bool may_end_in_reference() const {
        constexpr int kReferenceMax = 34;  // characters
        std::size_t from = html_.size();
        for (int seen = 0; from > position_ && seen < kReferenceMax; --from) {
            if ((html_[from - 1] & '\xc0') != '\x80') ++seen;
        }
        const std::size_t ampersand = html_.rfind('&');
        if (ampersand == kNone || ampersand < from) return false;
        for (std::size_t i = ampersand; i < html_.size();) {
            const char32_t c = strings::next_code_point(html_, i);
            if (c == ';' || strings::is_space(c)) return false;
        }
        return true;
    }
    /// "</script >" in any case.
    std::size_t find_raw_end() const {
        for (std::size_t i = html_.find("</", position_); i != kNone; i = html_.find("</", i + 1)) {
            std::size_t at = skip_blanks(i + 2);
            if (!ascii::equals_ignoring_case(html_.substr(at, raw_element_.size()), raw_element_)) {
                continue;
            }
            at = skip_blanks(at + raw_element_.size());
            if (at < html_.size() && html_[at] == '>') return i;
        }
        return kNone;
    }
    std::size_t skip_blanks(std::size_t at) const {
        while (at < html_.size() && is_blank(html_[at])) ++at;
        return at;
    }
    char at(std::size_t index) const { return index < html_.size() ? html_[index] : '\0'; }
    bool starts_with(std::string_view token) const {
        return html_.substr(position_).starts_with(token);
    }
    void emit_text(std::size_t begin, std::size_t end) {
        const auto kind =
            raw_element_.empty() ? HtmlHandler::Text::WithReferences : HtmlHandler::Text::Raw;
        if (!stopped_ && !handler_.text(html_.substr(begin, end - begin), kind)) stopped_ = true;
    }
    void emit_reference(std::string_view name) {
        if (!stopped_ && !handler_.reference(name)) stopped_ = true;
    }

    Step markup(bool at_end) {
        std::size_t end = kNone;
        const bool closes = last_close_ != kNone && position_ < last_close_;
        if (!closes && position_ + 1 < html_.size() && is_markup(at(position_ + 1))) {
            // No '>' follows: not one of these is whole, and the rest need not be searched.
        } else if (is_letter(at(position_ + 1))) {
            end = start_tag();
        } else if (starts_with("</")) {
            end = end_tag();
        } else if (starts_with("<!--")) {
            end = comment();
        } else if (starts_with("<?")) {
            end = after(html_.find('>', position_ + 2));
        } else if (starts_with("<!")) {
            end = declaration();
        } else if (position_ + 1 < html_.size()) {
            emit_text(position_, position_ + 1);
            end = position_ + 1;
        } else {
            return Step::Break;
        }
        if (end == kNone) {
            if (!at_end) return Step::Break;
            end = closes ? after(html_.find('>', position_ + 1)) : kNone;
            if (end == kNone) end = html_.find('<', position_ + 1);
            if (end == kNone) end = position_ + 1;
            emit_text(position_, end);
        }
        position_ = end;
        return Step::Continue;
    }
    static bool is_markup(char c) { return is_letter(c) || c == '/' || c == '!' || c == '?'; }
    static std::size_t after(std::size_t found) { return found == kNone ? kNone : found + 1; }

    std::size_t comment() {
        if (position_ >= no_comment_ends_) return kNone;
        for (std::size_t i = html_.find("--", position_ + 4); i != kNone;
             i = html_.find("--", i + 1)) {
            const std::size_t close = skip_blanks(i + 2);
            if (at(close) == '>') return close + 1;
        }
        no_comment_ends_ = position_;
        return kNone;
    }
    /// "<!DOCTYPE ...>", "<![CDATA[ ... ]]>", or anything that is none of these.
    std::size_t declaration() {
        if (starts_with("<![")) {
            const std::string name = strings::ascii_lower(html_.substr(position_ + 3, 7));
            for (const std::string_view section :
                 {"temp", "cdata", "ignore", "include", "rcdata"}) {
                if (name.starts_with(section)) return section_end(true);
            }
            for (const std::string_view section : {"if", "else", "endif"}) {
                if (name.starts_with(section)) return section_end(false);
            }
        }
        return after(html_.find('>', position_ + 2));
    }
    /// "]]>" or "]>" with blanks in between.
    std::size_t section_end(bool two_brackets) {
        std::size_t& none = no_section_ends_[two_brackets ? 1 : 0];
        if (position_ >= none) return kNone;
        for (std::size_t i = html_.find(']', position_ + 3); i != kNone;
             i = html_.find(']', i + 1)) {
            std::size_t next = skip_blanks(i + 1);
            if (two_brackets) {
                if (at(next) != ']') continue;
                next = skip_blanks(next + 1);
            }
            if (at(next) == '>') return next + 1;
        }
        none = position_;
        return kNone;
    }

    std::size_t name_end(std::size_t begin) const {
        constexpr std::string_view kEnds("\t\n\r\f />\0", 8);
        return std::min(html_.find_first_of(kEnds, begin), html_.size());
    }
    /// Blanks and slashes, but not the slash of "/>".
    std::size_t skip_separators(std::size_t i) const {
        while (is_blank(at(i)) || (at(i) == '/' && i + 1 < html_.size() && at(i + 1) != '>')) {
            if (i >= html_.size()) break;
            ++i;
        }
        return i;
    }
    /// One attribute with its value and what separates it from the next; kNone when none is there.
    std::size_t attribute(std::size_t begin) const {
        const char before = at(begin - 1);
        if (before != '\'' && before != '"' && before != '/' && !is_blank(before)) return kNone;
        if (begin >= html_.size() || is_blank(at(begin)) || at(begin) == '/' || at(begin) == '>') {
            return kNone;
        }
        std::size_t i = begin + 1;
        while (i < html_.size() && !is_blank(at(i)) && at(i) != '/' && at(i) != '=' &&
               at(i) != '>') {
            ++i;
        }
        const std::size_t value = attribute_value(skip_blanks(i));
        return skip_separators(value == kNone ? i : value);
    }
    /// "= value" that starts at `i`; kNone when there is none or its quotes are not closed.
    std::size_t attribute_value(std::size_t i) const {
        if (at(i) != '=') return kNone;
        while (at(i) == '=') ++i;
        i = skip_blanks(i);
        if (at(i) == '\'' || at(i) == '"') return after(html_.find(at(i), i + 1));
        while (i < html_.size() && at(i) != '>' && !is_blank(at(i))) ++i;
        return i;
    }
    /// The end of a whole "<name attributes>"; kNone when it is not whole.
    std::size_t start_tag_end() const {
        std::size_t i = name_end(position_ + 1);
        while (i < html_.size() && (is_blank(at(i)) || at(i) == '/')) ++i;
        for (std::size_t next = attribute(i); next != kNone; next = attribute(i)) i = next;
        i = skip_blanks(i);
        const char c = at(i);
        if (i >= html_.size()) return kNone;
        if (c == '>') return i + 1;
        if (c == '/') return at(i + 1) == '>' ? i + 2 : kNone;
        if (is_letter(c) || c == '=') return kNone;
        return i > position_ ? i : position_ + 1;
    }
    std::size_t start_tag() {
        if (last_close_ == kNone || position_ > last_close_) return kNone;
        const std::size_t end = start_tag_end();
        if (end == kNone) return kNone;
        const std::size_t name_stop = name_end(position_ + 1);
        const std::string name =
            strings::lower(html_.substr(position_ + 1, name_stop - position_ - 1));
        std::size_t rest = skip_separators(name_stop);
        while (rest < end) {
            const std::size_t next = attribute(rest);
            if (next == kNone) break;
            rest = next;
        }
        const std::string_view tail =
            rest < end ? strings::strip(html_.substr(rest, end - rest)) : std::string_view();
        const std::string_view source = html_.substr(position_, end - position_);
        if (tail != ">" && tail != "/>") {
            emit_text(position_, end);
            return end;
        }
        if (!handler_.start_tag(name, source)) stopped_ = true;
        if (tail == "/>") {
            if (!stopped_ && !is_void_element(name) && !handler_.end_tag(name)) stopped_ = true;
        } else if (name == "script" || name == "style") {
            raw_element_ = name;
        }
        return end;
    }
    std::size_t end_tag() {
        const std::size_t close = html_.find('>', position_ + 1);
        if (close == kNone) return kNone;
        std::size_t i = skip_blanks(position_ + 2);
        const std::size_t begin = i;
        const auto in_name = [](char c) {
            return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == ':' || c == '_';
        };
        while (is_letter(at(begin)) && in_name(at(i))) ++i;
        if (i > begin && at(skip_blanks(i)) == '>') {
            const std::string name = strings::ascii_lower(html_.substr(begin, i - begin));
            if (!raw_element_.empty() && name != raw_element_) {
                emit_text(position_, close + 1);
                return close + 1;
            }
            raw_element_.clear();
            if (!handler_.end_tag(name)) stopped_ = true;
            return close + 1;
        }
        if (!raw_element_.empty()) {
            emit_text(position_, close + 1);
            return close + 1;
        }
        if (!is_letter(at(position_ + 2))) return close + 1;  // a comment of a kind
        const std::size_t name_stop = name_end(position_ + 2);
        const std::string name =
            strings::lower(html_.substr(position_ + 2, name_stop - position_ - 2));
        if (!handler_.end_tag(name)) stopped_ = true;
        return after(html_.find('>', name_stop));
    }

    /// At a '&' of text whose references are told apart.
    Step reference(bool at_end) {
        if (starts_with("&#")) return numeric_reference();
        std::size_t i = position_ + 1;
        if (is_letter(at(i))) {
            while (is_letter(at(i)) || is_digit(at(i)) || at(i) == '-' || at(i) == '.') ++i;
            // What follows a name must be there, and be no part of one.
            while (i > position_ + 1 && i >= html_.size()) --i;
            while (i > position_ + 1 && (is_letter(at(i)) || is_digit(at(i)))) --i;
            if (i > position_ + 1) {
                emit_reference(html_.substr(position_ + 1, i - position_ - 1));
                position_ = at(i) == ';' ? i + 1 : i;
                return Step::Continue;
            }
            if (at_end && position_ + 2 == html_.size()) ++position_;
            return Step::Break;
        }
        if (position_ + 1 == html_.size()) return Step::Break;
        emit_text(position_, position_ + 1);
        ++position_;
        return Step::Continue;
    }
    Step numeric_reference() {
        std::size_t i = position_ + 2;
        const bool hex = (at(i) | 32) == 'x' && is_hex(at(i + 1));
        if (hex) ++i;
        const std::size_t digits = i;
        while (hex ? is_hex(at(i)) : is_digit(at(i))) ++i;
        // Python wants a character behind it that is no hexadecimal digit.
        while (i > digits && (i >= html_.size() || is_hex(at(i)))) --i;
        if (i > digits) {
            emit_reference(html_.substr(position_ + 1, i - position_ - 1));
            position_ = at(i) == ';' ? i + 1 : i;
            return Step::Continue;
        }
        if (html_.find(';', position_) != kNone) {
            emit_text(position_, position_ + 2);
            position_ += 2;
        }
        return Step::Break;
    }

    std::string_view html_;
    bool apart_;
    HtmlHandler& handler_;
    std::size_t position_ = 0;
    std::size_t last_close_ = kNone;
    /// From where on no comment or section ends, so that many open ones are searched once.
    std::size_t no_comment_ends_ = kNone, no_section_ends_[2] = {kNone, kNone};
    std::string raw_element_;  ///< "script" or "style" while inside one
    bool stopped_ = false;
};

}  // namespace

void parse_html(std::string_view html, References references, HtmlHandler& handler) {
    HtmlParser(html, references, handler).run();
}

/// HTML standard §13.1.2, and those that it has dropped.
bool is_void_element(std::string_view name) {
    constexpr std::string_view kVoid[] = {"area",  "base",  "br",    "col",   "embed", "hr",
                                          "img",   "input", "link",  "meta",  "param", "source",
                                          "track", "wbr",   "frame", "spacer"};
    return std::find(std::begin(kVoid), std::end(kVoid), name) != std::end(kVoid);
}

}  // namespace tatum::impl
