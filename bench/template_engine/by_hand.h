#pragma once

#include <tatum/base/value.h>

#include <string>
#include <vector>

/// The pages as one would write them without a template engine: structs of strings, and functions
/// that append to a string.
namespace tatum::bench {

struct Link {
    std::string url, name;
};
struct Product {
    std::string name, slug, image, summary, price, currency, old_price;
    long long stock = 0;
    std::vector<std::string> tags;
    std::vector<Link> attributes;  ///< value and name
};
struct Row {
    long long id = 0;
    std::string name, city, amount, note;
};
struct Data {
    std::string shop_name, shop_year, query, path;
    std::vector<Link> nav, crumbs;
    std::string category_name, category_description;
    std::string page_number, page_count, page_previous, page_next;
    bool has_previous = false, has_next = false;
    std::vector<Product> products, related;
    Product product;
    std::vector<Row> rows;

    explicit Data(const Dict& context);
};

void list_page(std::string& out, const Data& data);
void product_page(std::string& out, const Data& data);
void table_page(std::string& out, const Data& data);
void deep_page(std::string& out, const Data& data);

}  // namespace tatum::bench
