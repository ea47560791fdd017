#include "slugs.h"

#include <tatum/base/timezone.h>
#include <tatum/db/transaction.h>

#include <map>
#include <utility>
#include <vector>

namespace products {

namespace {

/// Where a thing is found, as a redirect would remember it.
using Addresses = std::vector<SlugRedirect>;

SlugRedirect address(const char* kind, std::string path, std::int64_t id) {
    return {.kind = kind, .old_path = std::move(path), .object_id = id};
}

Addresses addresses_of(const Product& row) { return {address(kProductKind, row.slug, row.id)}; }

Addresses addresses_of(const Manufacturer& row) {
    return {address(kManufacturerKind, row.slug, row.id)};
}

Addresses addresses_of(const Category& row) {
    // The catalog that the row has in memory may be of the time before it was renamed.
    const std::string catalog_slug = Catalog::objects.get_pk(row.catalog.id).slug;
    return {address(kCategoryKind, catalog_slug + "/" + row.slug, row.id)};
}

Addresses addresses_of(const Catalog& row) {
    Addresses all{address(kCatalogKind, row.slug, row.id)};
    for (const Category& category : row.related<&Category::catalog>().all()) {
        all.push_back(address(kCategoryKind, row.slug + "/" + category.slug, category.id));
    }
    return all;
}

/// An address in use leads nowhere else, and the latest owner of an old one gets its visitors.
void remember(Addresses old, const Addresses& used) {
    std::map<std::string, std::vector<std::string>> paths_by_kind;
    for (const Addresses* part : {&std::as_const(old), &used}) {
        for (const SlugRedirect& row : *part) paths_by_kind[row.kind].push_back(row.old_path);
    }
    for (const auto& [kind, paths] : paths_by_kind) {
        SlugRedirect::objects
            .filter(F<&SlugRedirect::kind> == kind, F<&SlugRedirect::old_path>.in(paths))
            .delete_();
    }
    SlugRedirect::objects.bulk_create(old);
}

template <class Row>
void change(Row& row, const std::string& slug) {
    const std::string slug_before = row.slug;
    try {
        transaction::atomic([&] {
            const Row stored = Row::objects.get_pk(row.id);
            row.slug = slug;
            if (stored.slug == slug) return;
            Addresses old = addresses_of(stored);
            row.save();
            remember(std::move(old), addresses_of(row));
        });
    } catch (...) {
        row.slug = slug_before;
        throw;
    }
}

template <class Row>
std::optional<std::string> url_of(const QuerySet<Row>& rows, std::int64_t id) {
    const auto row = rows.find(F<&Row::id> == id);
    if (!row) return std::nullopt;
    return row->get_absolute_url();
}

}  // namespace

void change_slug(Product& product, const std::string& slug) { change(product, slug); }
void change_slug(Category& category, const std::string& slug) { change(category, slug); }
void change_slug(Catalog& catalog, const std::string& slug) { change(catalog, slug); }
void change_slug(Manufacturer& manufacturer, const std::string& slug) {
    change(manufacturer, slug);
}

std::optional<std::string> find_moved(std::string_view kind, std::string_view path) {
    const auto moved = SlugRedirect::objects.find(F<&SlugRedirect::kind> == kind,
                                                  F<&SlugRedirect::old_path> == path);
    if (!moved) return std::nullopt;
    const std::int64_t id = moved->object_id;
    if (kind == kProductKind) return url_of(Product::published(), id);
    if (kind == kManufacturerKind) return url_of(Manufacturer::objects.all(), id);
    if (kind == kCatalogKind) {
        const auto catalog = Catalog::objects.find(F<&Catalog::id> == id);
        if (!catalog || !catalog->is_visible(now())) return std::nullopt;
        return catalog->get_absolute_url();
    }
    const auto category =
        Category::objects.select_related<&Category::catalog>().find(F<&Category::id> == id);
    if (!category || !category->catalog->is_visible(now())) return std::nullopt;
    return category->get_absolute_url();
}

}  // namespace products
