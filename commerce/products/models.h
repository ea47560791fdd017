#pragma once

#include <tatum/base/decimal.h>
#include <tatum/db/model.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The catalog of a store.
namespace products {

using namespace tatum;

/// One of several catalogs side by side: a seasonal one, an all-year one.
struct Catalog : Model<Catalog> {
    std::string name, slug, publisher, description;
    std::string photo;  ///< a wide picture, by its name in the storage; may be empty
    DateTime pub_date;
    /// The season in which visitors see it; open on the side where there is none.
    std::optional<DateTime> visible_from, visible_to;
    int position = 0;  ///< catalogs are shown in this order

    static void define(Definition<Catalog>&);
    std::string str() const { return name; }
    std::string get_absolute_url() const;
    /// Throws ValidationError for a season that ends before it begins.
    void clean() const;
    bool is_visible(const DateTime& moment) const;
};

/// A node of a catalog's tree of categories. No parent: top level.
struct Category : Model<Category> {
    ForeignKey<Catalog> catalog;
    ForeignKey<Category> parent;
    std::string name, slug, description;
    std::string photo;  ///< by its name in the storage; may be empty
    int position = 0;   ///< among the children of one parent

    /// How deep a tree may be.
    static constexpr int kDepthMax = 16;

    static void define(Definition<Category>&);
    /// "Catalog: Parent - Name". Queries: one for each relation that is not loaded.
    std::string str() const;
    std::string get_absolute_url() const;
    /// Throws ValidationError for a parent from another catalog, one that lies below this category,
    /// and a tree deeper than kDepthMax. Queries: one for each ancestor that is not loaded.
    /// The table refuses the first two as well; a category that lies too deep is on no page.
    void clean() const;
};

struct Manufacturer : Model<Manufacturer> {
    std::string name, slug;
    std::string place;  ///< "Rockland, Maine"
    std::string description;

    static void define(Definition<Manufacturer>&);
    std::string str() const { return name; }
    std::string get_absolute_url() const;
};

struct Price;

struct Product : Model<Product> {
    std::string name, slug, sku, description;
    ForeignKey<Manufacturer> manufacturer;
    ManyToMany<Category> categories;  ///< through ProductCategory
    std::string photo;                ///< the portrait, by its name in the storage; may be empty
    std::string photo_alt;
    int weight_g = 0;  ///< packed, in grams
    bool is_published = true;
    bool is_discontinued = false;
    bool is_featured = false;
    DateTime created, updated;

    static void define(Definition<Product>&);
    std::string str() const { return name; }
    std::string get_absolute_url() const;
    /// The address of the portrait; empty when there is none.
    std::string photo_url() const;
    /// What it costs in a currency, by default the store's first. Empty where pages show no price:
    /// there is none in this currency, or the product is discontinued. Queries: 1.
    std::optional<Price> get_price(std::string_view currency = {}) const;

    /// What visitors see in lists: published and not discontinued.
    static QuerySet<Product> listed();
    /// What has a page: published, discontinued or not.
    static QuerySet<Product> published();
};

/// That a product stands in a category; in one of them as its primary one.
struct ProductCategory : Model<ProductCategory> {
    ForeignKey<Product> product;
    ForeignKey<Category> category;
    bool is_primary = false;
    int position = 0;

    static void define(Definition<ProductCategory>&);
    std::string str() const;
};

/// What the values of an attribute are.
enum class DataType : std::uint8_t { Text, Number, Boolean, Date, Enumeration };

/// A kind of detail: tartness, colour, burn time.
struct Attribute : Model<Attribute> {
    std::string name, slug, description;
    DataType data_type = DataType::Text;
    std::string unit;              ///< of numbers: "hours", "%"
    bool is_filterable = false;    ///< lists can be narrowed by it
    bool is_searchable = false;    ///< a search reads its texts and the labels of its options
    bool is_variant_axis = false;  ///< variants of a product may differ in it

    static void define(Definition<Attribute>&);
    std::string str() const { return name; }
    /// Throws ValidationError for a unit of what is no number, and for texts or dates to filter by.
    void clean() const;
    /// A number with its unit as people read them: "2.5 cm".
    static std::string number_text(const Decimal& number, std::string_view unit);
};

/// One of the values of an attribute that is an enumeration.
struct AttributeOption : Model<AttributeOption> {
    ForeignKey<Attribute> attribute;
    std::string slug, label;
    int position = 0;

    static void define(Definition<AttributeOption>&);
    std::string str() const { return label; }
};

/// What an attribute is for one product; of one attribute there may be several: its colours.
struct ProductDetail : Model<ProductDetail> {
    ForeignKey<Product> product;
    ForeignKey<Attribute> attribute;
    // Exactly one of these has the value: that of the attribute's type.
    std::string value;
    std::optional<Decimal> number;
    std::optional<bool> boolean;
    std::optional<Date> date;
    ForeignKey<AttributeOption> option;
    std::string description;
    int position = 0;

    static void define(Definition<ProductDetail>&);
    std::string str() const;
    /// The value as people read it: "Tart", "40 hours", "Yes". Queries: one for each of attribute
    /// and option that is not loaded.
    std::string text() const;
    /// Throws ValidationError when the value is not of the attribute's type.
    void clean() const;
};

/// One of the ways in which a product can be had: a size, a colour. A product without variants is
/// had as it is.
struct Variant : Model<Variant> {
    ForeignKey<Product> product;
    std::string sku;
    ManyToMany<ProductDetail> details;  ///< what tells it from the others; through VariantDetail
    std::string combination;            ///< the ids of its details in order: "3-17"
    std::optional<int> weight_g;        ///< where it is not the product's
    bool is_active = true;              ///< can be had at present
    int position = 0;

    static void define(Definition<Variant>&);
    std::string str() const { return sku; }
    std::string get_absolute_url() const;
    /// Its own price or the product's; else as Product::get_price(). Queries: 1, and one for the
    /// product where that is not loaded.
    std::optional<Price> get_price(std::string_view currency = {}) const;
};

/// That a variant has a detail of its product.
struct VariantDetail : Model<VariantDetail> {
    ForeignKey<Variant> variant;
    ForeignKey<ProductDetail> detail;

    static void define(Definition<VariantDetail>&);
    std::string str() const;
};

/// A photo beside the portrait.
struct ProductPhoto : Model<ProductPhoto> {
    ForeignKey<Product> product;
    std::string image;  ///< by its name in the storage
    std::string alt;
    int position = 0;

    static void define(Definition<ProductPhoto>&);
    std::string str() const { return alt; }
    std::string url() const;
};

/// A currency that prices may be in, by its ISO 4217 code.
struct Currency : Model<Currency> {
    std::string code, name;

    static void define(Definition<Currency>&);
    std::string str() const { return code; }
};

/// What a product costs in one currency, in its smallest unit. Without a variant it is the price
/// that lists show, and that of each variant without one of its own.
struct Price : Model<Price> {
    ForeignKey<Product> product;
    ForeignKey<Variant> variant;
    ForeignKey<Currency, std::string> currency;
    std::int64_t amount_minor = 0;
    std::optional<std::int64_t> compare_at_minor;  ///< the usual price while it is reduced

    static void define(Definition<Price>&);
    std::string str() const;
    /// Throws ValidationError for a variant that costs less than its product: lists promise that
    /// nothing does. Queries: up to 2.
    void clean() const;
};

/// That a thing was once found elsewhere; change_slug() writes them.
struct SlugRedirect : Model<SlugRedirect> {
    std::string kind;      ///< "product", "category", "catalog" or "manufacturer"
    std::string old_path;  ///< the slug; for a category the catalog's before it: "all-year/pantry"
    std::int64_t object_id = 0;

    static void define(Definition<SlugRedirect>&);
    std::string str() const { return kind + "/" + old_path; }
};

}  // namespace products
