#include <tatum/db/any_query_set.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/compiler.h>

#include <algorithm>

namespace tatum::db {

namespace {

using Choices = std::initializer_list<std::string_view>;

/// Throws ValueError: "The order of dates is 'ASC' or 'DESC', not 'x'".
void check_choice(std::string_view what, Choices choices, std::string_view chosen) {
    if (std::ranges::find(choices, chosen) != choices.end()) return;
    std::string message(what);
    for (const std::string_view& choice : choices) {
        const bool is_last = &choice == choices.end() - 1;
        message += &choice == choices.begin() ? " '" : is_last ? " or '" : ", '";
        message += choice;
        message += '\'';
    }
    throw ValueError(message + ", not '" + std::string(chosen) + "'");
}

/// What `field` is. Throws ValueError when it is neither a date nor a moment.
FieldKind date_kind(const AnyQuerySet& rows, const Term& field) {
    const impl::Node& node = *field.node();
    if (node.kind != impl::NodeKind::Path) throw ValueError("Dates are those of a field");
    std::vector<impl::PathStep> storage;
    const auto steps = impl::steps_of(node, storage);
    const auto path = impl::resolve_path(rows.model(), steps, &rows.query());
    if (path.target && path.rest.empty() &&
        (path.target->kind == FieldKind::DateField ||
         path.target->kind == FieldKind::DateTimeField)) {
        return path.target->kind;
    }
    throw ValueError("'" + impl::path_text(node) + "' isn't a DateField or DateTimeField.");
}

Expression truncated(const Term& field, std::string_view kind) {
    return Expression(impl::make_function("trunc_" + std::string(kind), {field.node()}));
}

ValuesQuerySet distinct_dates(const AnyQuerySet& rows, const Term& field, const Expression& date,
                              std::string_view order) {
    check_choice("The order of dates is", {"ASC", "DESC"}, order);
    const std::string name = "datefield", plain = "plain_field";
    // The condition is about the very rows whose dates are read, also of many.
    return rows.annotate(name, date)
        .alias(plain, field)
        .filter(Q(plain + "__isnull", Value(false)))
        .values_flat(name)
        .distinct()
        .order_by(order == "DESC" ? "-" + name : name);
}

}  // namespace

ValuesQuerySet AnyQuerySet::dates(const Term& field, std::string_view kind,
                                  std::string_view order) const {
    check_choice("The kind of dates is", {"year", "month", "week", "day"}, kind);
    const Expression date = truncated(field, kind);
    const bool is_moment = date_kind(*this, field) == FieldKind::DateTimeField;
    return distinct_dates(*this, field, is_moment ? TruncDate(date) : date, order);
}

ValuesQuerySet AnyQuerySet::datetimes(const Term& field, std::string_view kind,
                                      std::string_view order) const {
    check_choice("The kind of datetimes is",
                 {"year", "month", "week", "day", "hour", "minute", "second"}, kind);
    if (date_kind(*this, field) == FieldKind::DateField) {
        throw ValueError("Cannot truncate DateField '" + impl::path_text(*field.node()) +
                         "' to DateTimeField.");
    }
    return distinct_dates(*this, field, truncated(field, kind), order);
}

}  // namespace tatum::db
