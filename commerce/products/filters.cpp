#include "filters.h"

#include <tatum/db/functions.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace products {

namespace {

constexpr std::string_view kParameter = "filter";
constexpr std::string_view kYes = "yes", kNo = "no";

/// That a detail has one of the values, whatever its attribute's type.
Q has_one_of(const std::vector<std::string>& values) {
    std::vector<Decimal> numbers;
    Q condition = F<&ProductDetail::option, &AttributeOption::slug>.in(values);
    for (const std::string& value : values) {
        if (value == kYes || value == kNo) {
            condition = condition || F<&ProductDetail::boolean> == (value == kYes);
        } else if (const auto number = Decimal::parse(value); number && number->is_finite()) {
            numbers.push_back(*number);
        }
    }
    return numbers.empty() ? condition : condition || F<&ProductDetail::number>.in(numbers);
}

/// How many products there are, as a value within another query.
Expression count_of(const QuerySet<Product>& products) {
    return Subquery(
        products.order_by().annotate("n", Func("COUNT", {F<&Product::id>})).values_flat("n").any());
}

/// A value of an attribute: as an address names it, as people read it, and how many have it.
struct Choice {
    std::string value, label;
    std::int64_t count = 0;
    bool is_chosen = false;
};

Choice choice_of(const Dict& row) {
    const std::int64_t count = row.get("products").as_int();
    if (const Value slug = row.get("details__option__slug"); !slug.is_none()) {
        return {
            .value = slug.str(), .label = row.get("details__option__label").str(), .count = count};
    }
    if (const Value number = row.get("details__number"); !number.is_none()) {
        const Decimal amount = number.as_decimal();
        return {
            .value = amount.normalize().fixed(),
            .label = Attribute::number_text(amount, row.get("details__attribute__unit").str()),
            .count = count,
        };
    }
    const bool is_so = row.get("details__boolean").truth();
    return {
        .value = std::string(is_so ? kYes : kNo), .label = is_so ? "Yes" : "No", .count = count};
}

/// An attribute with the values that products have.
struct Group {
    std::string slug;
    Value name;
    std::vector<Choice> choices;

    /// Is it worth a place beside a list of `total` products?
    bool is_offered(std::int64_t total) const {
        if (std::ranges::any_of(choices, &Choice::is_chosen)) return true;
        std::int64_t having = 0;
        for (const Choice& choice : choices) having += choice.count;
        return choices.size() > 1 && having * kFacetShare >= total;
    }
    void keep_most_frequent() {
        if (choices.size() <= kFacetChoicesMax) return;
        std::vector<std::int64_t> counts;
        for (const Choice& choice : choices) counts.push_back(choice.count);
        std::ranges::nth_element(counts, counts.begin() + kFacetChoicesMax - 1, std::greater());
        const std::int64_t least = counts[kFacetChoicesMax - 1];
        auto equal_to_least = static_cast<std::ptrdiff_t>(kFacetChoicesMax) -
                              std::ranges::count_if(counts, [&](auto n) { return n > least; });
        std::erase_if(choices, [&](const Choice& choice) {
            if (choice.is_chosen || choice.count > least) return false;
            return choice.count < least || equal_to_least-- <= 0;
        });
    }
    Value described() const {
        List list;
        for (const Choice& choice : choices) {
            list.emplace_back(Dict{{"value", slug + ":" + choice.value},
                                   {"label", choice.label},
                                   {"count", choice.count},
                                   {"is_chosen", choice.is_chosen}});
        }
        return Dict{{"name", name}, {"choices", std::move(list)}};
    }
};

/// `rows` are in the order of attributes.
std::vector<Group> groups_of(const List& rows, const std::vector<std::string>& chosen) {
    std::vector<Group> groups;
    for (const Value& value : rows) {
        const Dict& row = value.as_dict();
        if (!row.get("details__attribute__is_filterable").truth()) continue;
        const std::string slug = row.get("details__attribute__slug").str();
        if (groups.empty() || groups.back().slug != slug) {
            groups.push_back(
                {.slug = slug, .name = row.get("details__attribute__name"), .choices = {}});
        }
        Choice choice = choice_of(row);
        choice.is_chosen = std::ranges::find(chosen, slug + ":" + choice.value) != chosen.end();
        groups.back().choices.push_back(std::move(choice));
    }
    return groups;
}

}  // namespace

Filters::Filters(const http::Request& request) {
    for (const std::string& term : request.GET().getlist(kParameter)) {
        const std::size_t colon = term.find(':');
        if (colon == std::string::npos || term.size() > kFilterBytesMax || has(term)) continue;
        if (terms_.size() == kFiltersMax) break;
        terms_.push_back(term);
        values_by_attribute_[term.substr(0, colon)].push_back(term.substr(colon + 1));
    }
}

bool Filters::has(std::string_view term) const {
    return std::ranges::find(terms_, term) != terms_.end();
}

void Filters::keep(http::QueryDict& query) const {
    if (!terms_.empty()) query.setlist(kParameter, terms_);
}

QuerySet<Product> Filters::narrow(const QuerySet<Product>& products) const {
    QuerySet<Product> narrowed = products;
    for (const auto& [attribute, values] : values_by_attribute_) {
        const auto details = ProductDetail::objects.filter(
            F<&ProductDetail::attribute, &Attribute::slug> == attribute,
            F<&ProductDetail::attribute, &Attribute::is_filterable> == true, has_one_of(values));
        narrowed = narrowed.filter(F<&Product::id>.in(details.values_flat("product")));
    }
    return narrowed;
}

Facets Filters::facets(const QuerySet<Product>& products, const http::QueryDict& kept) const {
    // The numbers of products ride along, so that a list needs no query of its own for them.
    auto rows = products.order_by()
                    .values("details__attribute__is_filterable", "details__attribute__name",
                            "details__attribute__slug", "details__attribute__unit",
                            "details__option__slug", "details__option__label",
                            "details__option__position", "details__number", "details__boolean")
                    .annotate("products", Count("id", {.distinct = true}))
                    .annotate("total", Max(count_of(products)));
    if (!empty()) rows = rows.annotate("narrowed", Max(count_of(narrow(products))));
    rows = rows.order_by("details__attribute__name", "details__attribute__slug",
                         "details__option__position", "details__option__label", "details__number",
                         "-details__boolean");
    if (rows.size() == 0) return {};
    const Dict& first = rows.rows().front().as_dict();
    const std::int64_t total = first.get("total").as_int();
    Facets facets{.count = empty() ? total : first.get("narrowed").as_int()};
    for (Group& group : groups_of(rows.rows(), terms_)) {
        for (const Choice& choice : group.choices) {
            if (!choice.is_chosen) continue;
            facets.chosen.emplace_back(
                Dict{{"name", group.name},
                     {"label", choice.label},
                     {"query", query_without(group.slug + ":" + choice.value, kept)}});
        }
        if (!group.is_offered(total)) continue;
        group.keep_most_frequent();
        facets.groups.push_back(group.described());
    }
    return facets;
}

std::string Filters::query_without(const std::string& term, const http::QueryDict& kept) const {
    http::QueryDict query = kept;
    std::vector<std::string> others = terms_;
    std::erase(others, term);
    if (!others.empty()) query.setlist(kParameter, std::move(others));
    return "?" + query.urlencode();
}

}  // namespace products
