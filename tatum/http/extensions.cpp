#include <tatum/http/extensions.h>

#include <algorithm>

namespace tatum::http {

std::optional<Value> Extensions::attribute(const Name& name) const {
    for (const Slot& slot : slots_)
        if (slot.value != nullptr && slot.attribute == name) return slot.value(slot.object);
    return std::nullopt;
}

std::vector<std::string> Extensions::attribute_names() const {
    std::vector<std::string> names;
    for (const Slot& slot : slots_)
        if (slot.value != nullptr) names.emplace_back(slot.attribute.text);
    return names;
}

Extensions::Slot& Extensions::place(const void* key) {
    for (Slot& slot : slots_)
        if (slot.key == key) return slot;
    if (slots_.empty()) slots_.reserve(8);
    return slots_.emplace_back();
}

void Extensions::erase_key(const void* key) {
    const auto at = std::find_if(slots_.begin(), slots_.end(),
                                 [&](const Slot& slot) { return slot.key == key; });
    if (at != slots_.end()) slots_.erase(at);
}

}  // namespace tatum::http
