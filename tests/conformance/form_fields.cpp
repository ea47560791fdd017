#include "form_fields.h"

#include <tatum/base/json.h>

namespace tatum::conformance {

namespace {

using namespace forms;

[[noreturn]] void unknown(std::string_view what, std::string_view name) {
    throw Exception("no case has the " + std::string(what) + " '" + std::string(name) + "'");
}

Choices choices_of(const Value& given) {
    Choices::Items items;
    for (const Value& pair : given.as_list()) {
        const List& choice = pair.as_list();
        if (!choice.at(1).is_list()) {
            items.emplace_back(choice.at(0), choice.at(1).str());
            continue;
        }
        for (const Value& inner : choice.at(1).as_list()) {
            items.emplace_back(inner.as_list().at(0), inner.as_list().at(1).str(),
                               choice.at(0).str());
        }
    }
    return items;
}

Validator validator_of(const Dict& spec) {
    const std::string name = spec.get("validator").str();
    const List& args = spec.get("args").as_list();
    if (name == "RegexValidator") {
        validators::RegexOptions options;
        if (args.size() > 1) options.message = args[1].str();
        if (args.size() > 2) options.code = args[2].str();
        return validators::RegexValidator(args.at(0).str(), options);
    }
    if (name == "MinLengthValidator") return validators::MinLengthValidator{args.at(0)};
    if (name == "MaxLengthValidator") return validators::MaxLengthValidator{args.at(0)};
    if (name == "MinValueValidator") return validators::MinValueValidator{args.at(0)};
    if (name == "MaxValueValidator") return validators::MaxValueValidator{args.at(0)};
    unknown("validator", name);
}

/// Python's int(), which a coerce=int calls.
Value to_int_or_fail(const Value& value) { return json::parse(value.str()).value(); }

struct OptionSetter {
    std::string_view name;
    void (*set)(FieldOptions& options, const Value& value);
};

std::vector<std::string> texts_of_list(const Value& list) {
    std::vector<std::string> texts;
    for (const Value& item : list.as_list()) texts.push_back(item.str());
    return texts;
}

int number_of(const Value& value) { return static_cast<int>(to_integer(value)); }

using O = FieldOptions;
using V = const Value;
constexpr OptionSetter kOptionSetters[] = {
    {"required", [](O& o, V& v) { o.required = v.as_bool(); }},
    {"disabled", [](O& o, V& v) { o.disabled = v.as_bool(); }},
    {"localize", [](O& o, V& v) { o.localize = v.as_bool(); }},
    {"show_hidden_initial", [](O& o, V& v) { o.show_hidden_initial = v.as_bool(); }},
    {"label", [](O& o, V& v) { o.label = v.str(); }},
    {"label_suffix", [](O& o, V& v) { o.label_suffix = v.str(); }},
    {"help_text", [](O& o, V& v) { o.help_text = v.str(); }},
    {"initial", [](O& o, V& v) { o.initial = v; }},
    {"error_messages", [](O& o, V& v) { o.error_messages = v.as_dict(); }},
    {"widget", [](O& o, V& v) { o.widget = make_form_widget(v.as_dict()); }},
    {"validators",
     [](O& o, V& v) {
         for (const Value& each : v.as_list()) o.validators.push_back(validator_of(each.as_dict()));
     }},
    {"max_length", [](O& o, V& v) { o.max_length = number_of(v); }},
    {"min_length", [](O& o, V& v) { o.min_length = number_of(v); }},
    {"strip", [](O& o, V& v) { o.strip = v.as_bool(); }},
    {"empty_value", [](O& o, V& v) { o.empty_value.emplace(v); }},
    {"max_value", [](O& o, V& v) { o.max_value.emplace(v); }},
    {"min_value", [](O& o, V& v) { o.min_value.emplace(v); }},
    {"step_size", [](O& o, V& v) { o.step_size.emplace(v); }},
    {"max_digits", [](O& o, V& v) { o.max_digits = number_of(v); }},
    {"decimal_places", [](O& o, V& v) { o.decimal_places = number_of(v); }},
    {"input_formats", [](O& o, V& v) { o.input_formats = texts_of_list(v); }},
    {"input_date_formats", [](O& o, V& v) { o.input_date_formats = texts_of_list(v); }},
    {"input_time_formats", [](O& o, V& v) { o.input_time_formats = texts_of_list(v); }},
    {"choices", [](O& o, V& v) { o.choices = choices_of(v); }},
    {"coerce", [](O& o, V&) { o.coerce = &to_int_or_fail; }},
    {"allow_empty_file", [](O& o, V& v) { o.allow_empty_file = v.as_bool(); }},
    {"assume_scheme", [](O& o, V& v) { o.assume_scheme = v.str(); }},
    {"allow_unicode", [](O& o, V& v) { o.allow_unicode = v.as_bool(); }},
    {"protocol", [](O& o, V& v) { o.protocol = v.str(); }},
    {"unpack_ipv4", [](O& o, V& v) { o.unpack_ipv4 = v.as_bool(); }},
    {"require_all_fields", [](O& o, V& v) { o.require_all_fields = v.as_bool(); }},
};

FieldOptions options_of(const Dict& kwargs) {
    FieldOptions options;
    for (const auto& [key, value] : kwargs) {
        const std::string_view name = key.as_string();
        if (name == "regex" || name == "fields") continue;  // what a constructor takes first
        bool is_known = false;
        for (const OptionSetter& setter : kOptionSetters) {
            if (setter.name != name) continue;
            setter.set(options, value);
            is_known = true;
        }
        if (!is_known) unknown("option", name);
    }
    return options;
}

template <class F>
Owned<Field> plain_field(const Dict& kwargs) {
    return owned<F>(options_of(kwargs));
}
Owned<Field> regex_field(const Dict& kwargs) {
    return owned<RegexField>(kwargs.get("regex").str(), options_of(kwargs));
}
Owned<Field> combo_field(const Dict& kwargs) {
    std::vector<Cloned<Field>> fields;
    const Value specs = kwargs.get("fields");
    for (const Value& spec : specs.as_list()) fields.emplace_back(make_form_field(spec.as_dict()));
    return owned<ComboField>(std::move(fields), options_of(kwargs));
}

struct FieldMaker {
    std::string_view name;
    Owned<Field> (*make)(const Dict& kwargs);
};
constexpr FieldMaker kFieldMakers[] = {
    {"CharField", plain_field<CharField>},
    {"IntegerField", plain_field<IntegerField>},
    {"FloatField", plain_field<FloatField>},
    {"DecimalField", plain_field<DecimalField>},
    {"DateField", plain_field<DateField>},
    {"TimeField", plain_field<TimeField>},
    {"DateTimeField", plain_field<DateTimeField>},
    {"DurationField", plain_field<DurationField>},
    {"UUIDField", plain_field<UUIDField>},
    {"BooleanField", plain_field<BooleanField>},
    {"NullBooleanField", plain_field<NullBooleanField>},
    {"EmailField", plain_field<forms::EmailField>},
    {"URLField", plain_field<forms::URLField>},
    {"SlugField", plain_field<forms::SlugField>},
    {"RegexField", regex_field},
    {"GenericIPAddressField", plain_field<forms::GenericIPAddressField>},
    {"ChoiceField", plain_field<ChoiceField>},
    {"TypedChoiceField", plain_field<TypedChoiceField>},
    {"MultipleChoiceField", plain_field<MultipleChoiceField>},
    {"TypedMultipleChoiceField", plain_field<TypedMultipleChoiceField>},
    {"JSONField", plain_field<JSONField>},
    {"FileField", plain_field<forms::FileField>},
    {"ImageField", plain_field<forms::ImageField>},
    {"ComboField", combo_field},
    {"SplitDateTimeField", plain_field<SplitDateTimeField>},
};

template <class W>
Owned<Widget> plain_widget(const Dict&) {
    return owned<W>();
}
template <class W>
Owned<Widget> choice_widget(const Dict& kwargs) {
    ChoiceWidgetOptions options;
    if (kwargs.contains("choices")) options.choices = choices_of(kwargs.get("choices"));
    return owned<W>(std::move(options));
}
template <class W>
Owned<Widget> date_widget(const Dict& kwargs) {
    DateInputOptions options;
    if (kwargs.contains("format")) options.format = kwargs.get("format").str();
    return owned<W>(std::move(options));
}
Owned<Widget> password_widget(const Dict& kwargs) {
    return owned<PasswordInput>(
        PasswordInputOptions{.render_value = kwargs.get("render_value").truth()});
}
Owned<Widget> select_date_widget(const Dict& kwargs) {
    SelectDateOptions options;
    const Value years = kwargs.get("years");
    for (const Value& year : years.as_list()) options.years.push_back(number_of(year));
    const Value label = kwargs.get("empty_label");
    if (label.is_list()) {
        const List& labels = label.as_list();
        options.empty_label = {labels.at(0).str(), labels.at(1).str(), labels.at(2).str()};
    }
    return owned<SelectDateWidget>(std::move(options));
}

struct WidgetMaker {
    std::string_view name;
    Owned<Widget> (*make)(const Dict& kwargs);
};
constexpr WidgetMaker kWidgetMakers[] = {
    {"TextInput", plain_widget<TextInput>},
    {"NumberInput", plain_widget<NumberInput>},
    {"EmailInput", plain_widget<EmailInput>},
    {"URLInput", plain_widget<URLInput>},
    {"PasswordInput", password_widget},
    {"HiddenInput", plain_widget<HiddenInput>},
    {"MultipleHiddenInput", plain_widget<MultipleHiddenInput>},
    {"FileInput", plain_widget<FileInput>},
    {"ClearableFileInput", plain_widget<ClearableFileInput>},
    {"Textarea", plain_widget<Textarea>},
    {"DateInput", date_widget<DateInput>},
    {"DateTimeInput", date_widget<DateTimeInput>},
    {"TimeInput", date_widget<TimeInput>},
    {"CheckboxInput", plain_widget<CheckboxInput>},
    {"Select", choice_widget<Select>},
    {"NullBooleanSelect", plain_widget<NullBooleanSelect>},
    {"SelectMultiple", choice_widget<SelectMultiple>},
    {"RadioSelect", choice_widget<RadioSelect>},
    {"CheckboxSelectMultiple", choice_widget<CheckboxSelectMultiple>},
    {"SplitDateTimeWidget", plain_widget<SplitDateTimeWidget>},
    {"SplitHiddenDateTimeWidget", plain_widget<SplitHiddenDateTimeWidget>},
    {"SelectDateWidget", select_date_widget},
};

const Dict& kwargs_of(const Dict& spec) {
    static const Dict none;
    const Value* found = spec.find("kwargs");
    return found != nullptr && found->is_dict() ? found->as_dict() : none;
}

}  // namespace

Owned<Field> make_form_field(const Dict& spec) {
    const std::string name = spec.get("field").str();
    for (const FieldMaker& maker : kFieldMakers)
        if (maker.name == name) return maker.make(kwargs_of(spec));
    unknown("field", name);
}

Owned<Widget> make_form_widget(const Dict& spec) {
    const std::string name = spec.get("widget").str();
    for (const WidgetMaker& maker : kWidgetMakers)
        if (maker.name == name) return maker.make(kwargs_of(spec));
    unknown("widget", name);
}

Outcome validation_failure(const ValidationError& error) {
    Outcome outcome = Outcome::failure("ValidationError", std::string(error.what()));
    for (const ValidationFault& fault : error.faults())
        outcome.errors.emplace_back(fault.code, fault.message);
    return outcome;
}

}  // namespace tatum::conformance
