#include "tags.h"

#include "money.h"

#include <string>

namespace products {

using tatum::Value;

const tatum::template_::Library shop_tags =
    tatum::template_::Library("shop")
        .filter("money",
                [](const Value& amount, std::string_view code) -> Value {
                    if (amount.kind() != tatum::Kind::Int) return "";
                    return format_money(amount.as_int(), code);
                })
        .filter("currency_symbol",
                [](std::string_view code) { return std::string(currency_format(code).symbol); });

}  // namespace products
