#include "money.h"

#include <algorithm>
#include <array>

namespace products {

namespace {

constexpr int kGroupDigits = 3;

constexpr std::array kKnown = {
    CurrencyFormat{"USD", "$", 2},   CurrencyFormat{"EUR", "€", 2},
    CurrencyFormat{"GBP", "£", 2},   CurrencyFormat{"JPY", "¥", 0},
    CurrencyFormat{"CAD", "CA$", 2}, CurrencyFormat{"AUD", "A$", 2},
    CurrencyFormat{"KWD", "KWD", 3}, CurrencyFormat{"INR", "₹", 2},
    CurrencyFormat{"CHF", "CHF", 2},
};

}  // namespace

CurrencyFormat currency_format(std::string_view code) {
    const auto* found = std::ranges::find(kKnown, code, &CurrencyFormat::code);
    return found != kKnown.end() ? *found : CurrencyFormat{code, code, 2};
}

std::string format_money(std::int64_t amount_minor, std::string_view code) {
    const CurrencyFormat format = currency_format(code);
    const bool negative = amount_minor < 0;
    const auto magnitude = negative ? ~static_cast<std::uint64_t>(amount_minor) + 1
                                    : static_cast<std::uint64_t>(amount_minor);
    std::string digits = std::to_string(magnitude);
    const auto behind = static_cast<std::size_t>(format.exponent);
    if (digits.size() <= behind) digits.insert(0, behind + 1 - digits.size(), '0');
    const std::size_t whole = digits.size() - behind;

    std::string text;
    if (negative) text += '-';
    text += format.symbol;
    if (format.symbol == format.code) text += "\u00a0";
    for (std::size_t i = 0; i < whole; ++i) {
        if (i > 0 && (whole - i) % kGroupDigits == 0) text += ',';
        text += digits[i];
    }
    if (behind > 0) text.append(1, '.').append(digits, whole);
    return text;
}

}  // namespace products
