#include "app.h"

#include "admin.h"
#include "models.h"
#include "tags.h"

#include <tatum/db/meta.h>

#include <products_files.h>

namespace products {

const App app{
    .label = "products",
    .models = models<Currency, Manufacturer, Attribute, AttributeOption, Catalog, Category, Product,
                     ProductCategory, ProductDetail, ProductPhoto, Variant, VariantDetail, Price,
                     SlugRedirect>(),
    .urls = &urls,
    .files = &products_files,
    .template_libraries = {&shop_tags},
    .extensions = {&products_admin},
};

}  // namespace products
