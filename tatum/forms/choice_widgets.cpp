#include <tatum/forms/choice_widgets.h>

#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/forms/impl/element.h>
#include <tatum/forms/impl/options.h>

#include <unordered_set>

namespace tatum::forms {

namespace {

/// The texts that are selected; few are searched in order, many by hash.
class SelectedTexts {
public:
    explicit SelectedTexts(const Value& formatted)
        : list_(formatted.is_list() ? formatted.as_list() : List{formatted}) {
        if (list_.size() <= kLinearMax) return;
        for (const Value& text : list_) set_.insert(text.as_string());
    }
    bool contains(std::string_view text) const {
        if (!set_.empty()) return set_.contains(text);
        for (const Value& each : list_)
            if (each.as_string() == text) return true;
        return false;
    }
    bool contains(const Value& value) const {
        return value.is_string() ? contains(value.as_string())
                                 : contains(std::string_view(value.str()));
    }

private:
    static constexpr std::size_t kLinearMax = 8;
    const List list_;
    std::unordered_set<std::string_view> set_;
};

Value as_text(const Value& value) {
    if (value.is_none()) return "";
    return value.is_string() ? value : Value(value.str());
}

}  // namespace

#define TATUM_CLONE(NAME) \
    Owned<Widget> NAME::clone() const { return owned<NAME>(*this); }
TATUM_CLONE(Select)
TATUM_CLONE(NullBooleanSelect)
TATUM_CLONE(SelectMultiple)
TATUM_CLONE(RadioSelect)
TATUM_CLONE(CheckboxSelectMultiple)
#undef TATUM_CLONE

class ChoiceWidget::Visitor {
public:
    virtual ~Visitor() = default;
    virtual void begin_group(std::string_view heading, std::size_t index) = 0;
    virtual void option(const ChoiceOption& option) = 0;
    virtual void end_group() = 0;
};

ChoiceWidget::ChoiceWidget(ChoiceWidgetOptions options)
    : Widget(std::move(options.attrs)),
      choices(std::move(options.choices)),
      option_template_name(std::move(options.option_template_name)) {
    template_name = std::move(options.template_name);
}

Value ChoiceWidget::value_from_data(const Submission& submission, std::string_view name) const {
    if (allow_multiple_selected()) return submission.getlist(name);
    return submission.get(name);
}

Value ChoiceWidget::format_value(const Value& value) const {
    if (value.is_none() && allow_multiple_selected()) return List();
    if (value.kind() != Kind::List && value.kind() != Kind::Tuple) return List{as_text(value)};
    List texts;
    for (const Value& each : value.as_list()) texts.push_back(as_text(each));
    return texts;
}

std::string ChoiceWidget::id_for_label(std::string_view id) const {
    if (id.empty() || !add_id_index()) return std::string(id);
    return std::string(id) + "_0";
}

std::string_view ChoiceWidget::option_template() const {
    return option_template_name.empty() ? default_option_template_name()
                                        : std::string_view(option_template_name);
}

Attributes ChoiceWidget::option_attrs(const Attributes& extra_attrs,
                                      const ChoiceOption& option) const {
    Attributes made = option_inherits_attrs() ? build_attrs(extra_attrs) : Attributes();
    if (option.selected) made.set(checked_attribute(), true);
    if (const Value* id = made.find("id"); id != nullptr && id->truth() && add_id_index())
        made.set("id", id->str() + "_" + option.index);
    return made;
}

void ChoiceWidget::visit_options(Visitor& visitor, const Value& formatted,
                                 const Attributes& extra_attrs) const {
    const SelectedTexts selected(formatted);
    const Shared<const Choices::Items> items = choices.get();
    bool has_selected = false;
    std::size_t index = 0;
    for (std::size_t i = 0; i < items->size(); ++index) {
        const std::string_view group = (*items)[i].group;
        visitor.begin_group(group, index);
        std::size_t in_group = 0;
        do {
            const Choice& choice = (*items)[i];
            ChoiceOption option;
            option.value = group.empty() && choice.value.is_none() ? Value("") : choice.value;
            option.label = choice.label;
            option.selected =
                (!has_selected || allow_multiple_selected()) && selected.contains(option.value);
            has_selected |= option.selected;
            option.index = std::to_string(index);
            if (!group.empty()) option.index += "_" + std::to_string(in_group++);
            option.attrs = option_attrs(extra_attrs, option);
            change_option(option, choice);
            visitor.option(option);
            ++i;
        } while (!group.empty() && i < items->size() && (*items)[i].group == group);
        visitor.end_group();
    }
}

/// Groups and options as templates see them.
class ChoiceWidget::ContextMaker final : public Visitor {
public:
    ContextMaker(const ChoiceWidget& widget, std::string_view name)
        : widget_(widget), name_(name) {}

    void begin_group(std::string_view heading, std::size_t index) override {
        heading_ = heading.empty() ? Value() : Value(heading);
        index_ = index;
        options_.clear();
    }
    void option(const ChoiceOption& option) override {
        Dict made;
        made.reserve(9);
        made.set("name", name_);
        made.set("value", option.value);
        made.set("label", option.label);
        made.set("selected", option.selected);
        made.set("index", option.index);
        made.set("attrs", option.attrs);
        made.set("type", widget_.input_type());
        made.set("template_name", widget_.option_template());
        made.set("wrap_label", true);
        options_.emplace_back(std::move(made));
        all.push_back(options_.back());
    }
    void end_group() override {
        groups.push_back(Value::tuple({heading_, Value(std::move(options_)), Value(index_)}));
        options_ = {};
    }

    List groups, all;

private:
    const ChoiceWidget& widget_;
    std::string_view name_;
    Value heading_;
    std::size_t index_ = 0;
    List options_;
};

Dict ChoiceWidget::get_context(std::string_view name, const Value& value,
                               const Attributes& extra_attrs) const {
    Dict widget = Widget::get_context(name, value, extra_attrs).get("widget").as_dict();
    ContextMaker maker(*this, name);
    visit_options(maker, widget.get("value"), extra_attrs);
    widget.set("optgroups", std::move(maker.groups));
    return Dict{{"widget", Value(std::move(widget))}};
}

List ChoiceWidget::subwidgets(std::string_view name, const Value& value,
                              const Attributes& extra_attrs) const {
    ContextMaker maker(*this, name);
    visit_options(maker, format_value(value), extra_attrs);
    return std::move(maker.all);
}

namespace impl {

/// Writes options where they belong, without making contexts of them.
class OptionWriter final : public ChoiceWidget::Visitor {
public:
    OptionWriter(std::string& out, const ChoiceWidget& widget, std::string_view name)
        : out_(out), widget_(widget), name_(name), in_select_(widget.input_type() == "select") {}

    void begin_group(std::string_view heading, std::size_t) override {
        has_heading_ = !heading.empty();
        if (!has_heading_) return;
        if (in_select_) {
            begin_option_group(out_, heading);
        } else {
            begin_input_group(out_, heading);
        }
    }
    void option(const ChoiceOption& option) override {
        if (in_select_) {
            append_option(out_, option.value, option.attrs, Value::view(option.label));
        } else {
            append_input_option(out_, widget_.input_type(), name_, option.value, option.attrs,
                                Value::view(option.label));
        }
    }
    void end_group() override {
        if (has_heading_) out_ += in_select_ ? "\n  </optgroup>" : "\n  </div>";
    }

    static void append_options(std::string& out, const ChoiceWidget& widget, std::string_view name,
                               const Value& value, const Attributes& extra_attrs) {
        OptionWriter writer(out, widget, name);
        widget.visit_options(writer, widget.format_value(value), extra_attrs);
    }
    static bool has_template(const ChoiceWidget& widget) {
        return !widget.option_template_name.empty();
    }

private:
    std::string& out_;
    const ChoiceWidget& widget_;
    std::string_view name_;
    bool in_select_;
    bool has_heading_ = false;
};

}  // namespace impl

bool Select::use_required_attribute(const Value& initial) const {
    const bool use = ChoiceWidget::use_required_attribute(initial);
    if (!use || allow_multiple_selected() || choices.begins_with_nothing()) return use;
    const Shared<const Choices::Items> items = choices.get();
    if (items->empty() || !items->front().group.empty()) return false;
    const Value& first = items->front().value;
    return first.is_none() || (first.is_string() && first.as_string().empty());
}

Dict Select::get_context(std::string_view name, const Value& value,
                         const Attributes& extra_attrs) const {
    Dict context = ChoiceWidget::get_context(name, value, extra_attrs);
    if (!allow_multiple_selected()) return context;
    Dict widget = context.get("widget").as_dict();
    Attributes all = build_attrs(extra_attrs);
    all.set("multiple", true);
    widget.set("attrs", std::move(all));
    return Dict{{"widget", Value(std::move(widget))}};
}

std::string_view Select::default_option_template_name() const {
    return "django/forms/widgets/select_option.html";
}

void Select::append_html(std::string& out, std::string_view name, const Value& value,
                         const Attributes& extra_attrs) const {
    if (impl::OptionWriter::has_template(*this))
        return ChoiceWidget::append_html(out, name, value, extra_attrs);
    out += "<select";
    impl::append_text_attribute(out, "name", name);
    if (allow_multiple_selected()) {
        Attributes all = build_attrs(extra_attrs);
        all.set("multiple", true);
        impl::append_attributes(out, all);
    } else {
        impl::append_attributes(out, attrs, extra_attrs);
    }
    out += '>';
    impl::OptionWriter::append_options(out, *this, name, value, extra_attrs);
    out += "\n</select>";
}

NullBooleanSelect::NullBooleanSelect(WidgetOptions options)
    : Select({.attrs = std::move(options.attrs),
              .choices =
                  [] {
                      return Choices::Items{{"unknown", gettext("Unknown")},
                                            {"true", gettext("Yes")},
                                            {"false", gettext("No")}};
                  },
              .template_name = std::move(options.template_name)}) {}

Value NullBooleanSelect::value_from_data(const Submission& submission,
                                         std::string_view name) const {
    const Value sent = submission.get(name);
    if (!sent.is_string()) return {};
    const std::string_view text = sent.as_string();
    if (text == "True" || text == "true" || text == "2") return true;
    if (text == "False" || text == "false" || text == "3") return false;
    return {};
}

Value NullBooleanSelect::format_value(const Value& value) const {
    if (value == Value(true) || value == Value("true") || value == Value("2")) return "true";
    if (value == Value(false) || value == Value("false") || value == Value("3")) return "false";
    return "unknown";
}

std::string_view RadioSelect::default_option_template_name() const {
    return "django/forms/widgets/radio_option.html";
}

void RadioSelect::append_html(std::string& out, std::string_view name, const Value& value,
                              const Attributes& extra_attrs) const {
    if (impl::OptionWriter::has_template(*this))
        return ChoiceWidget::append_html(out, name, value, extra_attrs);
    const auto attribute = [&](std::string_view key) {
        const Value* found = extra_attrs.find(key);
        return found == nullptr ? attrs.get(Name(key)) : *found;
    };
    impl::begin_input_list(out, attribute("id"), attribute("class"));
    impl::OptionWriter::append_options(out, *this, name, value, extra_attrs);
    out += "\n</div>";
}

std::string_view CheckboxSelectMultiple::default_option_template_name() const {
    return "django/forms/widgets/checkbox_option.html";
}

}  // namespace tatum::forms
