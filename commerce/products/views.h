#pragma once

#include <tatum/http/request.h>
#include <tatum/http/response.h>

#include <string>

/// The pages of the store. Each reads the storefront (one query); lists show what is listed only.
/// An address of former times is redirected with its query string (301, see slugs.h).
namespace products {

using tatum::http::Request;
using tatum::http::Response;

/// Products in each row of the home page, and beside a product.
inline constexpr int kProductsInRow = 8;
inline constexpr int kRelatedProducts = 4;
/// Further words and bytes of a search are left out.
inline constexpr std::size_t kSearchWordsMax = 8;
inline constexpr std::size_t kSearchBytesMax = 200;

/// Queries: 3.
Response home(Request& request);
/// Queries: 1, or 2 when it has no categories yet.
Response catalog_detail(Request& request, std::string catalog_slug);

// Lists, as list_products() reads the address. Queries: 3, and one more for the maker of
// manufacturer_detail() where the list is empty.
Response product_list(Request& request);
Response category(Request& request, std::string catalog_slug, std::string slug);
Response manufacturer_detail(Request& request, std::string slug);
/// All words of `?q=`, each in the name, the description, the manufacturer's name, or a detail
/// whose attribute is searchable.
Response product_search(Request& request);

/// Discontinued products have a page, but are not offered. `?variant=` is the SKU of the variant to
/// offer; any other is no matter. Queries: 5.
Response product_detail(Request& request, std::string slug);

/// Remembers the currency in which the visitor wants to see prices, and leads back to `next`.
Response set_currency(Request& request);

}  // namespace products
