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

View::View(Invoke invoke, std::shared_ptr<const void> target, ViewKey view_key,
           ViewFlags view_flags, Fits captures_fit)
    : invoke_(invoke),
      fits_(captures_fit),
      target_(std::move(target)),
      key_(view_key),
      flags_(view_flags) {}

}  // namespace tatum::urls
