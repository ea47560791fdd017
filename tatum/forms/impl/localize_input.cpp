#include <tatum/forms/impl/localize_input.h>

#include <tatum/base/formats.h>
#include <tatum/base/strftime.h>

namespace tatum::forms::impl {

Value localize_input(const Value& value, std::string_view format) {
    const LocaleFormats& formats = formats_of(current_language());
    const auto chosen = [&](std::span<const std::string_view> inputs) {
        return format.empty() ? inputs.front() : format;
    };
    switch (value.kind()) {
        case Kind::Bool:
            return value.str();
        case Kind::Int:
        case Kind::BigInt:
        case Kind::Float:
        case Kind::Decimal:
            return number_format(value);
        case Kind::DateTime:
            return strftime(value.as_datetime(), chosen(formats.datetime_input));
        case Kind::Date:
            return strftime(DateTime(value.as_date(), Time()), chosen(formats.date_input));
        case Kind::Time:
            return strftime(DateTime(Date::make(1900, 1, 1).value(), value.as_time()),
                            chosen(formats.time_input));
        default:
            return value;
    }
}

}  // namespace tatum::forms::impl
