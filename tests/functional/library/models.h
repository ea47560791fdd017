#pragma once

#include <tatum/db/db.h>

namespace library {

using tatum::Model;

struct Author : Model<Author> {
    std::string name;

    static void define(tatum::Definition<Author>&);
    std::string str() const { return name; }
};

struct Book : Model<Book> {
    tatum::ForeignKey<Author> author;
    std::string title, slug;

    static void define(tatum::Definition<Book>&);
    std::string str() const { return title; }
    std::string get_absolute_url() const;
};

}  // namespace library
