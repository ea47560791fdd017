#include <tatum/contrib/admin/impl/key_input.h>

#include <tatum/base/text.h>
#include <tatum/db/exceptions.h>

namespace tatum::admin::impl {

namespace {

List keys_in(const Value& value) {
    if (value.is_none()) return {};
    if (value.is_list()) return value.as_list();
    return {value};
}

}  // namespace

Owned<forms::Widget> KeyInput::clone() const { return owned<KeyInput>(*this); }
Owned<forms::Widget> KeyListInput::clone() const { return owned<KeyListInput>(*this); }

Value KeyListInput::value_from_data(const forms::Submission& submission,
                                    std::string_view name) const {
    List keys;
    for (const Value& text : submission.getlist(name)) {
        const std::string all = text.str();
        for (const std::string_view part : strings::split(all, ",")) {
            const std::string_view key = strings::strip(part);
            if (!key.empty()) keys.emplace_back(key);
        }
    }
    return Value(std::move(keys));
}

Value KeyListInput::format_value(const Value& value) const {
    std::string text;
    for (const Value& key : keys_in(value)) text.append(text.empty() ? "" : ",").append(key.str());
    return text.empty() ? Value() : Value(text);
}

const db::FieldMeta& key_field(const db::FieldMeta& relation) {
    return relation.relation->to_field != nullptr ? *relation.relation->to_field
                                                  : *relation.relation->target->pk;
}

void KeyTexts::want(const db::FieldMeta& field, const Value& value) {
    const db::FieldMeta& key = key_field(field);
    for (const Value& one : keys_in(value)) {
        const std::string text = one.str();
        if (text.empty()) continue;
        try {
            wanted_[&key].emplace(text, key.clean_type(one));
        } catch (const db::ValueError&) {
            continue;  // no key; the field says so
        }
    }
}

void KeyTexts::load() {
    for (const auto& [key, values] : wanted_) {
        List keys;
        for (const auto& [text, value] : values) keys.push_back(value);
        if (keys.empty()) continue;
        const db::ModelMeta& model = *key->model;
        db::AnyQuerySet rows =
            db::AnyQuerySet(model).filter(db::Q(key->name + "__in", Value(std::move(keys))));
        const ModelAdminBase* admin = page_.state.find(model);
        if (admin != nullptr && !admin->list_select_related.empty()) {
            rows = rows.select_related(admin->list_select_related);
        }
        db::Rows& found = rows.rows();
        for (std::size_t i = 0; i < found.count(); ++i) {
            found_[key].emplace(key->get(found.at(i)).str(), model.str_of(found.at(i)));
        }
    }
    wanted_.clear();
}

Dict KeyTexts::texts(const db::FieldMeta& field, const Value& value) const {
    Dict texts;
    const auto known = found_.find(&key_field(field));
    if (known == found_.end()) return texts;
    for (const Value& one : keys_in(value)) {
        const auto text = known->second.find(one.str());
        if (text != known->second.end()) texts.set(text->first, Value(text->second));
    }
    return texts;
}

}  // namespace tatum::admin::impl
