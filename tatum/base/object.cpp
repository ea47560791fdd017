#include <tatum/base/value.h>

#include <functional>

namespace tatum {

void Object::append_str(Self self, std::string& out) const {
    out += '<';
    out += type_name(self);
    out += " object>";
}

bool Object::truth(Self self) const { return size(self) != std::size_t{0}; }

std::optional<Value> Object::attribute(Self, const Name&) const { return std::nullopt; }

Value Object::item(Self self, std::size_t) const {
    throw InternalError(std::string(type_name(self)) + " has no items");
}

std::optional<Value> Object::call(Self, std::span<const Value>) const { return std::nullopt; }

bool Object::equals(Self self, const Value& other) const {
    return other.is_object() && &other.as_object() == this && other.self() == self;
}

std::size_t Object::hash(Self self) const {
    return std::hash<const void*>{}(this) ^ (std::hash<const void*>{}(self) << 1);
}

}  // namespace tatum
