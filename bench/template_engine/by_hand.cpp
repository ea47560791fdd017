#include "by_hand.h"

#include <tatum/base/html.h>
#include <tatum/base/text.h>

#include <array>
#include <charconv>
#include <string_view>

namespace tatum::bench {
namespace {

std::string text(const Value& dict, std::string_view key) {
    const Value value = dict.as_dict().get(Name(key));
    return value.is_none() ? std::string() : value.str();
}

std::vector<Link> links(const Value& list, std::string_view url, std::string_view name) {
    std::vector<Link> all;
    for (const Value& item : list.as_list()) all.push_back({text(item, url), text(item, name)});
    return all;
}

Product read_product(const Value& dict) {
    Product p{text(dict, "name"),     text(dict, "slug"),  text(dict, "image"),
              text(dict, "summary"),  text(dict, "price"), text(dict, "currency"),
              text(dict, "old_price")};
    p.stock = dict.as_dict().get("stock").as_int();
    const Value tags = dict.as_dict().get("tags");
    if (tags.is_list()) {
        for (const Value& tag : tags.as_list()) p.tags.push_back(tag.str());
    }
    const Value attributes = dict.as_dict().get("attributes");
    if (attributes.is_list()) p.attributes = links(attributes, "value", "name");
    return p;
}

void put(std::string& out, std::string_view markup) { out += markup; }
void esc(std::string& out, std::string_view value) { html::append_escaped(out, value); }
void number(std::string& out, long long value) {
    std::array<char, 24> digits;
    out.append(digits.data(),
               std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

template <class Title, class Head, class Class, class Content>
void base_page(std::string& out, const Data& d, Title title, Head head, Class body_class,
               Content content) {
    put(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    title();
    put(out, "</title>\n");
    head();
    put(out, "\n</head>\n<body class=\"");
    body_class();
    put(out, "\">\n<header><a href=\"/\">");
    esc(out, d.shop_name);
    put(out, "</a>\n<form action=\"/search/\"><input name=\"q\" value=\"");
    esc(out, d.query);
    put(out, "\"></form>\n<nav><ul>");
    for (const Link& item : d.nav) {
        put(out, "\n<li");
        if (item.url == d.path) put(out, " class=\"current\"");
        put(out, "><a href=\"");
        esc(out, item.url);
        put(out, "\">");
        esc(out, item.name);
        put(out, "</a></li>");
    }
    put(out, "\n</ul></nav></header>\n<main>");
    content();
    put(out, "</main>\n<footer>&copy; ");
    esc(out, d.shop_year);
    put(out, " ");
    esc(out, d.shop_name);
    put(out, "</footer>\n</body>\n</html>\n");
}

void style(std::string& out) { put(out, "<link rel=\"stylesheet\" href=\"/static/store.css\">"); }

void crumbs(std::string& out, const Data& d) {
    put(out, "\n<ol class=\"crumbs\">");
    for (const Link& crumb : d.crumbs) {
        put(out, "<li><a href=\"");
        esc(out, crumb.url);
        put(out, "\">");
        esc(out, crumb.name);
        put(out, "</a></li>");
    }
    put(out, "</ol>\n<h1>");
}

void card(std::string& out, const Product& p) {
    put(out, "<a href=\"/product/");
    esc(out, p.slug);
    put(out, "/\"><img src=\"/media/");
    esc(out, p.image);
    put(out, "\" alt=\"");
    esc(out, p.name);
    put(out, "\"></a>\n<h2><a href=\"/product/");
    esc(out, p.slug);
    put(out, "/\">");
    esc(out, p.name);
    put(out, "</a></h2>\n<p>");
    esc(out, p.summary.empty() ? "No description." : std::string_view(p.summary));
    put(out, "</p>\n<p class=\"price\">");
    esc(out, p.currency);
    put(out, " ");
    esc(out, p.price);
    if (!p.old_price.empty()) {
        put(out, " <del>");
        esc(out, p.old_price);
        put(out, "</del>");
    }
    put(out, "</p>\n");
    if (p.stock > 5) {
        put(out, "<p>In stock</p>");
    } else if (p.stock > 0) {
        put(out, "<p>Only ");
        number(out, p.stock);
        put(out, " left</p>");
    } else {
        put(out, "<p>Sold out</p>");
    }
    put(out, "\n");
}

}  // namespace

Data::Data(const Dict& context) {
    const Value shop = context.get("shop"), category = context.get("category");
    const Value page = context.get("page");
    shop_name = text(shop, "name");
    shop_year = text(shop, "year");
    query = context.get("query").str();
    path = context.get("path").str();
    nav = links(context.get("nav"), "url", "title");
    crumbs = links(context.get("crumbs"), "url", "name");
    category_name = text(category, "name");
    category_description = text(category, "description");
    page_number = text(page, "number");
    page_count = text(page, "count");
    page_previous = text(page, "previous");
    page_next = text(page, "next");
    has_previous = page.as_dict().get("has_previous").truth();
    has_next = page.as_dict().get("has_next").truth();
    const Value all = context.get("products"), others = context.get("related");
    for (const Value& p : all.as_list()) products.push_back(read_product(p));
    for (const Value& p : others.as_list()) related.push_back(read_product(p));
    product = read_product(context.get("product"));
    const Value table = context.get("rows");
    for (const Value& r : table.as_list()) {
        rows.push_back({r.as_dict().get("id").as_int(), text(r, "name"), text(r, "city"),
                        text(r, "amount"), text(r, "note")});
    }
}

void list_page(std::string& out, const Data& d) {
    const auto title = [&] {
        esc(out, d.category_name);
        put(out, " - CranStore");
    };
    const auto content = [&] {
        crumbs(out, d);
        esc(out, d.category_name);
        put(out, "</h1>\n<p>");
        esc(out, d.category_description);
        put(out, "</p>\n<ul class=\"products\">");
        long long counter = 0;
        for (const Product& p : d.products) {
            put(out, "\n<li class=\"");
            put(out, counter % 2 == 0 ? "odd" : "even");
            if (p.stock == 0) put(out, " out");
            put(out, "\" id=\"p");
            number(out, ++counter);
            put(out, "\">\n");
            card(out, p);
            put(out, "</li>");
        }
        put(out, "\n</ul>\n<p class=\"pages\">");
        if (d.has_previous) {
            put(out, "<a href=\"?page=");
            esc(out, d.page_previous);
            put(out, "\">previous</a>");
        }
        put(out, "\nPage ");
        esc(out, d.page_number);
        put(out, " of ");
        esc(out, d.page_count);
        put(out, "\n");
        if (d.has_next) {
            put(out, "<a href=\"?page=");
            esc(out, d.page_next);
            put(out, "\">next</a>");
        }
        put(out, "</p>\n");
    };
    base_page(out, d, title, [&] { style(out); }, [&] { put(out, "list"); }, content);
}

void product_page(std::string& out, const Data& d) {
    const Product& p = d.product;
    const auto head = [&] {
        style(out);
        put(out, "\n<link rel=\"canonical\" href=\"/product/");
        esc(out, p.slug);
        put(out, "/\">");
    };
    const auto content = [&] {
        crumbs(out, d);
        esc(out, p.name);
        put(out, "</h1>\n<img src=\"/media/");
        esc(out, p.image);
        put(out, "\" alt=\"");
        esc(out, p.name);
        put(out, "\">\n<p class=\"price\">");
        esc(out, p.currency);
        put(out, " ");
        esc(out, p.price);
        put(out, "</p>\n<p>");
        esc(out, p.summary);
        put(out, "</p>\n<table>");
        for (const Link& a : p.attributes) {
            put(out, "\n<tr><th>");
            esc(out, a.name);
            put(out, "</th><td>");
            esc(out, a.url);
            put(out, "</td></tr>");
        }
        put(out, "\n</table>\n");
        if (!p.tags.empty()) {
            put(out, "<p>Tags: ");
            for (std::size_t i = 0; i < p.tags.size(); ++i) {
                if (i > 0) put(out, ", ");
                esc(out, p.tags[i]);
            }
            put(out, "</p>");
        }
        put(out, "\n<p>Most like ");
        esc(out, strings::upper(d.related.front().name));
        put(out, "</p>\n<ul>");
        for (std::size_t i = 0; i < d.related.size(); ++i) {
            const Product& other = d.related[i];
            put(out, "\n<li><a href=\"/product/");
            esc(out, other.slug);
            put(out, "/\">");
            esc(out, other.name);
            put(out, "</a> ");
            esc(out, other.currency);
            put(out, " ");
            esc(out, other.price);
            if (i + 1 < d.related.size()) put(out, ",");
            put(out, "</li>");
        }
        put(out, "\n</ul>\n");
    };
    const auto title = [&] {
        esc(out, p.name);
        put(out, " - CranStore");
    };
    base_page(out, d, title, head, [&] { put(out, "product"); }, content);
}

void table_page(std::string& out, const Data& d) {
    put(out, "<table>\n");
    for (std::size_t i = 0; i < d.rows.size(); ++i) {
        const Row& row = d.rows[i];
        put(out, "<tr class=\"");
        if (i == 0) put(out, "first");
        put(out, "\"><td>");
        number(out, row.id);
        put(out, "</td><td>");
        esc(out, row.name);
        put(out, "</td><td>");
        esc(out, row.city);
        put(out, "</td><td>");
        esc(out, row.amount);
        put(out, "</td><td>");
        esc(out, row.note);
        put(out, "</td></tr>\n");
    }
    put(out, "</table>\n");
}

void deep_page(std::string& out, const Data& d) {
    const auto title = [&] {
        for (const char* level : {"5", "4", "3", "2", "1"}) {
            put(out, "Level ");
            put(out, level);
            put(out, ": ");
        }
        put(out, "CranStore");
    };
    const auto head = [&] {
        style(out);
        for (const char* level : {"1", "2", "3", "4", "5"}) {
            put(out, "<script src=\"/static/level");
            put(out, level);
            put(out, ".js\"></script>");
        }
    };
    const auto content = [&] {
        for (int level = 1; level <= 5; ++level) {
            put(out, "<section><h2>Level ");
            number(out, level);
            put(out, "</h2><p>");
            esc(out, d.shop_name);
            put(out, " at level ");
            number(out, level);
            put(out, "</p>");
            if (level == 1) {
                put(out, "<p>");
                esc(out, d.query);
                put(out, "</p>");
            } else if (level == 3) {
                put(out, "<p>nothing</p><p>");
                esc(out, d.category_name);
                put(out, "</p>");
            } else if (level == 5) {
                for (const Link& crumb : d.crumbs) {
                    put(out, "<i>");
                    esc(out, crumb.name);
                    put(out, "</i>");
                }
            } else {
                put(out, "<p>nothing</p>");
            }
            put(out, "</section>");
        }
    };
    base_page(out, d, title, head, [] {}, content);
}

}  // namespace tatum::bench
