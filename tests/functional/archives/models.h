#pragma once

#include <tatum/db/db.h>

namespace archives {

using tatum::Model;

struct Book : Model<Book> {
    std::string title, slug;
    std::optional<tatum::Date> published;

    static void define(tatum::Definition<Book>&);
    std::string str() const { return title; }
};

struct Event : Model<Event> {
    std::string title, slug;
    std::optional<tatum::DateTime> moment;

    static void define(tatum::Definition<Event>&);
    std::string str() const { return title; }
};

}  // namespace archives
