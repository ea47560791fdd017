#pragma once

#include "models.h"

#include <string_view>
#include <vector>

namespace products {

/// Saves a new way in which its product can be had. `details` tell it from the others: details of
/// that product, one of each axis. Throws ValidationError for others, and IntegrityError when the
/// product has such a variant or its SKU is taken; then nothing is saved. In one transaction.
Variant add_variant(Variant variant, const std::vector<ProductDetail>& details);

/// Saves under which combination a variant stands whose rows of VariantDetail have changed. Throws
/// as add_variant(). Queries: 3.
void settle_variant(Variant& variant);

/// The active variants of a product, whose details are `details`, for templates: sku, url, label
/// ("Moss, 130 × 180 cm"), weight_g, is_chosen, and amount_minor and compare_at_minor in
/// `currency`, which are the product's (an object with the annotations of the same names) where a
/// variant has no price of its own. Queries: 1, and one for details that have not been read yet.
List describe_variants(const Product& product, const QuerySet<ProductDetail>& details,
                       const std::string& currency, std::string_view chosen_sku);

}  // namespace products
