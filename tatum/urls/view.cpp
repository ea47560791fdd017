#include <tatum/urls/view.h>

#include <tatum/urls/converter.h>

namespace tatum::urls {

std::optional<std::string> Kwargs::text(const Name& name) const {
    const Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    return value->str();
}

std::optional<std::int64_t> Kwargs::integer(const Name& name) const {
    const Value* value = find(name);
    return value == nullptr ? std::nullopt : impl::value_to_int(*value);
}

View::View(const Parts& parts)
    : invoke_(parts.invoke),
      fits_(parts.fits),
      target_(parts.target),
      key_(parts.key),
      flags_(parts.flags) {}

}  // namespace tatum::urls
