// The reader is hand-written: Boost.JSON 1.81 and simdjson 3.0 read no NaN and no integers beyond
// 64 bits, and save no time, which making the values takes most of.

#include <tatum/base/ascii.h>
#include <tatum/base/json.h>
#include <tatum/base/unicode.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <iterator>

namespace tatum::json {
namespace {

using ascii::is_digit;

/// Whether one of eight bytes ends a run of plain string characters: a quote, a backslash, a
/// control character, or (in `all`, which collects them) no ASCII.
bool has_special_byte(std::uint64_t word) {
    constexpr std::uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    const auto has_zero = [](std::uint64_t w) { return (w - ones) & ~w & high; };
    const std::uint64_t control = (word - ones * 0x20) & ~word & high;
    return (has_zero(word ^ ones * '"') | has_zero(word ^ ones * '\\') | control) != 0;
}

class Reader {
public:
    Reader(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

    Result<Value> read() {
        if (text_.size() > limits_.bytes_max) {
            fail("json.E003", "longer than " + std::to_string(limits_.bytes_max) + " bytes", 0);
            return std::move(error_);
        }
        Value value;
        skip_space();
        if (!read_value(value, 0)) return std::move(error_);
        skip_space();
        if (position_ != text_.size()) {
            fail("json.E001", "there is more after the value", position_);
            return std::move(error_);
        }
        return value;
    }

private:
    bool fail(std::string_view code, std::string_view message, std::size_t offset) {
        offset = std::min(offset, text_.size());
        const std::string_view before = text_.substr(0, offset);
        error_.code = code;
        error_.offset = offset;
        error_.where.line =
            1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
        error_.where.column = offset - (before.rfind('\n') + 1) + 1;
        error_.message = "JSON, column " + std::to_string(error_.where.column) + ": ";
        error_.message += message;
        return false;
    }
    bool expected(std::string_view what) {
        return fail("json.E001", std::string(what) + " expected", position_);
    }

    char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }
    bool take(char c) {
        if (peek() != c) return false;
        ++position_;
        return true;
    }
    bool take_word(std::string_view word) {
        if (!text_.substr(position_).starts_with(word)) return false;
        position_ += word.size();
        return true;
    }
    void skip_space() {
        while (position_ < text_.size()) {
            const char c = text_[position_];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
            ++position_;
        }
    }

    bool read_value(Value& out, std::size_t depth) {
        switch (peek()) {
            case '"':
                return read_string(out);
            case '{':
                return read_object(out, depth + 1);
            case '[':
                return read_array(out, depth + 1);
            case 't':
                return read_word("true", true, out);
            case 'f':
                return read_word("false", false, out);
            case 'n':
                return read_word("null", Value(), out);
            case 'N':
                return read_non_finite("NaN", std::nan(""), out);
            case 'I':
                return read_non_finite("Infinity", HUGE_VAL, out);
            default:
                return read_number(out);
        }
    }

    bool read_word(std::string_view word, Value value, Value& out) {
        if (!take_word(word)) return expected("a value");
        out = std::move(value);
        return true;
    }

    bool read_non_finite(std::string_view word, double value, Value& out) {
        if (!limits_.non_finite || !take_word(word)) return expected("a value");
        out = value;
        return true;
    }

    bool read_number(Value& out) {
        const std::size_t start = position_;
        const bool negative = take('-');
        if (negative && peek() == 'I') return read_non_finite("Infinity", -HUGE_VAL, out);
        if (!is_digit(peek())) {
            position_ = start;
            return expected("a value");
        }
        if (!take('0')) skip_digits();
        const std::size_t whole_end = position_;
        if (peek() == '.' && position_ + 1 < text_.size() && is_digit(text_[position_ + 1])) {
            ++position_;
            skip_digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            std::size_t digits = position_ + 1;
            if (digits < text_.size() && (text_[digits] == '+' || text_[digits] == '-')) ++digits;
            if (digits < text_.size() && is_digit(text_[digits])) {
                position_ = digits;
                skip_digits();
            }
        }
        const char* first = text_.data() + start;
        const char* last = text_.data() + position_;
        if (position_ != whole_end) return read_float(first, last, out);
        std::int64_t integer = 0;
        if (std::from_chars(first, last, integer).ec == std::errc{}) {
            out = integer;
            return true;
        }
        if (position_ - start > limits_.integer_digits_max) {
            return fail("json.E003", "an integer has too many digits", start);
        }
        out = Value::big_int({first, last});
        return true;
    }

    bool read_float(const char* first, const char* last, Value& out) {
        double number = 0;
        if (std::from_chars(first, last, number).ec == std::errc::result_out_of_range) {
            // As Python's float(): what is too large is infinite, what is too small is zero.
            const std::string_view digits(first, static_cast<std::size_t>(last - first));
            number = is_below_one(digits) ? 0.0 : HUGE_VAL;
            if (*first == '-') number = -number;
        }
        out = number;
        return true;
    }

    /// Of a number out of a double's range: too small rather than too large?
    static bool is_below_one(std::string_view digits) {
        const std::size_t e = digits.find_first_of("eE");
        const std::string_view mantissa = digits.substr(0, e);
        const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
        const std::size_t first = mantissa.find_first_of("123456789");
        std::int64_t exponent = 0;
        if (e != std::string_view::npos) {
            std::string_view text = digits.substr(e + 1);
            const bool minus = text.starts_with('-');
            if (minus || text.starts_with('+')) text.remove_prefix(1);
            constexpr std::int64_t huge = std::int64_t{1} << 40;
            if (std::from_chars(text.data(), text.data() + text.size(), exponent).ec !=
                std::errc{}) {
                exponent = huge;
            }
            exponent = minus ? -std::min(exponent, huge) : std::min(exponent, huge);
        }
        return static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) + exponent < 0;
    }

    void skip_digits() {
        while (is_digit(peek())) ++position_;
    }

    /// Past plain characters; `position_` then is at a quote, backslash, control character or end.
    void skip_plain() {
        std::uint64_t all = 0;
        while (position_ + 8 <= text_.size()) {
            std::uint64_t word = 0;
            std::memcpy(&word, text_.data() + position_, 8);
            if (has_special_byte(word)) break;
            all |= word;
            position_ += 8;
        }
        unsigned char seen = (all & 0x8080808080808080u) != 0 ? 0x80 : 0;
        for (; position_ < text_.size(); ++position_) {
            const auto c = static_cast<unsigned char>(text_[position_]);
            if (c == '"' || c == '\\' || c < 0x20) break;
            seen = static_cast<unsigned char>(seen | c);
        }
        ascii_ = ascii_ && seen < 0x80;
    }

    /// The text of a string; a view into the source, or into `scratch_` when it has escapes.
    bool read_text(std::string_view& out) {
        const std::size_t start = ++position_;
        ascii_ = true;
        skip_plain();
        if (peek() == '"') {
            out = text_.substr(start, position_++ - start);
        } else {
            scratch_.assign(text_.substr(start, position_ - start));
            if (!read_escaped(start)) return false;
            out = scratch_;
        }
        if (!ascii_ && !strings::is_valid_utf8(out)) {
            return fail("json.E004", "a string is not UTF-8", start);
        }
        return true;
    }

    bool read_escaped(std::size_t start) {
        while (true) {
            if (position_ >= text_.size()) {
                return fail("json.E001", "a string does not end", start - 1);
            }
            if (take('"')) return true;
            if (!take('\\')) {
                return fail("json.E001", "a control character in a string", position_);
            }
            if (!read_escape()) return false;
            const std::size_t plain = position_;
            skip_plain();
            scratch_ += text_.substr(plain, position_ - plain);
        }
    }

    bool read_escape() {
        switch (const char c = peek()) {
            case '"':
            case '\\':
            case '/':
                scratch_ += c;
                break;
            case 'b':
                scratch_ += '\b';
                break;
            case 'f':
                scratch_ += '\f';
                break;
            case 'n':
                scratch_ += '\n';
                break;
            case 'r':
                scratch_ += '\r';
                break;
            case 't':
                scratch_ += '\t';
                break;
            case 'u':
                ++position_;
                return read_unicode_escape();
            default:
                return fail("json.E001", "no such escape", position_ - 1);
        }
        ++position_;
        return true;
    }

    bool read_unicode_escape() {
        const std::size_t start = position_ - 2;
        char32_t code = 0;
        if (!read_hex(code)) return fail("json.E001", "four hexadecimal digits expected", start);
        if (code >= 0xD800 && code < 0xDC00) {
            char32_t low = 0;
            if (!take_word("\\u") || !read_hex(low) || low < 0xDC00 || low > 0xDFFF) {
                return fail("json.E004", "half of a surrogate pair", start);
            }
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else if (code >= 0xDC00 && code < 0xE000) {
            return fail("json.E004", "half of a surrogate pair", start);
        }
        strings::append_utf8(scratch_, code);
        return true;
    }

    bool read_hex(char32_t& code) {
        if (position_ + 4 > text_.size()) return false;
        std::uint32_t number = 0;
        const char* first = text_.data() + position_;
        if (std::from_chars(first, first + 4, number, 16).ptr != first + 4) return false;
        position_ += 4;
        code = number;
        return true;
    }

    bool read_string(Value& out) {
        std::string_view text;
        if (!read_text(text)) return false;
        out = Value(text);
        return true;
    }

    bool too_deep(std::size_t depth) {
        if (depth <= limits_.depth_max) return false;
        fail("json.E002", "more than " + std::to_string(limits_.depth_max) + " levels", position_);
        return true;
    }

    bool read_array(Value& out, std::size_t depth) {
        if (too_deep(depth)) return false;
        ++position_;
        const std::size_t base = stack_.size();
        skip_space();
        if (!take(']')) {
            do {
                skip_space();
                Value item;
                if (!read_value(item, depth)) return false;
                stack_.push_back(std::move(item));
                skip_space();
            } while (take(','));
            if (!take(']')) return expected("',' or ']'");
        }
        const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(base);
        out = Value(List(std::make_move_iterator(first), std::make_move_iterator(stack_.end())));
        stack_.resize(base);
        return true;
    }

    bool read_object(Value& out, std::size_t depth) {
        if (too_deep(depth)) return false;
        ++position_;
        const std::size_t base = stack_.size();
        skip_space();
        if (!take('}')) {
            do {
                skip_space();
                if (peek() != '"') return expected("a key in quotes");
                std::string_view text;
                if (!read_text(text)) return false;
                Value key = shared_key(text), value;
                skip_space();
                if (!take(':')) return expected("':'");
                skip_space();
                if (!read_value(value, depth)) return false;
                stack_.push_back(std::move(key));
                stack_.push_back(std::move(value));
                skip_space();
            } while (take(','));
            if (!take('}')) return expected("',' or '}'");
        }
        Dict entries;
        entries.reserve((stack_.size() - base) / 2);
        for (std::size_t i = base; i < stack_.size(); i += 2) {
            entries.set(std::move(stack_[i]), std::move(stack_[i + 1]));
        }
        stack_.resize(base);
        out = Value(std::move(entries));
        return true;
    }

    /// `text` as a Value. Rows of one kind have the same keys, which share their text: it is
    /// allocated once, and whoever looks into one row after the other finds it in the cache.
    Value shared_key(std::string_view text) {
        if (text.size() > kSharedKeyBytesMax) return text;
        Value& kept = keys_[Name::hash_of(text) % keys_.size()];
        if (!kept.is_string() || kept.as_string() != text) kept = text;
        return kept;
    }

    static constexpr std::size_t kSharedKeyBytesMax = 64;

    std::string_view text_;
    const Limits& limits_;
    std::size_t position_ = 0;
    bool ascii_ = true;
    std::string scratch_;
    std::array<Value, 64> keys_;  ///< the last key of each remainder of its hash
    List stack_;                  ///< of the lists and mappings that are not at their end yet
    Error error_;
};

}  // namespace

Result<Value> parse(std::string_view text, const Limits& limits) {
    return Reader(text, limits).read();
}

}  // namespace tatum::json
