#include "storefront.h"

#include <tatum/base/settings.h>
#include <tatum/base/timezone.h>
#include <tatum/db/functions.h>
#include <tatum/files/field_file.h>
#include <tatum/views/shortcuts.h>

#include <algorithm>

namespace products {

namespace {

Value url_of(const FieldFile& photo) { return photo ? Value(photo.url()) : Value(); }

std::string chosen_currency(const http::Request& request) {
    std::vector<std::string> offered = offered_currencies();
    const std::string_view wanted = request.COOKIES().get(kCurrencyCookie);
    const auto found = std::ranges::find(offered, wanted);
    return found != offered.end() ? *found : offered.front();
}

/// This page's address, or the entrance where a GET would not show it: an answer to a form.
std::string place_to_return_to(const http::Request& request) {
    return request.is_post() ? views::resolve_url("home") : request.get_full_path();
}

QuerySet<Category> ordered_categories() {
    return Category::objects.select_related<&Category::catalog>().order_by(
        F<&Category::catalog, &Catalog::position>, F<&Category::catalog>, F<&Category::position>,
        F<&Category::name>);
}

std::string full_name(const Storefront::Node& node) {
    const std::string place = node.row->catalog->name + ": ";
    return node.parent ? place + node.parent->row->name + " - " + node.row->name
                       : place + node.row->name;
}

}  // namespace

std::vector<std::string> offered_currencies() {
    std::vector<std::string> codes;
    const Value setting = current_settings().get("shop_currencies");
    if (setting.is_list()) {
        for (const Value& code : setting.as_list()) codes.push_back(code.str());
    }
    if (codes.empty()) codes.emplace_back("USD");
    return codes;
}

std::vector<std::int64_t> Storefront::Node::ids_of_branch() const {
    std::vector<std::int64_t> ids{row->id};
    for (const Node* child : children) {
        const std::vector<std::int64_t> below = child->ids_of_branch();
        ids.insert(ids.end(), below.begin(), below.end());
    }
    return ids;
}

Storefront::Storefront(http::Request& request, Unloaded)
    : path_(place_to_return_to(request)), currency_(chosen_currency(request)) {}

Storefront Storefront::bare(http::Request& request) { return {request, Unloaded{}}; }

Storefront::Storefront(http::Request& request) : Storefront(request, Unloaded{}) {
    build(ordered_categories());
}

Storefront::Storefront(http::Request& request, std::string_view product_slug)
    : Storefront(request, Unloaded{}) {
    const auto places = ProductCategory::objects.filter(
        F<&ProductCategory::category> == OuterRef(F<&Category::id>),
        F<&ProductCategory::product, &Product::slug> == product_slug);
    build(ordered_categories()
              .annotate("holds_product", Exists(places))
              .annotate("is_primary",
                        Exists(places.filter(F<&ProductCategory::is_primary> == true))));
    for (Node& node : nodes_) {
        node.holds_product = node.row->annotation("holds_product").truth();
        node.is_primary = node.row->annotation("is_primary").truth();
    }
}

void Storefront::build(const QuerySet<Category>& rows) {
    rows_ = rows;
    const DateTime moment = now();
    for (const Category& row : rows_) {
        if (!row.catalog->is_visible(moment)) continue;
        if (shelves_.empty() || shelves_.back().row->id != row.catalog.id) {
            shelves_.push_back({.row = &*row.catalog, .categories = {}});
        }
        nodes_.push_back({.row = &row, .parent = nullptr, .children = {}});
    }
    link();
    cut_unreachable();
}

void Storefront::link() {
    std::vector<Node*> by_id;
    by_id.reserve(nodes_.size());
    for (Node& node : nodes_) by_id.push_back(&node);
    const auto id_of = [](const Node* node) { return node->row->id; };
    std::ranges::sort(by_id, {}, id_of);
    for (Node& node : nodes_) {
        if (!node.row->parent) {
            const auto shelf = std::ranges::find(shelves_, node.row->catalog.id,
                                                 [](const Shelf& s) { return s.row->id; });
            shelf->categories.push_back(&node);
            continue;
        }
        const auto above = std::ranges::lower_bound(by_id, node.row->parent.id, {}, id_of);
        if (above == by_id.end() || id_of(*above) != node.row->parent.id) continue;
        node.parent = *above;
        node.parent->children.push_back(&node);
    }
}

void Storefront::cut_unreachable() {
    // What lies too deep is on no page. Nor is a circle, should a table without its triggers hold
    // one: no top level reaches it, and no walk over the tree enters it.
    std::vector<std::pair<Node*, int>> open;
    for (const Shelf& shelf : shelves_) {
        for (Node* node : shelf.categories) open.emplace_back(node, 1);
    }
    while (!open.empty()) {
        const auto [node, depth] = open.back();
        open.pop_back();
        node->is_reachable = true;
        if (depth >= Category::kDepthMax) node->children.clear();
        for (Node* child : node->children) open.emplace_back(child, depth + 1);
    }
    for (Node& node : nodes_) {
        if (node.is_reachable) continue;
        node.parent = nullptr;
        node.children.clear();
    }
}

const Storefront::Shelf* Storefront::shelf(std::string_view catalog_slug) const {
    const auto found = std::ranges::find(
        shelves_, catalog_slug, [](const Shelf& s) -> const std::string& { return s.row->slug; });
    return found != shelves_.end() ? &*found : nullptr;
}

const Storefront::Node* Storefront::category(std::string_view catalog_slug,
                                             std::string_view slug) const {
    const auto found = std::ranges::find_if(nodes_, [&](const Node& node) {
        return node.is_reachable && node.row->slug == slug &&
               node.row->catalog->slug == catalog_slug;
    });
    return found != nodes_.end() ? &*found : nullptr;
}

std::vector<const Storefront::Node*> Storefront::categories_of_product() const {
    std::vector<const Node*> found;
    for (const Node& node : nodes_) {
        if (node.holds_product && node.is_reachable) found.push_back(&node);
    }
    std::ranges::stable_partition(found, &Node::is_primary);
    return found;
}

Dict Storefront::describe(const Node& node) {
    const Category& row = *node.row;
    return {
        {"name", row.name},
        {"slug", row.slug},
        {"url", row.get_absolute_url()},
        {"description", row.description},
        {"photo_url", url_of(file_of<&Category::photo>(row))},
        {"full_name", full_name(node)},
    };
}

List Storefront::describe(const std::vector<Node*>& nodes) {
    List list;
    list.reserve(nodes.size());
    for (const Node* node : nodes) list.emplace_back(describe(*node));
    return list;
}

Dict Storefront::describe(const Shelf& shelf) {
    const Catalog& row = *shelf.row;
    return {
        {"name", row.name},
        {"slug", row.slug},
        {"url", row.get_absolute_url()},
        {"description", row.description},
        {"photo_url", url_of(file_of<&Catalog::photo>(row))},
        {"categories", describe(shelf.categories)},
    };
}

Dict Storefront::describe_whole(const Shelf& shelf) {
    List shelves, departments;
    for (const Node* node : shelf.categories) {
        Dict category = describe(*node);
        if (node->children.empty()) {
            shelves.emplace_back(std::move(category));
        } else {
            category.set("children", describe(node->children));
            departments.emplace_back(std::move(category));
        }
    }
    Dict whole = describe(shelf);
    whole.set("shelves", std::move(shelves));
    whole.set("departments", std::move(departments));
    return whole;
}

List Storefront::breadcrumbs(const Node& node) {
    List crumbs;
    if (node.parent != nullptr) {
        crumbs = breadcrumbs(*node.parent);
    } else {
        const Catalog& catalog = *node.row->catalog;
        crumbs.emplace_back(Dict{{"name", catalog.name}, {"url", catalog.get_absolute_url()}});
    }
    crumbs.emplace_back(Dict{{"name", node.row->name}, {"url", node.row->get_absolute_url()}});
    return crumbs;
}

Value Storefront::context() const {
    List catalogs;
    for (const Shelf& shelf : shelves_) catalogs.emplace_back(describe(shelf));
    const Value departments =
        catalogs.empty() ? Value(List{}) : catalogs.front().as_dict().get("categories");
    List codes;
    for (const std::string& code : offered_currencies()) codes.emplace_back(code);
    const Value name = current_settings().get("shop_name");
    return Dict{
        {"name", name.is_none() ? Value("Shop") : name},
        {"path", path_},
        {"currency", currency_},
        {"currencies", std::move(codes)},
        {"catalogs", std::move(catalogs)},
        {"departments", departments},
    };
}

}  // namespace products
