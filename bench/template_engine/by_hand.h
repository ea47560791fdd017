#pragma once

#include <tatum/base/value.h>

#include <optional>
#include <string>
#include <vector>

/// The pages as one would write them without a template engine: structs of strings, and functions
/// that append to a string.
namespace tatum::bench {

struct Link {
    std::string url, name, slug;
};
struct Catalog {
    Link link;
    std::vector<Link> categories;
};
struct Code {
    std::string code, symbol;
};
struct Product {
    std::string name, url, photo, photo_url, price, old_price;
    bool has_price = false, on_sale = false;
    std::optional<Link> maker;
};
struct Pages {
    long long number = 0, previous = 0, next = 0, start = 0, end = 0, count = 0;
    bool has_other = false, has_previous = false, has_next = false;
    std::vector<long long> numbers;  ///< 0 is a gap
    std::string query;
};
struct Detail {
    std::string name, value, description;
};
struct Row {
    long long id = 0;
    std::string name, city, amount, note;
};
struct Data {
    std::string shop_name, shop_year, shop_currency, shop_path, csrf_token;
    std::vector<Code> currencies;
    std::vector<Catalog> catalogs;
    std::vector<Link> departments;
    std::string query, path, current_catalog, current_department;
    std::vector<Link> nav, crumbs;

    std::string heading, lead, sort;
    std::vector<Link> breadcrumbs, subcategories;
    std::vector<Link> sorts;  ///< value and label
    Pages pages;
    std::vector<Product> products, related;

    Product object;
    bool is_discontinued = false;
    std::string photo_alt, description, sku, maker_place, maker_description, back_url, back_name;
    std::vector<Link> photos;  ///< address and text
    std::vector<Link> categories;
    std::vector<Detail> details;

    std::vector<Row> rows;

    explicit Data(const Dict& context);
};

void list_page(std::string& out, const Data& data);
void product_page(std::string& out, const Data& data);
void table_page(std::string& out, const Data& data);
void deep_page(std::string& out, const Data& data);

}  // namespace tatum::bench
