#pragma once

#include <tatum/forms/choice_widgets.h>
#include <tatum/forms/cloned.h>
#include <tatum/forms/widget.h>

#include <optional>
#include <utility>
#include <vector>

namespace tatum::forms {

/// A widget made of others. Its value is a list with one for each; a class of one's own says in
/// decompress() how a value that is no list becomes one.
class MultiWidget : public Widget {
public:
    /// A part, and what is appended to the name: by default "_0", "_1", ...
    struct Part {
        Cloned<Widget> widget;
        std::string suffix;
    };
    std::vector<Part> widgets;

    std::string_view default_template_name() const override {
        return "django/forms/widgets/multiwidget.html";
    }
    bool is_hidden() const override;
    bool needs_multipart_form() const override;
    bool use_fieldset() const override { return true; }
    std::string id_for_label(std::string_view) const override { return {}; }
    Value value_from_data(const Submission& submission, std::string_view name) const override;
    bool value_omitted_from_data(const Submission& submission,
                                 std::string_view name) const override;
    Attributes attrs_from_data(const Submission& submission, std::string_view name) const override;
    Dict get_context(std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;
    Media media() const override;
    /// One value for each part, of a value that may be empty.
    virtual List decompress(const Value& value) const = 0;

protected:
    explicit MultiWidget(std::vector<Cloned<Widget>> parts, WidgetOptions options = {});
    /// Parts with names of their own: {"", hours} has the name of the whole, {"unit", unit} that
    /// and "_unit".
    explicit MultiWidget(std::vector<std::pair<std::string, Cloned<Widget>>> parts,
                         WidgetOptions options = {});
    void append_html(std::string& out, std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;

private:
    /// Calls `show` with each part as it is shown: widget, name, value, attributes.
    template <class Show>
    void each_part(std::string_view name, const Value& value, Attributes shown_attrs,
                   Show show) const;
};

struct SplitDateTimeOptions {
    Attributes attrs = {};
    std::string date_format = {}, time_format = {};  ///< as DateInputOptions::format
    std::optional<Attributes> date_attrs = {}, time_attrs = {};
    std::string template_name = {};
};
class SplitDateTimeWidget : public MultiWidget {
public:
    SplitDateTimeWidget(SplitDateTimeOptions options = {});
    TATUM_WIDGET(SplitDateTimeWidget, "splitdatetime")
    bool supports_microseconds() const override { return false; }
    List decompress(const Value& value) const override;
};
class SplitHiddenDateTimeWidget : public SplitDateTimeWidget {
public:
    SplitHiddenDateTimeWidget(SplitDateTimeOptions options = {});
    TATUM_WIDGET(SplitHiddenDateTimeWidget, "splithiddendatetime")
};

/// Texts for "nothing chosen".
struct DateLabels {
    std::string year = "---", month = "---", day = "---";
};
struct SelectDateOptions {
    Attributes attrs = {};
    std::vector<int> years = {};  ///< empty: this one and the nine that follow, when it is shown
    std::vector<std::pair<int, std::string>> months = {};  ///< empty: all, in the language
    DateLabels empty_label = {};
    std::string template_name = {};
};
/// Three selects, in the order in which the language writes dates.
class SelectDateWidget : public Widget {
public:
    std::vector<int> years;
    std::vector<std::pair<int, std::string>> months;
    DateLabels empty_label;

    SelectDateWidget(SelectDateOptions options = {});
    TATUM_WIDGET(SelectDateWidget, "select_date")
    std::string_view input_type() const override { return "select"; }
    bool use_fieldset() const override { return true; }
    Value value_from_data(const Submission& submission, std::string_view name) const override;
    bool value_omitted_from_data(const Submission& submission,
                                 std::string_view name) const override;
    /// {"year", "month", "day"}.
    Value format_value(const Value& value) const override;
    std::string id_for_label(std::string_view id) const override;
    Dict get_context(std::string_view name, const Value& value,
                     const Attributes& extra_attrs) const override;

private:
    enum class Part : std::uint8_t { Year, Month, Day };
    static std::vector<Part> parts_of_date_format();
    Choices choices_of(Part part) const;
};

}  // namespace tatum::forms
