#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace products {

/// How amounts of a currency are written.
struct CurrencyFormat {
    std::string_view code;    ///< ISO 4217
    std::string_view symbol;  ///< "$"; the code itself where there is none of its own
    int exponent;             ///< 2 for cents, 0 for yen
};

/// The digits are those of ISO 4217, the symbols those of English texts (CLDR). Of a currency that
/// is not known here: its code as the symbol, and two digits.
CurrencyFormat currency_format(std::string_view code);

/// "$1,234.50", "-€3.00", "¥1,200", "CHF 12.00": minor units as people read them.
std::string format_money(std::int64_t amount_minor, std::string_view code);

}  // namespace products
