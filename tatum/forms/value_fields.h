#pragma once

#include <tatum/forms/text_fields.h>

namespace tatum::forms {

/// A whole number of any size. Options: max_value, min_value, step_size (counted from min_value).
/// A text of more than kDigitsMax digits is no number.
class IntegerField : public Field {
public:
    static constexpr std::size_t kDigitsMax = 4300;

    std::optional<Value> max_value, min_value, step_size;

    IntegerField(Options options = {});
    TATUM_FORM_FIELD(IntegerField)
    Value to_python(const Value& value) const override;
    Attributes widget_attrs(const Widget& widget) const override;

protected:
    std::string_view default_error_message(std::string_view code) const override;
    /// For kinds of numbers, with the options they have of their own.
    IntegerField(Options options, std::string_view kind,
                 std::initializer_list<std::string_view> more_options);
    Value without_separators(const Value& value) const;
};

class FloatField : public IntegerField {
public:
    FloatField(Options options = {});
    TATUM_FORM_FIELD(FloatField)
    Value to_python(const Value& value) const override;
    void validate(const Value& value) const override;
    Attributes widget_attrs(const Widget& widget) const override;

protected:
    std::string_view default_error_message(std::string_view code) const override;
};

/// Exact. Options: max_digits, decimal_places, beside those of IntegerField.
class DecimalField : public IntegerField {
public:
    std::optional<int> max_digits, decimal_places;

    DecimalField(Options options = {});
    TATUM_FORM_FIELD(DecimalField)
    Value to_python(const Value& value) const override;
    void validate(const Value& value) const override;
    Attributes widget_attrs(const Widget& widget) const override;

protected:
    std::string_view default_error_message(std::string_view code) const override;
};

/// What is read by strptime formats. A text longer than kBytesMax has none of them.
class BaseTemporalField : public Field {
public:
    static constexpr std::size_t kBytesMax = 200;

    std::vector<std::string> input_formats;  ///< empty: those of the current language

protected:
    BaseTemporalField(Options options, const Widget& default_widget, std::string_view kind);
    /// By the first format that fits; else code invalid.
    DateTime read(const Value& value) const;
    /// Those of the language.
    virtual std::vector<std::string_view> default_formats() const = 0;
};
class DateField : public BaseTemporalField {
public:
    DateField(Options options = {});
    TATUM_FORM_FIELD(DateField)
    Value to_python(const Value& value) const override;

protected:
    std::vector<std::string_view> default_formats() const override;
    std::string_view default_error_message(std::string_view code) const override;
};
class TimeField : public BaseTemporalField {
public:
    TimeField(Options options = {});
    TATUM_FORM_FIELD(TimeField)
    Value to_python(const Value& value) const override;

protected:
    std::vector<std::string_view> default_formats() const override;
    std::string_view default_error_message(std::string_view code) const override;
};
/// Aware, in the current time zone, where USE_TZ is on.
class DateTimeField : public BaseTemporalField {
public:
    DateTimeField(Options options = {});
    TATUM_FORM_FIELD(DateTimeField)
    Value to_python(const Value& value) const override;
    Value prepare_value(const Value& value) const override;

protected:
    std::vector<std::string_view> default_formats() const override;
    std::string_view default_error_message(std::string_view code) const override;
};
class DurationField : public Field {
public:
    DurationField(Options options = {});
    TATUM_FORM_FIELD(DurationField)
    Value to_python(const Value& value) const override;
    Value prepare_value(const Value& value) const override;

protected:
    std::string_view default_error_message(std::string_view code) const override;
};

/// A box. Required means that it must be checked.
class BooleanField : public Field {
public:
    BooleanField(Options options = {});
    TATUM_FORM_FIELD(BooleanField)
    Value to_python(const Value& value) const override;
    void validate(const Value& value) const override;
    bool has_changed(const Value& initial, const Value& data) const override;

protected:
    BooleanField(Options options, const Widget& default_widget);
};
/// True, False or None, which is also what anything else becomes.
class NullBooleanField : public BooleanField {
public:
    NullBooleanField(Options options = {});
    TATUM_FORM_FIELD(NullBooleanField)
    Value to_python(const Value& value) const override;
    void validate(const Value&) const override {}
};

/// A naive time of the current zone as an aware one, where USE_TZ is on; anything else as it is.
/// Throws ValidationError, code ambiguous_timezone, for a clock reading that the zone has twice or
/// not at all.
Value from_current_timezone(const Value& value);
/// The reverse: the clock reading in the current zone.
Value to_current_timezone(const Value& value);

}  // namespace tatum::forms
