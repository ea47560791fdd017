#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace tatum::impl {

__extension__ typedef unsigned __int128 Uint128;

/// An unsigned integer of 256 bits: room for the product of two Decimal coefficients. A value.
struct Uint256 {
    Uint128 high = 0, low = 0;

    constexpr Uint256() = default;
    constexpr Uint256(Uint128 value) : low(value) {}
    constexpr Uint256(Uint128 high_half, Uint128 low_half) : high(high_half), low(low_half) {}

    constexpr bool fits_128() const { return high == 0; }
    constexpr auto operator<=>(const Uint256&) const = default;

    friend constexpr Uint256 operator+(const Uint256& a, const Uint256& b) {
        const Uint128 low_sum = a.low + b.low;
        return {a.high + b.high + (low_sum < a.low ? 1 : 0), low_sum};
    }
    friend constexpr Uint256 operator-(const Uint256& a, const Uint256& b) {
        return {a.high - b.high - (a.low < b.low ? 1 : 0), a.low - b.low};
    }
};

/// The exact product.
constexpr Uint256 multiply(Uint128 a, Uint128 b) {
    const Uint128 mask = ~std::uint64_t{0};
    const Uint128 a1 = a >> 64, a0 = a & mask, b1 = b >> 64, b0 = b & mask;
    if (a1 == 0 && b1 == 0) return a0 * b0;
    const Uint128 low = a0 * b0;
    const Uint128 middle = a1 * b0 + (low >> 64);
    const Uint128 cross = a0 * b1 + (middle & mask);
    return {a1 * b1 + (middle >> 64) + (cross >> 64), (cross << 64) | (low & mask)};
}

struct Division {
    Uint256 quotient;
    Uint128 remainder = 0;
};

/// Knuth's algorithm D (The Art of Computer Programming, 4.3.1) on digits of 64 bits; `divisor` is
/// above 64 bits, hence has two digits.
constexpr Division divide_by_two_digits(const Uint256& dividend, Uint128 divisor) {
    const int shift = std::countl_zero(static_cast<std::uint64_t>(divisor >> 64));
    const Uint128 normal = divisor << shift;
    const auto v1 = static_cast<std::uint64_t>(normal >> 64);
    const auto v0 = static_cast<std::uint64_t>(normal);
    // The dividend shifted likewise: five digits, the most significant last.
    std::array<std::uint64_t, 5> u = {static_cast<std::uint64_t>(dividend.low),
                                      static_cast<std::uint64_t>(dividend.low >> 64),
                                      static_cast<std::uint64_t>(dividend.high),
                                      static_cast<std::uint64_t>(dividend.high >> 64), 0};
    if (shift != 0) {
        for (std::size_t i = 4; i > 0; --i) u[i] = (u[i] << shift) | (u[i - 1] >> (64 - shift));
        u[0] <<= shift;
    }
    std::array<std::uint64_t, 3> q{};
    for (std::size_t j = 3; j-- > 0;) {
        const Uint128 top = (Uint128{u[j + 2]} << 64) | u[j + 1];
        Uint128 guess = top / v1, rest = top % v1;
        while ((guess >> 64) != 0 || guess * v0 > ((rest << 64) | u[j])) {
            --guess;
            rest += v1;
            if ((rest >> 64) != 0) break;
        }
        // Subtract guess * divisor from the three digits at j; one too many is added back.
        const Uint256 product = multiply(guess, normal);
        const Uint256 part{u[j + 2], (Uint128{u[j + 1]} << 64) | u[j]};
        Uint256 difference = part - product;
        if (part < product) {
            --guess;
            difference = difference + Uint256(normal);
        }
        u[j] = static_cast<std::uint64_t>(difference.low);
        u[j + 1] = static_cast<std::uint64_t>(difference.low >> 64);
        u[j + 2] = static_cast<std::uint64_t>(difference.high);
        q[j] = static_cast<std::uint64_t>(guess);
    }
    const Uint128 remainder = ((Uint128{u[1]} << 64) | u[0]) >> shift;
    return {{q[2], (Uint128{q[1]} << 64) | q[0]}, remainder};
}

/// `divisor` is not zero.
constexpr Division divide(const Uint256& dividend, Uint128 divisor) {
    if (dividend.fits_128()) return {dividend.low / divisor, dividend.low % divisor};
    if ((divisor >> 64) != 0) return divide_by_two_digits(dividend, divisor);
    Uint256 quotient;
    quotient.high = dividend.high / divisor;
    Uint128 rest = dividend.high % divisor;
    rest = (rest << 64) | (dividend.low >> 64);
    const Uint128 upper = rest / divisor;
    rest = ((rest % divisor) << 64) | static_cast<std::uint64_t>(dividend.low);
    quotient.low = (upper << 64) | (rest / divisor);
    return {quotient, rest % divisor};
}

}  // namespace tatum::impl
