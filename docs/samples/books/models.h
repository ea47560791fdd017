#pragma once

#include <tatum/db/db.h>

namespace books {

struct Book : tatum::Model<Book> {
    std::string title, slug, author;
    int year = 0;

    static void define(tatum::Definition<Book>&);
    std::string str() const { return title; }
};

}  // namespace books
