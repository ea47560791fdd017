#include <tatum/base/dateformat.h>
#include <tatum/base/formats.h>
#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/base/uri.h>
#include <tatum/contrib/admin/impl/change_list.h>
#include <tatum/contrib/admin/impl/list_forms.h>
#include <tatum/contrib/admin/impl/names.h>
#include <tatum/db/functions.h>
#include <tatum/files/field_file.h>

#include <algorithm>

namespace tatum::admin::impl {

namespace {

/// Up to here the text of a cell stands on one line.
constexpr std::size_t kShortCellBytes = 14;

std::string order_text(const std::vector<std::pair<std::size_t, bool>>& terms) {
    std::string text;
    for (const auto& [column, descending] : terms) {
        text.append(text.empty() ? "" : ".").append(descending ? "-" : "");
        text.append(std::to_string(column));
    }
    return text;
}

bool is_sortable(const ModelAdminBase& admin, const Column& column) {
    if (column.ordering.empty()) return false;
    return !admin.sortable_by ||
           std::ranges::find(*admin.sortable_by, column.name) != admin.sortable_by->end();
}

Dict link(std::string label, std::string query, bool selected = false) {
    return Dict{{"label", Value(label)}, {"query", Value(query)}, {"selected", selected}};
}

}  // namespace

/// The columns by which the list is sorted, as far as the order names columns; true: descending.
std::vector<std::pair<std::size_t, bool>> ChangeList::sorted_columns() const {
    std::vector<std::pair<std::size_t, bool>> sorted;
    const auto add = [&](std::size_t column, bool descending) {
        const bool there =
            std::ranges::any_of(sorted, [&](const auto& other) { return other.first == column; });
        if (!there) sorted.emplace_back(column, descending);
    };
    if (parameters_.contains(kOrderVar)) {
        for (const std::string_view part : strings::split(parameters_.last(kOrderVar), ".")) {
            const bool descending = part.starts_with('-');
            for (std::size_t i = 0; i < columns_.size(); ++i) {
                if (part.substr(descending ? 1 : 0) == std::to_string(i)) add(i, descending);
            }
        }
        return sorted;
    }
    for (const std::string& term : default_ordering()) {
        const bool descending = term.starts_with('-');
        const std::string name = descending ? term.substr(1) : term;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].ordering != name) continue;
            add(i, descending);
            break;
        }
    }
    return sorted;
}

List ChangeList::headers_context() const {
    const auto sorted = sorted_columns();
    List headers;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const Column& column = columns_[i];
        Dict header{{"text", Value(strings::capfirst(column.heading))},
                    {"name", Value(column.name)},
                    {"number", column.is_number()},
                    {"leads", is_link(i)},
                    {"sortable", is_sortable(admin_, column)}};
        const auto here = std::ranges::find(sorted, i, [](const auto& term) { return term.first; });
        const bool descending = here != sorted.end() && here->second;
        if (here != sorted.end()) {
            header.set("sorted", Value(descending ? "descending" : "ascending"));
            header.set("priority", Value(static_cast<int>(here - sorted.begin()) + 1));
            header.set("is_one_of_many", sorted.size() > 1);
            auto others = sorted;
            std::erase_if(others, [&](const auto& term) { return term.first == i; });
            header.set("unsorted_query",
                       Value(parameters_.link({{kOrderVar, order_text(others)}})));
        }
        auto terms = sorted;
        std::erase_if(terms, [&](const auto& term) { return term.first == i; });
        terms.insert(terms.begin(), {i, here != sorted.end() && !descending});
        header.set("query", Value(parameters_.link({{kOrderVar, order_text(terms)}})));
        headers.emplace_back(std::move(header));
    }
    return headers;
}

std::string ChangeList::add_suffix() const {
    if (is_popup_) {
        const std::string suffix = std::string("?") + kPopupVar + "=1";
        if (to_field_.empty()) return suffix;
        return suffix + "&" + kToFieldVar + "=" + uri::quote_plus(to_field_);
    }
    if (!admin_.preserve_filters || request_.GET().empty()) return {};
    return std::string("?") + kFiltersVar + "=" + uri::quote_plus(request_.GET().urlencode());
}

namespace {

/// As column_html(), but without a link to a file, which would lie within the link to the row.
std::string link_text(const Column& column, const db::ModelMeta& model, const Value& row) {
    const Value value = column_value(column, model, row);
    const files::FieldFile* file = files::field_file(value);
    if (file != nullptr && *file) return html::escape(file->name());
    return value_html(value, column.field, column.boolean, column.empty_value);
}

}  // namespace

bool ChangeList::is_link(std::size_t column) const {
    if (admin_.no_list_display_links) return false;
    if (admin_.list_display_links.empty()) return column == 0;
    return has_name(admin_.list_display_links, columns_[column].name);
}

Dict ChangeList::cell_context(std::size_t column, const Value& row) const {
    const db::ModelMeta& model = admin_.model();
    const std::string html = is_link(column) ? link_text(columns_[column], model, row)
                                             : column_html(columns_[column], model, row);
    const bool is_short = html.size() <= kShortCellBytes;
    return Dict{{"html", Value::safe(html)},
                {"name", Value::view(columns_[column].name)},
                {"number", columns_[column].is_number()},
                {"short", is_short},
                {"link", is_link(column)}};
}

/// `form` is the row's own; may be null.
Dict ChangeList::row_context(const Value& row, ListForms* forms, forms::AnyModelForm* form) const {
    const db::ModelMeta& model = admin_.model();
    const std::string str = model.str_of(row.self());
    List cells;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (form != nullptr && forms->has_column(columns_[i].name)) {
            cells.emplace_back(Dict{{"name", Value::view(columns_[i].name)},
                                    {"field", Value(forms->cell(*form, columns_[i].name, str))}});
        } else {
            cells.emplace_back(cell_context(i, row));
        }
    }
    const std::string pk = model.pk_of(row.self()).str();
    const db::FieldMeta* key = to_field_.empty() ? model.pk : model.find_field(to_field_);
    Dict context{{"pk", Value(pk)},
                 {"popup_value", Value(is_popup_ ? key->get(row.self()).str() : std::string())},
                 {"object", row},
                 {"str", Value(str)},
                 {"cells", Value(std::move(cells))}};
    if (form != nullptr) context.set("errors", Value(forms->row_errors(*form)));
    return context;
}

List ChangeList::rows_context(ListForms* forms) const {
    List rows;
    const std::string base = model_url(admin_.model(), "changelist");
    const std::string suffix = add_suffix();
    const auto add = [&](const Value& row, forms::AnyModelForm* form) {
        Dict context = row_context(row, forms, form);
        context.set("url", Value(base + uri::quote(quote_pk(context.get("pk").as_string())) +
                                 "/change/" + suffix));
        rows.emplace_back(std::move(context));
    };
    if (forms != nullptr && forms->is_bound()) {  // what was sent, with its faults
        for (std::size_t i = 0; i < forms->size(); ++i) {
            forms::AnyModelForm& form = forms->form(i);
            if (!form.instance().is_adding()) {
                add(form.instance().value(), &form);
                continue;
            }
            rows.emplace_back(Dict{{"is_gone", true}, {"errors", Value(forms->row_errors(form))}});
        }
        return rows;
    }
    db::Rows& found = results_->rows();
    for (std::size_t i = 0; i < found.count(); ++i) {
        forms::AnyModelForm* form =
            forms != nullptr ? forms->find(admin_.model().pk_of(found.at(i))) : nullptr;
        add(found.value(found.at(i)), form);
    }
    return rows;
}

List ChangeList::facet_counts(const FilterSpec& spec) const {
    std::vector<db::NamedExpression> counts;
    for (std::size_t i = 0; i < spec.choices.size(); ++i) {
        if (!spec.choices[i].counted) continue;
        counts.push_back({"c" + std::to_string(i),
                          db::Count("pk", {.distinct = true, .filter = *spec.choices[i].counted})});
    }
    List result(spec.choices.size());
    if (counts.empty()) return result;
    const Dict found = filtered(&spec).order_by({}).aggregate(counts);
    for (std::size_t i = 0; i < spec.choices.size(); ++i) {
        result[i] = found.get("c" + std::to_string(i));
    }
    return result;
}

Value ChangeList::filter_context(const FilterSpec& spec) const {
    const List counts = facets_ ? facet_counts(spec) : List();
    List choices;
    for (std::size_t i = 0; i < spec.choices.size(); ++i) {
        const FilterSpec::Choice& choice = spec.choices[i];
        Dict entry =
            link(choice.label, parameters_.link(choice.set, choice.remove), choice.selected);
        if (facets_ && !counts[i].is_none()) entry.set("count", counts[i]);
        choices.emplace_back(std::move(entry));
    }
    return Value(Dict{{"title", Value(strings::capfirst(spec.title))},
                      {"choices", Value(std::move(choices))},
                      {"is_active", spec.is_active},
                      {"is_cut", spec.is_cut}});
}

List ChangeList::filters_context() const {
    List filters;
    for (const FilterSpec& spec : specs_) filters.push_back(filter_context(spec));
    return filters;
}

Value ChangeList::date_context() const {
    const std::string& field = admin_.date_hierarchy;
    if (field.empty()) return {};
    const std::string year_name = field + "__year", month_name = field + "__month",
                      day_name = field + "__day";
    const auto number = [&](const std::string& name) {
        int value = 0;
        for (const char c : parameters_.last(name)) {
            if (c < '0' || c > '9' || value > 9999) return 0;
            value = value * 10 + (c - '0');
        }
        return value;
    };
    const int year = number(year_name), month = number(month_name), day = number(day_name);
    const FieldPath path = meant(named_dates(admin_.model(), field));
    const bool is_moment = path.last()->kind == db::FieldKind::DateTimeField;
    const auto days_of = [&](const char* kind) {
        const db::AnyQuerySet rows = queryset_.order_by({}).select_related(Names());
        return is_moment ? rows.datetimes(db::Term(field), kind)
                         : rows.dates(db::Term(field), kind);
    };
    const auto text = [](const Value& value, const char* format) {
        return date_format(value, format).value_or(value.str());
    };
    const auto at = [&](Date date, const char* what) {
        Parameters::Changes set{{year_name, std::to_string(date.year())}};
        if (*what != 'y') set.emplace_back(month_name, std::to_string(date.month()));
        if (*what == 'd') set.emplace_back(day_name, std::to_string(date.day()));
        return parameters_.link(set, {field + "__"});
    };
    const auto date_of = [](const Value& value) {
        return value.kind() == Kind::DateTime ? value.as_datetime().date() : value.as_date();
    };
    List choices;
    Dict back;
    if (year != 0 && month != 0 && day != 0) {
        const auto date = Date::make(year, month, day);
        if (!date) return {};
        back = link(text(Value(date.value()), "YEAR_MONTH_FORMAT"), at(date.value(), "month"));
        choices.emplace_back(link(text(Value(date.value()), "MONTH_DAY_FORMAT"), "", true));
    } else if (year != 0 && month != 0) {
        back = link(std::to_string(year),
                    parameters_.link({{year_name, std::to_string(year)}}, {field + "__"}));
        for (const Value& value : days_of("day")) {
            choices.emplace_back(
                link(text(Value(date_of(value)), "MONTH_DAY_FORMAT"), at(date_of(value), "day")));
        }
    } else if (year != 0) {
        back = link(std::string(gettext("All dates")), parameters_.link({}, {field + "__"}));
        for (const Value& value : days_of("month")) {
            choices.emplace_back(link(text(Value(date_of(value)), "YEAR_MONTH_FORMAT"),
                                      at(date_of(value), "month")));
        }
    } else {
        for (const Value& value : days_of("year")) {
            choices.emplace_back(
                link(std::to_string(date_of(value).year()), at(date_of(value), "year")));
        }
    }
    Dict context{{"choices", Value(std::move(choices))},
                 {"field", Value(path.last()->verbose_name)}};
    if (!back.empty()) context.set("back", Value(std::move(back)));
    return Value(std::move(context));
}

Value ChangeList::pages_context() const {
    Dict context{{"result_count", result_count_},
                 {"multi_page", multi_page_},
                 {"can_show_all", can_show_all_},
                 {"show_all", show_all_ && can_show_all_}};
    if (multi_page_ && can_show_all_ && !show_all_) {
        context.set("show_all_query", Value(parameters_.link({{kAllVar, ""}})));
    }
    if (page_) {
        List numbers;
        const std::string current = std::to_string(page_->number());
        for (const std::string& number :
             page_->paginator().get_elided_page_range(page_->number())) {
            const bool is_gap = number == views::PaginatorBase::kEllipsis;
            Dict entry = link(number, is_gap ? "" : parameters_.link({{kPageVar, number}}),
                              number == current);
            entry.set("gap", is_gap);
            numbers.emplace_back(std::move(entry));
        }
        context.set("numbers", Value(std::move(numbers)));
        const auto page_link = [&](std::int64_t page) {
            return Value(parameters_.link({{kPageVar, std::to_string(page)}}));
        };
        if (page_->has_previous()) {
            context.set("previous_query", page_link(page_->previous_page_number()));
        }
        if (page_->has_next()) context.set("next_query", page_link(page_->next_page_number()));
        context.set("start_index", page_->start_index());
        context.set("end_index", page_->end_index());
    }
    return Value(std::move(context));
}

Dict ChangeList::context(ListForms* forms) const {
    const db::ModelMeta& model = admin_.model();
    const bool has_search = !admin_.get_search_fields(request_).empty();
    List hidden;  // what a search keeps
    for (const auto& [name, values] : parameters_.all()) {
        if (name == kSearchVar || name == kAllVar) continue;
        for (const std::string& value : values) {
            hidden.emplace_back(Dict{{"name", Value(name)}, {"value", Value(value)}});
        }
    }
    const bool any_active =
        std::ranges::any_of(specs_, [](const FilterSpec& spec) { return spec.is_active; });
    std::vector<std::string> filter_names;
    for (const auto& [name, values] : parameters_.all()) {
        const bool is_state = name == kOrderVar || name == kSearchVar || name == kAllVar ||
                              name == kPopupVar || name == kToFieldVar || name == kFacetsVar;
        if (!is_state) filter_names.push_back(name);
    }
    Dict context{{"headers", Value(headers_context())},
                 {"rows", Value(rows_context(forms))},
                 {"filters", Value(filters_context())},
                 {"has_active_filters", any_active || !filter_names.empty()},
                 {"clear_filters_query", Value(parameters_.link({}, filter_names))},
                 {"pages", pages_context()},
                 {"has_search", has_search},
                 {"query", Value(query_)},
                 {"search_hidden", Value(std::move(hidden))},
                 {"search_clear_query", Value(parameters_.link({}, {kSearchVar}))},
                 {"search_help_text", Value(admin_.search_help_text)},
                 {"is_popup", is_popup_},
                 {"result_count", result_count_},
                 {"verbose_name", Value(model.verbose_name)},
                 {"verbose_name_plural", Value(model.verbose_name_plural)}};
    if (forms != nullptr) {
        context.set("form_hidden", Value::safe(forms->hidden_html()));
        context.set("is_multipart", forms->is_multipart());
        context.set("errors", Value(forms->errors()));
        context.set("error_count", static_cast<int>(forms->error_count()));
    }
    if (full_count_) context.set("full_result_count", *full_count_);
    if (!admin_.date_hierarchy.empty()) context.set("dates", date_context());
    if (!specs_.empty() && admin_.show_facets == ShowFacets::Allow) {
        context.set("facets_query", Value(facets_ ? parameters_.link({}, {kFacetsVar})
                                                  : parameters_.link({{kFacetsVar, "True"}})));
        context.set("facets", facets_);
    }
    return context;
}

}  // namespace tatum::admin::impl
