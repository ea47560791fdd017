#include "models.h"

#include "money.h"
#include "storefront.h"

#include <tatum/base/formats.h>
#include <tatum/db/validation.h>
#include <tatum/files/field_file.h>
#include <tatum/views/shortcuts.h>

namespace products {

namespace {

constexpr int kSlugMax = 150;
constexpr int kNameMax = 300;
constexpr int kPathMax = 200;
constexpr int kSkuMax = 40;

/// The currency, or the store's first where none is named.
std::string code_or_first(std::string_view currency) {
    return currency.empty() ? offered_currencies().front() : std::string(currency);
}

/// That one of the conditions holds and the others do not.
Q exactly_one(const std::vector<Q>& conditions) {
    Q result;
    for (const Q& chosen : conditions) {
        Q alone;
        for (const Q& other : conditions) alone = alone && (&other == &chosen ? other : !other);
        result = result || alone;
    }
    return result;
}

}  // namespace

void Catalog::define(Definition<Catalog>& d) {
    d.field<&Catalog::name>(max_length(255));
    d.field<&Catalog::slug>(SlugField, unique, max_length(kSlugMax));
    d.field<&Catalog::publisher>(blank, max_length(kNameMax));
    d.field<&Catalog::description>(TextField, blank);
    d.field<&Catalog::photo>(ImageField, blank, upload_to("catalog_photo"), max_length(kPathMax));
    d.field<&Catalog::pub_date>();
    d.field<&Catalog::visible_from>(null, blank);
    d.field<&Catalog::visible_to>(null, blank);
    d.field<&Catalog::position>(default_(0));
    d.check("products_catalog_season", F<&Catalog::visible_from> == std::nullopt ||
                                           F<&Catalog::visible_to> == std::nullopt ||
                                           F<&Catalog::visible_to> > F<&Catalog::visible_from>);
    d.ordering("position", "name");
}

std::string Catalog::get_absolute_url() const {
    return views::resolve_url("catalog_detail", {slug});
}

void Catalog::clean() const {
    if (visible_from && visible_to && *visible_to <= *visible_from) {
        throw ValidationError("The season ends before it begins.", "season");
    }
}

bool Catalog::is_visible(const DateTime& moment) const {
    return (!visible_from || *visible_from <= moment) && (!visible_to || moment < *visible_to);
}

void Category::define(Definition<Category>& d) {
    d.field<&Category::catalog>(related_name("categories"), on_delete(Cascade));
    d.field<&Category::parent>(null, blank, related_name("children"), on_delete(Cascade));
    d.field<&Category::name>(max_length(kNameMax));
    d.field<&Category::slug>(SlugField, max_length(kSlugMax));
    d.field<&Category::description>(TextField, blank);
    d.field<&Category::photo>(ImageField, blank, upload_to("category_photo"), max_length(kPathMax));
    d.field<&Category::position>(default_(0));
    d.unique<&Category::catalog, &Category::slug>();
    d.check("products_category_not_its_own_parent", !Q("parent", Expression::field("id")));
    d.ordering("position", "name");
    d.verbose_name_plural("categories");
}

std::string Category::str() const {
    const std::string place = catalog->name + ": ";
    return parent ? place + parent->name + " - " + name : place + name;
}

std::string Category::get_absolute_url() const {
    return views::resolve_url("category", {catalog->slug, slug});
}

void Category::clean() const {
    int depth = 1;
    for (const Category* above = parent.find(); above != nullptr; above = above->parent.find()) {
        if (above->catalog.id != catalog.id) {
            throw ValidationError("The parent belongs to another catalog.", "catalog");
        }
        if (id != 0 && above->id == id) {
            throw ValidationError("A category cannot lie below itself.", "cycle");
        }
        if (++depth > kDepthMax) throw ValidationError("The tree is too deep.", "depth");
    }
}

void Manufacturer::define(Definition<Manufacturer>& d) {
    d.field<&Manufacturer::name>(max_length(kNameMax));
    d.field<&Manufacturer::slug>(SlugField, unique, max_length(kSlugMax));
    d.field<&Manufacturer::place>(blank, max_length(kNameMax));
    d.field<&Manufacturer::description>(TextField, blank);
    d.ordering("name");
}

std::string Manufacturer::get_absolute_url() const {
    return views::resolve_url("manufacturer_detail", {slug});
}

void Product::define(Definition<Product>& d) {
    d.field<&Product::name>(max_length(kNameMax));
    d.field<&Product::slug>(SlugField, unique, max_length(kSlugMax));
    d.field<&Product::sku>(unique, max_length(kSkuMax));
    d.field<&Product::description>(TextField, blank);
    d.field<&Product::manufacturer>(null, blank, related_name("products"), on_delete(SetNull));
    d.field<&Product::categories>(related_name("products"), through<ProductCategory>());
    d.field<&Product::photo>(ImageField, blank, upload_to("product_photo"), max_length(kPathMax));
    d.field<&Product::photo_alt>(blank, max_length(kNameMax));
    d.field<&Product::weight_g>(PositiveIntegerField);
    d.field<&Product::is_published>();
    d.field<&Product::is_discontinued>();
    d.field<&Product::is_featured>();
    d.field<&Product::created>(db_index, auto_now_add);
    d.field<&Product::updated>(auto_now);
    d.index<&Product::is_published, &Product::is_discontinued, &Product::name>(
        {.name = "products_product_listed"});
    d.method<&Product::photo_url>("Portrait");
    d.ordering("name");
}

std::string Product::get_absolute_url() const {
    return views::resolve_url("product_detail", {slug});
}

std::string Product::photo_url() const {
    return photo.empty() ? photo : file_of<&Product::photo>(*this).url();
}

std::optional<Price> Product::get_price(std::string_view currency) const {
    if (is_discontinued) return std::nullopt;
    return related<&Price::product>().find(F<&Price::currency> == code_or_first(currency),
                                           F<&Price::variant> == std::nullopt);
}

QuerySet<Product> Product::published() { return objects.filter(F<&Product::is_published> == true); }

QuerySet<Product> Product::listed() {
    return published().filter(F<&Product::is_discontinued> == false);
}

void ProductCategory::define(Definition<ProductCategory>& d) {
    d.field<&ProductCategory::product>(related_name("places"), on_delete(Cascade));
    d.field<&ProductCategory::category>(related_name("places"), on_delete(Cascade));
    d.field<&ProductCategory::is_primary>();
    d.field<&ProductCategory::position>(default_(0));
    d.unique<&ProductCategory::product, &ProductCategory::category>();
    d.unique<&ProductCategory::product>({.name = "products_one_primary_category",
                                         .condition = F<&ProductCategory::is_primary> == true});
    d.ordering("position");
    d.verbose_name_plural("product categories");
}

std::string ProductCategory::str() const { return product->name + " in " + category->name; }

void Attribute::define(Definition<Attribute>& d) {
    d.field<&Attribute::name>(max_length(kNameMax));
    d.field<&Attribute::slug>(SlugField, unique, max_length(kSlugMax));
    d.field<&Attribute::description>(TextField, blank);
    d.field<&Attribute::data_type>(choices({{DataType::Text, "text", "Text"},
                                            {DataType::Number, "number", "Number"},
                                            {DataType::Boolean, "bool", "Yes or no"},
                                            {DataType::Date, "date", "Date"},
                                            {DataType::Enumeration, "enum", "One of its options"}}),
                                   max_length(10), default_("text"));
    d.field<&Attribute::unit>(blank, max_length(30), default_(""));
    d.field<&Attribute::is_filterable>(default_(false));
    d.field<&Attribute::is_searchable>(default_(false));
    d.field<&Attribute::is_variant_axis>(default_(false));
    d.ordering("name");
}

void Attribute::clean() const {
    if (!unit.empty() && data_type != DataType::Number) {
        throw ValidationError("unit", "Only numbers have a unit.", "unit");
    }
    if (is_filterable && (data_type == DataType::Text || data_type == DataType::Date)) {
        throw ValidationError("is_filterable",
                              "Lists are narrowed by options, numbers, and yes or no.",
                              "filterable");
    }
}

std::string Attribute::number_text(const Decimal& number, std::string_view unit) {
    std::string text = localize(number.normalize()).str();
    if (!unit.empty()) text.append("\u00a0").append(unit);
    return text;
}

void AttributeOption::define(Definition<AttributeOption>& d) {
    d.field<&AttributeOption::attribute>(related_name("options"), on_delete(Cascade));
    d.field<&AttributeOption::slug>(SlugField, max_length(kSlugMax));
    d.field<&AttributeOption::label>(max_length(kNameMax));
    d.field<&AttributeOption::position>(default_(0));
    d.unique<&AttributeOption::attribute, &AttributeOption::slug>();
    d.ordering("position", "label");
}

void ProductDetail::define(Definition<ProductDetail>& d) {
    d.field<&ProductDetail::product>(related_name("details"), on_delete(Cascade));
    d.field<&ProductDetail::attribute>(related_name("details"), on_delete(Protect));
    d.field<&ProductDetail::value>(blank, max_length(500), default_(""));
    d.field<&ProductDetail::number>(null, blank, max_digits(18), decimal_places(6));
    d.field<&ProductDetail::boolean>(null, blank);
    d.field<&ProductDetail::date>(null, blank);
    d.field<&ProductDetail::option>(null, blank, related_name("details"), on_delete(Protect));
    d.field<&ProductDetail::description>(TextField, blank);
    d.field<&ProductDetail::position>(default_(0));
    d.check("products_productdetail_one_value",
            exactly_one({F<&ProductDetail::value> != "", F<&ProductDetail::number> != std::nullopt,
                         F<&ProductDetail::boolean> != std::nullopt,
                         F<&ProductDetail::date> != std::nullopt,
                         F<&ProductDetail::option> != std::nullopt}));
    d.method<&ProductDetail::text>();
    d.ordering("position");
}

std::string ProductDetail::str() const { return attribute->name + ": " + text(); }

std::string ProductDetail::text() const {
    if (option) return option->label;
    if (boolean) return *boolean ? "Yes" : "No";
    if (date) return date_format(*date).value();
    return number ? Attribute::number_text(*number, attribute->unit) : value;
}

void ProductDetail::clean() const {
    const auto type_of_value = [this] {
        if (option) return DataType::Enumeration;
        if (boolean) return DataType::Boolean;
        if (date) return DataType::Date;
        return number ? DataType::Number : DataType::Text;
    };
    if (type_of_value() != attribute->data_type) {
        throw ValidationError("The value is not what values of " + attribute->name + " are.",
                              "data_type");
    }
    if (option && option->attribute.id != attribute.id) {
        throw ValidationError("option", "This is no option of " + attribute->name + ".", "option");
    }
}

void Variant::define(Definition<Variant>& d) {
    d.field<&Variant::product>(related_name("variants"), on_delete(Cascade));
    d.field<&Variant::sku>(unique, max_length(kSkuMax));
    d.field<&Variant::details>(related_name("variants"), through<VariantDetail>());
    d.field<&Variant::combination>(blank, editable(false), max_length(200));
    d.field<&Variant::weight_g>(PositiveIntegerField, null, blank);
    d.field<&Variant::is_active>(default_(true));
    d.field<&Variant::position>(default_(0));
    d.unique<&Variant::product, &Variant::combination>();
    d.ordering("position", "id");
}

std::optional<Price> Variant::get_price(std::string_view currency) const {
    if (product->is_discontinued) return std::nullopt;
    // Its own before the product's.
    return Price::objects
        .filter(F<&Price::product> == product.id, F<&Price::currency> == code_or_first(currency),
                F<&Price::variant> == id || F<&Price::variant> == std::nullopt)
        .order_by(db::OrderBy("variant__pk").nulls_last())
        .first();
}

void VariantDetail::define(Definition<VariantDetail>& d) {
    d.field<&VariantDetail::variant>(related_name("picks"), on_delete(Cascade));
    d.field<&VariantDetail::detail>(related_name("picks"), on_delete(Restrict));
    d.unique<&VariantDetail::variant, &VariantDetail::detail>();
    d.ordering("id");
}

std::string VariantDetail::str() const { return variant->sku + ": " + detail->str(); }

void ProductPhoto::define(Definition<ProductPhoto>& d) {
    d.field<&ProductPhoto::product>(related_name("photos"), on_delete(Cascade));
    d.field<&ProductPhoto::image>(ImageField, upload_to("product_photo"), max_length(kPathMax));
    d.field<&ProductPhoto::alt>(blank, max_length(kNameMax));
    d.field<&ProductPhoto::position>(default_(0));
    d.unique<&ProductPhoto::product, &ProductPhoto::position>();
    d.method<&ProductPhoto::url>();
    d.ordering("position");
}

std::string ProductPhoto::url() const {
    return image.empty() ? image : file_of<&ProductPhoto::image>(*this).url();
}

void Currency::define(Definition<Currency>& d) {
    d.field<&Currency::code>(primary_key, max_length(3));
    d.field<&Currency::name>(max_length(60));
    d.ordering("code");
    d.verbose_name_plural("currencies");
}

void Price::define(Definition<Price>& d) {
    d.field<&Price::product>(related_name("prices"), on_delete(Cascade));
    d.field<&Price::variant>(null, blank, related_name("prices"), on_delete(Cascade));
    d.field<&Price::currency>(related_name("prices"), on_delete(Protect));
    d.field<&Price::amount_minor>();
    d.field<&Price::compare_at_minor>(null, blank);
    d.unique<&Price::product, &Price::currency>(
        {.name = "products_price_of_product", .condition = F<&Price::variant> == std::nullopt});
    d.unique<&Price::variant, &Price::currency>();
    d.index<&Price::currency, &Price::amount_minor>({.name = "products_price_by_amount"});
    d.check("products_price_not_negative", F<&Price::amount_minor> >= 0,
            "A price is not negative.");
    d.check("products_price_reduced",
            F<&Price::compare_at_minor> == std::nullopt ||
                F<&Price::compare_at_minor> >= F<&Price::amount_minor>,
            "The price to compare with is not below the price.");
    d.ordering("currency");
}

std::string Price::str() const { return format_money(amount_minor, currency.id); }

void Price::clean() const {
    if (!variant) return;
    if (variant->product.id != product.id) {
        throw ValidationError("variant", "This is a variant of another product.", "variant");
    }
    const auto least = product->get_price(currency.id);
    if (least && amount_minor < least->amount_minor) {
        throw ValidationError("amount_minor", "A variant costs no less than its product.", "less");
    }
}

void SlugRedirect::define(Definition<SlugRedirect>& d) {
    d.field<&SlugRedirect::kind>(max_length(20), choices({{"product", "Product"},
                                                          {"category", "Category"},
                                                          {"catalog", "Catalog"},
                                                          {"manufacturer", "Manufacturer"}}));
    d.field<&SlugRedirect::old_path>(max_length(kSlugMax + 1 + kSlugMax));
    d.field<&SlugRedirect::object_id>();
    d.unique<&SlugRedirect::kind, &SlugRedirect::old_path>();
}

}  // namespace products
