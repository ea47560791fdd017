#include "money.h"

#include <algorithm>
#include <array>

namespace products {

namespace {

constexpr int kGroupDigits = 3;

struct Symbol {
    std::string_view code, text;
};
constexpr std::array kSymbols = {
    Symbol{"AUD", "A$"},  Symbol{"BRL", "R$"}, Symbol{"CAD", "CA$"}, Symbol{"CNY", "CN¥"},
    Symbol{"EUR", "€"},   Symbol{"GBP", "£"},  Symbol{"HKD", "HK$"}, Symbol{"ILS", "₪"},
    Symbol{"INR", "₹"},   Symbol{"JPY", "¥"},  Symbol{"KRW", "₩"},   Symbol{"MXN", "MX$"},
    Symbol{"NZD", "NZ$"}, Symbol{"PHP", "₱"},  Symbol{"TWD", "NT$"}, Symbol{"USD", "$"},
    Symbol{"VND", "₫"},
};

/// ISO 4217: the currencies that have not two digits behind the point.
struct Digits {
    int count;
    std::string_view codes;
};
constexpr std::array kDigits = {
    Digits{0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"},
    Digits{3, "BHD IQD JOD KWD LYD OMR TND"},
    Digits{4, "CLF UYW"},
};
constexpr std::size_t kCodeBytes = 3;

int exponent_of(std::string_view code) {
    for (const Digits& digits : kDigits) {
        for (std::size_t at = 0; at < digits.codes.size(); at += kCodeBytes + 1) {
            if (digits.codes.substr(at, kCodeBytes) == code) return digits.count;
        }
    }
    return 2;
}

}  // namespace

CurrencyFormat currency_format(std::string_view code) {
    const auto* found = std::ranges::find(kSymbols, code, &Symbol::code);
    return {code, found != kSymbols.end() ? found->text : code, exponent_of(code)};
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
