#include <tatum/base/decimal.h>

#include <tatum/base/impl/uint256.h>

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>

namespace tatum {
namespace {

using impl::Uint128;
using impl::Uint256;
using Coefficient = Decimal::Coefficient;

constexpr int kDigitsMax = Decimal::kDigitsMax;
/// The exponent of the last digit of the smallest number.
constexpr int kBottom = -Decimal::kExponentMax - (kDigitsMax - 1);
constexpr int kDigits128 = 38;  ///< 10^38 is the largest power of ten below 2^128
constexpr int kDigits256 = 77;  ///< and 10^77 below 2^256

constexpr auto kPowers = [] {
    std::array<Uint128, kDigits128 + 1> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}();

constexpr Uint128 power_of_ten(int n) { return kPowers[static_cast<std::size_t>(n)]; }

int digits_of(Uint128 number) {
    if (number == 0) return 1;
    const auto high = static_cast<std::uint64_t>(number >> 64);
    const auto low = static_cast<std::uint64_t>(number);
    const int bits = high != 0 ? 128 - std::countl_zero(high) : 64 - std::countl_zero(low);
    const int guess = bits * 1233 >> 12;  // bits * log10(2), at most one too small
    if (guess > kDigits128) return guess;
    return guess + (number >= power_of_ten(guess) ? 1 : 0);
}

int digits_of(const Uint256& number) {
    if (number.fits_128()) return digits_of(number.low);
    // Above 2^128 there are at least 39 digits; dividing by 10^38 leaves the rest of them.
    return kDigits128 + digits_of(impl::divide(number, power_of_ten(kDigits128)).quotient);
}

/// number * 10^n; the caller knows that it fits.
Uint256 scale(Uint128 number, int n) {
    if (n <= kDigits128) return impl::multiply(number, power_of_ten(n));
    const Uint256 part = impl::multiply(number, power_of_ten(n - kDigits128));
    Uint256 whole = impl::multiply(part.low, power_of_ten(kDigits128));
    whole.high += part.high * power_of_ten(kDigits128);
    return whole;
}

/// What the digits cut off amount to, beside half a unit of the last digit kept.
enum class Tail { Zero, BelowHalf, Half, AboveHalf };

struct Cut {
    Uint256 kept;
    Tail tail = Tail::Zero;
};

/// Cuts the last `n` digits off.
Cut cut(const Uint256& number, int n) {
    if (n <= 0) return {number, Tail::Zero};
    if (n > kDigits256) return {{}, number == Uint256{} ? Tail::Zero : Tail::BelowHalf};
    Uint256 kept = number;
    bool low_digits = false;
    if (n > kDigits128) {
        const auto division = impl::divide(kept, power_of_ten(n - kDigits128));
        kept = division.quotient;
        low_digits = division.remainder != 0;
        n = kDigits128;
    }
    const auto [quotient, remainder] = impl::divide(kept, power_of_ten(n));
    const Uint128 half = power_of_ten(n) / 2;
    Tail tail = remainder == 0     ? Tail::Zero
                : remainder < half ? Tail::BelowHalf
                : remainder > half ? Tail::AboveHalf
                                   : Tail::Half;
    if (low_digits) {
        if (tail == Tail::Zero) tail = Tail::BelowHalf;
        if (tail == Tail::Half) tail = Tail::AboveHalf;
    }
    return {quotient, tail};
}

bool rounds_up(Tail tail, Rounding rounding, bool negative, unsigned last_digit) {
    if (tail == Tail::Zero) return false;
    switch (rounding) {
        case Rounding::HalfEven:
            return tail == Tail::AboveHalf || (tail == Tail::Half && last_digit % 2 != 0);
        case Rounding::HalfUp:
            return tail >= Tail::Half;
        case Rounding::HalfDown:
            return tail == Tail::AboveHalf;
        case Rounding::Up:
            return true;
        case Rounding::Down:
            return false;
        case Rounding::Ceiling:
            return !negative;
        case Rounding::Floor:
            return negative;
        case Rounding::ZeroFiveUp:
            return last_digit % 5 == 0;
    }
    return false;
}

/// The rounded number that has `n` digits fewer.
Uint256 round_off(const Uint256& number, int n, Rounding rounding, bool negative) {
    const Cut parts = cut(number, n);
    const auto last = static_cast<unsigned>(impl::divide(parts.kept, 10).remainder);
    return rounds_up(parts.tail, rounding, negative, last) ? parts.kept + Uint256(1) : parts.kept;
}

[[noreturn]] void throw_overflow(const char* what) { throw std::overflow_error(what); }

/// Rounds an exact result to kDigitsMax digits and checks its exponent. `inexact` says that there
/// were non-zero digits beyond `number`, which then has more than kDigitsMax digits.
Decimal finish(bool negative, Uint256 number, int exponent, bool inexact = false) {
    if (number == Uint256{}) {
        return Decimal::make(negative, 0, std::clamp(exponent, kBottom, Decimal::kExponentMax));
    }
    int excess = digits_of(number) - kDigitsMax;
    if (excess > 0) {
        // The digits beyond only matter when what is cut off looks like zero or exactly half.
        Cut parts = cut(number, excess);
        if (inexact && parts.tail == Tail::Zero) parts.tail = Tail::BelowHalf;
        if (inexact && parts.tail == Tail::Half) parts.tail = Tail::AboveHalf;
        number = parts.kept;
        if (rounds_up(parts.tail, Rounding::HalfEven, negative,
                      static_cast<unsigned>(number.low % 10))) {
            number = number + Uint256(1);
        }
        if (number.low == power_of_ten(kDigitsMax)) {
            number = power_of_ten(kDigitsMax - 1);
            ++excess;
        }
        exponent += excess;
    }
    const int adjusted = exponent + digits_of(number.low) - 1;
    if (adjusted > Decimal::kExponentMax || adjusted < -Decimal::kExponentMax) {
        throw_overflow("the exponent of a Decimal result is out of range");
    }
    return Decimal::make(negative, number.low, exponent);
}

/// Sum of two finite numbers, or their difference when the signs differ.
Decimal add(const Decimal& a, const Decimal& b) {
    const Decimal& upper = a.exponent() >= b.exponent() ? a : b;
    const Decimal& lower = a.exponent() >= b.exponent() ? b : a;
    const int gap = upper.exponent() - lower.exponent();
    // With 39 more digits in `upper`, what is left of `lower` beyond them only decides a tie.
    const int shift = upper.is_zero() ? gap : std::min(gap, kDigitsMax + 1);
    const Uint256 big = upper.is_zero() ? Uint256{} : scale(upper.coefficient(), shift);
    const Cut rest = cut(lower.coefficient(), gap - shift);
    const bool inexact = rest.tail != Tail::Zero;
    const int exponent = upper.exponent() - shift;
    if (a.is_negative() == b.is_negative()) {
        return finish(a.is_negative(), big + rest.kept, exponent, inexact);
    }
    if (big == rest.kept && !inexact) return finish(false, {}, exponent);
    if (big >= rest.kept) {
        Uint256 difference = big - rest.kept;
        if (inexact) difference = difference - Uint256(1);
        return finish(upper.is_negative(), difference, exponent, inexact);
    }
    return finish(lower.is_negative(), rest.kept - big, exponent);
}

std::partial_ordering flip(std::partial_ordering order, bool negative) {
    return negative ? 0 <=> order : order;
}

/// Of two finite numbers, signs disregarded.
std::partial_ordering compare_magnitude(const Decimal& a, const Decimal& b) {
    if (a.is_zero() || b.is_zero()) return !a.is_zero() <=> !b.is_zero();
    if (a.exponent() == b.exponent()) return a.coefficient() <=> b.coefficient();
    if (const auto order = a.adjusted() <=> b.adjusted(); order != 0) return order;
    // The same first position: the exponents differ by less than kDigitsMax.
    const int gap = a.exponent() - b.exponent();
    if (gap > 0) return scale(a.coefficient(), gap) <=> Uint256(b.coefficient());
    return Uint256(a.coefficient()) <=> scale(b.coefficient(), -gap);
}

}  // namespace

Decimal Decimal::nan() {
    Decimal d;
    d.special_ = Special::NaN;
    return d;
}

Decimal Decimal::infinity(bool negative) {
    Decimal d;
    d.special_ = Special::Infinity;
    d.negative_ = negative;
    return d;
}

bool Decimal::is_integer() const {
    if (!is_finite()) return false;
    if (exponent_ >= 0 || coefficient_ == 0) return true;
    return -exponent_ <= kDigits128 && coefficient_ % power_of_ten(-exponent_) == 0;
}

int Decimal::digits() const { return digits_of(coefficient_); }

Decimal Decimal::quantize(int places, Rounding rounding) const {
    if (!is_finite()) return *this;
    const int wanted = -places;
    if (wanted > kExponentMax || wanted < kBottom) throw_overflow("no such Decimal exponent");
    if (coefficient_ == 0) return make(negative_, 0, wanted);
    Uint256 number;
    if (wanted <= exponent_) {
        const int shift = exponent_ - wanted;
        if (digits() + shift > kDigitsMax) {
            throw_overflow("a Decimal cannot hold that many decimal places");
        }
        number = scale(coefficient_, shift);
    } else {
        number = round_off(coefficient_, wanted - exponent_, rounding, negative_);
    }
    if (digits_of(number) > kDigitsMax) {
        throw_overflow("a Decimal cannot hold that many decimal places");
    }
    return make(negative_, number.low, wanted);
}

Decimal Decimal::normalize() const {
    if (!is_finite()) return *this;
    if (coefficient_ == 0) return make(negative_, 0, 0);
    Decimal d = *this;
    while (d.coefficient_ % 10 == 0 && d.exponent_ < kExponentMax) {
        d.coefficient_ /= 10;
        ++d.exponent_;
    }
    return d;
}

Decimal Decimal::abs() const {
    Decimal d = *this;
    d.negative_ = false;
    return d;
}

Decimal Decimal::operator-() const {
    Decimal d = *this;
    // As Python's unary minus: zero loses its sign.
    d.negative_ = !negative_ && !is_zero();
    return d;
}

Result<std::int64_t> Decimal::to_int() const {
    constexpr Uint128 limit = Uint128{1} << 63;
    const auto failure = [this] {
        return Error{.code = "decimal.E003", .message = str() + " is no 64-bit integer"};
    };
    if (!is_finite()) return failure();
    if (coefficient_ == 0 || adjusted() < 0) return std::int64_t{0};
    if (adjusted() > 18) return failure();
    const Uint128 whole = exponent_ >= 0 ? coefficient_ * power_of_ten(exponent_)
                                         : coefficient_ / power_of_ten(-exponent_);
    if (whole > limit || (whole == limit && !negative_)) return failure();
    const auto bits = static_cast<std::uint64_t>(whole);
    return static_cast<std::int64_t>(negative_ ? 0 - bits : bits);
}

Decimal operator+(const Decimal& a, const Decimal& b) {
    if (a.is_finite() && b.is_finite()) return add(a, b);
    if (a.is_nan() || b.is_nan()) return Decimal::nan();
    if (a.is_infinite() && b.is_infinite() && a.is_negative() != b.is_negative()) {
        return Decimal::nan();
    }
    return a.is_infinite() ? a : b;
}

Decimal operator-(const Decimal& a, const Decimal& b) {
    Decimal negated = b;
    negated.negative_ = !b.negative_;
    return a + negated;
}

Decimal operator*(const Decimal& a, const Decimal& b) {
    const bool negative = a.negative_ != b.negative_;
    if (a.is_finite() && b.is_finite()) {
        return finish(negative, impl::multiply(a.coefficient_, b.coefficient_),
                      a.exponent_ + b.exponent_);
    }
    if (a.is_nan() || b.is_nan() || a.is_zero() || b.is_zero()) return Decimal::nan();
    return Decimal::infinity(negative);
}

Decimal operator/(const Decimal& a, const Decimal& b) {
    const bool negative = a.negative_ != b.negative_;
    if (a.is_nan() || b.is_nan() || (a.is_infinite() && b.is_infinite())) return Decimal::nan();
    if (a.is_infinite()) return Decimal::infinity(negative);
    if (b.is_infinite()) return finish(negative, {}, kBottom);
    if (b.is_zero()) throw std::domain_error("division of a Decimal by zero");
    const int ideal = a.exponent_ - b.exponent_;
    if (a.is_zero()) return finish(negative, {}, ideal);
    const int shift = b.digits() - a.digits() + kDigitsMax + 1;  // at least 2, at most 76
    const auto [quotient, remainder] = impl::divide(scale(a.coefficient_, shift), b.coefficient_);
    int exponent = ideal - shift;
    if (remainder != 0) return finish(negative, quotient, exponent, true);
    // Exact: as few digits as the ideal exponent allows.
    Uint256 number = quotient;
    while (exponent < ideal) {
        const auto tenth = impl::divide(number, 10);
        if (tenth.remainder != 0) break;
        number = tenth.quotient;
        ++exponent;
    }
    return finish(negative, number, exponent);
}

Decimal operator%(const Decimal& a, const Decimal& b) {
    if (a.is_nan() || b.is_nan() || a.is_infinite()) return Decimal::nan();
    if (b.is_infinite()) return a;
    if (b.is_zero()) throw std::domain_error("remainder of a Decimal division by zero");
    const int ideal = std::min(a.exponent_, b.exponent_);
    if (a.is_zero()) return finish(a.negative_, {}, ideal);
    const int gap = a.adjusted() - b.adjusted();
    if (gap > kDigitsMax) throw_overflow("the quotient of a Decimal remainder has too many digits");
    if (gap <= -2) {
        const int shift = std::min(a.exponent_ - ideal, kDigitsMax - a.digits());
        return finish(a.negative_, scale(a.coefficient_, shift), a.exponent_ - shift);
    }
    Uint256 dividend = a.coefficient_;
    Uint256 divisor = b.coefficient_;
    if (a.exponent_ >= b.exponent_) {
        dividend = scale(a.coefficient_, a.exponent_ - b.exponent_);
    } else {
        divisor = scale(b.coefficient_, b.exponent_ - a.exponent_);
    }
    if (dividend < divisor) return finish(a.negative_, dividend, ideal);
    const auto [quotient, remainder] = impl::divide(dividend, divisor.low);
    if (digits_of(quotient) > kDigitsMax) {
        throw_overflow("the quotient of a Decimal remainder has too many digits");
    }
    return finish(a.negative_, remainder, ideal);
}

std::partial_ordering operator<=>(const Decimal& a, const Decimal& b) {
    if (a.is_nan() || b.is_nan()) return std::partial_ordering::unordered;
    const auto sign = [](const Decimal& d) { return d.is_zero() ? 0 : d.negative_ ? -1 : 1; };
    if (const auto order = sign(a) <=> sign(b); order != 0) return order;
    if (a.is_infinite() || b.is_infinite()) {
        return flip(a.is_infinite() <=> b.is_infinite(), a.negative_);
    }
    return flip(compare_magnitude(a, b), a.negative_);
}

bool Decimal::identical(const Decimal& a, const Decimal& b) {
    return a.special_ == b.special_ && a.negative_ == b.negative_ &&
           a.coefficient_ == b.coefficient_ && a.exponent_ == b.exponent_;
}

}  // namespace tatum
