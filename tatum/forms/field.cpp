#include <tatum/forms/field.h>

#include <tatum/base/error.h>
#include <tatum/base/i18n.h>
#include <tatum/forms/inputs.h>

#include <algorithm>

namespace tatum::forms {

namespace {

struct OptionInUse {
    std::string_view name;
    bool is_set;
};

/// The options that only some kinds of fields have.
std::vector<OptionInUse> options_in_use(const FieldOptions& o) {
    return {{"max_length", o.max_length.has_value()},
            {"min_length", o.min_length.has_value()},
            {"strip", o.strip.has_value()},
            {"empty_value", o.empty_value.has_value()},
            {"max_value", o.max_value.has_value()},
            {"min_value", o.min_value.has_value()},
            {"step_size", o.step_size.has_value()},
            {"max_digits", o.max_digits.has_value()},
            {"decimal_places", o.decimal_places.has_value()},
            {"input_formats", !o.input_formats.empty()},
            {"input_date_formats", !o.input_date_formats.empty()},
            {"input_time_formats", !o.input_time_formats.empty()},
            {"choices", o.choices.is_function() || !o.choices.get()->empty()},
            {"coerce", static_cast<bool>(o.coerce)},
            {"allow_empty_file", o.allow_empty_file.has_value()},
            {"assume_scheme", !o.assume_scheme.empty()},
            {"allow_unicode", o.allow_unicode.has_value()},
            {"protocol", !o.protocol.empty()},
            {"unpack_ipv4", o.unpack_ipv4.has_value()},
            {"match", !o.match.empty()},
            {"recursive", o.recursive.has_value()},
            {"allow_files", o.allow_files.has_value()},
            {"allow_folders", o.allow_folders.has_value()},
            {"require_all_fields", o.require_all_fields.has_value()},
            {"encoder", o.encoder.has_value()}};
}

}  // namespace

Field::Field(Options options, const Widget& default_widget)
    : required(options.required),
      disabled(options.disabled),
      show_hidden_initial(options.show_hidden_initial),
      label(std::move(options.label)),
      label_suffix(std::move(options.label_suffix)),
      initial(std::move(options.initial)),
      help_text(std::move(options.help_text)),
      template_name(std::move(options.template_name)),
      error_messages(std::move(options.error_messages)),
      validators(std::move(options.validators)),
      widget_(options.widget ? std::move(options.widget) : Cloned<Widget>(default_widget.clone())),
      localize_(options.localize) {}

Field::~Field() = default;

void Field::only_options(const Options& options, std::string_view field,
                         std::initializer_list<std::string_view> names) {
    for (const OptionInUse& option : options_in_use(options)) {
        if (!option.is_set || std::find(names.begin(), names.end(), option.name) != names.end())
            continue;
        throw ImproperlyConfigured("a " + std::string(field) + " of a form has no option '" +
                                   std::string(option.name) + "'");
    }
}

void Field::set_widget(const Widget& widget) {
    widget_ = widget;
    apply_widget_attrs();
}

void Field::apply_widget_attrs() {
    if (localize_) widget_->is_localized = true;
    widget_->is_required = required;
    for (const auto& [name, value] : widget_attrs(*widget_)) widget_->attrs.set(name, value);
}

Owned<Widget> Field::hidden_widget() const { return owned<HiddenInput>(); }

void Field::set_localize(bool on) {
    localize_ = on;
    widget_->is_localized = on;
}

void Field::set_required(bool on) {
    required = on;
    widget_->is_required = on;
}

bool Field::is_empty_value(const Value& value) {
    switch (value.kind()) {
        case Kind::None:
            return true;
        case Kind::String:
            return value.as_string().empty();
        case Kind::List:
        case Kind::Tuple:
            return value.as_list().empty();
        case Kind::Dict:
            return value.as_dict().empty();
        default:
            return false;
    }
}

std::string_view Field::default_error_message(std::string_view code) const {
    return code == "required" ? "This field is required." : "";
}

std::string Field::error_message(std::string_view code) const {
    if (const Value* own = error_messages.find(code))
        return own->is_string() ? std::string(gettext(own->as_string())) : own->str();
    const std::string_view text = default_error_message(code);
    return text.empty() ? std::string() : std::string(gettext(text));
}

void Field::fail(std::string_view code, Dict params) const {
    std::string message = format_message(error_message(code), params);
    throw ValidationError(ValidationFault{
        .code = std::string(code), .message = std::move(message), .params = std::move(params)});
}

void Field::validate(const Value& value) const {
    if (required && is_empty_value(value)) fail("required");
}

void Field::run_validators(const Value& value) const {
    if (validators.empty() || is_empty_value(value)) return;
    std::vector<ValidationFault> faults;
    for (const Validator& validator : validators) {
        try {
            validator(value);
        } catch (const ValidationError& error) {
            const bool is_one = error.faults().size() == 1;
            for (ValidationFault fault : error.faults()) {
                const std::string own = is_one ? error_message(fault.code) : std::string();
                if (!own.empty()) fault.message = format_message(own, fault.params);
                faults.push_back(std::move(fault));
            }
        }
    }
    if (!faults.empty()) throw ValidationError(std::move(faults));
}

Value Field::clean(const Value& value, const Value&) const {
    Value cleaned = to_python(value);
    validate(cleaned);
    run_validators(cleaned);
    return cleaned;
}

Value Field::bound_data(const Value& data, const Value& initial_value) const {
    return disabled ? initial_value : data;
}

bool Field::has_changed(const Value& initial_value, const Value& data) const {
    if (disabled) return false;
    Value changed;
    try {
        changed = to_python(data);
    } catch (const ValidationError&) {
        return true;
    }
    const Value empty = "";
    return (initial_value.is_none() ? empty : initial_value) !=
           (changed.is_none() ? empty : changed);
}

}  // namespace tatum::forms
