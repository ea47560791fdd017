// Decimal from and to text and binary floating point.

#include <tatum/base/ascii.h>
#include <tatum/base/decimal.h>
#include <tatum/base/text.h>
#include <tatum/base/unicode.h>

#include <array>
#include <charconv>
#include <cmath>

namespace tatum {
namespace {

/// The digits of a coefficient, most significant first, in a buffer of their own.
class CoefficientText {
public:
    explicit CoefficientText(Decimal::Coefficient number) {
        constexpr std::uint64_t kGroup = 10'000'000'000'000'000'000u;  // 10^19
        while (number > ~std::uint64_t{0}) {
            auto group = static_cast<std::uint64_t>(number % kGroup);
            number /= kGroup;
            for (int i = 0; i < 19; ++i, group /= 10) put(group);
        }
        auto rest = static_cast<std::uint64_t>(number);
        do put(rest);
        while ((rest /= 10) != 0);
    }
    std::string_view view() const { return {text_.data() + start_, text_.size() - start_}; }

private:
    void put(std::uint64_t number) { text_[--start_] = static_cast<char>('0' + number % 10); }

    std::array<char, 40> text_;
    std::size_t start_ = text_.size();
};

void append_special(const Decimal& d, std::string& out) {
    if (d.is_negative()) out += '-';
    out += d.is_nan() ? "NaN" : "Infinity";
}

/// `digits` with the point after the first `left` of them; zeros fill what is missing.
void append_with_point(std::string_view digits, int left, std::string& out) {
    const int count = static_cast<int>(digits.size());
    if (left <= 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-left), '0');
        out += digits;
    } else if (left >= count) {
        out += digits;
        out.append(static_cast<std::size_t>(left - count), '0');
    } else {
        out += digits.substr(0, static_cast<std::size_t>(left));
        out += '.';
        out += digits.substr(static_cast<std::size_t>(left));
    }
}

void append_exponent(int exponent, std::string& out) {
    std::array<char, 12> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), exponent).ptr;
    out += exponent < 0 ? "E" : "E+";
    out.append(text.data(), end);
}

std::string_view without_sign(std::string_view text, bool& negative) {
    negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    return text;
}

using ascii::is_digit;

bool all_digits(std::string_view text) {
    for (const char c : text) {
        if (!is_digit(c)) return false;
    }
    return true;
}

/// `text` as Python's numeric types read it: white space at both ends and all underscores taken
/// away, digits of any script as those of ASCII.
std::string plain_number(std::string_view text) {
    const std::string_view body = strings::strip(text);
    std::string plain;
    for (std::size_t i = 0; i < body.size();) {
        const char32_t code = strings::next_code_point(body, i);
        if (code == '_') continue;
        const int digit = strings::decimal_digit(code);
        strings::append_utf8(plain, digit < 0 ? code : static_cast<char32_t>('0' + digit));
    }
    return plain;
}

enum class Fault { None, Form, Range };

/// Reads digits, point and exponent of a finite number without sign.
Fault read_finite(std::string_view text, bool negative, Decimal& out) {
    Decimal::Coefficient coefficient = 0;
    int significant = 0;
    int places = 0;
    bool any = false, point = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        if (text[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(text[i])) break;
        any = true;
        if (point) ++places;
        if (coefficient != 0 || text[i] != '0') ++significant;
        if (significant > Decimal::kDigitsMax) continue;  // the form is still to be checked
        coefficient = coefficient * 10 + static_cast<unsigned>(text[i] - '0');
    }
    if (!any) return Fault::Form;
    std::int64_t exponent = 0;
    if (i < text.size()) {
        if (text[i] != 'e' && text[i] != 'E') return Fault::Form;
        bool minus = false;
        const std::string_view digits = without_sign(text.substr(i + 1), minus);
        if (digits.empty() || !all_digits(digits)) return Fault::Form;
        const auto end = digits.data() + digits.size();
        if (std::from_chars(digits.data(), end, exponent).ec != std::errc{} ||
            exponent > 1'000'000'000) {
            return Fault::Range;
        }
        if (minus) exponent = -exponent;
    }
    exponent -= places;
    if (significant > Decimal::kDigitsMax) return Fault::Range;
    constexpr int limit = Decimal::kExponentMax;
    const std::int64_t adjusted = exponent + (significant > 0 ? significant - 1 : 0);
    if (adjusted > limit || adjusted < -limit || exponent < -limit - Decimal::kDigitsMax + 1) {
        return Fault::Range;
    }
    out = Decimal::make(negative, coefficient, static_cast<int>(exponent));
    return Fault::None;
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
    // Numbers of plain ASCII digits, nearly all there are, are read where they stand.
    bool negative = false;
    Decimal number;
    const std::string_view unsigned_text = without_sign(text, negative);
    Fault fault = read_finite(unsigned_text, negative, number);
    if (fault == Fault::None) return number;
    std::string plain;
    if (fault == Fault::Form) {
        plain = plain_number(text);
        const std::string_view body = without_sign(plain, negative);
        if (ascii::equals_ignoring_case(body, "inf") ||
            ascii::equals_ignoring_case(body, "infinity")) {
            return infinity(negative);
        }
        for (const std::string_view nan_word : {"nan", "snan"}) {
            if (ascii::equals_ignoring_case(body.substr(0, nan_word.size()), nan_word) &&
                all_digits(body.substr(nan_word.size()))) {
                return nan();
            }
        }
        fault = read_finite(body, negative, number);
        if (fault == Fault::None) return number;
    }
    const std::string quoted = "\"" + std::string(text.substr(0, 80)) + "\"";
    if (fault == Fault::Range) {
        return Error{.code = "decimal.E002",
                     .message = quoted + " has more than " + std::to_string(kDigitsMax) +
                                " digits, or too large an exponent"};
    }
    return Error{.code = "decimal.E001", .message = quoted + " is not a decimal number"};
}

Decimal Decimal::from_double(double value) {
    if (std::isnan(value)) return nan();
    if (std::isinf(value)) return infinity(value < 0);
    std::array<char, 40> text;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific)
            .ptr;
    bool negative = false;
    Decimal number;
    const std::string_view unsigned_text = without_sign({text.data(), end}, negative);
    read_finite(unsigned_text, negative, number);
    // Python reads repr(), which writes small exponents out and shows one place at least.
    if (number.exponent_ >= 0 && number.adjusted() < 16) {
        for (; number.exponent_ > -1; --number.exponent_) number.coefficient_ *= 10;
    }
    return number;
}

std::string Decimal::str() const {
    std::string out;
    append_str(out);
    return out;
}

void Decimal::append_str(std::string& out) const {
    if (!is_finite()) return append_special(*this, out);
    if (negative_) out += '-';
    const CoefficientText text(coefficient_);
    const std::string_view digits = text.view();
    const int left = exponent_ + static_cast<int>(digits.size());
    if (exponent_ <= 0 && left > -6) return append_with_point(digits, left, out);
    append_with_point(digits, 1, out);
    if (left != 1) append_exponent(left - 1, out);
}

std::string Decimal::fixed() const {
    std::string out;
    if (!is_finite()) {
        append_special(*this, out);
        return out;
    }
    if (negative_) out += '-';
    const CoefficientText text(coefficient_);
    const int left = exponent_ + static_cast<int>(text.view().size());
    if (coefficient_ == 0 && exponent_ > 0) {
        out += '0';
    } else {
        append_with_point(text.view(), left, out);
    }
    return out;
}

double Decimal::to_double() const {
    if (is_nan()) return std::nan("");
    if (is_infinite()) return negative_ ? -HUGE_VAL : HUGE_VAL;
    std::array<char, 64> text;
    const CoefficientText coefficient(coefficient_);
    char* end = std::copy(coefficient.view().begin(), coefficient.view().end(), text.data());
    *end++ = 'e';
    end = std::to_chars(end, text.data() + text.size(), int{exponent_}).ptr;
    double value = 0;
    if (std::from_chars(text.data(), end, value).ec == std::errc::result_out_of_range) {
        value = adjusted() > 0 ? HUGE_VAL : 0.0;
    }
    return negative_ ? -value : value;
}

}  // namespace tatum
