#pragma once

#include <tatum/forms/text_fields.h>

namespace tatum::forms {

/// What each of several fields agrees to, one after the other.
class ComboField : public Field {
public:
    std::vector<Cloned<Field>> fields;

    explicit ComboField(std::vector<Cloned<Field>> fields, Options options = {});
    TATUM_FORM_FIELD(ComboField)
    Value clean(const Value& value, const Value& initial = {}) const override;
};

/// A value made of several, each with a field of its own; goes with a MultiWidget. A class of
/// one's own says in compress() how. Options: require_all_fields (on).
class MultiValueField : public Field {
public:
    std::vector<Cloned<Field>> fields;
    bool require_all_fields = true;

    void validate(const Value&) const override {}
    Value clean(const Value& value, const Value& initial = {}) const override;
    bool has_changed(const Value& initial, const Value& data) const override;
    /// The one value of the cleaned ones; `values` is empty when nothing was filled in.
    virtual Value compress(const List& values) const = 0;

protected:
    MultiValueField(std::vector<Cloned<Field>> parts, Options options,
                    const Widget& default_widget);
    std::string_view default_error_message(std::string_view code) const override;

private:
    Value decompressed(const Value& value) const;
};

/// Options: input_date_formats, input_time_formats.
class SplitDateTimeField : public MultiValueField {
public:
    SplitDateTimeField(Options options = {});
    TATUM_FORM_FIELD(SplitDateTimeField)
    Owned<Widget> hidden_widget() const override;
    Value compress(const List& values) const override;

protected:
    std::string_view default_error_message(std::string_view code) const override;
};

}  // namespace tatum::forms
