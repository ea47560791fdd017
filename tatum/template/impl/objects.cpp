#include <tatum/template/impl/dict_view.h>
#include <tatum/template/impl/grouped_result.h>
#include <tatum/template/impl/make_object.h>

namespace tatum::template_::impl {
namespace {

/// Python's namedtuple GroupedResult.
class GroupedResult final : public Object {
public:
    GroupedResult(Value grouper, List members)
        : grouper_(std::move(grouper)), list_(Value(std::move(members))) {}

    std::string_view type_name(Self) const override { return "GroupedResult"; }
    void append_str(Self, std::string& out) const override {
        out += "GroupedResult(grouper=";
        grouper_.append_repr(out);
        out += ", list=";
        list_.append_repr(out);
        out += ')';
    }
    std::optional<Value> attribute(Self, const Name& name) const override {
        static constexpr Name kGrouper("grouper"), kList("list");
        if (name == kGrouper) return grouper_;
        if (name == kList) return list_;
        return std::nullopt;
    }
    std::vector<std::string> attribute_names(Self) const override { return {"grouper", "list"}; }
    std::optional<std::size_t> size(Self) const override { return 2; }
    Value item(Self, std::size_t index) const override { return index == 0 ? grouper_ : list_; }
    bool truth(Self) const override { return true; }

private:
    Value grouper_, list_;
};

}  // namespace

Value grouped_result(Value grouper, List members) {
    return make_object<GroupedResult>(std::move(grouper), std::move(members));
}

std::string_view DictView::type_name(Self) const {
    switch (part_) {
        case Part::Items:
            return "dict_items";
        case Part::Keys:
            return "dict_keys";
        case Part::Values:
            break;
    }
    return "dict_values";
}

void DictView::append_str(Self, std::string& out) const {
    out.append(type_name(nullptr)).append("([");
    for (std::size_t i = 0; i < dict().size(); ++i) {
        if (i > 0) out += ", ";
        item(nullptr, i).append_repr(out);
    }
    out += "])";
}

Value DictView::item(Self, std::size_t index) const {
    const Dict::Entry& entry = *(dict().begin() + static_cast<std::ptrdiff_t>(index));
    switch (part_) {
        case Part::Items:
            return Value::tuple({entry.key, entry.value});
        case Part::Keys:
            return entry.key;
        case Part::Values:
            break;
    }
    return entry.value;
}

}  // namespace tatum::template_::impl
