#pragma once

#include "books/models.h"

#include <tatum/db/db.h>

namespace reviews {

struct Review : tatum::Model<Review> {
    tatum::ForeignKey<books::Book> book;
    std::string name, body;
    int stars = 5;
    tatum::DateTime written;

    static void define(tatum::Definition<Review>&);
    std::string str() const { return "by " + name; }
    std::string get_absolute_url() const;
};

}  // namespace reviews
