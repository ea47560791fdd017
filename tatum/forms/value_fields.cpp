#include <tatum/forms/value_fields.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/formats.h>
#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/numbers.h>
#include <tatum/base/settings.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/forms/choice_widgets.h>
#include <tatum/forms/inputs.h>

#include <cmath>

namespace tatum::forms {

namespace {

bool is_number_input(const Widget& widget) {
    return dynamic_cast<const NumberInput*>(&widget) != nullptr;
}

/// Without ".", ".0", ".00" at the end, and what white space follows.
std::string_view without_zero_fraction(std::string_view text) {
    std::string_view whole = strings::rstrip(text);
    while (whole.ends_with('0')) whole.remove_suffix(1);
    if (!whole.ends_with('.')) return text;
    whole.remove_suffix(1);
    return whole;
}

/// Browsers localize number inputs themselves, so a localized number is a text.
Owned<Widget> number_widget(const FieldOptions& options) {
    if (options.localize) return owned<TextInput>();
    return owned<NumberInput>();
}

std::vector<std::string_view> views_of(std::span<const std::string_view> formats) {
    return {formats.begin(), formats.end()};
}

}  // namespace

#define TATUM_CLONE(NAME) \
    Owned<Field> NAME::clone() const { return owned<NAME>(*this); }
TATUM_CLONE(IntegerField)
TATUM_CLONE(FloatField)
TATUM_CLONE(DecimalField)
TATUM_CLONE(DateField)
TATUM_CLONE(TimeField)
TATUM_CLONE(DateTimeField)
TATUM_CLONE(DurationField)
TATUM_CLONE(BooleanField)
TATUM_CLONE(NullBooleanField)
#undef TATUM_CLONE

IntegerField::IntegerField(Options options)
    : IntegerField(std::move(options), "IntegerField", {"max_value", "min_value", "step_size"}) {}

IntegerField::IntegerField(Options options, std::string_view kind,
                           std::initializer_list<std::string_view> taken)
    : Field(options, *number_widget(options)),
      max_value(options.max_value),
      min_value(options.min_value),
      step_size(options.step_size) {
    only_options(options, kind, taken);
    if (max_value) validators.push_back(validators::MaxValueValidator{*max_value});
    if (min_value) validators.push_back(validators::MinValueValidator{*min_value});
    if (step_size) {
        validators::StepValueValidator step{*step_size};
        if (min_value) step.offset = *min_value;
        validators.push_back(std::move(step));
    }
    apply_widget_attrs();
}

std::string_view IntegerField::default_error_message(std::string_view code) const {
    return code == "invalid" ? "Enter a whole number." : Field::default_error_message(code);
}

Value IntegerField::without_separators(const Value& value) const {
    if (!localize() || !value.is_string()) return value;
    return sanitize_separators(value.as_string());
}

Value IntegerField::to_python(const Value& value) const {
    if (is_empty_value(value)) return {};
    const Value number = without_separators(value);
    if (number.kind() == Kind::Int) return number;
    const std::string printed = number.is_string() ? std::string() : number.str();
    const std::string_view text = number.is_string() ? number.as_string() : printed;
    const std::optional<Value> read = numbers::parse_int(without_zero_fraction(text));
    if (!read) fail("invalid");
    return *read;
}

Attributes IntegerField::widget_attrs(const Widget& widget) const {
    Attributes made;
    if (!is_number_input(widget)) return made;
    if (min_value) made.set("min", *min_value);
    if (max_value) made.set("max", *max_value);
    if (step_size) made.set("step", *step_size);
    return made;
}

FloatField::FloatField(Options options)
    : IntegerField(std::move(options), "FloatField", {"max_value", "min_value", "step_size"}) {
    apply_widget_attrs();
}

std::string_view FloatField::default_error_message(std::string_view code) const {
    return code == "invalid" ? "Enter a number." : IntegerField::default_error_message(code);
}

Value FloatField::to_python(const Value& value) const {
    if (is_empty_value(value)) return {};
    const Value number = without_separators(value);
    if (number.kind() == Kind::Float) return number;
    if (!number.is_string() && !number.is_number()) fail("invalid");
    if (number.kind() == Kind::Bool) return number.as_bool() ? 1.0 : 0.0;
    const std::optional<double> read = numbers::parse_float(number.str());
    if (!read) fail("invalid");
    return *read;
}

void FloatField::validate(const Value& value) const {
    IntegerField::validate(value);
    if (value.kind() == Kind::Float && !std::isfinite(value.as_float())) fail("invalid");
}

Attributes FloatField::widget_attrs(const Widget& widget) const {
    Attributes made = IntegerField::widget_attrs(widget);
    if (is_number_input(widget) && !widget.attrs.contains("step") && !made.contains("step"))
        made.set("step", step_size ? Value(step_size->str()) : Value("any"));
    return made;
}

DecimalField::DecimalField(Options options)
    : IntegerField(options, "DecimalField",
                   {"max_value", "min_value", "step_size", "max_digits", "decimal_places"}),
      max_digits(options.max_digits),
      decimal_places(options.decimal_places) {
    validators.push_back(validators::DecimalValidator{max_digits, decimal_places});
    apply_widget_attrs();
}

std::string_view DecimalField::default_error_message(std::string_view code) const {
    return code == "invalid" ? "Enter a number." : IntegerField::default_error_message(code);
}

Value DecimalField::to_python(const Value& value) const {
    if (is_empty_value(value)) return {};
    const Value number = without_separators(value);
    if (number.kind() == Kind::Decimal) return number;
    const Result<Decimal> read = Decimal::parse(number.str());
    if (!read) fail("invalid");
    return *read;
}

void DecimalField::validate(const Value& value) const {
    IntegerField::validate(value);
    if (value.kind() == Kind::Decimal && !value.as_decimal().is_finite())
        fail("invalid", {{"value", value}});
}

Attributes DecimalField::widget_attrs(const Widget& widget) const {
    Attributes made = IntegerField::widget_attrs(widget);
    if (!is_number_input(widget) || widget.attrs.contains("step") || made.contains("step"))
        return made;
    if (decimal_places) {
        // Small steps with an exponent, since browsers may read them as 0 otherwise.
        made.set("step", strings::ascii_lower(Decimal::make(false, 1, -*decimal_places).str()));
    } else {
        made.set("step", "any");
    }
    return made;
}

BaseTemporalField::BaseTemporalField(Options options, const Widget& default_widget,
                                     std::string_view kind)
    : Field(options, default_widget), input_formats(options.input_formats) {
    only_options(options, kind, {"input_formats"});
    apply_widget_attrs();
}

DateTime BaseTemporalField::read(const Value& value) const {
    if (!value.is_string() || value.as_string().size() > kBytesMax) fail("invalid");
    const std::string_view text = strings::strip(value.as_string());
    const std::vector<std::string_view> formats =
        input_formats.empty()
            ? default_formats()
            : std::vector<std::string_view>(input_formats.begin(), input_formats.end());
    for (const std::string_view format : formats)
        if (const auto found = parse_with_format(text, format)) return *found;
    fail("invalid");
}

DateField::DateField(Options options)
    : BaseTemporalField(std::move(options), DateInput(), "DateField") {}

std::vector<std::string_view> DateField::default_formats() const {
    return views_of(formats_of(current_language()).date_input);
}

std::string_view DateField::default_error_message(std::string_view code) const {
    return code == "invalid" ? "Enter a valid date." : Field::default_error_message(code);
}

Value DateField::to_python(const Value& value) const {
    if (is_empty_value(value)) return {};
    if (value.kind() == Kind::DateTime) return value.as_datetime().date();
    if (value.kind() == Kind::Date) return value;
    return read(value).date();
}

TimeField::TimeField(Options options)
    : BaseTemporalField(std::move(options), TimeInput(), "TimeField") {}

std::vector<std::string_view> TimeField::default_formats() const {
    return views_of(formats_of(current_language()).time_input);
}

std::string_view TimeField::default_error_message(std::string_view code) const {
    return code == "invalid" ? "Enter a valid time." : Field::default_error_message(code);
}

Value TimeField::to_python(const Value& value) const {
    if (is_empty_value(value)) return {};
    if (value.kind() == Kind::Time) return value;
    return read(value).time();
}

DateTimeField::DateTimeField(Options options)
    : BaseTemporalField(std::move(options), DateTimeInput(), "DateTimeField") {}

std::vector<std::string_view> DateTimeField::default_formats() const {
    const LocaleFormats& formats = formats_of(current_language());
    std::vector<std::string_view> all = views_of(formats.datetime_input);
    all.insert(all.end(), formats.date_input.begin(), formats.date_input.end());
    return all;
}

std::string_view DateTimeField::default_error_message(std::string_view code) const {
    return code == "invalid" ? "Enter a valid date/time." : Field::default_error_message(code);
}

Value DateTimeField::prepare_value(const Value& value) const { return to_current_timezone(value); }

Value DateTimeField::to_python(const Value& value) const {
    if (is_empty_value(value)) return {};
    if (value.kind() == Kind::DateTime) return from_current_timezone(value);
    if (value.kind() == Kind::Date) return from_current_timezone(DateTime(value.as_date(), Time()));
    if (!value.is_string() || value.as_string().size() > kBytesMax) fail("invalid");
    const auto iso = parse_datetime(strings::strip(value.as_string()));
    if (!iso) fail("invalid");
    return from_current_timezone(*iso ? **iso : read(value));
}

DurationField::DurationField(Options options) : Field(options, TextInput()) {
    only_options(options, "DurationField", {});
    apply_widget_attrs();
}

std::string_view DurationField::default_error_message(std::string_view code) const {
    if (code == "invalid") return "Enter a valid duration.";
    if (code == "overflow") return "The number of days must be between {min_days} and {max_days}.";
    return Field::default_error_message(code);
}

Value DurationField::prepare_value(const Value& value) const {
    return value.kind() == Kind::Duration ? Value(duration_string(value.as_duration())) : value;
}

Value DurationField::to_python(const Value& value) const {
    if (is_empty_value(value)) return {};
    if (value.kind() == Kind::Duration) return value;
    const std::string text = value.str();
    if (text.size() > BaseTemporalField::kBytesMax) fail("invalid");
    const auto read = parse_duration(text);
    if (!read) {
        const std::string days = std::to_string(Duration::kDaysMax);
        std::string message = strings::replace(error_message("overflow"), "{min_days}", "-" + days);
        message = strings::replace(message, "{max_days}", days);
        throw ValidationError(message, "overflow");
    }
    if (!*read) fail("invalid");
    return **read;
}

BooleanField::BooleanField(Options options) : BooleanField(std::move(options), CheckboxInput()) {}

BooleanField::BooleanField(Options options, const Widget& default_widget)
    : Field(options, default_widget) {
    only_options(options, "BooleanField", {});
    apply_widget_attrs();
}

Value BooleanField::to_python(const Value& value) const {
    if (!value.is_string()) return value.truth();
    const std::string text = strings::lower(value.as_string());
    return !text.empty() && text != "false" && text != "0";
}

void BooleanField::validate(const Value& value) const {
    if (required && !value.truth()) fail("required");
}

bool BooleanField::has_changed(const Value& initial_value, const Value& data) const {
    return !disabled && to_python(initial_value) != to_python(data);
}

NullBooleanField::NullBooleanField(Options options)
    : BooleanField(std::move(options), NullBooleanSelect()) {}

Value NullBooleanField::to_python(const Value& value) const {
    const auto is_one_of = [&](std::initializer_list<Value> values) {
        for (const Value& each : values)
            if (value == each) return true;
        return false;
    };
    if (is_one_of({true, "True", "true", "1"})) return true;
    if (is_one_of({false, "False", "false", "0"})) return false;
    return {};
}

Value from_current_timezone(const Value& value) {
    if (value.kind() != Kind::DateTime || value.as_datetime().is_aware()) return value;
    if (!current_settings().use_tz) return value;
    const DateTime naive = value.as_datetime();
    const Zone& zone = current_time_zone();
    const std::int64_t local = naive.local_microseconds();
    if (zone.offset_at_local(local, 0) != zone.offset_at_local(local, 1)) {
        throw ValidationError(
            gettext("%(datetime)s couldn’t be interpreted in time zone %(current_timezone)s; it "
                    "may be ambiguous or it may not exist."),
            "ambiguous_timezone", {{"datetime", value}, {"current_timezone", zone.name()}});
    }
    return make_aware(naive, zone);
}

Value to_current_timezone(const Value& value) {
    if (value.kind() != Kind::DateTime || !value.as_datetime().is_aware()) return value;
    if (!current_settings().use_tz) return value;
    return make_naive(value.as_datetime(), current_time_zone());
}

}  // namespace tatum::forms
