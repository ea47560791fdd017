#pragma once

#include <tatum/base/shared.h>
#include <tatum/forms/field.h>

namespace tatum::forms {

// clone() and the name of a class of fields.
#define TATUM_FORM_FIELD(NAME)           \
    Owned<Field> clone() const override; \
    std::string_view type_name() const override { return #NAME; }

/// Text. Surrounding white space goes unless `strip` is off; null characters are refused.
/// Options: max_length, min_length, strip, empty_value.
class CharField : public Field {
public:
    std::optional<int> max_length, min_length;
    bool strip = true;
    Value empty_value = "";

    CharField(Options options = {});
    TATUM_FORM_FIELD(CharField)
    Value to_python(const Value& value) const override;
    Attributes widget_attrs(const Widget& widget) const override;

protected:
    /// For kinds of text. `default_validators` come before those of the options.
    CharField(Options options, const Widget& default_widget,
              std::vector<Validator> default_validators = {});
};

/// Text that a regular expression finds something in (RE2: no look-around, no back-references).
class RegexField : public CharField {
public:
    /// Throws ValueError for what is no regular expression.
    explicit RegexField(std::string_view regex, Options options = {});
    TATUM_FORM_FIELD(RegexField)
    const std::string& regex() const { return regex_; }
    void set_regex(std::string_view regex);

private:
    std::string regex_;
    std::size_t position_ = 0;  ///< of the validator
};

/// At most 320 characters, unless max_length says otherwise.
class EmailField : public CharField {
public:
    EmailField(Options options = {});
    TATUM_FORM_FIELD(EmailField)
};

/// An address with host. Without a scheme it gets `assume_scheme`.
class URLField : public CharField {
public:
    std::string assume_scheme = "https";

    URLField(Options options = {});
    TATUM_FORM_FIELD(URLField)
    Value to_python(const Value& value) const override;

protected:
    std::string_view default_error_message(std::string_view code) const override;
};

/// Options: allow_unicode.
class SlugField : public CharField {
public:
    bool allow_unicode = false;

    SlugField(Options options = {});
    TATUM_FORM_FIELD(SlugField)
};

/// Options: protocol, unpack_ipv4 ("::ffff:192.0.2.1" becomes "192.0.2.1").
class GenericIPAddressField : public CharField {
public:
    bool unpack_ipv4 = false;

    GenericIPAddressField(Options options = {});
    TATUM_FORM_FIELD(GenericIPAddressField)
    Value to_python(const Value& value) const override;
};

class UUIDField : public CharField {
public:
    UUIDField(Options options = {});
    TATUM_FORM_FIELD(UUIDField)
    Value to_python(const Value& value) const override;
    Value prepare_value(const Value& value) const override;

protected:
    std::string_view default_error_message(std::string_view code) const override;
};

/// JSON text, of at most kBytesMax bytes and kDepthMax levels. What is not JSON is shown again as
/// it was sent. Options: encoder.
class JSONField : public CharField {
public:
    static constexpr std::size_t kBytesMax = 4u << 20, kDepthMax = 200;

    json::Encoder encoder = json::Encoder::Plain;

    JSONField(Options options = {});
    TATUM_FORM_FIELD(JSONField)
    Value to_python(const Value& value) const override;
    Value prepare_value(const Value& value) const override;
    Value bound_data(const Value& data, const Value& initial) const override;
    bool has_changed(const Value& initial, const Value& data) const override;

protected:
    std::string_view default_error_message(std::string_view code) const override;
};

}  // namespace tatum::forms
