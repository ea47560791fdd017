// Numbers of different kinds beside each other: Python's rules for ==, < and hash().

#include <tatum/base/impl/value_reps.h>

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace tatum::impl {
namespace {

/// Whether a double, known to be whole, fits into 64 bits.
bool fits_int(double value) { return value >= -0x1p63 && value < 0x1p63; }

double big_to_double(std::string_view digits) {
    double value = 0;
    const auto end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, value).ec == std::errc::result_out_of_range) {
        return digits.starts_with('-') ? -HUGE_VAL : HUGE_VAL;
    }
    return value;
}

/// The nearest double. Rounding never changes the order of two numbers, it may make them equal.
double nearest_double(const Value& number) {
    switch (number.kind()) {
        case Kind::Float:
            return number.as_float();
        case Kind::Decimal:
            return number.as_decimal().to_double();
        case Kind::BigInt:
            return big_to_double(number.as_string());
        default:
            return static_cast<double>(number.as_int());
    }
}

/// A finite number as sign and digits: 0.DIGITS times ten to the power of `point`. Without zeros
/// at either end of the digits, so that it is unique.
struct ExactNumber {
    bool negative = false;
    std::string digits;
    std::int64_t point = 0;

    void trim() {
        const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
        digits.erase(0, zeros);
        point -= static_cast<std::int64_t>(zeros);
        digits.resize(digits.find_last_not_of('0') + 1);
        if (digits.empty()) point = 0;
    }
};

ExactNumber exact_double(double value) {
    // 767 significant digits are enough for every double.
    std::array<char, 800> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                   std::chars_format::scientific, 770)
                         .ptr;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const std::size_t e = text.find('e');
    ExactNumber exact;
    exact.negative = value < 0;
    exact.digits = text[0];
    exact.digits += text.substr(2, e - 2);
    int exponent = 0;
    std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), end, exponent);
    exact.point = exponent + 1;
    return exact;
}

ExactNumber exact_number(const Value& number) {
    ExactNumber exact;
    if (number.kind() == Kind::Float) {
        exact = exact_double(number.as_float());
    } else if (number.kind() == Kind::Decimal) {
        const Decimal d = number.as_decimal();
        exact.negative = d.is_negative();
        exact.digits = Decimal::make(false, d.coefficient(), 0).str();
        exact.point = static_cast<std::int64_t>(exact.digits.size()) + d.exponent();
    } else {
        exact.digits = number.str();
        exact.negative = exact.digits.starts_with('-');
        if (exact.negative) exact.digits.erase(0, 1);
        exact.point = static_cast<std::int64_t>(exact.digits.size());
    }
    exact.trim();
    return exact;
}

std::partial_ordering compare_exactly(const Value& a, const Value& b) {
    const ExactNumber x = exact_number(a), y = exact_number(b);
    if (x.digits.empty() && y.digits.empty()) return std::partial_ordering::equivalent;
    if (x.negative != y.negative) return y.negative <=> x.negative;
    std::partial_ordering order = x.point <=> y.point;
    if (order == 0) order = x.digits <=> y.digits;
    return x.negative ? 0 <=> order : order;
}

bool is_exactly_double(const Value& number) {
    constexpr std::int64_t limit = std::int64_t{1} << 53;
    if (number.kind() == Kind::Float) return true;
    return number.kind() <= Kind::Int && number.as_int() <= limit && number.as_int() >= -limit;
}

std::size_t mix(std::uint64_t bits) {
    bits ^= bits >> 32;
    bits *= 0x9E3779B97F4A7C15u;
    return bits ^ (bits >> 29);
}

}  // namespace

std::partial_ordering compare_numbers(const Value& a, const Value& b) {
    if (a.kind() <= Kind::Int && b.kind() <= Kind::Int) return a.as_int() <=> b.as_int();
    const bool decimals = a.kind() == Kind::Decimal || b.kind() == Kind::Decimal;
    if (decimals && a.kind() != Kind::Float && b.kind() != Kind::Float &&
        a.kind() != Kind::BigInt && b.kind() != Kind::BigInt) {
        const auto decimal = [](const Value& number) {
            return number.kind() == Kind::Decimal ? number.as_decimal() : Decimal(number.as_int());
        };
        return decimal(a) <=> decimal(b);
    }
    const double x = nearest_double(a), y = nearest_double(b);
    if (x != y || (is_exactly_double(a) && is_exactly_double(b))) return x <=> y;
    // Both infinite: what overflowed is below what is infinite.
    const auto infinite = [](const Value& number, double nearest) {
        return std::isinf(nearest) &&
               (number.kind() == Kind::Float ||
                (number.kind() == Kind::Decimal && number.as_decimal().is_infinite()));
    };
    const bool a_infinite = infinite(a, x), b_infinite = infinite(b, y);
    if (a_infinite || b_infinite) {
        return x > 0 ? a_infinite <=> b_infinite : b_infinite <=> a_infinite;
    }
    return compare_exactly(a, b);
}

bool numbers_equal(const Value& a, const Value& b) { return compare_numbers(a, b) == 0; }

std::size_t hash_number(const Value& number) {
    if (number.kind() <= Kind::Int) return mix(static_cast<std::uint64_t>(number.as_int()));
    if (number.kind() == Kind::Decimal) {
        if (const Decimal d = number.as_decimal(); d.is_integer()) {
            if (const auto whole = d.to_int()) return mix(static_cast<std::uint64_t>(*whole));
        }
    }
    const double nearest = nearest_double(number);
    if (number.kind() == Kind::Float && fits_int(nearest) && nearest == std::trunc(nearest)) {
        return mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(nearest)));
    }
    std::uint64_t bits = 0;
    std::memcpy(&bits, &nearest, sizeof bits);
    return mix(bits ^ 0x5bd1e995u);
}

}  // namespace tatum::impl
