#include <tatum/template/impl/dict_view.h>

namespace tatum::template_::impl {
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
