#include <tatum/contrib/admin/impl/filters.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/contrib/admin/impl/columns.h>
#include <tatum/contrib/admin/impl/names.h>

#include <algorithm>

namespace tatum::admin::impl {

namespace {

bool is_truth(std::string_view text) {
    const std::string lower = strings::ascii_lower(text);
    return !lower.empty() && lower != "false" && lower != "0";
}

Value lookup_value(std::string_view lookup, const std::string& text) {
    if (lookup.ends_with("__in")) {
        List items;
        for (const std::string_view item : strings::split(text, ",")) items.emplace_back(item);
        return Value(std::move(items));
    }
    if (lookup.ends_with("__isnull")) return Value(is_truth(text));
    return Value(text);
}

/// What all filters of a field share while they are made.
struct Making {
    const AdminState& state;
    const ModelAdminBase& admin;
    http::Request& request;
    Parameters& parameters;
    const std::string& path;
    const FieldPath& walked;
    const std::string& empty_value;
    FilterSpec spec = {};

    const db::FieldMeta& field() const { return *walked.last(); }

    /// Takes a parameter of the address and adds its condition.
    Parameters::Values take(const std::string& lookup) {
        Parameters::Values values = parameters.take(lookup);
        if (values.empty()) return values;
        spec.is_active = true;
        spec.condition = spec.condition && lookup_condition(lookup, values);
        return values;
    }
    void add(FilterSpec::Choice choice) { spec.choices.push_back(std::move(choice)); }
    void add_all(bool selected, std::vector<std::string> remove) {
        add({.selected = selected,
             .remove = std::move(remove),
             .label = std::string(gettext("All"))});
    }
};

bool has_value(const Parameters::Values& values, const std::string& text) {
    return std::ranges::find(values, text) != values.end();
}

/// Rows of the model that a relation leads to, in the order that its own admin has.
db::AnyQuerySet related_rows(const Making& making, const db::ModelMeta& model) {
    db::AnyQuerySet rows(model);
    const ModelAdminBase* admin = making.state.find(model);
    if (admin == nullptr) return rows;
    const Names ordering = admin->get_ordering(making.request);
    if (ordering.empty()) return rows;
    const std::vector<db::OrderBy> terms(ordering.begin(), ordering.end());
    return rows.order_by(terms);
}

void make_related(Making& making, bool only_used) {
    const db::FieldMeta& field = making.field();
    const db::ModelMeta& model = *making.walked.model;
    const bool is_reverse = field.model == &model;
    const db::FieldMeta* target = is_reverse || field.is_many_to_many() || !field.relation->to_field
                                      ? model.pk
                                      : field.relation->to_field;
    const std::string exact = making.path + "__" + target->name + "__exact";
    const std::string isnull = making.path + "__isnull";
    const Parameters::Values chosen = making.take(exact);
    const Parameters::Values null = making.take(isnull);
    const bool wants_null = !null.empty() && is_truth(null.back());
    making.spec.title = is_reverse ? model.verbose_name : field.verbose_name;
    making.add_all(chosen.empty() && !wants_null, {exact, isnull});

    db::AnyQuerySet rows = related_rows(making, model);
    if (only_used) {
        const db::AnyQuerySet own = making.admin.any_queryset(making.request);
        const std::string key = making.path + "__" + model.pk->name;
        rows = rows.filter(
            db::Q("pk__in", Value(own.order_by({}).distinct().values_flat(key).rows())));
    }
    const db::AnyQuerySet some =
        rows.slice({.stop = static_cast<std::int64_t>(kFilterChoicesMax) + 1});
    db::Rows& found = some.rows();
    for (std::size_t i = 0; i < std::min(found.count(), kFilterChoicesMax); ++i) {
        const void* row = found.at(i);
        const std::string key = target->get(row).str();
        making.add({.selected = has_value(chosen, key),
                    .set = {{exact, key}},
                    .remove = {isnull},
                    .label = model.str_of(row),
                    .counted = db::Q(exact, Value(key))});
    }
    making.spec.is_cut = found.count() > kFilterChoicesMax;
    if (field.null || field.is_many_to_many()) {
        making.add({.selected = wants_null,
                    .set = {{isnull, "True"}},
                    .remove = {exact},
                    .label = making.empty_value,
                    .counted = db::Q(isnull, Value(true))});
    }
}

void make_boolean(Making& making) {
    const db::FieldMeta& field = making.field();
    const std::string exact = making.path + "__exact";
    const std::string isnull = making.path + "__isnull";
    const std::string chosen(making.parameters.last(exact));
    const std::string null(making.parameters.last(isnull));
    if (chosen == "1" || chosen == "0")
        making.parameters.set(exact, {chosen == "1" ? "True" : "False"});
    making.take(exact);
    making.take(isnull);
    const auto label = [&](bool value, const char* text) {
        for (const db::Choice& choice : field.choices) {
            if (choice.value == Value(value)) return choice.label;
        }
        return std::string(gettext(text));
    };
    making.add_all(chosen.empty() && null.empty(), {exact, isnull});
    for (const bool value : {true, false}) {
        const std::string text = value ? "1" : "0";
        making.add({.selected = chosen == text && null.empty(),
                    .set = {{exact, text}},
                    .remove = {isnull},
                    .label = label(value, value ? "Yes" : "No"),
                    .counted = db::Q(exact, Value(value))});
    }
    if (field.null) {
        making.add({.selected = null == "True",
                    .set = {{isnull, "True"}},
                    .remove = {exact},
                    .label = std::string(gettext("Unknown")),
                    .counted = db::Q(isnull, Value(true))});
    }
}

void make_choices(Making& making) {
    const std::string exact = making.path + "__exact";
    const std::string isnull = making.path + "__isnull";
    const Parameters::Values chosen = making.take(exact);
    const Parameters::Values null = making.take(isnull);
    making.add_all(chosen.empty() && null.empty(), {exact, isnull});
    for (const db::Choice& choice : making.field().choices) {
        const std::string key = choice.value.str();
        if (choice.value.is_none()) {
            making.add({.selected = !null.empty(),
                        .set = {{isnull, "True"}},
                        .remove = {exact},
                        .label = choice.label,
                        .counted = db::Q(isnull, Value(true))});
            continue;
        }
        making.add({.selected = has_value(chosen, key),
                    .set = {{exact, key}},
                    .remove = {isnull},
                    .label = choice.label,
                    .counted = db::Q(exact, choice.value)});
    }
}

/// A day as the lookups of the field take it, and as it stands in addresses.
struct Day {
    Value value;
    std::string text;
};
Day day_of(Date date, bool is_moment) {
    if (!is_moment) return {Value(date), date.isoformat()};
    const DateTime midnight = make_aware(DateTime(date, Time()), current_time_zone());
    return {Value(midnight), midnight.isoformat(' ')};
}

void make_date(Making& making) {
    const db::FieldMeta& field = making.field();
    const bool is_moment = field.kind == db::FieldKind::DateTimeField;
    const std::string since = making.path + "__gte", until = making.path + "__lt";
    const std::string isnull = making.path + "__isnull", generic = making.path + "__";
    Parameters::Changes chosen;
    for (const auto& [key, values] : making.parameters.all()) {
        if (key.starts_with(generic) && !values.empty()) chosen.emplace_back(key, values.back());
    }
    std::ranges::sort(chosen);
    for (const std::string* lookup : {&since, &until}) making.take(*lookup);
    if (field.null) making.take(isnull);

    const Date today = local_date();
    const Date month = Date::make(today.year(), today.month(), 1).value();
    const Date year = Date::make(today.year(), 1, 1).value();
    const Date next_month = today.month() == 12
                                ? Date::make(today.year() + 1, 1, 1).value()
                                : Date::make(today.year(), today.month() + 1, 1).value();
    const auto add = [&](const char* label, Parameters::Changes set, std::optional<db::Q> counted) {
        std::ranges::sort(set);
        const bool selected = set == chosen;
        making.add({.selected = selected,
                    .set = std::move(set),
                    .remove = {generic},
                    .label = std::string(gettext(label)),
                    .counted = std::move(counted)});
    };
    const auto add_span = [&](const char* label, Date first, Date end) {
        const Day from = day_of(first, is_moment), to = day_of(end, is_moment);
        add(label, {{since, from.text}, {until, to.text}},
            db::Q(since, from.value) && db::Q(until, to.value));
    };
    add("Any date", {}, std::nullopt);
    add_span("Today", today, today + 1);
    add_span("Past 7 days", today - 7, today + 1);
    add_span("This month", month, next_month);
    add_span("This year", year, Date::make(today.year() + 1, 1, 1).value());
    if (field.null) {
        add("No date", {{isnull, "True"}}, db::Q(isnull, Value(true)));
        add("Has date", {{isnull, "False"}}, db::Q(isnull, Value(false)));
    }
}

void make_all_values(Making& making) {
    const std::string& exact = making.path;
    const std::string isnull = making.path + "__isnull";
    const Parameters::Values chosen = making.take(exact);
    const Parameters::Values null = making.take(isnull);
    making.add_all(chosen.empty() && null.empty(), {exact, isnull});
    const db::AnyQuerySet rows = making.admin.any_queryset(making.request);
    const db::OrderBy order(making.path);
    const db::ValuesQuerySet values =
        rows.order_by({&order, 1})
            .distinct()
            .values_flat(making.path)
            .slice({.stop = static_cast<std::int64_t>(kFilterChoicesMax) + 1});
    std::size_t count = 0;
    bool with_null = false;
    for (const Value& value : values) {
        if (++count > kFilterChoicesMax) break;
        if (value.is_none()) {
            with_null = true;
            continue;
        }
        const std::string text = value.str();
        making.add({.selected = has_value(chosen, text),
                    .set = {{exact, text}},
                    .remove = {isnull},
                    .label = text,
                    .counted = db::Q(exact, value)});
    }
    making.spec.is_cut = count > kFilterChoicesMax;
    if (with_null) {
        making.add({.selected = !null.empty(),
                    .set = {{isnull, "True"}},
                    .remove = {exact},
                    .label = making.empty_value,
                    .counted = db::Q(isnull, Value(true))});
    }
}

void make_empty(Making& making) {
    const db::FieldMeta& field = making.field();
    const std::string lookup = making.path + "__isempty";
    const Parameters::Values values = making.parameters.take(lookup);
    db::Q empty;
    if (field.is_text()) empty = db::Q(making.path, Value(""));
    if (field.null) {
        const db::Q null(making.path + "__isnull", Value(true));
        empty = empty.empty() ? null : empty || null;
    }
    const std::string chosen = values.empty() ? std::string() : values.back();
    if (!values.empty()) {
        if (chosen != "0" && chosen != "1") throw IncorrectLookup(lookup);
        making.spec.is_active = true;
        making.spec.condition = chosen == "1" ? empty : !empty;
    }
    making.add_all(chosen.empty(), {lookup});
    making.add({.selected = chosen == "1",
                .set = {{lookup, "1"}},
                .label = std::string(gettext("Empty")),
                .counted = empty});
    making.add({.selected = chosen == "0",
                .set = {{lookup, "0"}},
                .label = std::string(gettext("Not empty")),
                .counted = !empty});
}

FilterKind kind_of(const FieldPath& path) {
    const db::FieldMeta& field = *path.last();
    if (path.model != nullptr) return FilterKind::Related;
    if (!field.choices.empty()) return FilterKind::Choices;
    if (field.kind == db::FieldKind::BooleanField) return FilterKind::Boolean;
    if (field.kind == db::FieldKind::DateField || field.kind == db::FieldKind::DateTimeField) {
        return FilterKind::Date;
    }
    return FilterKind::AllValues;
}

std::optional<FilterSpec> make_simple(http::Request& request, const SimpleListFilter& filter,
                                      Parameters& parameters) {
    FilterSpec spec{.title = filter.title, .simple = &filter};
    const Parameters::Values values = parameters.take(filter.parameter_name);
    if (!values.empty()) {
        spec.is_active = true;
        spec.value = values.back();
    }
    const FilterChoices lookups = filter.lookups ? filter.lookups(request) : FilterChoices();
    if (lookups.empty()) return std::nullopt;
    spec.choices.push_back({.selected = values.empty(),
                            .remove = {filter.parameter_name},
                            .label = std::string(gettext("All"))});
    for (const FilterChoice& choice : lookups) {
        spec.choices.push_back({.selected = !values.empty() && spec.value == choice.value,
                                .set = {{filter.parameter_name, choice.value}},
                                .label = choice.label});
    }
    return spec;
}

}  // namespace

db::AnyQuerySet FilterSpec::applied(const db::AnyQuerySet& rows) const {
    if (!is_active) return rows;
    if (simple != nullptr) return simple->queryset(rows, value);
    return rows.filter(condition);
}

db::Q lookup_condition(const std::string& lookup, const Parameters::Values& values) {
    db::Q any;
    for (const std::string& text : values) {
        const db::Q one(lookup, lookup_value(lookup, text));
        any = any.empty() ? one : any || one;
    }
    return any;
}

std::optional<FilterSpec> make_filter(const AdminState& state, const ModelAdminBase& admin,
                                      http::Request& request, const ListFilter& filter,
                                      Parameters& parameters, const std::string& empty_value) {
    if (filter.simple) return make_simple(request, *filter.simple, parameters);
    const FieldPath walked = meant(named_filter(admin.model(), "list_filter", filter));
    Making making{state, admin, request, parameters, filter.field, walked, empty_value};
    making.spec.title = walked.last()->verbose_name;
    const FilterKind kind = filter.kind == FilterKind::Default ? kind_of(walked) : filter.kind;
    switch (kind) {
        case FilterKind::Related:
        case FilterKind::RelatedOnly:
            make_related(making, kind == FilterKind::RelatedOnly);
            // One row alone is no choice.
            if (making.spec.choices.size() <= 2 && !making.spec.is_active) return std::nullopt;
            break;
        case FilterKind::Boolean:
            make_boolean(making);
            break;
        case FilterKind::Choices:
            make_choices(making);
            break;
        case FilterKind::Date:
            make_date(making);
            break;
        case FilterKind::Empty:
            make_empty(making);
            break;
        case FilterKind::Default:
        case FilterKind::AllValues:
            make_all_values(making);
            break;
    }
    return std::move(making.spec);
}

}  // namespace tatum::admin::impl
