#pragma once

#include "models.h"

#include <tatum/http/query_dict.h>
#include <tatum/http/request.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace products {

/// Further filters of an address, and longer ones, are left out.
inline constexpr std::size_t kFiltersMax = 24;
inline constexpr std::size_t kFilterBytesMax = 320;

/// Choices of one attribute: the most frequent.
inline constexpr std::size_t kFacetChoicesMax = 12;
/// An attribute is offered when one in so many products of the list has it.
inline constexpr std::int64_t kFacetShare = 5;

/// How many products a list holds, and by what it can be narrowed.
struct Facets {
    std::int64_t count = 0;
    /// Each attribute as name and choices, and those as value, label, count and is_chosen. Left out
    /// are choices that no product of the list has, attributes with fewer than two, and what the
    /// limits above leave out; never what was chosen.
    List groups;
    /// What the list is narrowed to, as far as products of it have that: name, label, and the
    /// `query` without it ("?" alone for none).
    List chosen;
};

/// What a visitor narrows a list to by attributes that are filterable:
/// "?filter=colour:moss&filter=colour:rust&filter=burn-time:40". The values are an option's slug, a
/// number, "yes" or "no". Values of one attribute widen, attributes narrow. Nothing has an unknown
/// value.
class Filters {
public:
    explicit Filters(const http::Request& request);

    bool empty() const { return terms_.empty(); }
    /// As the address has them, each once.
    const std::vector<std::string>& terms() const { return terms_; }
    /// Adds them to a query string.
    void keep(http::QueryDict& query) const;

    QuerySet<Product> narrow(const QuerySet<Product>& products) const;
    /// The choices are those of `products`, which is not narrowed yet. `kept` is what else stands
    /// in the query string. Queries: 1.
    Facets facets(const QuerySet<Product>& products, const http::QueryDict& kept) const;

private:
    std::string query_without(const std::string& term, const http::QueryDict& kept) const;
    bool has(std::string_view term) const;

    std::vector<std::string> terms_;
    std::map<std::string, std::vector<std::string>> values_by_attribute_;
};

}  // namespace products
