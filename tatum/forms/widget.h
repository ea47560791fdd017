#pragma once

#include <tatum/base/owned.h>
#include <tatum/base/value.h>
#include <tatum/forms/media.h>
#include <tatum/http/query_dict.h>
#include <tatum/http/uploads.h>

#include <string>
#include <string_view>
#include <utility>

namespace tatum::forms {

/// What a browser sent. Either may be null, which is as if it were empty; both outlive this.
struct Submission {
    const http::QueryDict* data = nullptr;
    const http::FileDict* files = nullptr;

    bool has(std::string_view name) const { return data != nullptr && data->contains(name); }
    bool has_file(std::string_view name) const { return files != nullptr && files->contains(name); }
    /// The last value of that name; None when there is none.
    Value get(std::string_view name) const;
    List getlist(std::string_view name) const;
};

using http::uploaded_file;
/// What ClearableFileInput reads where a file was sent and the box that clears the field was
/// checked.
Value file_input_contradiction();
bool is_file_input_contradiction(const Value& value);

/// How a field is shown, and how what a browser sends is read: Django's Widget. A value with
/// virtual functions, copied by clone(); immutable while it is shared.
///
/// HTML is made by compiled code, byte for byte Django's. With a template_name it is made by that
/// template of the site instead, from get_context(). A class of one's own overrides append_html()
/// (or sets a template_name), and clone().
class Widget {
public:
    Attributes attrs;
    bool is_required = false;
    bool is_localized = false;
    std::string template_name = {};

    virtual ~Widget();
    virtual Owned<Widget> clone() const = 0;

    /// "TextInput": the name of the class, for `field.widget_type` in templates.
    virtual std::string_view type_name() const = 0;
    /// "text", "hidden", "select"; empty for widgets that have none.
    virtual std::string_view input_type() const { return {}; }
    virtual void set_input_type(std::string_view) {}
    virtual bool is_hidden() const { return input_type() == "hidden"; }
    virtual bool needs_multipart_form() const { return false; }
    /// Its elements belong into a <fieldset>, since they are several.
    virtual bool use_fieldset() const { return false; }
    virtual bool supports_microseconds() const { return true; }

    virtual Value value_from_data(const Submission& submission, std::string_view name) const;
    virtual bool value_omitted_from_data(const Submission& submission, std::string_view name) const;
    /// Attributes that follow from what was sent, for showing the form again.
    virtual Attributes attrs_from_data(const Submission& submission, std::string_view name) const;

    /// As it stands in the HTML; None: not at all.
    virtual Value format_value(const Value& value) const;
    virtual std::string id_for_label(std::string_view id) const { return std::string(id); }
    virtual bool use_required_attribute(const Value& initial) const;

    /// What a template sees: {"widget": {...}} with Django's names.
    virtual Dict get_context(std::string_view name, const Value& value,
                             const Attributes& extra_attrs) const;
    /// The contexts of its parts (the options of a choice), for loops over a field in a template.
    virtual List subwidgets(std::string_view name, const Value& value,
                            const Attributes& extra_attrs) const;
    virtual Media media() const { return {}; }

    /// Appends the HTML. `extra_attrs` win over `attrs`.
    void render(std::string& out, std::string_view name, const Value& value,
                const Attributes& extra_attrs = {}) const;
    std::string render(std::string_view name, const Value& value,
                       const Attributes& extra_attrs = {}) const;

    /// Django's name for its template: what the context says where template_name is empty.
    virtual std::string_view default_template_name() const = 0;

protected:
    explicit Widget(Attributes widget_attrs = {}) : attrs(std::move(widget_attrs)) {}
    Widget(const Widget&) = default;
    Widget& operator=(const Widget&) = default;

    virtual void append_html(std::string& out, std::string_view name, const Value& value,
                             const Attributes& extra_attrs) const;
    Attributes build_attrs(const Attributes& extra_attrs) const;
};

/// Appends the HTML of a widget's context (the Dict below "widget"), by its `template_name`:
/// Django's names by compiled code, others by the site's templates.
void append_widget_html(std::string& out, const Dict& widget);

struct WidgetOptions {
    Attributes attrs = {};
    std::string template_name = {};
};

// The macro is what clone() and the names of a class would be to write out two dozen times.
#define TATUM_WIDGET(NAME, TEMPLATE)                              \
    Owned<Widget> clone() const override;                         \
    std::string_view type_name() const override { return #NAME; } \
    std::string_view default_template_name() const override {     \
        return "django/forms/widgets/" TEMPLATE ".html";          \
    }

}  // namespace tatum::forms
