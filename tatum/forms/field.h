#pragma once

#include <tatum/base/function.h>
#include <tatum/base/json.h>
#include <tatum/base/owned.h>
#include <tatum/base/validators.h>
#include <tatum/base/value.h>
#include <tatum/forms/choices.h>
#include <tatum/forms/cloned.h>
#include <tatum/forms/widget.h>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tatum::forms {

class Field;

using validators::Validator;

/// What a field shows at first: a value, or a function that makes one for each form.
class Initial {
public:
    Initial() = default;
    template <class V>
        requires(std::convertible_to<const V&, Value> &&
                 !std::is_function_v<std::remove_pointer_t<V>> && !std::same_as<V, Initial>)
    Initial(const V& value) : value_(value) {}
    template <class F>
        requires(std::is_invocable_r_v<Value, F&> &&
                 (std::is_pointer_v<F> || !std::convertible_to<F, Value>))
    Initial(F make) : make_([make]() mutable -> Value { return make(); }) {}

    Value get() const { return make_ ? make_() : value_; }
    bool is_function() const { return static_cast<bool>(make_); }

private:
    Value value_;
    Function<Value()> make_;
};

/// The options of all fields, by Django's names. A field refuses (ImproperlyConfigured) those that
/// it does not have, when it is made.
struct FieldOptions {
    // Of some kinds of fields.
    std::optional<int> max_length = {}, min_length = {};
    std::optional<bool> strip = {};         ///< of texts; by default all but RegexField
    std::optional<Value> empty_value = {};  ///< what an empty text or choice becomes
    std::optional<Value> max_value = {}, min_value = {}, step_size = {};
    std::optional<int> max_digits = {}, decimal_places = {};
    std::vector<std::string> input_formats = {};  ///< strptime's; empty: those of the language
    std::vector<std::string> input_date_formats = {}, input_time_formats = {};
    Choices choices = {};
    /// Turns a chosen text into a value; what it throws about
    /// the value (ValidationError, ValueError, an Error of a Result) is code invalid_choice.
    Function<Value(const Value&)> coerce = {};
    std::optional<bool> allow_empty_file = {};
    std::string assume_scheme = {};          ///< of URLs without one; empty: "https"
    std::optional<bool> allow_unicode = {};  ///< of slugs
    std::string protocol = {};               ///< "both", "ipv4", "ipv6"
    std::optional<bool> unpack_ipv4 = {};
    std::string match = {};  ///< of file names: a regular expression
    std::optional<bool> recursive = {}, allow_files = {}, allow_folders = {};
    std::optional<bool> require_all_fields = {};
    std::optional<json::Encoder> encoder = {};

    // Of all fields.
    bool required = true;
    Cloned<Widget> widget = {};  ///< none: the kind's own
    std::optional<std::string> label = {};
    Initial initial = {};
    std::string help_text = {};
    Dict error_messages = {};  ///< by code
    bool show_hidden_initial = false;
    std::vector<Validator> validators = {};
    bool localize = false;
    bool disabled = false;
    std::optional<std::string> label_suffix = {};
    std::string template_name = {};
};

/// One input of a form, without its name: how its value is shown, read and checked. Django's
/// Field. A value with virtual functions, copied by clone(); immutable while it is shared, so that
/// a form changes a clone.
///
/// A class of one's own derives from the field that is nearest, overrides to_python(), validate()
/// or clean(), and clone() and type_name(); when it overrides widget_attrs(), its constructor ends
/// with apply_widget_attrs().
class Field {
public:
    using Options = FieldOptions;

    bool required = true;
    bool disabled = false;
    bool show_hidden_initial = false;
    std::optional<std::string> label;         ///< none: made of the name
    std::optional<std::string> label_suffix;  ///< none: the form's
    Initial initial;
    std::string help_text;  ///< HTML
    std::string template_name;
    Dict error_messages;  ///< texts in place of the field's own, by code; translated when used
    std::vector<Validator> validators;

    virtual ~Field();
    virtual Owned<Field> clone() const = 0;
    /// "CharField".
    virtual std::string_view type_name() const = 0;

    const Widget& widget() const { return *widget_; }
    /// For changing; after a change of `required` or `localize` call apply_widget_attrs().
    Widget& widget() { return *widget_; }
    /// Takes a clone and tells it what it must know of the field, as when the field is made.
    virtual void set_widget(const Widget& widget);
    /// What is_required, is_localized and widget_attrs() say goes to the widget.
    void apply_widget_attrs();
    /// For `as_hidden` and show_hidden_initial.
    virtual Owned<Widget> hidden_widget() const;
    bool localize() const { return localize_; }
    void set_localize(bool on);
    void set_required(bool on);

    // What happens to a value that was sent, in this order. All throw ValidationError, whose
    // faults name no field.

    virtual Value to_python(const Value& value) const { return value; }
    virtual void validate(const Value& value) const;
    void run_validators(const Value& value) const;
    /// All of it: the cleaned value. `initial` is what the form shows at first; files need it.
    virtual Value clean(const Value& value, const Value& initial = {}) const;

    /// As the widget wants it.
    virtual Value prepare_value(const Value& value) const { return value; }
    /// What a form that was sent shows again.
    virtual Value bound_data(const Value& data, const Value& initial) const;
    virtual bool has_changed(const Value& initial, const Value& data) const;
    /// HTML attributes that follow from the options.
    virtual Attributes widget_attrs(const Widget&) const { return {}; }

    /// None, "", and empty lists and dictionaries.
    static bool is_empty_value(const Value& value);
    /// The text for a code in the current language: one's own, else Django's.
    std::string error_message(std::string_view code) const;

protected:
    /// `default_widget` where the options have none.
    Field(Options options, const Widget& default_widget);
    Field(const Field&) = default;
    Field& operator=(const Field&) = default;

    /// Django's text for a code of this kind of field, in English; empty when there is none.
    virtual std::string_view default_error_message(std::string_view code) const;
    [[noreturn]] void fail(std::string_view code, Dict params = {}) const;
    /// Throws ImproperlyConfigured when an option is set that is not among `names`.
    static void only_options(const Options& options, std::string_view field,
                             std::initializer_list<std::string_view> names);

private:
    Cloned<Widget> widget_;
    bool localize_ = false;
};

}  // namespace tatum::forms
