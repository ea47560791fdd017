#include "slugs.h"

#include <tatum/db/transaction.h>

namespace products {

namespace {
constexpr const char* kProduct = "product";
}

void change_slug(Product& product, const std::string& slug) {
    if (product.slug == slug) return;
    const std::string old_slug = product.slug;
    transaction::atomic([&] {
        product.slug = slug;
        try {
            product.save();
        } catch (...) {
            product.slug = old_slug;
            throw;
        }
        // A slug in use leads nowhere else, and the latest owner of an old one gets its visitors.
        SlugRedirect::objects
            .filter(F<&SlugRedirect::kind> == kProduct,
                    F<&SlugRedirect::old_slug>.in({slug, old_slug}))
            .delete_();
        SlugRedirect::objects.create(
            {.kind = kProduct, .old_slug = old_slug, .object_id = product.id});
    });
}

std::optional<Product> find_moved_product(std::string_view old_slug) {
    const auto redirect = SlugRedirect::objects.find(F<&SlugRedirect::kind> == kProduct,
                                                     F<&SlugRedirect::old_slug> == old_slug);
    if (!redirect) return std::nullopt;
    return Product::published().find(F<&Product::id> == redirect->object_id);
}

}  // namespace products
