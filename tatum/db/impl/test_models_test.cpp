#include <tatum/db/impl/test_models.h>

#include <memory>

namespace tatum::db::shop {

void Catalog::define(Definition<Catalog>& d) {
    d.field<&Catalog::name>(max_length(255));
    d.field<&Catalog::slug>(SlugField, max_length(150));
    d.ordering("name");
}

void Category::define(Definition<Category>& d) {
    d.field<&Category::catalog>(related_name("categories"), on_delete(Cascade));
    d.field<&Category::parent>(null, blank, related_name("children"), on_delete(Cascade));
    d.field<&Category::name>(max_length(300));
    d.field<&Category::slug>(SlugField, max_length(150));
    d.field<&Category::description>(text, blank);
    d.unique<&Category::catalog, &Category::slug>();
    d.ordering("name");
    d.verbose_name_plural("categories");
}

std::string Category::str() const {
    return parent ? catalog->name + ": " + parent->name + " - " + name
                  : catalog->name + ": " + name;
}

void Tag::define(Definition<Tag>& d) { d.field<&Tag::name>(max_length(50), unique); }

void Product::define(Definition<Product>& d) {
    d.field<&Product::category>(related_name("products"), on_delete(Protect));
    d.field<&Product::second_category>(null, blank, related_name("second_products"),
                                       on_delete(SetNull));
    d.field<&Product::name>(max_length(300));
    d.field<&Product::slug>(SlugField, max_length(150), unique);
    d.field<&Product::price>(max_digits(8), decimal_places(2));
    d.field<&Product::old_price>(max_digits(8), decimal_places(2), blank);
    d.field<&Product::stock>(positive);
    d.field<&Product::on_sale>(default_(false));
    d.field<&Product::created>(auto_now_add);
    d.field<&Product::released>(blank);
    d.field<&Product::tags>(related_name("products"), blank);
    d.check("price_not_negative", F<&Product::price> >= 0);
    d.method<&Product::half_price>();
    d.get_latest_by("created");
}

void Product::clean() {
    if (name == "forbidden") throw ValidationError("name", "This name is taken by us.", "taken");
}

void Sheet::define(Definition<Sheet>& d) {
    d.field<&Sheet::product>(on_delete(Cascade));
    d.field<&Sheet::text>(TextField);
}

void Detail::define(Definition<Detail>& d) {
    d.field<&Detail::product>(related_name("details"), on_delete(Cascade));
    d.field<&Detail::name>(max_length(100));
    d.field<&Detail::value>(max_length(500), blank);
    d.ordering("name");
}

void Currency::define(Definition<Currency>& d) {
    d.field<&Currency::code>(primary_key, max_length(3));
    d.field<&Currency::digits>();
}

void Everything::define(Definition<Everything>& d) {
    d.field<&Everything::flag>();
    d.field<&Everything::small>();
    d.field<&Everything::number>();
    d.field<&Everything::big>();
    d.field<&Everything::real>();
    d.field<&Everything::text>(TextField);
    d.field<&Everything::amount>(max_digits(12), decimal_places(4));
    d.field<&Everything::day>();
    d.field<&Everything::time>();
    d.field<&Everything::moment>();
    d.field<&Everything::span>();
    d.field<&Everything::uuid>();
    d.field<&Everything::json>();
    d.field<&Everything::bytes>();
    d.field<&Everything::maybe>();
    d.field<&Everything::nickname>(max_length(20));
    d.field<&Everything::state>(choices({{State::New, "NEW", "New order"},
                                         {State::Paid, "PAID", "Paid for"},
                                         {State::Shipped, "SHIPPED", "On its way"}}));
    d.field<&Everything::size>(choices({{Size::Small, "Little"}, {Size::Large, "Big"}}));
    d.field<&Everything::currency>(null, on_delete(Protect));
}

namespace {

constexpr std::string_view kTables = R"(
CREATE TABLE shop_catalog (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    name varchar(255) NOT NULL, slug varchar(150) NOT NULL);
CREATE TABLE shop_category (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    name varchar(300) NOT NULL, slug varchar(150) NOT NULL, description text NOT NULL,
    catalog_id bigint NOT NULL REFERENCES shop_catalog (id) DEFERRABLE INITIALLY DEFERRED,
    parent_id bigint NULL REFERENCES shop_category (id) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (catalog_id, slug));
CREATE TABLE shop_tag (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    name varchar(50) NOT NULL UNIQUE);
CREATE TABLE shop_product (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    name varchar(300) NOT NULL, slug varchar(150) NOT NULL UNIQUE, price decimal NOT NULL,
    old_price decimal NULL, stock integer unsigned NOT NULL CHECK (stock >= 0),
    on_sale bool NOT NULL, created datetime NOT NULL, released date NULL,
    category_id bigint NOT NULL REFERENCES shop_category (id) DEFERRABLE INITIALLY DEFERRED,
    second_category_id bigint NULL REFERENCES shop_category (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT price_not_negative CHECK (price >= 0));
CREATE TABLE shop_product_tags (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    product_id bigint NOT NULL REFERENCES shop_product (id) DEFERRABLE INITIALLY DEFERRED,
    tag_id bigint NOT NULL REFERENCES shop_tag (id) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (product_id, tag_id));
CREATE TABLE shop_sheet (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, text text NOT NULL,
    product_id bigint NOT NULL UNIQUE REFERENCES shop_product (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE shop_detail (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    name varchar(100) NOT NULL, value varchar(500) NOT NULL,
    product_id bigint NOT NULL REFERENCES shop_product (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE shop_currency (code varchar(3) NOT NULL PRIMARY KEY, digits integer NOT NULL);
CREATE TABLE shop_everything (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, flag bool NOT NULL,
    small smallint NOT NULL, number integer NOT NULL, big bigint NOT NULL, real real NOT NULL,
    text text NOT NULL, amount decimal NOT NULL, day date NOT NULL, time time NOT NULL,
    moment datetime NOT NULL, span bigint NOT NULL, uuid char(32) NOT NULL, json text NOT NULL,
    bytes BLOB NOT NULL, maybe integer NULL, nickname varchar(20) NULL, state varchar(7) NOT NULL,
    size integer NOT NULL, currency_id varchar(3) NULL REFERENCES shop_currency (code));
)";

}  // namespace

ShopTest::ShopTest(const std::string& path) {
    registry.add<Catalog, Category, Tag, Product, Sheet, Detail, Currency, Everything>("shop");
    registry.finish();
    databases = std::make_unique<Databases>(registry);
    databases->add("default", {.name = path});
    scope.emplace(*databases);
    databases->default_().execute_script(kTables);
}

Database& ShopTest::add_database(std::string_view alias) {
    Database& database = databases->add(alias, {.name = ":memory:"});
    database.execute_script(kTables);
    return database;
}

std::string ShopTest::names(const QuerySet<Product>& products) {
    std::string list;
    for (const Product& product : products) {
        if (!list.empty()) list += ' ';
        list += product.name;
    }
    return list;
}

void ShopTest::fill() {
    catalog = Catalog::objects.create({.name = "Fall", .slug = "fall"});
    food = Category::objects.create({.catalog = catalog, .name = "Food", .slug = "food"});
    sauces = Category::objects.create(
        {.catalog = catalog, .parent = food, .name = "Sauces", .slug = "sauces"});
    tools = Category::objects.create({.catalog = catalog, .name = "Tools", .slug = "tools"});
    const auto add = [&](const Category& category, std::string name, Decimal price, int stock) {
        Product product{.category = category, .name = name, .slug = name, .price = price};
        product.stock = stock;
        product.save();
        return product;
    };
    const Product cranberry = add(sauces, "cranberry", 1.50_dec, 10);
    add(sauces, "apple", 20_dec, 0);
    add(food, "bread", 3.25_dec, 5);
    add(tools, "hammer", 12.99_dec, 2);
    add(tools, "saw", 30_dec, 1);
    const Tag red = Tag::objects.create({.name = "red"});
    const Tag sweet = Tag::objects.create({.name = "sweet"});
    cranberry.tags.add(red, sweet);
    Product::objects.get(F<&Product::name> == "apple").tags.add(sweet);
    Detail::objects.create({.product = cranberry, .name = "colour", .value = "red"});
    Detail::objects.create({.product = cranberry, .name = "weight", .value = "200 g"});
    Detail::objects.create(
        {.product = Product::objects.get(F<&Product::name> == "saw"), .name = "weight"});
}

}  // namespace tatum::db::shop
