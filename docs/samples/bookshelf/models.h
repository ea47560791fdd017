#pragma once

#include <tatum/tatum.h>

namespace bookshelf {

using namespace tatum;

// [models-begin]
struct Author : Model<Author> {
    std::string name, slug;
    std::optional<Date> born;

    static void define(Definition<Author>&);
    std::string str() const { return name; }
    std::string get_absolute_url() const;
};

struct Genre : Model<Genre> {
    std::string name;

    static void define(Definition<Genre>&);
    std::string str() const { return name; }
};

struct Book : Model<Book> {
    ForeignKey<Author> author;
    ManyToMany<Genre> genres;
    std::string title, slug, summary;
    Decimal price;
    int stock = 0;
    DateTime created;

    static void define(Definition<Book>&);
    std::string str() const { return author->name + ": " + title; }
    std::string get_absolute_url() const;
    bool is_sold_out() const { return stock == 0; }
};
// [models-end]

}  // namespace bookshelf
