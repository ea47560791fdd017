#include <tatum/template/argument.h>

#include <tatum/template/errors.h>
#include <tatum/template/impl/convert.h>

namespace tatum::template_::impl {

void wrong_argument(const Value& value, std::string_view expected) {
    Error error;
    error.code = "template.E101";
    error.message = "expected " + std::string(expected) + ", got " + value.repr();
    throw TemplateRenderError(std::move(error));
}

std::int64_t integer_argument(const Value& value) {
    const ToInt number = to_int(value);
    if (!number || number.value.kind() == Kind::BigInt) wrong_argument(value, "an integer");
    return number.value.as_int();
}

double float_argument(const Value& value) {
    const ToFloat number = to_float(value);
    if (!number) wrong_argument(value, "a number");
    return number.value;
}

Decimal decimal_argument(const Value& value) {
    if (value.kind() == Kind::Decimal) return value.as_decimal();
    if (value.kind() == Kind::Float) return Decimal::from_double(value.as_float());
    if (value.kind() == Kind::Int || value.kind() == Kind::Bool) return Decimal(value.as_int());
    if (value.is_string()) {
        if (auto number = Decimal::parse(value.as_string())) return *number;
    }
    wrong_argument(value, "a decimal number");
}

}  // namespace tatum::template_::impl
