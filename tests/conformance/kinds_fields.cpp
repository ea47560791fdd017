#include "form_fields.h"
#include "kinds.h"

#include <tatum/base/text.h>
#include <tatum/http/query_dict.h>

namespace tatum::conformance {

namespace {

Outcome run_form_field(const Case& c) {
    const Owned<forms::Field> field = make_form_field(c.fields);
    try {
        Value value = field->clean(c.get("value"));
        if (c.text("field") == "URLField" && !c.since("6.1") && value.is_string()) {
            // Up to 6.0 the scheme comes out in lower case.
            const std::string_view text = value.as_string();
            const std::size_t colon = std::min(text.find(':'), text.size());
            value = strings::ascii_lower(text.substr(0, colon)) + std::string(text.substr(colon));
        }
        if (const http::UploadedFile* file = forms::uploaded_file(value))
            return Outcome::value(Dict{{"name", file->name()}, {"size", file->size()}});
        return Outcome::value(value);
    } catch (const ValidationError& error) {
        return validation_failure(error);
    }
}

Outcome run_widget(const Case& c) {
    const Owned<forms::Widget> widget = make_form_widget(c.fields);
    const std::string name = c.text("name");
    if (!c.has("data"))
        return Outcome::value(widget->render(name, c.get("value"), c.dict("attrs")));
    const QueryDict data = QueryDict::parse(c.text("data"));
    const http::FileDict files;
    const forms::Submission submission{&data, &files};
    return Outcome::value(Dict{{"value", widget->value_from_data(submission, name)},
                               {"omitted", widget->value_omitted_from_data(submission, name)}});
}

/// Whether `value` changes `initial`, and what a form that was sent `value` shows again.
Outcome run_field_state(const Case& c) {
    const Owned<forms::Field> field = make_form_field(c.fields);
    const Value value = c.get("value"), initial = c.get("initial");
    return Outcome::value(Dict{{"changed", field->has_changed(initial, value)},
                               {"shown", field->prepare_value(field->bound_data(value, initial))}});
}

constexpr CaseKind kFieldKinds[] = {
    {"form", run_form_field},
    {"widget", run_widget},
    {"field_state", run_field_state},
};

}  // namespace

std::span<const CaseKind> field_kinds() { return kFieldKinds; }

}  // namespace tatum::conformance
