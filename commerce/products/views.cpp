#include "views.h"

#include "app.h"
#include "listing.h"
#include "models.h"
#include "slugs.h"
#include "storefront.h"
#include "variants.h"

#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/base/uri.h>
#include <tatum/db/functions.h>
#include <tatum/views/shortcuts.h>

#include <algorithm>

namespace products {

namespace {

constexpr std::int64_t kSecondsInYear = 365 * 24 * 60 * 60;

/// Those that stand in one of the categories.
QuerySet<Product> standing_in(const QuerySet<Product>& products,
                              const std::vector<std::int64_t>& categories) {
    return products.filter(F<&Product::id>.in(
        ProductCategory::objects.filter(F<&ProductCategory::category>.in(categories))
            .values_flat("product")));
}

Value crumb(std::string_view name) { return Dict{{"name", name}}; }

/// Marks the place in the navigation.
void point_at(Dict& context, const Storefront::Node& node) {
    context.set("current_catalog", node.row->catalog->slug);
    context.set("current_department", node.root().row->slug);
}

/// The page of a list; the context says what stands around it.
Response list_page(Request& request, const Storefront& storefront, Listing listing, Dict around,
                   std::string_view template_name = "products/product_list.html") {
    Dict context = std::move(listing.context);
    for (auto& [name, value] : around) context.set(name, std::move(value));
    context.set("shop", storefront.context());
    return render(request, template_name, std::move(context));
}

Value attribute(const Value& row, std::string_view name) {
    return row.as_object().attribute(row.self(), Name(name)).value_or(Value());
}

/// The maker of a page of its products, which have it with them; None where there is no such maker.
/// Queries: 1 where the page is empty.
Value maker_of(const Page& page, std::string_view slug) {
    if (const auto first = page.object_list().at(0)) return attribute(*first, "manufacturer");
    const auto maker = Manufacturer::objects.find(F<&Manufacturer::slug> == slug);
    return maker ? Value(*maker) : Value();
}

/// Where the thing is now that was once found at `path` (301, with the query string); else throws
/// Http404 with `message`. Queries: 1 or 2.
Response moved_or_404(const Request& request, std::string_view kind, std::string_view path,
                      const std::string& message) {
    const auto address = find_moved(kind, path);
    // A page that is not shown where it stands would lead to itself.
    if (!address || *address == request.path()) throw Http404(message);
    std::string target = *address;
    if (!request.query_string().empty()) target.append("?").append(request.query_string());
    return http::ResponsePermanentRedirect(target);
}

/// What was typed, within the limit and without broken characters at its end.
std::string search_text(const Request& request) {
    // SQLite ends a pattern at a null.
    const std::string typed =
        strings::replace(request.GET().get("q"), std::string_view("\0", 1), "");
    std::string_view text = strings::strip(typed);
    if (text.size() > kSearchBytesMax) {
        std::size_t end = kSearchBytesMax;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
        text = strings::strip(text.substr(0, end));
    }
    return std::string(text);
}

/// The words of a search, without the punctuation around them; phones type curly apostrophes, the
/// catalog has straight ones.
std::vector<std::string> search_words(std::string_view query) {
    const std::string straight = strings::replace(query, "\u2019", "'");
    std::vector<std::string> words;
    for (const std::string_view typed : strings::split(straight)) {
        const std::string_view word = strings::strip(typed, ",;:!?\"()");
        if (!word.empty() && words.size() < kSearchWordsMax) words.emplace_back(word);
    }
    return words;
}

/// That a word is in a product's name, its description, its maker's name or a detail to search.
Q mentions(const std::string& word) {
    const auto details = ProductDetail::objects.filter(
        F<&ProductDetail::attribute, &Attribute::is_searchable> == true,
        F<&ProductDetail::value>.icontains(word) ||
            F<&ProductDetail::option, &AttributeOption::label>.icontains(word));
    return F<&Product::name>.icontains(word) || F<&Product::description>.icontains(word) ||
           F<&Product::manufacturer, &Manufacturer::name>.icontains(word) ||
           F<&Product::id>.in(details.values_flat("product"));
}

/// What a product's page offers: the variant that was asked for, else the product itself.
Value offer_of(const Product& product, const List& variants) {
    for (const Value& variant : variants) {
        if (variant.as_dict().get("is_chosen").truth()) return variant;
    }
    return Dict{{"sku", product.sku},
                {"amount_minor", product.annotation("amount_minor")},
                {"compare_at_minor", product.annotation("compare_at_minor")},
                {"is_from", product.annotation("is_from")}};
}

/// The product with a slug, and after it what stands beside it in its category.
QuerySet<Product> product_and_related(const std::string& slug, const Storefront::Node* category,
                                      const std::string& currency) {
    // A union, since SQLite reads the whole table for "this or one of those".
    QuerySet<Product> wanted = Product::published().filter(F<&Product::slug> == slug);
    if (category != nullptr) {
        wanted = wanted.union_all(standing_in(Product::listed(), {category->row->id}));
    }
    const Expression first = Case({When(F<&Product::slug> == slug, Value(0))}, Value(1));
    return priced(Product::objects.filter(F<&Product::id>.in(wanted)), currency)
        .order_by(first, -F<&Product::created>, F<&Product::id>)[{0, 1 + kRelatedProducts}];
}

Response fault_page(Request& request, std::string_view template_name, int status) {
    Value shop;
    try {
        shop = Storefront(request).context();
    } catch (const db::DatabaseError&) {
        shop = Storefront::bare(request).context();
    }
    return render(request, template_name, {{"shop", shop}}, {.status = status});
}

}  // namespace

Response home(Request& request) {
    const Storefront storefront(request);
    const auto offered = priced(Product::listed(), storefront.currency());
    return render(
        request, "products/home.html",
        {{"shop", storefront.context()},
         {"newest", offered.order_by(-F<&Product::created>, F<&Product::id>)[{0, kProductsInRow}]},
         {"featured", offered.filter(F<&Product::is_featured> == true)
                          .order_by(F<&Product::name>)[{0, kProductsInRow}]}});
}

Response catalog_detail(Request& request, std::string catalog_slug) {
    const Storefront storefront(request);
    const Storefront::Shelf* shelf = storefront.shelf(catalog_slug);
    // The storefront knows catalogs by their categories.
    std::optional<Catalog> empty;
    if (shelf == nullptr) {
        empty = Catalog::objects.find(F<&Catalog::slug> == catalog_slug);
        if (!empty || !empty->is_visible(now())) {
            return moved_or_404(request, kCatalogKind, catalog_slug,
                                "There is no catalog '" + catalog_slug + "'.");
        }
    }
    const Storefront::Shelf shown =
        shelf != nullptr ? *shelf : Storefront::Shelf{.row = &*empty, .categories = {}};
    return render(request, "products/catalog_detail.html",
                  {{"shop", storefront.context()},
                   {"object", Storefront::describe_whole(shown)},
                   {"breadcrumbs", List{crumb(shown.row->name)}},
                   {"current_catalog", catalog_slug}});
}

Response product_list(Request& request) {
    const Storefront storefront(request);
    return list_page(request, storefront,
                     list_products(request, storefront, Product::listed(), OfferFilters::No),
                     {{"heading", "All products"},
                      {"lead", "Everything on all of our shelves."},
                      {"breadcrumbs", List{crumb("All products")}}});
}

Response category(Request& request, std::string catalog_slug, std::string slug) {
    const Storefront storefront(request);
    const Storefront::Node* node = storefront.category(catalog_slug, slug);
    if (node == nullptr) {
        return moved_or_404(request, kCategoryKind, catalog_slug + "/" + slug,
                            "There is no category '" + slug + "' in '" + catalog_slug + "'.");
    }
    List crumbs = Storefront::breadcrumbs(*node);
    crumbs.back() = crumb(node->row->name);
    Dict context{{"heading", node->row->name},
                 {"lead", node->row->description},
                 {"subcategories", Storefront::describe(node->children)},
                 {"breadcrumbs", std::move(crumbs)}};
    point_at(context, *node);
    const auto products = standing_in(Product::listed(), node->ids_of_branch());
    return list_page(request, storefront, list_products(request, storefront, products),
                     std::move(context));
}

Response manufacturer_detail(Request& request, std::string slug) {
    const Storefront storefront(request);
    const auto products =
        Product::listed().filter(F<&Product::manufacturer, &Manufacturer::slug> == slug);
    Listing listing = list_products(request, storefront, products);
    const Value maker = maker_of(listing.page, slug);
    if (maker.is_none()) {
        return moved_or_404(request, kManufacturerKind, slug,
                            "There is no manufacturer '" + slug + "'.");
    }
    const std::string name = attribute(maker, "name").str();
    std::string lead = attribute(maker, "description").str();
    const std::string place = attribute(maker, "place").str();
    if (!place.empty()) lead.append(" ").append(place) += '.';
    return list_page(request, storefront, std::move(listing),
                     {{"heading", name}, {"lead", lead}, {"breadcrumbs", List{crumb(name)}}});
}

Response product_search(Request& request) {
    const Storefront storefront(request);
    const std::string query = search_text(request);
    const std::vector<std::string> words = search_words(query);
    QuerySet<Product> found = Product::listed();
    if (words.empty()) found = found.none();
    for (const std::string& word : words) found = found.filter(mentions(word));
    return list_page(request, storefront, list_products(request, storefront, found),
                     {{"heading", query.empty() ? "Search" : "Search for “" + query + "”"},
                      {"query", query},
                      {"breadcrumbs", List{crumb("Search")}}},
                     "products/search.html");
}

Response product_detail(Request& request, std::string slug) {
    const Storefront storefront(request, slug);
    const auto places = storefront.categories_of_product();
    const Storefront::Node* home_category = places.empty() ? nullptr : places.front();
    const auto rows = product_and_related(slug, home_category, storefront.currency());
    if (rows.size() == 0 || rows[0].slug != slug) {
        return moved_or_404(request, kProductKind, slug, "There is no product '" + slug + "'.");
    }
    const Product product = rows[0];
    const auto details = product.related<&ProductDetail::product>()
                             .select_related<&ProductDetail::attribute, &ProductDetail::option>();
    const List variants =
        describe_variants(product, details, storefront.currency(), request.GET().get("variant"));
    List related = Value(rows).items().value_or(List{});
    related.erase(related.begin());
    Dict context{{"shop", storefront.context()},
                 {"object", product},
                 {"offer", offer_of(product, variants)},
                 {"variants", variants},
                 {"details", details},
                 {"photos", product.related<&ProductPhoto::product>().all()},
                 {"related", std::move(related)}};
    List categories, crumbs;
    for (const Storefront::Node* place : places)
        categories.emplace_back(Storefront::describe(*place));
    if (home_category != nullptr) {
        crumbs = Storefront::breadcrumbs(*home_category);
        context.set("back_url", home_category->row->get_absolute_url());
        context.set("back_name", home_category->row->name);
        point_at(context, *home_category);
    }
    crumbs.push_back(crumb(product.name));
    context.set("categories", std::move(categories));
    context.set("breadcrumbs", std::move(crumbs));
    return render(request, "products/product_detail.html", std::move(context));
}

Response set_currency(Request& request) {
    if (!request.is_post()) return http::ResponseNotAllowed({"POST"});
    const std::vector<std::string> offered = offered_currencies();
    const std::string code(request.POST().get("currency"));
    if (std::ranges::find(offered, code) == offered.end()) {
        return bad_request(request, "This currency is not offered.");
    }
    std::string next(request.POST().get("next"));
    const std::string host = request.get_host();
    const auto https = request.is_secure() ? uri::RequireHttps::Yes : uri::RequireHttps::No;
    if (!uri::url_has_allowed_host_and_scheme(next, {&host, 1}, https)) next.assign(1, '/');
    Response response = http::ResponseRedirect(next);
    response.set_cookie(kCurrencyCookie, code,
                        {.max_age = Duration::seconds(kSecondsInYear),
                         .secure = request.is_secure(),
                         .httponly = true,
                         .samesite = http::SameSite::Lax});
    return response;
}

Response bad_request(Request& request, std::string_view) {
    return fault_page(request, "400.html", 400);
}
Response permission_denied(Request& request, std::string_view) {
    return fault_page(request, "403.html", 403);
}
Response page_not_found(Request& request, std::string_view) {
    return fault_page(request, "404.html", 404);
}

}  // namespace products
