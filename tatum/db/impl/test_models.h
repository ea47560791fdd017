#pragma once

#include <tatum/db/database.h>
#include <tatum/db/db.h>
#include <tatum/db/meta.h>
#include <tatum/db/validation.h>

#include <gtest/gtest.h>

/// A small shop, the models that the tests of this layer speak of.
namespace tatum::db::shop {

enum class State : int { New = 1, Paid = 2, Shipped = 3 };
enum class Size : int { Small, Large };

struct Catalog : Model<Catalog> {
    std::string name, slug;

    static void define(Definition<Catalog>&);
    std::string str() const { return name; }
};

struct Category : Model<Category> {
    ForeignKey<Catalog> catalog;
    ForeignKey<Category> parent;
    std::string name, slug, description;

    static void define(Definition<Category>&);
    std::string str() const;
    std::string get_absolute_url() const { return "/category/" + slug + "/"; }
};

struct Tag : Model<Tag> {
    std::string name;

    static void define(Definition<Tag>&);
    std::string str() const { return name; }
};

struct Product : Model<Product> {
    ForeignKey<Category> category;
    ForeignKey<Category> second_category;
    std::string name, slug;
    Decimal price;
    std::optional<Decimal> old_price;
    int stock = 0;
    bool on_sale = false;
    DateTime created;
    std::optional<Date> released;
    ManyToMany<Tag> tags;

    static void define(Definition<Product>&);
    std::string str() const { return name; }
    Decimal half_price() const { return price / Decimal(2); }
    void clean();
};

/// One row per product, with more about it.
struct Sheet : Model<Sheet> {
    OneToOneField<Product> product;
    std::string text;

    static void define(Definition<Sheet>&);
};

struct Detail : Model<Detail> {
    ForeignKey<Product> product;
    std::string name, value;

    static void define(Definition<Detail>&);
};

struct Currency : Model<Currency> {
    std::string code;
    int digits = 2;

    static void define(Definition<Currency>&);
};

/// A field of every type.
struct Everything : Model<Everything> {
    bool flag = false;
    short small = 0;
    int number = 0;
    std::int64_t big = 0;
    double real = 0;
    std::string text;
    Decimal amount;
    Date day;
    Time time;
    DateTime moment;
    Duration span;
    Uuid uuid;
    Value json;
    std::vector<std::byte> bytes;
    std::optional<int> maybe;
    std::optional<std::string> nickname;
    State state = State::New;
    Size size = Size::Small;
    ForeignKey<Currency, std::string> currency;

    static void define(Definition<Everything>&);
};

/// A registry with all of these, a database in memory with their tables, and both made current.
class ShopTest : public testing::Test {
protected:
    explicit ShopTest(const std::string& path = ":memory:");

    /// Another database with the same tables.
    Database& add_database(std::string_view alias);
    /// "a", "b" of the names of the products of a query, in its order.
    static std::string names(const QuerySet<Product>& products);
    /// Three categories in a catalog, with five products.
    void fill();

    ModelRegistry registry;
    std::unique_ptr<Databases> databases;
    std::optional<DatabasesScope> scope;
    Catalog catalog;
    Category food, sauces, tools;
};

}  // namespace tatum::db::shop
