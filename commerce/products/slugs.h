#pragma once

#include "models.h"

#include <optional>
#include <string>
#include <string_view>

namespace products {

/// Gives the product another slug and remembers the old one, so that links to it are redirected.
/// Nothing changes when it is the same. Throws IntegrityError when another product has it.
/// Queries: 5, in one transaction.
void change_slug(Product& product, const std::string& slug);

/// The published product that was once found under `old_slug`. Queries: 1 or 2.
std::optional<Product> find_moved_product(std::string_view old_slug);

}  // namespace products
