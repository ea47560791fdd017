#include <tatum/net/exchange.h>

#include <tatum/base/ascii.h>

namespace tatum::net {

ByteStream& Exchange::upgrade(const ResponseHead&) {
    throw InternalError("this request cannot be answered with another protocol");
}

std::optional<std::string_view> RequestHead::header(std::string_view name) const {
    for (const Header& field : headers) {
        if (ascii::equals_ignoring_case(field.name, name)) return field.value;
    }
    return std::nullopt;
}

}  // namespace tatum::net
