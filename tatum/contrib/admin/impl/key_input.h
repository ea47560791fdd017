#pragma once

#include <tatum/contrib/admin/impl/page.h>
#include <tatum/forms/inputs.h>

#include <map>
#include <set>

namespace tatum::admin::impl {

/// A row of another model by its key. The script of the admin makes a box of it in which one
/// searches by typing; without a script it is the key, with a link to look one up.
class KeyInput : public forms::TextInput {
public:
    KeyInput(forms::WidgetOptions options = {}) : TextInput(std::move(options)) {}
    TATUM_WIDGET(KeyInput, "text")
};

/// Several of them: keys with commas between.
class KeyListInput : public forms::TextInput {
public:
    KeyListInput(forms::WidgetOptions options = {}) : TextInput(std::move(options)) {}
    TATUM_WIDGET(KeyListInput, "text")
    Value value_from_data(const forms::Submission& submission,
                          std::string_view name) const override;
    Value format_value(const Value& value) const override;
};

/// What people call the rows behind keys. Collects what a page shows and reads it at once.
/// Queries: 1 for each model.
class KeyTexts {
public:
    explicit KeyTexts(const Page& page) : page_(page) {}

    /// A key, or a list of keys. What is no key is left out.
    void want(const db::FieldMeta& field, const Value& value);
    void load();
    /// {"5": "Bell Bog Farm"} of those in `value`.
    Dict texts(const db::FieldMeta& field, const Value& value) const;

private:
    const Page& page_;
    std::map<const db::FieldMeta*, std::map<std::string, Value>> wanted_;  ///< by key field
    std::map<const db::FieldMeta*, std::map<std::string, std::string>> found_;
};

/// The field of the other model that a relation holds the value of.
const db::FieldMeta& key_field(const db::FieldMeta& relation);

}  // namespace tatum::admin::impl
