#pragma once

#include "models.h"

#include <optional>
#include <string>
#include <string_view>

namespace products {

// What SlugRedirect::kind says.
inline constexpr const char* kProductKind = "product";
inline constexpr const char* kCategoryKind = "category";
inline constexpr const char* kCatalogKind = "catalog";
inline constexpr const char* kManufacturerKind = "manufacturer";

// Each gives a row that is saved another slug, saves it, and remembers under which addresses it was
// found, so that links to them are redirected; with a catalog move the addresses of its categories.
// Nothing is saved when the database has that slug already. Throws IntegrityError when another row
// has it; then nothing has changed. Redirects are written here only: a slug changed by save(),
// update() or loaddata leaves none, nor does a category that moves to another catalog. All in one
// transaction, whose number of queries does not grow with a catalog.
void change_slug(Product& product, const std::string& slug);
void change_slug(Category& category, const std::string& slug);
void change_slug(Catalog& catalog, const std::string& slug);
void change_slug(Manufacturer& manufacturer, const std::string& slug);

/// The address of what was once found at `path`, as SlugRedirect::old_path has it, if visitors can
/// see it: a product that is published, a catalog in season or a category of one. Queries: 1 or 2.
std::optional<std::string> find_moved(std::string_view kind, std::string_view path);

}  // namespace products
