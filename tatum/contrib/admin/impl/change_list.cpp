#include <tatum/contrib/admin/impl/change_list.h>

#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/contrib/admin/impl/names.h>
#include <tatum/db/exceptions.h>
#include <tatum/http/errors.h>

#include <algorithm>
#include <charconv>

namespace tatum::admin::impl {

namespace {

std::optional<int> number_of(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// A term of ?o=: a column's number, perhaps with a '-' before it.
struct OrderTerm {
    std::size_t column = 0;
    bool descending = false;
};
std::vector<OrderTerm> order_terms(std::string_view text, std::size_t columns) {
    std::vector<OrderTerm> terms;
    for (std::string_view part : strings::split(text, ".")) {
        const bool descending = part.starts_with('-');
        if (descending) part.remove_prefix(1);
        const auto number = number_of(part);
        if (!number || *number < 0 || static_cast<std::size_t>(*number) >= columns) continue;
        terms.push_back({static_cast<std::size_t>(*number), descending});
        if (terms.size() == kOrderTermsMax) break;
    }
    return terms;
}

std::string turned(const std::string& term) {
    return term.starts_with('-') ? term.substr(1) : "-" + term;
}

}  // namespace

db::AnyQuerySet search_results(const ModelAdminBase& admin, http::Request& request,
                               const db::AnyQuerySet& rows, std::string_view term) {
    const Names fields = admin.get_search_fields(request);
    if (fields.empty() || term.empty()) return rows;
    std::vector<std::string> lookups;
    bool many = false;
    for (const std::string& field : fields) {
        lookups.push_back(search_lookup(admin.model(), field));
        many = many || walk_path(admin.model(), lookups.back()).many;
    }
    db::AnyQuerySet found = rows;
    std::size_t words = 0;
    for (const std::string_view word : strings::smart_split(term.substr(0, kSearchBytesMax))) {
        if (++words > kSearchWordsMax) break;
        std::string bit(word);
        if (bit.size() > 1 && (bit[0] == '"' || bit[0] == '\'') && bit.back() == bit[0]) {
            bit = strings::unescape_string_literal(word).value_or(bit);
        }
        db::Q any;
        for (const std::string& lookup : lookups) {
            const db::Q one(lookup, Value(bit));
            any = any.empty() ? one : any || one;
        }
        found = found.filter(any);
    }
    return many ? found.distinct() : found;
}

bool to_field_allowed(const AdminState& state, const ModelAdminBase& admin,
                      std::string_view to_field) {
    const db::FieldMeta* field = admin.model().find_field(to_field);
    if (field == nullptr) return false;
    if (field->primary_key) return true;
    const auto is_known = [&](const db::ModelMeta& model) {
        if (state.find(model) != nullptr) return true;
        return std::ranges::any_of(state.all(), [&](const auto& other) {
            return std::ranges::any_of(
                other->inlines(), [&](const Inline& rows) { return rows.model == model.type; });
        });
    };
    return std::ranges::any_of(admin.model().reverse, [&](const db::ReverseMeta& reverse) {
        return reverse.field->relation->to_field == field && is_known(*reverse.model);
    });
}

ChangeList::ChangeList(const AdminState& state, const ModelAdminBase& admin, http::Request& request)
    : state_(state),
      admin_(admin),
      request_(request),
      empty_value_(admin.empty_value_display.empty() ? state.options().empty_value_display
                                                     : admin.empty_value_display),
      list_filters_(admin.get_list_filter(request)),
      queryset_(admin.any_queryset(request)) {
    for (const std::string& name : admin.get_list_display(request)) {
        columns_.push_back(meant(list_column(admin, "list_display", name, empty_value_)));
    }
    read_parameters();
    check_lookups();
    try {
        make_filters();
        load();
    } catch (const db::FieldError& error) {
        throw IncorrectLookup(error.what());
    } catch (const db::ValueError& error) {
        throw IncorrectLookup(error.what());
    } catch (const db::DataError& error) {
        throw IncorrectLookup(error.what());
    }
}

void ChangeList::read_parameters() {
    const http::QueryDict& fields = request_.GET();
    query_ = std::string(fields.get(kSearchVar));
    page_text_ = std::string(fields.get(kPageVar, "1"));
    show_all_ = fields.contains(kAllVar);
    is_popup_ = fields.contains(kPopupVar);
    facets_ = admin_.show_facets == ShowFacets::Always ||
              (admin_.show_facets == ShowFacets::Allow && fields.contains(kFacetsVar));
    to_field_ = std::string(fields.get(kToFieldVar));
    if (!to_field_.empty() && !to_field_allowed(state_, admin_, to_field_)) {
        throw SuspiciousOperation("The field " + to_field_ + " cannot be referenced.");
    }
    parameters_ = Parameters(fields);
    parameters_.take(kPageVar);
    parameters_.take(kErrorVar);
    remaining_ = parameters_;
    for (const char* name : {kAllVar, kOrderVar, kSearchVar, kFacetsVar, kPopupVar, kToFieldVar}) {
        remaining_.take(name);
    }
}

void ChangeList::check_lookups() const {
    Names allowed;
    if (!admin_.date_hierarchy.empty()) allowed.push_back(admin_.date_hierarchy);
    for (const ListFilter& filter : list_filters_) {
        allowed.push_back(filter.simple ? filter.simple->parameter_name : filter.field);
    }
    for (const auto& [lookup, values] : remaining_.all()) {
        if (!lookup_allowed(admin_.model(), lookup, allowed)) {
            throw SuspiciousOperation("Filtering by " + lookup + " not allowed");
        }
    }
}

void ChangeList::make_filters() {
    for (const ListFilter& filter : list_filters_) {
        auto spec = make_filter(state_, admin_, request_, filter, remaining_, empty_value_);
        if (spec) specs_.push_back(*std::move(spec));
    }
    Parameters rest = remaining_;
    narrow_by_date(rest);
    for (const auto& [lookup, values] : rest.all()) {
        date_conditions_.push_back(lookup_condition(lookup, values));
    }
}

/// Years, months and days become spans, which an index can answer.
void ChangeList::narrow_by_date(Parameters& rest) {
    const std::string& field = admin_.date_hierarchy;
    if (field.empty() || !rest.contains(field + "__year")) return;
    const auto part = [&](const char* name) -> std::optional<int> {
        const Parameters::Values values = rest.take(field + "__" + name);
        if (values.empty()) return std::nullopt;
        const auto number = number_of(values.back());
        if (!number) throw IncorrectLookup(field);
        return number;
    };
    const int year = *part("year");
    const auto month = part("month"), day = part("day");
    const auto first = Date::make(year, month.value_or(1), day.value_or(1));
    const auto end = day     ? first
                     : month ? Date::make(*month == 12 ? year + 1 : year, *month % 12 + 1, 1)
                             : Date::make(year + 1, 1, 1);
    if (!first || !end) throw IncorrectLookup(field);
    const Date last = day ? end.value() + 1 : end.value();
    const FieldPath path = meant(named_dates(admin_.model(), field));
    const bool is_moment = path.last()->kind == db::FieldKind::DateTimeField;
    const auto bound = [&](Date date) {
        if (!is_moment) return Value(date);
        return Value(make_aware(DateTime(date, Time()), current_time_zone()));
    };
    date_conditions_.emplace_back(field + "__gte", bound(first.value()));
    date_conditions_.emplace_back(field + "__lt", bound(last));
}

/// The rows with all filters but one, as facets count them.
db::AnyQuerySet ChangeList::filtered(const FilterSpec* except) const {
    db::AnyQuerySet rows = admin_.any_queryset(request_);
    for (const FilterSpec& spec : specs_) {
        if (&spec != except) rows = spec.applied(rows);
    }
    for (const db::Q& condition : date_conditions_) rows = rows.filter(condition);
    rows = search_results(admin_, request_, rows, query_);
    bool many = false;
    for (const ListFilter& filter : list_filters_) {
        many = many || (!filter.simple && walk_path(admin_.model(), filter.field).many);
    }
    for (const auto& [lookup, values] : remaining_.all()) {
        many = many || walk_path(admin_.model(), lookup).many;
    }
    const bool any_active =
        std::ranges::any_of(specs_, [](const FilterSpec& spec) { return spec.is_active; });
    return many && (any_active || !remaining_.all().empty()) ? rows.distinct() : rows;
}

db::AnyQuerySet ChangeList::with_relations(const db::AnyQuerySet& rows) const {
    Names relations = admin_.list_select_related;
    for (const Column& column : columns_) {
        if (!column.select.empty()) relations.push_back(column.select);
    }
    return relations.empty() ? rows : rows.select_related(relations);
}

Names ChangeList::default_ordering() const {
    Names terms = admin_.get_ordering(request_);
    return terms.empty() ? admin_.model().ordering_names : terms;
}

Names ChangeList::ordering() const {
    Names terms;
    const std::string_view asked = parameters_.last(kOrderVar);
    if (asked.empty()) {
        terms = default_ordering();
    } else {
        for (const OrderTerm& term : order_terms(asked, columns_.size())) {
            const std::string& field = columns_[term.column].ordering;
            if (field.empty()) continue;
            terms.push_back(term.descending ? turned(field) : field);
        }
    }
    make_deterministic(terms);
    return terms;
}

/// Adds the key unless the terms tell any two rows apart already.
void ChangeList::make_deterministic(Names& terms) const {
    const db::ModelMeta& model = admin_.model();
    std::vector<const db::FieldMeta*> fields;
    for (const std::string& term : terms) {
        const std::string name = term.starts_with('-') ? term.substr(1) : term;
        const db::FieldMeta* field = model.find_field(name);
        if (field == nullptr) continue;
        if (field->is_relation() && name == field->name) continue;
        if (field->primary_key || (field->unique && !field->null)) return;
        fields.push_back(field);
    }
    for (const auto& together : model.unique_together) {
        const bool tells = std::ranges::all_of(together, [&](const std::string& name) {
            const db::FieldMeta* field = model.find_field(name);
            return field != nullptr && !field->null &&
                   std::ranges::find(fields, field) != fields.end();
        });
        if (tells) return;
    }
    terms.emplace_back("-pk");
}

db::AnyQuerySet ChangeList::in_order(const db::AnyQuerySet& rows) const {
    const Names names = ordering();
    const std::vector<db::OrderBy> terms(names.begin(), names.end());
    return with_relations(rows).order_by(terms);
}

db::AnyQuerySet ChangeList::rows_of(List keys) const {
    return in_order(admin_.any_queryset(request_).filter(db::Q("pk__in", Value(std::move(keys)))));
}

void ChangeList::load() {
    queryset_ = in_order(filtered(nullptr));
    const views::Paginator<db::AnyQuerySet> paginator(queryset_, admin_.list_per_page);
    result_count_ = paginator.count();
    if (admin_.show_full_result_count) full_count_ = admin_.any_queryset(request_).count();
    can_show_all_ = result_count_ <= admin_.list_max_show_all;
    multi_page_ = result_count_ > admin_.list_per_page;
    if (!multi_page_ || (show_all_ && can_show_all_)) {
        results_ = queryset_;
    } else {
        try {
            page_ = paginator.page(Value(page_text_));
        } catch (const views::PageNotAnInteger&) {
            page_ = paginator.page(1);
        } catch (const views::InvalidPage& error) {
            throw IncorrectLookup(error.what());
        }
        const std::int64_t start = (page_->number() - 1) * admin_.list_per_page;
        results_ = queryset_.slice({start, start + admin_.list_per_page});
    }
    results_->rows();
}

}  // namespace tatum::admin::impl
