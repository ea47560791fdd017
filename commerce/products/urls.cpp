#include "app.h"
#include "views.h"

#include <tatum/urls/path.h>

namespace products {

using tatum::urls::path;

const tatum::Urls urls = {
    path<"">(home, "home"),
    path<"product/">(product_list, "product_list"),
    path<"product/<slug:slug>/">(product_detail, "product_detail"),
    path<"catalog/<slug:catalog_slug>/">(catalog_detail, "catalog_detail"),
    path<"catalog/<slug:catalog_slug>/<slug:slug>/">(category, "category"),
    path<"manufacturer/<slug:slug>/">(manufacturer_detail, "manufacturer_detail"),
    path<"search/">(product_search, "product_search"),
    path<"currency/">(set_currency, "set_currency"),
};

}  // namespace products
