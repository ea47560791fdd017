#include "listing.h"

#include "filters.h"
#include "storefront.h"

#include <tatum/db/functions.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace products {

namespace {

/// An order in which lists can be had: how the address names it, people read it, queries say it.
struct Sort {
    std::string_view value, label;
    std::string_view term;
    bool may_be_missing = false;
};
constexpr std::array kSorts = {
    Sort{"name", "Name", "name"},
    Sort{"price", "Price, low to high", "amount_minor", true},
    Sort{"-price", "Price, high to low", "-amount_minor", true},
    Sort{"newest", "Newest first", "-created"},
};

const Sort& sort_of(const http::Request& request) {
    const std::string_view wanted = request.GET().get("sort");
    const auto* found = std::ranges::find(kSorts, wanted, &Sort::value);
    return found != kSorts.end() ? *found : kSorts.front();
}

/// What a list keeps of the query string when its filters change.
http::QueryDict kept_query(const http::Request& request, const Sort& sort) {
    http::QueryDict kept;
    if (const std::string_view query = request.GET().get("q"); !query.empty()) {
        kept.set("q", std::string(query));
    }
    if (&sort != kSorts.data()) kept.set("sort", std::string(sort.value));
    return kept;
}

/// The query string before "page=".
std::string page_query(http::QueryDict kept, const Filters& filters) {
    filters.keep(kept);
    const std::string text = kept.urlencode();
    return text.empty() ? text : text + "&";
}

/// A page's number, or None for the ellipsis between two.
Value number_or_gap(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() ? Value(number) : Value();
}

List page_numbers(const Page& page) {
    List numbers;
    for (const std::string& text : page.paginator().get_elided_page_range(page.number(), 1, 1)) {
        numbers.push_back(number_or_gap(text));
    }
    return numbers;
}

List sorts() {
    List list;
    for (const Sort& choice : kSorts) {
        list.emplace_back(Dict{{"value", choice.value}, {"label", choice.label}});
    }
    return list;
}

QuerySet<Product> sorted(const QuerySet<Product>& products, const Sort& sort) {
    const db::OrderBy order(sort.term);
    return products.order_by(sort.may_be_missing ? order.nulls_last() : order, "name", "id");
}

}  // namespace

QuerySet<Product> priced(const QuerySet<Product>& products, const std::string& currency) {
    const auto prices =
        Price::objects.filter(F<&Price::product> == OuterRef(F<&Product::id>),
                              F<&Price::currency> == currency, F<&Price::variant> == std::nullopt);
    const auto dearer = Variant::objects.filter(
        F<&Variant::product> == OuterRef(F<&Product::id>), F<&Variant::is_active> == true,
        F<db::reverse<&Price::variant>, &Price::currency> == currency);
    return products.select_related<&Product::manufacturer>()
        .annotate("amount_minor", Subquery(prices.values_flat("amount_minor").any()))
        .annotate("compare_at_minor", Subquery(prices.values_flat("compare_at_minor").any()))
        .annotate("is_from", Exists(dearer));
}

Listing list_products(const http::Request& request, const Storefront& storefront,
                      const QuerySet<Product>& products, OfferFilters offer) {
    const Sort& sort = sort_of(request);
    const Filters filters(request);
    const http::QueryDict kept = kept_query(request, sort);
    Facets facets;
    std::optional<std::int64_t> count;
    if (offer == OfferFilters::Yes || !filters.empty()) {
        facets = filters.facets(products, kept);
        count = facets.count;
    }
    const auto rows = sorted(priced(filters.narrow(products), storefront.currency()), sort);
    const Page page = Paginator(rows, {.per_page = kProductsPerPage, .count = count}).page(request);
    return {.page = page,
            .context = {{"page_obj", page},
                        {"object_list", page.object_list()},
                        {"page_numbers", page_numbers(page)},
                        {"page_query", page_query(kept, filters)},
                        {"sorts", sorts()},
                        {"sort", sort.value},
                        {"facets", std::move(facets.groups)},
                        {"chosen_filters", std::move(facets.chosen)},
                        {"filter_terms", to_list(filters.terms())},
                        {"clear_query", "?" + kept.urlencode()}}};
}

}  // namespace products
