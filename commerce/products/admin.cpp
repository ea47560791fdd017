#include "admin.h"

#include "models.h"
#include "slugs.h"
#include "variants.h"

#include <tatum/contrib/admin/admin.h>

namespace products {

namespace {

using admin::Saving;
using http::Request;

/// Links to the old address of what gets another slug are redirected.
template <class T>
struct SluggedAdmin : ModelAdmin<T> {
    void save_model(Request&, T& object, Saving saving) const override {
        if (saving == Saving::Change) change_slug(object, std::string(object.slug));
        object.save();
    }
};

struct CatalogAdmin : SluggedAdmin<Catalog> {
    CatalogAdmin() {
        list_display = {"name", "slug", "visible_from", "visible_to", "position"};
        search_fields = {"name", "publisher"};
        prepopulated<&Catalog::slug, &Catalog::name>();
        fieldsets = {{.fields = {"name", "slug", "publisher", "description", "photo"}},
                     {.name = "When and where",
                      .fields = {{"visible_from", "visible_to"}, {"pub_date", "position"}}}};
    }
};

struct CategoryAdmin : SluggedAdmin<Category> {
    CategoryAdmin() {
        list_display = {"name", "catalog", "parent__name", "slug", "position"};
        list_editable = {"position"};
        list_select_related = {"catalog", "parent"};
        list_filter = {"catalog"};
        search_fields = {"name", "slug", "parent__name"};
        autocomplete_fields = {"parent"};
        prepopulated<&Category::slug, &Category::name>();
    }
};

struct ManufacturerAdmin : SluggedAdmin<Manufacturer> {
    ManufacturerAdmin() {
        list_display = {"name", "place", "slug"};
        search_fields = {"name", "place"};
        prepopulated<&Manufacturer::slug, &Manufacturer::name>();
    }
};

struct ProductAdmin : SluggedAdmin<Product> {
    ProductAdmin() {
        list_display = {"name",        "sku",    "manufacturer", "is_published", "is_discontinued",
                        "is_featured", "updated"};
        list_editable = {"is_published", "is_discontinued", "is_featured"};
        list_filter = {"is_published", "is_discontinued", "is_featured", "categories__catalog",
                       "created"};
        search_fields = {"name", "sku", "manufacturer__name"};
        date_hierarchy = "created";
        autocomplete_fields = {"manufacturer"};
        readonly_fields = {"created", "updated"};
        save_as = true;
        prepopulated<&Product::slug, &Product::name>();
        fieldsets = {
            {.fields = {"name", {"slug", "sku"}, "manufacturer", "description"}},
            {.name = "Portrait", .fields = {"photo", "photo_alt"}},
            {.name = "Sale",
             .fields = {{"is_published", "is_discontinued", "is_featured"}, "weight_g"}},
            {.name = "Dates", .fields = {{"created", "updated"}}, .classes = {"collapse"}}};
        tabular_inline<ProductCategory>(
            {.extra = 1,
             .autocomplete_fields = {"category"},
             .select_related = {"product", "category__catalog", "category__parent"}});
        tabular_inline<Price>(
            {.extra = 1,
             .fields = {"currency", "variant", "amount_minor", "compare_at_minor"},
             .autocomplete_fields = {"variant"}});
        tabular_inline<ProductDetail>({.extra = 1,
                                       .exclude = {"description"},
                                       .autocomplete_fields = {"option"},
                                       .select_related = {"attribute", "option"}});
        tabular_inline<ProductPhoto>({.extra = 1});
        tabular_inline<Variant>({.extra = 0,
                                 .max_num = 200,
                                 .can_delete = false,
                                 .show_change_link = true,
                                 .fields = {"sku", "weight_g", "is_active", "position"}});
        action(
            "publish",
            [](Request&, const QuerySet<Product>& chosen) {
                chosen.update(F<&Product::is_published> = true);
            },
            {.description = "Publish selected %(verbose_name_plural)s", .permissions = {"change"}});
        action("take_down",
               [](Request&, const QuerySet<Product>& chosen) {
                   chosen.update(F<&Product::is_published> = false);
               },
               {.description = "Take selected %(verbose_name_plural)s off the pages",
                .permissions = {"change"}});
    }
};

struct AttributeAdmin : ModelAdmin<Attribute> {
    AttributeAdmin() {
        list_display = {"name",          "data_type",     "unit",
                        "is_filterable", "is_searchable", "is_variant_axis"};
        list_filter = {"data_type", "is_filterable", "is_variant_axis"};
        search_fields = {"name"};
        prepopulated<&Attribute::slug, &Attribute::name>();
        tabular_inline<AttributeOption>({.extra = 1, .prepopulated_fields = {{"slug", {"label"}}}});
    }
};

struct AttributeOptionAdmin : ModelAdmin<AttributeOption> {
    AttributeOptionAdmin() {
        list_display = {"label", "attribute", "slug", "position"};
        list_filter = {"attribute"};
        search_fields = {"label", "attribute__name"};
        prepopulated<&AttributeOption::slug, &AttributeOption::label>();
    }
};

struct ProductDetailAdmin : ModelAdmin<ProductDetail> {
    ProductDetailAdmin() {
        list_display = {"attribute", "text", "product"};
        list_select_related = {"attribute", "option"};
        list_filter = {"attribute"};
        search_fields = {"product__name", "attribute__name", "value", "option__label"};
        autocomplete_fields = {"product", "attribute", "option"};
    }
};

struct VariantAdmin : ModelAdmin<Variant> {
    VariantAdmin() {
        list_display = {"sku", "product", "is_active", "position"};
        list_filter = {"is_active"};
        search_fields = {"sku", "product__name"};
        autocomplete_fields = {"product"};
        readonly_fields = {"combination"};
        tabular_inline<VariantDetail>(
            {.extra = 1,
             .autocomplete_fields = {"detail"},
             .select_related = {"variant", "detail__attribute", "detail__option"}});
    }
    void saved(Request&, Variant& variant, Saving) const override { settle_variant(variant); }
};

struct PriceAdmin : ModelAdmin<Price> {
    PriceAdmin() {
        list_display = {"product", "variant",      "currency",
                        "__str__", "amount_minor", "compare_at_minor"};
        list_editable = {"amount_minor", "compare_at_minor"};
        list_filter = {"currency"};
        search_fields = {"product__name", "product__sku", "variant__sku"};
        autocomplete_fields = {"product", "variant"};
    }
};

struct ProductPhotoAdmin : ModelAdmin<ProductPhoto> {
    ProductPhotoAdmin() {
        list_display = {"alt", "product", "image", "position"};
        search_fields = {"alt", "product__name"};
        autocomplete_fields = {"product"};
    }
};

struct ProductCategoryAdmin : ModelAdmin<ProductCategory> {
    ProductCategoryAdmin() {
        list_display = {"product", "category__name", "is_primary", "position"};
        list_select_related = {"product", "category"};
        list_filter = {"is_primary", "category__catalog"};
        search_fields = {"product__name", "category__name"};
        autocomplete_fields = {"product", "category"};
    }
};

struct CurrencyAdmin : ModelAdmin<Currency> {
    CurrencyAdmin() {
        list_display = {"code", "name"};
        search_fields = {"code", "name"};
    }
};

/// Written by the store; here to be looked at.
struct SlugRedirectAdmin : ModelAdmin<SlugRedirect> {
    SlugRedirectAdmin() {
        list_display = {"old_path", "kind", "object_id"};
        list_filter = {"kind"};
        search_fields = {"old_path"};
    }
    bool has_add_permission(Request&) const override { return false; }
    bool has_change_permission(Request&, const SlugRedirect*) const override { return false; }
};

}  // namespace

const admin::Registry products_admin = {
    admin::register_<Catalog, CatalogAdmin>(),
    admin::register_<Category, CategoryAdmin>(),
    admin::register_<Manufacturer, ManufacturerAdmin>(),
    admin::register_<Product, ProductAdmin>(),
    admin::register_<ProductCategory, ProductCategoryAdmin>(),
    admin::register_<ProductDetail, ProductDetailAdmin>(),
    admin::register_<ProductPhoto, ProductPhotoAdmin>(),
    admin::register_<Attribute, AttributeAdmin>(),
    admin::register_<AttributeOption, AttributeOptionAdmin>(),
    admin::register_<Variant, VariantAdmin>(),
    admin::register_<Price, PriceAdmin>(),
    admin::register_<Currency, CurrencyAdmin>(),
    admin::register_<SlugRedirect, SlugRedirectAdmin>(),
};

}  // namespace products
