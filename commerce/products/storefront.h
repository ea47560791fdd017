#pragma once

#include "models.h"

#include <tatum/http/request.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace products {

/// What stands around the content of every page: the catalogs that are in season, with their
/// categories, and the currencies. Belongs to one request; the rows stay with it.
class Storefront {
public:
    struct Node {
        const Category* row = nullptr;
        Node* parent = nullptr;  ///< null: top level
        std::vector<Node*> children;
        bool holds_product = false, is_primary = false;  ///< of the product asked for
        bool is_reachable = false;                       ///< from the top level

        /// The node itself and all below it.
        std::vector<std::int64_t> ids_of_branch() const;
        const Node& root() const { return parent != nullptr ? parent->root() : *this; }
    };
    struct Shelf {
        const Catalog* row = nullptr;
        std::vector<Node*> categories;  ///< those of the top level
    };

    Storefront(Storefront&&) = default;
    /// Queries: 1.
    explicit Storefront(http::Request& request);
    /// Also marks the categories that hold the product with this slug. Queries: 1.
    Storefront(http::Request& request, std::string_view product_slug);
    /// Without any catalogs, for pages that have to do without a database. Queries: none.
    static Storefront bare(http::Request& request);

    const std::deque<Shelf>& shelves() const { return shelves_; }
    /// nullptr when there is none, or it is out of season.
    const Shelf* shelf(std::string_view catalog_slug) const;
    const Node* category(std::string_view catalog_slug, std::string_view slug) const;
    /// Those that hold the product asked for; the primary one first.
    std::vector<const Node*> categories_of_product() const;

    /// The code of the currency that the visitor has chosen.
    const std::string& currency() const { return currency_; }

    /// For templates, as the variable `shop`: name, path, currency, currencies, catalogs (each as
    /// describe() says) and departments, which are the categories of the first catalog.
    Value context() const;
    /// name, slug, url, description, photo_url, categories.
    static Dict describe(const Shelf& shelf);
    /// The same, and the categories once more as shelves (those without children) and departments
    /// (those with `children`).
    static Dict describe_whole(const Shelf& shelf);
    /// name, slug, url, description, photo_url, full_name.
    static Dict describe(const Node& node);
    static List describe(const std::vector<Node*>& nodes);
    /// The way to a category, the category itself included: a list of name and url.
    static List breadcrumbs(const Node& node);

private:
    struct Unloaded {};
    Storefront(http::Request& request, Unloaded);
    void build(const QuerySet<Category>& rows);
    void link();
    void cut_unreachable();

    QuerySet<Category> rows_;
    std::deque<Shelf> shelves_;
    std::deque<Node> nodes_;
    std::string path_, currency_;
};

/// The codes in SHOP_CURRENCIES, never none: "USD" where the setting is missing.
std::vector<std::string> offered_currencies();

/// The name of the cookie that holds the visitor's currency.
inline constexpr std::string_view kCurrencyCookie = "currency";

}  // namespace products
