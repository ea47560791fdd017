#include <tatum/net/exchange.h>

#include <tatum/net/impl/ascii.h>

namespace tatum::net {

ByteStream& Exchange::upgrade(const ResponseHead&) {
    throw InternalError("this request cannot be answered with another protocol");
}

std::optional<std::string_view> RequestHead::header(std::string_view name) const {
    for (const Header& field : headers) {
        if (field.name.size() != name.size()) continue;
        std::size_t i = 0;
        while (i < name.size() && impl::ascii_lower(field.name[i]) == impl::ascii_lower(name[i])) {
            ++i;
        }
        if (i == name.size()) return field.value;
    }
    return std::nullopt;
}

}  // namespace tatum::net
