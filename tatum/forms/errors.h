#pragma once

#include <tatum/base/validation.h>
#include <tatum/base/value.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::forms {

/// The key of the errors that belong to no field.
inline constexpr std::string_view kNonFieldErrors = "__all__";

/// Are messages in JSON made safe for HTML?
enum class EscapeHtml : bool { No, Yes };

/// What is wrong with one field, or with a form as a whole: Django's ErrorList. A value.
class ErrorList {
public:
    ErrorList() = default;
    /// `error_class` is added to the CSS class "errorlist"; `field_id` is the id of the element
    /// that the errors are about, for `aria-describedby`.
    explicit ErrorList(std::string_view error_class, std::string_view field_id = {});

    bool empty() const { return faults_.empty(); }
    std::size_t size() const { return faults_.size(); }
    auto begin() const { return faults_.begin(); }
    auto end() const { return faults_.end(); }
    void append(ValidationFault fault) { faults_.push_back(std::move(fault)); }
    void extend(const ErrorList& other);

    std::vector<std::string> messages() const;
    const std::vector<ValidationFault>& as_data() const { return faults_; }
    /// [{"message": ..., "code": ...}].
    Value get_json_data(EscapeHtml escape = EscapeHtml::No) const;
    std::string as_json(EscapeHtml escape = EscapeHtml::No) const;
    /// <ul class="errorlist">, or nothing when there are none.
    std::string as_ul() const;
    /// "* message", one a line.
    std::string as_text() const;

    /// Appends as_ul(), or what the site's template `template_name` makes of `errors` and
    /// `error_class`.
    void render(std::string& out) const;

    /// CSS classes: "errorlist", "errorlist nonfield".
    const std::string& error_class() const { return error_class_; }
    const std::string& field_id() const { return field_id_; }
    std::string template_name;  ///< empty: rendered by compiled code

private:
    std::vector<ValidationFault> faults_;
    std::string error_class_ = "errorlist", field_id_;
};

/// For templates: loops give messages; as_ul, as_text, as_json, as_data; printed as HTML.
Value to_value(const ErrorList& errors);

/// The errors of a form by field, in the order in which they were found: Django's ErrorDict. Those
/// of the whole are under kNonFieldErrors. A value.
class ErrorDict {
public:
    using Entry = std::pair<std::string, ErrorList>;

    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }
    /// nullptr when the field has none. Valid until a change.
    const ErrorList* find(std::string_view field) const;
    ErrorList* find(std::string_view field);
    bool contains(std::string_view field) const { return find(field) != nullptr; }
    /// The messages of a field; empty when it has none.
    std::vector<std::string> messages(std::string_view field) const;
    ErrorList& set(std::string_view field, ErrorList errors);
    void erase(std::string_view field);

    /// {"field": [{"message": ..., "code": ...}]}.
    Value get_json_data(EscapeHtml escape = EscapeHtml::No) const;
    std::string as_json(EscapeHtml escape = EscapeHtml::No) const;
    std::string as_ul() const;
    std::string as_text() const;

private:
    std::vector<Entry> entries_;
};

/// For templates: a mapping of names and ErrorLists, with as_ul, as_text, as_json and as_data.
Value to_value(const ErrorDict& errors);

}  // namespace tatum::forms

namespace tatum {
using forms::ErrorDict;
using forms::ErrorList;
}  // namespace tatum
