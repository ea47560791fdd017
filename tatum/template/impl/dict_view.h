#pragma once

#include <tatum/base/value.h>

#include <string>
#include <string_view>

namespace tatum::template_::impl {

/// What Python's dict.items(), keys() and values() give: a view that is iterated and printed.
class DictView final : public Object {
public:
    enum class Part : std::uint8_t { Items, Keys, Values };

    DictView(Value dict, Part part) : dict_(std::move(dict)), part_(part) {}

    std::string_view type_name(Self) const override;
    void append_str(Self, std::string& out) const override;
    bool truth(Self) const override { return !dict().empty(); }
    std::optional<std::size_t> size(Self) const override { return dict().size(); }
    Value item(Self, std::size_t index) const override;
    bool equals(Self, const Value& other) const override;

    const Dict& dict() const { return dict_.as_dict(); }
    Part part() const { return part_; }

private:
    Value dict_;
    Part part_;
};

/// A view has items, but no indices.
inline bool is_dict_view(const Value& value) {
    return value.is_object() && dynamic_cast<const DictView*>(&value.as_object()) != nullptr;
}

}  // namespace tatum::template_::impl
