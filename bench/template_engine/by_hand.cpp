#include "by_hand.h"

#include <tatum/base/html.h>
#include <tatum/base/text.h>

#include <array>
#include <charconv>
#include <string_view>

namespace tatum::bench {
namespace {

constexpr std::string_view kStoreHead =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
    "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
constexpr std::string_view kStoreBody =
    "\">\n<meta name=\"theme-color\" content=\"#9a1638\" media=\"(prefers-color-scheme: "
    "light)\">\n<meta name=\"theme-color\" content=\"#1a1114\" "
    "media=\"(prefers-color-scheme: dark)\">\n<link rel=\"icon\" "
    "href=\"/static/cranstore/favicon.svg\" type=\"image/svg+xml\">\n<link "
    "rel=\"stylesheet\" href=\"/static/cranstore/shop.css\">\n<script type=\"module\" "
    "src=\"/static/cranstore/shop.js\"></script>\n\n</head>\n<body>\n<a class=\"skip\" "
    "href=\"#content\">Skip to the content</a>\n<header class=\"site-head\">\n  <div "
    "class=\"wrap\">\n    <a class=\"brand\" href=\"/\"><img "
    "src=\"/static/cranstore/logo.svg\" alt=\"\" width=\"44\" "
    "height=\"44\"><span>Cran<b>Store</b></span></a>\n    <form class=\"search\" "
    "action=\"/search/\" role=\"search\">\n      <label class=\"visually-hidden\" "
    "for=\"search\">Search the store</label>\n      <input id=\"search\" type=\"search\" "
    "name=\"q\" value=\"";
constexpr std::string_view kStoreSearch =
    "\" placeholder=\"Jam, candle, gift …\" maxlength=\"200\" autocomplete=\"off\">\n  "
    "    <button><svg viewBox=\"0 0 24 24\" width=\"20\" height=\"20\" "
    "aria-hidden=\"true\"><path d=\"M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M15.5 "
    "15.5L21 21\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2.2\" "
    "stroke-linecap=\"round\"/></svg><span "
    "class=\"visually-hidden\">Search</span></button>\n    </form>\n    ";
constexpr std::string_view kStoreFoot =
    "<footer class=\"site-foot\">\n  <div class=\"wrap\">\n    <div class=\"about\">\n   "
    "   <p class=\"brand\"><img src=\"/static/cranstore/logo.svg\" alt=\"\" width=\"36\" "
    "height=\"36\"><span>Cran<b>Store</b></span></p>\n      <p>Cranberries and their "
    "friends, from small makers whom we know by first name.</p>\n    </div>\n    ";

Value member(const Value& dict, std::string_view key) { return dict.as_dict().get(Name(key)); }

std::string text(const Value& dict, std::string_view key) {
    const Value value = member(dict, key);
    return value.is_none() ? std::string() : value.str();
}

Link link(const Value& dict, std::string_view url, std::string_view name) {
    return {text(dict, url), text(dict, name), text(dict, "slug")};
}

std::vector<Link> links(const Value& list, std::string_view url, std::string_view name) {
    std::vector<Link> all;
    for (const Value& item : list.as_list()) all.push_back(link(item, url, name));
    return all;
}

Product read_product(const Value& dict) {
    Product p{text(dict, "name"),  text(dict, "get_absolute_url"),
              text(dict, "photo"), text(dict, "photo_url"),
              text(dict, "price"), text(dict, "old_price")};
    p.has_price = !member(dict, "amount_minor").is_none();
    p.on_sale = member(dict, "compare_at_minor").truth();
    const Value maker = member(dict, "manufacturer");
    if (maker.is_dict()) p.maker = link(maker, "get_absolute_url", "name");
    return p;
}

std::vector<Product> read_products(const Value& list) {
    std::vector<Product> all;
    for (const Value& item : list.as_list()) all.push_back(read_product(item));
    return all;
}

Pages read_pages(const Dict& context) {
    const Value page = context.get("page_obj");
    Pages pages;
    pages.number = member(page, "number").as_int();
    pages.previous = member(page, "previous_page_number").as_int();
    pages.next = member(page, "next_page_number").as_int();
    pages.start = member(page, "start_index").as_int();
    pages.end = member(page, "end_index").as_int();
    pages.count = member(member(page, "paginator"), "count").as_int();
    pages.has_other = member(page, "has_other_pages").truth();
    pages.has_previous = member(page, "has_previous").truth();
    pages.has_next = member(page, "has_next").truth();
    const Value numbers = context.get("page_numbers");
    for (const Value& number : numbers.as_list()) {
        pages.numbers.push_back(number.is_none() ? 0 : number.as_int());
    }
    pages.query = context.get("page_query").str();
    return pages;
}

void put(std::string& out, std::string_view markup) { out += markup; }
void esc(std::string& out, std::string_view value) { html::append_escaped(out, value); }
void append_number(std::string& out, long long value) {
    std::array<char, 24> digits;
    out.append(digits.data(),
               std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

// --- the pages of CranStore ---

void currency_form(std::string& out, const Data& d) {
    put(out,
        "\n    <form class=\"currency\" action=\"/currency/\" method=\"post\" "
        "aria-label=\"Currency\">\n      <input type=\"hidden\" name=\"csrfmiddlewaretoken\" "
        "value=\"");
    esc(out, d.csrf_token);
    put(out, "\"><input type=\"hidden\" name=\"next\" value=\"");
    esc(out, d.shop_path);
    put(out, "\">\n      ");
    for (const Code& code : d.currencies) {
        put(out, "<button name=\"currency\" value=\"");
        esc(out, code.code);
        put(out, code.code == d.shop_currency
                     ? "\" aria-pressed=\"true\" aria-label=\"Prices in "
                     : "\" aria-pressed=\"false\" aria-label=\"Prices in ");
        esc(out, code.code);
        put(out, "\">");
        esc(out, code.symbol);
        put(out, "</button>");
    }
    put(out, "\n    </form>\n    ");
}

void anchor(std::string& out, std::string_view start, const Link& to, bool current) {
    put(out, start);
    esc(out, to.url);
    put(out, current ? "\" aria-current=\"true\">" : "\">");
    esc(out, to.name);
    put(out, "</a></li>");
}

void store_nav(std::string& out, const Data& d) {
    put(out, "\n  <nav class=\"site-nav\" aria-label=\"Shop\">\n    <ul class=\"wrap\">\n      ");
    for (std::size_t i = d.catalogs.size(); i-- > 1;) {
        const Link& catalog = d.catalogs[i].link;
        anchor(out, "<li><a class=\"season\" href=\"", catalog, catalog.slug == d.current_catalog);
    }
    put(out, "\n      ");
    for (const Link& category : d.departments) {
        anchor(out, "<li><a href=\"", category, category.slug == d.current_department);
    }
    put(out, "\n    </ul>\n  </nav>\n  ");
}

void store_foot(std::string& out, const Data& d) {
    put(out, kStoreFoot);
    for (const Catalog& catalog : d.catalogs) {
        put(out, "\n    <nav aria-label=\"");
        esc(out, catalog.link.name);
        put(out, "\">\n      <p class=\"title\"><a href=\"");
        esc(out, catalog.link.url);
        put(out, "\">");
        esc(out, catalog.link.name);
        put(out, "</a></p>\n      <ul>");
        for (const Link& category : catalog.categories) {
            put(out, "<li><a href=\"");
            esc(out, category.url);
            put(out, "\">");
            esc(out, category.name);
            put(out, "</a></li>");
        }
        put(out, "</ul>\n    </nav>\n    ");
    }
    put(out,
        "\n    <p class=\"small\">A demonstration store. Nothing here can be bought, though much "
        "of "
        "it can be cooked.</p>\n  </div>\n</footer>\n</body>\n</html>\n");
}

/// `title` and `description` as they are, not escaped yet.
template <class Title, class Content>
void store_page(std::string& out, const Data& d, Title title, std::string_view description,
                Content content) {
    put(out, kStoreHead);
    title();
    put(out, "</title>\n<meta name=\"description\" content=\"");
    std::string escaped;
    esc(escaped, description);
    put(out, strings::truncate_chars(escaped, 155));
    put(out, kStoreBody);
    esc(out, d.query);
    put(out, kStoreSearch);
    if (!d.currencies.empty()) currency_form(out, d);
    put(out, "\n  </div>\n  ");
    if (!d.catalogs.empty()) store_nav(out, d);
    put(out, "\n</header>\n<main id=\"content\" class=\"wrap\" tabindex=\"-1\">\n");
    content();
    put(out, "\n</main>\n");
    store_foot(out, d);
}

void breadcrumbs(std::string& out, const Data& d) {
    if (!d.breadcrumbs.empty()) {
        put(out,
            "\n<nav class=\"breadcrumbs\" aria-label=\"Breadcrumbs\">\n  <ol>\n    <li><a "
            "href=\"/\">Home</a></li>\n    ");
        for (const Link& crumb : d.breadcrumbs) {
            if (crumb.url.empty()) {
                put(out, "<li><span aria-current=\"page\">");
                esc(out, crumb.name);
                put(out, "</span></li>\n    ");
            } else {
                put(out, "<li><a href=\"");
                esc(out, crumb.url);
                put(out, "\">");
                esc(out, crumb.name);
                put(out, "</a></li>\n    ");
            }
        }
        put(out, "\n  </ol>\n</nav>\n");
    }
    put(out, "\n");
}

void price(std::string& out, const Product& p) {
    if (p.on_sale) {
        put(out, "<span class=\"price sale\"><span class=\"visually-hidden\">Now </span><ins>");
        esc(out, p.price);
        put(out, "</ins> <span class=\"visually-hidden\">instead of </span><del>");
        esc(out, p.old_price);
        put(out, "</del></span>");
    } else if (p.has_price) {
        put(out, "<span class=\"price\">");
        esc(out, p.price);
        put(out, "</span>");
    } else {
        put(out, "<span class=\"price\">Price on request</span>");
    }
    put(out, "\n");
}

void card(std::string& out, const Product& p) {
    put(out, "<li class=\"card\">\n  <a href=\"");
    esc(out, p.url);
    put(out, "\">\n    <span class=\"picture\">");
    if (!p.photo.empty()) {
        put(out, "<img src=\"");
        esc(out, p.photo_url);
        put(out, "\" alt=\"\" width=\"400\" height=\"500\" loading=\"lazy\" decoding=\"async\">");
    }
    if (p.on_sale) put(out, "<span class=\"badge\">On sale</span>");
    put(out, "</span>\n    <span class=\"name\">");
    esc(out, p.name);
    put(out, "</span>\n  </a>\n  ");
    if (p.maker) {
        put(out, "<span class=\"maker\">");
        esc(out, p.maker->name);
        put(out, "</span>");
    }
    put(out, "\n  ");
    price(out, p);
    put(out, "\n</li>\n");
}

void page_link(std::string& out, const Pages& pages, long long number) {
    put(out, number == pages.number ? "<a aria-current=\"page\" aria-label=\"Page "
                                    : "<a aria-label=\"Page ");
    append_number(out, number);
    put(out, "\" href=\"?");
    esc(out, pages.query);
    put(out, "page=");
    append_number(out, number);
    put(out, "\">");
    append_number(out, number);
    put(out, "</a>");
}

void step(std::string& out, const Pages& pages, std::string_view relation, long long to,
          std::string_view label) {
    put(out, "<a class=\"step\" rel=\"");
    put(out, relation);
    put(out, "\" href=\"?");
    esc(out, pages.query);
    put(out, "page=");
    append_number(out, to);
    put(out, label);
}

void page_links(std::string& out, const Pages& pages) {
    if (pages.has_other) {
        put(out, "\n<nav class=\"pages\" aria-label=\"Pages\">\n  ");
        if (pages.has_previous) {
            step(out, pages, "prev", pages.previous,
                 "\"><span aria-hidden=\"true\">←</span> Previous</a>");
        }
        put(out, "\n  <ol>\n    ");
        for (const long long number : pages.numbers) {
            put(out, "<li>");
            if (number == 0) {
                put(out, "<span class=\"gap\">…</span>");
            } else {
                page_link(out, pages, number);
            }
            put(out, "</li>\n    ");
        }
        put(out, "\n  </ol>\n  ");
        if (pages.has_next) {
            step(out, pages, "next", pages.next, "\">Next <span aria-hidden=\"true\">→</span></a>");
        }
        put(out, "\n</nav>\n");
    }
    put(out, "\n");
}

void list_head(std::string& out, const Data& d) {
    put(out, "\n<div class=\"list-head\">\n  <p class=\"count\">");
    if (d.pages.has_other) {
        append_number(out, d.pages.start);
        put(out, " to ");
        append_number(out, d.pages.end);
        put(out, " of ");
    }
    append_number(out, d.pages.count);
    put(out, d.pages.count == 1 ? " product</p>" : " products</p>");
    put(out, "\n  <form class=\"sort\" method=\"get\">\n    ");
    if (!d.query.empty()) {
        put(out, "<input type=\"hidden\" name=\"q\" value=\"");
        esc(out, d.query);
        put(out, "\">");
    }
    put(out, "\n    <label for=\"sort\">Sort by</label>\n    <select id=\"sort\" name=\"sort\">");
    for (const Link& choice : d.sorts) {
        put(out, "<option value=\"");
        esc(out, choice.url);
        put(out, choice.url == d.sort ? "\" selected>" : "\">");
        esc(out, choice.name);
        put(out, "</option>");
    }
    put(out, "</select>\n    <button>Sort</button>\n  </form>\n</div>\n<ul class=\"cards\">");
}

void list_content(std::string& out, const Data& d) {
    put(out, "\n");
    breadcrumbs(out, d);
    put(out, "\n<div class=\"page-head\">\n  <h1>");
    esc(out, d.heading);
    put(out, "</h1>\n  ");
    if (!d.lead.empty()) {
        put(out, "<p class=\"lead\">");
        esc(out, d.lead);
        put(out, "</p>");
    }
    put(out, "\n</div>\n");
    if (!d.subcategories.empty()) {
        put(out, "\n<nav class=\"subcategories\" aria-label=\"Categories within ");
        esc(out, d.heading);
        put(out, "\">\n  <ul>");
        for (const Link& category : d.subcategories) {
            anchor(out, "<li><a href=\"", category, false);
        }
        put(out, "</ul>\n</nav>\n");
    }
    put(out, "\n");
    if (d.pages.count > 0) {
        list_head(out, d);
        for (const Product& p : d.products) card(out, p);
        put(out, "</ul>\n");
        page_links(out, d.pages);
        put(out, "\n");
    } else {
        put(out,
            "\n<p class=\"empty\">There is nothing here yet. Look around in <a "
            "href=\"/product/\">all products</a>.</p>\n");
    }
    put(out, "\n");
}

void gallery(std::string& out, const Data& d) {
    put(out, "\n<article class=\"product\">\n  <div class=\"gallery\">\n    ");
    if (!d.object.photo.empty()) {
        put(out, "<img class=\"portrait\" src=\"");
        esc(out, d.object.photo_url);
        put(out, "\" alt=\"");
        esc(out, d.photo_alt);
        put(out, "\" width=\"400\" height=\"500\" fetchpriority=\"high\">");
    }
    put(out, "\n    ");
    if (!d.photos.empty()) {
        put(out, "\n    <ul class=\"more-photos\">\n      ");
        for (const Link& photo : d.photos) {
            put(out, "<li><a href=\"");
            esc(out, photo.url);
            put(out, "\"><img src=\"");
            esc(out, photo.url);
            put(out, "\" alt=\"");
            esc(out, photo.name);
            put(out,
                "\" width=\"400\" height=\"500\" loading=\"lazy\" "
                "decoding=\"async\"></a></li>");
        }
        put(out, "\n    </ul>\n    ");
    }
    put(out, "\n  </div>\n  <div class=\"facts\">\n    ");
}

void details(std::string& out, const Data& d) {
    put(out,
        "\n    <h2 id=\"details\">Details</h2>\n    <table class=\"details\" "
        "aria-labelledby=\"details\">\n      ");
    for (const Detail& detail : d.details) {
        put(out, "<tr><th scope=\"row\">");
        esc(out, detail.name);
        put(out, "</th><td>");
        esc(out, detail.value);
        if (!detail.description.empty()) {
            put(out, " <span class=\"note\">");
            esc(out, detail.description);
            put(out, "</span>");
        }
        put(out, "</td></tr>\n      ");
    }
    put(out, "\n    </table>\n    ");
}

void maker(std::string& out, const Data& d) {
    put(out, "\n    <h2>The maker</h2>\n    <p class=\"about-maker\"><a href=\"");
    esc(out, d.object.maker->url);
    put(out, "\">");
    esc(out, d.object.maker->name);
    put(out, "</a>");
    if (!d.maker_place.empty()) {
        put(out, ", ");
        esc(out, d.maker_place);
    }
    put(out, ". ");
    esc(out, d.maker_description);
    put(out, "</p>\n    ");
}

void facts(std::string& out, const Data& d) {
    if (d.object.maker) {
        put(out, "<p class=\"maker\">by <a href=\"");
        esc(out, d.object.maker->url);
        put(out, "\">");
        esc(out, d.object.maker->name);
        put(out, "</a></p>");
    }
    put(out, "\n    <h1>");
    esc(out, d.object.name);
    put(out, "</h1>\n    ");
    if (d.is_discontinued) {
        put(out,
            "\n    <p class=\"notice\">This product is no longer made. Have a look at what stands "
            "beside it on the shelf.</p>\n    ");
    } else {
        put(out, "\n    <p class=\"offer\">");
        price(out, d.object);
        put(out, "</p>\n    ");
    }
    put(out, "\n    <p class=\"description\">");
    esc(out, d.description);
    put(out, "</p>\n    ");
    if (!d.details.empty()) details(out, d);
    put(out, "\n    ");
    if (d.object.maker) maker(out, d);
    put(out, "\n    ");
    if (!d.categories.empty()) {
        put(out, "\n    <h2>Find it in</h2>\n    <ul class=\"in-categories\">");
        for (const Link& category : d.categories) anchor(out, "<li><a href=\"", category, false);
        put(out, "</ul>\n    ");
    }
    put(out, "\n    <p class=\"sku\">Item ");
    esc(out, d.sku);
    put(out, "</p>\n  </div>\n</article>\n");
}

void product_content(std::string& out, const Data& d) {
    put(out, "\n");
    breadcrumbs(out, d);
    gallery(out, d);
    facts(out, d);
    if (!d.related.empty()) {
        put(out,
            "\n<section aria-labelledby=\"related\">\n  <h2 id=\"related\">On the same "
            "shelf</h2>\n  <ul class=\"cards\">");
        for (const Product& p : d.related) card(out, p);
        put(out, "</ul>\n</section>\n");
    }
    put(out, "\n<p class=\"back\"><a href=\"");
    esc(out, d.back_url.empty() ? "/product/" : std::string_view(d.back_url));
    put(out, "\"><span aria-hidden=\"true\">←</span> Back to ");
    esc(out, d.back_name.empty() ? "all products" : std::string_view(d.back_name));
    put(out, "</a></p>\n");
}

// --- the page of deep inheritance ---

template <class Title, class Head, class Content>
void deep_base(std::string& out, const Data& d, Title title, Head head, Content content) {
    put(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    title();
    put(out, "</title>\n");
    head();
    put(out, "\n</head>\n<body class=\"\">\n<header><a href=\"/\">");
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

}  // namespace

Data::Data(const Dict& context) {
    const Value shop = context.get("shop"), one = context.get("object");
    const auto own = [&](std::string_view key) { return context.get(Name(key)).str(); };
    shop_name = text(shop, "name");
    shop_year = text(shop, "year");
    shop_currency = text(shop, "currency");
    shop_path = text(shop, "path");
    csrf_token = own("csrf_token");
    const Value codes = member(shop, "currencies"), all_catalogs = member(shop, "catalogs");
    for (const Value& c : codes.as_list()) {
        currencies.push_back({text(c, "code"), text(c, "symbol")});
    }
    for (const Value& c : all_catalogs.as_list()) {
        catalogs.push_back({link(c, "url", "name"), links(member(c, "categories"), "url", "name")});
    }
    departments = links(member(shop, "departments"), "url", "name");
    query = own("query");
    path = own("path");
    current_catalog = own("current_catalog");
    current_department = own("current_department");
    nav = links(context.get("nav"), "url", "title");
    crumbs = links(context.get("crumbs"), "url", "name");
    heading = own("heading");
    lead = own("lead");
    sort = own("sort");
    breadcrumbs = links(context.get("breadcrumbs"), "url", "name");
    subcategories = links(context.get("subcategories"), "url", "name");
    sorts = links(context.get("sorts"), "value", "label");
    pages = read_pages(context);
    products = read_products(context.get("object_list"));
    related = read_products(context.get("related"));
    object = read_product(one);
    is_discontinued = member(one, "is_discontinued").truth();
    photo_alt = text(one, "photo_alt");
    description = text(one, "description");
    sku = text(one, "sku");
    maker_place = text(member(one, "manufacturer"), "place");
    maker_description = text(member(one, "manufacturer"), "description");
    back_url = own("back_url");
    back_name = own("back_name");
    photos = links(context.get("photos"), "url", "alt");
    categories = links(context.get("categories"), "url", "full_name");
    const Value all_details = context.get("details"), table = context.get("rows");
    for (const Value& detail : all_details.as_list()) {
        details.push_back({text(member(detail, "attribute"), "name"), text(detail, "value"),
                           text(detail, "description")});
    }
    for (const Value& r : table.as_list()) {
        rows.push_back({member(r, "id").as_int(), text(r, "name"), text(r, "city"),
                        text(r, "amount"), text(r, "note")});
    }
}

void list_page(std::string& out, const Data& d) {
    const auto title = [&] {
        esc(out, d.heading);
        if (d.pages.number > 1) {
            put(out, ", page ");
            append_number(out, d.pages.number);
        }
        put(out, " · ");
        esc(out, d.shop_name);
    };
    store_page(out, d, title, d.lead, [&] { list_content(out, d); });
}

void product_page(std::string& out, const Data& d) {
    const auto title = [&] {
        esc(out, d.object.name);
        put(out, " · ");
        esc(out, d.shop_name);
    };
    store_page(out, d, title, d.description, [&] { product_content(out, d); });
}

void table_page(std::string& out, const Data& d) {
    put(out, "<table>\n");
    for (std::size_t i = 0; i < d.rows.size(); ++i) {
        const Row& row = d.rows[i];
        put(out, "<tr class=\"");
        if (i == 0) put(out, "first");
        put(out, "\"><td>");
        append_number(out, row.id);
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
            append_number(out, level);
            put(out, "</h2><p>");
            esc(out, d.shop_name);
            put(out, " at level ");
            append_number(out, level);
            put(out, "</p>");
            if (level == 1) {
                put(out, "<p>");
                esc(out, d.query);
                put(out, "</p>");
            } else if (level == 3) {
                put(out, "<p>nothing</p><p>");
                esc(out, d.heading);
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
    deep_base(out, d, title, head, content);
}

}  // namespace tatum::bench
