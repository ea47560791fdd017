#include <tatum/files/impl/options.h>

namespace tatum::files::impl {

void OptionReader::refuse(std::string_view name, std::string_view expected) const {
    throw ImproperlyConfigured(of_ + ": " + std::string(name) + " must be " +
                               std::string(expected));
}

std::optional<Value> OptionReader::take(std::string_view name) {
    const Value* found = left_.find(name);
    if (found == nullptr) return std::nullopt;
    Value value = *found;
    left_.erase(name);
    return value.is_none() ? std::nullopt : std::optional(std::move(value));
}

std::string OptionReader::text(std::string_view name, const std::string& otherwise) {
    const auto value = take(name);
    if (!value) return otherwise;
    if (!value->is_string()) refuse(name, "a text");
    return value->str();
}

bool OptionReader::flag(std::string_view name) {
    const auto value = take(name);
    if (!value) return false;
    if (value->kind() != Kind::Bool) refuse(name, "true or false");
    return value->as_bool();
}

std::optional<unsigned> OptionReader::mode(std::string_view name) {
    const auto value = take(name);
    if (!value) return std::nullopt;
    constexpr std::int64_t kMax = 07777;
    if (value->kind() != Kind::Int || value->as_int() < 0 || value->as_int() > kMax) {
        refuse(name, "permissions as 0o644");
    }
    return static_cast<unsigned>(value->as_int());
}

void OptionReader::finish() const {
    for (const auto& [name, value] : left_) {
        throw ImproperlyConfigured(of_ + " has no option '" + name.str() + "'");
    }
}

}  // namespace tatum::files::impl
