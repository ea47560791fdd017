#include <tatum/template/impl/dict_view.h>

#include <algorithm>

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

bool DictView::equals(Self, const Value& other) const {
    const auto* view =
        other.is_object() ? dynamic_cast<const DictView*>(&other.as_object()) : nullptr;
    if (view == this) return true;
    // Python's views are sets of keys or of pairs, whose order is nothing; values are compared to
    // nothing but themselves.
    if (view == nullptr || view->part_ != part_ || part_ == Part::Values) return false;
    if (part_ == Part::Items) return dict() == view->dict();
    return dict().size() == view->dict().size() &&
           std::ranges::all_of(dict(), [&](const Dict::Entry& entry) {
               return view->dict().find(entry.key) != nullptr;
           });
}

}  // namespace tatum::template_::impl
