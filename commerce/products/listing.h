#pragma once

#include "models.h"

#include <tatum/http/request.h>
#include <tatum/views/paginator.h>

#include <string>

namespace products {

class Storefront;

/// Products on one page of a list.
inline constexpr int kProductsPerPage = 24;

/// Products with maker and price as cards show them: the annotations amount_minor,
/// compare_at_minor and is_from (variants may cost more) are in `currency`.
QuerySet<Product> priced(const QuerySet<Product>& products, const std::string& currency);

/// One page of a list of products as a request asks for it.
struct Listing {
    Page page;
    /// For templates: page_obj, object_list, page_numbers (None for a gap), page_query ("a=b&" for
    /// links to other pages), sorts, sort, facets, chosen_filters, filter_terms, and clear_query,
    /// the query string without filters.
    Dict context;
};

/// Does a list say by what it can be narrowed? Its products are read for that, all of them.
enum class OfferFilters : bool { No, Yes };

/// `?sort=` name, price, -price or newest, anything else means name; `?filter=` as of Filters;
/// `?page=` as of Paginator::get_page(). Queries: 2.
Listing list_products(const http::Request& request, const Storefront& storefront,
                      const QuerySet<Product>& products, OfferFilters offer = OfferFilters::Yes);

}  // namespace products
