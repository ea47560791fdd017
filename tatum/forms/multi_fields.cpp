#include <tatum/forms/multi_fields.h>

#include <tatum/base/i18n.h>
#include <tatum/forms/inputs.h>
#include <tatum/forms/multi_widgets.h>
#include <tatum/forms/value_fields.h>

#include <algorithm>

namespace tatum::forms {

Owned<Field> ComboField::clone() const { return owned<ComboField>(*this); }
Owned<Field> SplitDateTimeField::clone() const { return owned<SplitDateTimeField>(*this); }

ComboField::ComboField(std::vector<Cloned<Field>> parts, Options options)
    : Field(options, TextInput()), fields(std::move(parts)) {
    only_options(options, "ComboField", {});
    // Whether there must be a value is for the whole to say.
    for (Cloned<Field>& field : fields) field->required = false;
    apply_widget_attrs();
}

Value ComboField::clean(const Value& value, const Value& initial_value) const {
    Field::clean(value, initial_value);
    Value cleaned = value;
    for (const Cloned<Field>& field : fields) cleaned = field->clean(cleaned);
    return cleaned;
}

MultiValueField::MultiValueField(std::vector<Cloned<Field>> parts, Options options,
                                 const Widget& default_widget)
    : Field(options, default_widget),
      fields(std::move(parts)),
      require_all_fields(options.require_all_fields.value_or(true)) {
    const Value* incomplete = error_messages.find("incomplete");
    for (Cloned<Field>& field : fields) {
        if (!field->error_messages.contains("incomplete"))
            field->error_messages.set("incomplete", incomplete != nullptr
                                                        ? *incomplete
                                                        : Value("Enter a complete value."));
        if (disabled) field->disabled = true;
        if (require_all_fields) field->required = false;
    }
    apply_widget_attrs();
}

std::string_view MultiValueField::default_error_message(std::string_view code) const {
    if (code == "invalid") return "Enter a list of values.";
    if (code == "incomplete") return "Enter a complete value.";
    return Field::default_error_message(code);
}

Value MultiValueField::decompressed(const Value& value) const {
    if (value.kind() == Kind::List) return value;
    const auto* parts = dynamic_cast<const MultiWidget*>(&widget());
    return parts == nullptr ? value : Value(parts->decompress(value));
}

Value MultiValueField::clean(const Value& given, const Value&) const {
    const Value value = disabled ? decompressed(given) : given;
    const bool is_sequence = value.kind() == Kind::List || value.kind() == Kind::Tuple;
    if (value.truth() && !is_sequence) fail("invalid");
    const List values = is_sequence ? value.as_list() : List();
    if (std::all_of(values.begin(), values.end(), &Field::is_empty_value)) {
        if (required) fail("required");
        return compress({});
    }
    List cleaned;
    std::vector<ValidationFault> faults;
    const auto add = [&](ValidationFault fault) {
        const bool is_known = std::any_of(faults.begin(), faults.end(), [&](const auto& other) {
            return other.message == fault.message && other.code == fault.code;
        });
        if (!is_known) faults.push_back(std::move(fault));
    };
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const Field& field = *fields[i];
        const Value part = i < values.size() ? values[i] : Value();
        if (is_empty_value(part)) {
            if (require_all_fields) {
                if (required) fail("required");
            } else if (field.required) {
                add({.code = "", .message = field.error_message("incomplete")});
                continue;
            }
        }
        try {
            cleaned.push_back(field.clean(part));
        } catch (const ValidationError& error) {
            for (const ValidationFault& fault : error.faults()) add(fault);
        }
    }
    if (!faults.empty()) throw ValidationError(std::move(faults));
    Value whole = compress(cleaned);
    validate(whole);
    run_validators(whole);
    return whole;
}

bool MultiValueField::has_changed(const Value& initial_value, const Value& data) const {
    if (disabled) return false;
    const List after = data.items().value_or(List());
    List before;
    if (initial_value.is_none()) {
        before.assign(after.size(), Value(""));
    } else {
        before = decompressed(initial_value).items().value_or(List());
    }
    for (std::size_t i = 0; i < std::min({fields.size(), before.size(), after.size()}); ++i) {
        try {
            if (fields[i]->has_changed(fields[i]->to_python(before[i]), after[i])) return true;
        } catch (const ValidationError&) {
            return true;
        }
    }
    return false;
}

namespace {

std::vector<Cloned<Field>> date_and_time(const FieldOptions& options) {
    const auto message = [&](std::string_view code, std::string_view text) {
        const Value* own = options.error_messages.find(code);
        return Dict{{"invalid", own == nullptr ? Value(text) : *own}};
    };
    return {DateField({.input_formats = options.input_date_formats,
                       .error_messages = message("invalid_date", "Enter a valid date."),
                       .localize = options.localize}),
            TimeField({.input_formats = options.input_time_formats,
                       .error_messages = message("invalid_time", "Enter a valid time."),
                       .localize = options.localize})};
}

}  // namespace

SplitDateTimeField::SplitDateTimeField(Options options)
    : MultiValueField(date_and_time(options), options, SplitDateTimeWidget()) {
    only_options(options, "SplitDateTimeField",
                 {"input_date_formats", "input_time_formats", "require_all_fields"});
}

Owned<Widget> SplitDateTimeField::hidden_widget() const {
    return owned<SplitHiddenDateTimeWidget>();
}

std::string_view SplitDateTimeField::default_error_message(std::string_view code) const {
    if (code == "invalid_date") return "Enter a valid date.";
    if (code == "invalid_time") return "Enter a valid time.";
    return MultiValueField::default_error_message(code);
}

Value SplitDateTimeField::compress(const List& values) const {
    if (values.empty()) return {};
    if (is_empty_value(values[0])) fail("invalid_date");
    if (values.size() < 2 || is_empty_value(values[1])) fail("invalid_time");
    return from_current_timezone(DateTime(values[0].as_date(), values[1].as_time()));
}

}  // namespace tatum::forms
