#pragma once

#include <tatum/base/result.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tatum {

/// How a Decimal is rounded; the names and meanings are those of Python's decimal module.
enum class Rounding : std::uint8_t {
    HalfEven,
    HalfUp,
    HalfDown,
    Up,
    Down,
    Ceiling,
    Floor,
    ZeroFiveUp
};

/// An exact decimal number of at most kDigitsMax significant digits: sign, coefficient, exponent.
/// It keeps its exponent, as Python's Decimal does: 1.20 prints as "1.20" and compares equal
/// to 1.2. NaN and the infinities exist, because Django formats and validates them. A value.
///
/// Sums, products and quotients that do not fit are rounded half-even to kDigitsMax digits;
/// a result whose exponent leaves the range throws std::overflow_error.
/// The arithmetic follows the General Decimal Arithmetic specification (speleotrove.com/decimal).
class Decimal {
public:
    static constexpr int kDigitsMax = 38;
    static constexpr int kExponentMax = 6144;
    __extension__ typedef unsigned __int128 Coefficient;

    enum class Special : std::uint8_t { Finite, Infinity, NaN };

    constexpr Decimal() = default;
    constexpr Decimal(int value) : Decimal(static_cast<long long>(value)) {}
    constexpr Decimal(long value) : Decimal(static_cast<long long>(value)) {}
    constexpr Decimal(long long value)
        : coefficient_(value < 0 ? Coefficient(0) - static_cast<Coefficient>(value)
                                 : static_cast<Coefficient>(value)),
          negative_(value < 0) {}
    constexpr Decimal(unsigned value) : coefficient_(value) {}
    constexpr Decimal(unsigned long value) : coefficient_(value) {}
    constexpr Decimal(unsigned long long value) : coefficient_(value) {}
    Decimal(double) = delete;  // say from_double(), which is exact, or parse()

    /// Sign, coefficient times ten to the power of `exponent`.
    static constexpr Decimal make(bool negative, Coefficient coefficient, int exponent) {
        Decimal d;
        d.coefficient_ = coefficient;
        d.exponent_ = static_cast<std::int16_t>(exponent);
        d.negative_ = negative;
        return d;
    }
    static Decimal nan();
    static Decimal infinity(bool negative = false);

    /// Python's Decimal(str): optional sign, digits with at most one point, optional exponent,
    /// "NaN", "Infinity"; surrounding white space and underscores are ignored, and digits of any
    /// script are read. Errors: decimal.E001 not a number, decimal.E002 more than kDigitsMax digits
    /// or exponent too large.
    static Result<Decimal> parse(std::string_view text);
    /// The shortest decimal that reads back as the same double, as Python's Decimal(repr(x)).
    static Decimal from_double(double value);

    bool is_finite() const { return special_ == Special::Finite; }
    bool is_nan() const { return special_ == Special::NaN; }
    bool is_infinite() const { return special_ == Special::Infinity; }
    bool is_zero() const { return is_finite() && coefficient_ == 0; }
    bool is_negative() const { return negative_; }
    bool is_integer() const;
    Coefficient coefficient() const { return coefficient_; }
    int exponent() const { return exponent_; }
    /// Significant digits of the coefficient; 1 for zero.
    int digits() const;
    /// Python's Decimal.adjusted(): the exponent of the first digit.
    int adjusted() const { return exponent_ + digits() - 1; }

    /// Rounded so that the exponent is -`places`. Throws std::overflow_error past kDigitsMax
    /// digits.
    Decimal quantize(int places, Rounding rounding = Rounding::HalfEven) const;
    /// Without trailing zeros: 1.200 becomes 1.2 and 100 becomes 1E+2, as in Python.
    Decimal normalize() const;
    Decimal abs() const;

    /// Python's str(): "1.20", "1E+3", "0E-7", "NaN".
    std::string str() const;
    void append_str(std::string& out) const;
    /// Never with an exponent: "1000", "0.0000000".
    std::string fixed() const;
    double to_double() const;
    /// Truncated towards zero. Error decimal.E003 when not finite or out of range.
    Result<std::int64_t> to_int() const;

    Decimal operator-() const;
    friend Decimal operator+(const Decimal& a, const Decimal& b);
    friend Decimal operator-(const Decimal& a, const Decimal& b);
    friend Decimal operator*(const Decimal& a, const Decimal& b);
    /// Rounded to kDigitsMax digits. Throws std::domain_error when `b` is zero.
    friend Decimal operator/(const Decimal& a, const Decimal& b);
    /// The sign of the remainder is the sign of `a`, as in Python's Decimal.
    friend Decimal operator%(const Decimal& a, const Decimal& b);
    Decimal& operator+=(const Decimal& b) { return *this = *this + b; }
    Decimal& operator-=(const Decimal& b) { return *this = *this - b; }
    Decimal& operator*=(const Decimal& b) { return *this = *this * b; }
    Decimal& operator/=(const Decimal& b) { return *this = *this / b; }

    /// By number: 1.20 == 1.2. NaN is unordered and unequal to everything.
    friend std::partial_ordering operator<=>(const Decimal& a, const Decimal& b);
    friend bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == 0; }
    /// True when sign, coefficient and exponent all agree: 1.20 and 1.2 differ.
    static bool identical(const Decimal& a, const Decimal& b);

private:
    friend class Value;

    Coefficient coefficient_ = 0;
    std::int16_t exponent_ = 0;
    bool negative_ = false;
    Special special_ = Special::Finite;
};

namespace literals {
/// `1.50_dec`. Does not compile when the digits are no Decimal.
consteval Decimal operator""_dec(const char* digits) {
    Decimal::Coefficient coefficient = 0;
    int exponent = 0;
    bool point = false;
    int count = 0;
    for (const char* c = digits; *c != '\0'; ++c) {
        if (*c == '\'') continue;
        if (*c == '.') {
            point = true;
            continue;
        }
        if (*c < '0' || *c > '9') throw "a _dec literal is digits with at most one point";
        coefficient = coefficient * 10 + static_cast<unsigned>(*c - '0');
        if (coefficient != 0 && ++count > Decimal::kDigitsMax)
            throw "a Decimal has at most 38 digits";
        if (point) --exponent;
    }
    return Decimal::make(false, coefficient, exponent);
}
}  // namespace literals
using namespace literals;

}  // namespace tatum
