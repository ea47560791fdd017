#include <tatum/forms/multi_widgets.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/error.h>
#include <tatum/base/formats.h>
#include <tatum/base/i18n.h>
#include <tatum/base/numbers.h>
#include <tatum/base/strftime.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/forms/impl/element.h>
#include <tatum/forms/inputs.h>
#include <tatum/forms/value_fields.h>

#include <algorithm>
#include <limits>

namespace tatum::forms {

#define TATUM_CLONE(NAME) \
    Owned<Widget> NAME::clone() const { return owned<NAME>(*this); }
TATUM_CLONE(SplitDateTimeWidget)
TATUM_CLONE(SplitHiddenDateTimeWidget)
TATUM_CLONE(SelectDateWidget)
#undef TATUM_CLONE

MultiWidget::MultiWidget(std::vector<Cloned<Widget>> parts, WidgetOptions options)
    : Widget(std::move(options.attrs)) {
    template_name = std::move(options.template_name);
    for (Cloned<Widget>& part : parts)
        widgets.push_back({std::move(part), "_" + std::to_string(widgets.size())});
}

MultiWidget::MultiWidget(std::vector<std::pair<std::string, Cloned<Widget>>> parts,
                         WidgetOptions options)
    : Widget(std::move(options.attrs)) {
    template_name = std::move(options.template_name);
    for (auto& [name, part] : parts)
        widgets.push_back({std::move(part), name.empty() ? name : "_" + name});
}

bool MultiWidget::is_hidden() const {
    return std::all_of(widgets.begin(), widgets.end(),
                       [](const Part& part) { return part.widget->is_hidden(); });
}

bool MultiWidget::needs_multipart_form() const {
    return std::any_of(widgets.begin(), widgets.end(),
                       [](const Part& part) { return part.widget->needs_multipart_form(); });
}

Value MultiWidget::value_from_data(const Submission& submission, std::string_view name) const {
    List values;
    for (const Part& part : widgets)
        values.push_back(part.widget->value_from_data(submission, std::string(name) + part.suffix));
    return values;
}

bool MultiWidget::value_omitted_from_data(const Submission& submission,
                                          std::string_view name) const {
    return std::all_of(widgets.begin(), widgets.end(), [&](const Part& part) {
        return part.widget->value_omitted_from_data(submission, std::string(name) + part.suffix);
    });
}

Attributes MultiWidget::attrs_from_data(const Submission& submission, std::string_view name) const {
    Attributes all;
    for (const Part& part : widgets) {
        for (const auto& [key, value] :
             part.widget->attrs_from_data(submission, std::string(name) + part.suffix))
            all.set(key, value);
    }
    return all;
}

Media MultiWidget::media() const {
    Media all;
    for (const Part& part : widgets) all += part.widget->media();
    return all;
}

template <class Show>
void MultiWidget::each_part(std::string_view name, const Value& value, Attributes shown_attrs,
                            Show show) const {
    const bool is_sequence = value.kind() == Kind::List || value.kind() == Kind::Tuple;
    const List values = is_sequence ? value.as_list() : decompress(value);
    const Value type = shown_attrs.get("type");
    shown_attrs.erase("type");
    const Value id = shown_attrs.get("id");
    for (std::size_t i = 0; i < widgets.size(); ++i) {
        const Part& part = widgets[i];
        if (id.truth()) shown_attrs.set("id", id.str() + "_" + std::to_string(i));
        const Value part_value = i < values.size() ? values[i] : Value();
        const std::string part_name = std::string(name) + part.suffix;
        if (type.is_none() && !(is_localized && !part.widget->is_localized)) {
            show(*part.widget, part_name, part_value, shown_attrs);
            continue;
        }
        Cloned<Widget> changed = part.widget;
        if (!type.is_none()) changed->set_input_type(type.str());
        if (is_localized) changed->is_localized = true;
        show(*changed, part_name, part_value, shown_attrs);
    }
}

Dict MultiWidget::get_context(std::string_view name, const Value& value,
                              const Attributes& extra_attrs) const {
    Dict widget = Widget::get_context(name, value, extra_attrs).get("widget").as_dict();
    Attributes all = build_attrs(extra_attrs);
    List parts;
    each_part(
        name, value, all,
        [&](const Widget& part, std::string_view part_name, const Value& part_value,
            const Attributes& part_attrs) {
            parts.push_back(part.get_context(part_name, part_value, part_attrs).get("widget"));
        });
    all.erase("type");
    widget.set("attrs", std::move(all));
    widget.set("subwidgets", std::move(parts));
    return Dict{{"widget", Value(std::move(widget))}};
}

void MultiWidget::append_html(std::string& out, std::string_view name, const Value& value,
                              const Attributes& extra_attrs) const {
    const std::size_t begin = out.size();
    each_part(name, value, build_attrs(extra_attrs),
              [&](const Widget& part, std::string_view part_name, const Value& part_value,
                  const Attributes& part_attrs) {
                  part.render(out, part_name, part_value, part_attrs);
                  out += '\n';
              });
    impl::remove_space_between_tags(out, begin);
}

SplitDateTimeWidget::SplitDateTimeWidget(SplitDateTimeOptions options)
    : MultiWidget(std::vector<Cloned<Widget>>{
          DateInput({.attrs = options.date_attrs.value_or(options.attrs),
                     .format = std::move(options.date_format)}),
          TimeInput({.attrs = options.time_attrs.value_or(options.attrs),
                     .format = std::move(options.time_format)})}) {
    template_name = std::move(options.template_name);
}

List SplitDateTimeWidget::decompress(const Value& value) const {
    const Value local = to_current_timezone(value);
    if (local.kind() != Kind::DateTime) return {Value(), Value()};
    return {local.as_datetime().date(), local.as_datetime().time()};
}

SplitHiddenDateTimeWidget::SplitHiddenDateTimeWidget(SplitDateTimeOptions options)
    : SplitDateTimeWidget(std::move(options)) {
    for (Part& part : widgets) part.widget->set_input_type("hidden");
}

SelectDateWidget::SelectDateWidget(SelectDateOptions options)
    : Widget(std::move(options.attrs)),
      years(std::move(options.years)),
      months(std::move(options.months)),
      empty_label(std::move(options.empty_label)) {
    template_name = std::move(options.template_name);
}

Value SelectDateWidget::value_from_data(const Submission& submission, std::string_view name) const {
    const std::string prefix(name);
    const Value parts[] = {submission.get(prefix + "_year"), submission.get(prefix + "_month"),
                           submission.get(prefix + "_day")};
    const auto is_text = [](const Value& part) { return part.is_string(); };
    if (!std::all_of(std::begin(parts), std::end(parts), is_text)) return submission.get(name);
    const auto is_empty = [](const Value& part) { return part.as_string().empty(); };
    if (std::all_of(std::begin(parts), std::end(parts), is_empty)) return {};
    std::vector<int> numbers;
    bool is_too_large = false;
    for (const Value& part : parts) {
        const std::optional<Value> number = numbers::parse_int(part.as_string());
        if (!number) break;
        const bool fits = number->kind() == Kind::Int &&
                          number->as_int() <= std::numeric_limits<int>::max() &&
                          number->as_int() >= std::numeric_limits<int>::min();
        is_too_large |= !fits;
        numbers.push_back(fits ? static_cast<int>(number->as_int()) : 0);
    }
    if (numbers.size() == 3) {
        if (is_too_large) return "0-0-0";
        if (const Result<Date> date = Date::make(numbers[0], numbers[1], numbers[2]))
            return strftime(DateTime(*date, Time()),
                            formats_of(current_language()).date_input.front());
    }
    std::string text;
    for (const Value& part : parts) {
        if (!text.empty()) text += '-';
        text += part.as_string().empty() ? "0" : part.as_string();
    }
    return text;
}

bool SelectDateWidget::value_omitted_from_data(const Submission& submission,
                                               std::string_view name) const {
    for (const std::string_view part : {"_year", "_month", "_day"})
        if (submission.has(std::string(name).append(part))) return false;
    return true;
}

Value SelectDateWidget::format_value(const Value& value) const {
    const auto parts = [](const Value& year, const Value& month, const Value& day) {
        return Dict{{"year", year}, {"month", month}, {"day", day}};
    };
    const auto parts_of = [&](Date date) { return parts(date.year(), date.month(), date.day()); };
    if (value.kind() == Kind::Date) return parts_of(value.as_date());
    if (value.kind() == Kind::DateTime) return parts_of(value.as_datetime().date());
    if (!value.is_string()) return parts({}, {}, {});
    // (\d{4}|0)-(\d\d?)-(\d\d?)$, zeros being what was not chosen.
    const std::vector<std::string_view> pieces = strings::split(value.as_string(), "-");
    const auto is_number = [](std::string_view text, std::size_t digits_max) {
        return !text.empty() && text.size() <= digits_max &&
               text.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (pieces.size() == 3 && is_number(pieces[1], 2) && is_number(pieces[2], 2) &&
        (pieces[0] == "0" || (pieces[0].size() == 4 && is_number(pieces[0], 4)))) {
        const auto chosen = [](std::string_view text) {
            const Value number = *numbers::parse_int(text);
            return number.as_int() == 0 ? Value("") : number;
        };
        return parts(chosen(pieces[0]), chosen(pieces[1]), chosen(pieces[2]));
    }
    const std::string_view format = formats_of(current_language()).date_input.front();
    if (const auto read = parse_with_format(value.as_string(), format))
        return parts_of(read->date());
    return parts({}, {}, {});
}

std::vector<SelectDateWidget::Part> SelectDateWidget::parts_of_date_format() {
    std::vector<Part> parts;
    const std::string_view format = formats_of(current_language()).date;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] == '\\') {
            ++i;
        } else if (format[i] == 'Y' || format[i] == 'y') {
            parts.push_back(Part::Year);
        } else if (std::string_view("bEFMmNn").find(format[i]) != std::string_view::npos) {
            parts.push_back(Part::Month);
        } else if (format[i] == 'd' || format[i] == 'j') {
            parts.push_back(Part::Day);
        }
    }
    return parts;
}

std::string SelectDateWidget::id_for_label(std::string_view id) const {
    const std::vector<Part> parts = parts_of_date_format();
    const Part first = parts.empty() ? Part::Month : parts.front();
    const std::string_view name = first == Part::Year    ? "_year"
                                  : first == Part::Month ? "_month"
                                                         : "_day";
    return std::string(id).append(name);
}

Choices SelectDateWidget::choices_of(Part part) const {
    constexpr int kYearsAhead = 10;
    Choices::Items items;
    const auto number = [&](int n) { items.emplace_back(n, std::to_string(n)); };
    const auto none = [&](const std::string& label) {
        if (!is_required) items.emplace_back("", gettext(std::string_view(label)));
    };
    switch (part) {
        case Part::Year: {
            none(empty_label.year);
            for (const int year : years) number(year);
            const int this_year = years.empty() ? local_date().year() : 0;
            for (int i = 0; years.empty() && i < kYearsAhead; ++i) number(this_year + i);
            break;
        }
        case Part::Month: {
            none(empty_label.month);
            for (const auto& [month, label] : months)
                items.emplace_back(month, gettext(std::string_view(label)));
            const auto& names = current_language().names().months;
            for (int i = 0; months.empty() && i < 12; ++i)
                items.emplace_back(i + 1, names[static_cast<std::size_t>(i)]);
            break;
        }
        case Part::Day:
            none(empty_label.day);
            for (int day = 1; day <= 31; ++day) number(day);
            break;
    }
    return items;
}

Dict SelectDateWidget::get_context(std::string_view name, const Value& value,
                                   const Attributes& extra_attrs) const {
    Dict widget = Widget::get_context(name, value, extra_attrs).get("widget").as_dict();
    const Dict chosen = widget.get("value").as_dict();
    Attributes part_attrs = build_attrs(extra_attrs);
    List parts;
    for (const Part part : parts_of_date_format()) {
        const std::string_view suffix = part == Part::Year    ? "year"
                                        : part == Part::Month ? "month"
                                                              : "day";
        const std::string part_name = std::string(name) + "_" + std::string(suffix);
        part_attrs.set("id", "id_" + part_name);
        const Select select({.attrs = extra_attrs, .choices = choices_of(part)});
        parts.push_back(
            select.get_context(part_name, chosen.get(Name(suffix)), part_attrs).get("widget"));
    }
    widget.set("subwidgets", std::move(parts));
    return Dict{{"widget", Value(std::move(widget))}};
}

}  // namespace tatum::forms
