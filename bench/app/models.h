#pragma once

#include <tatum/tatum.h>

/// The tables of the benchmark; schema.sql beside the peers makes them.
namespace bench {

using namespace tatum;

struct World : Model<World> {
    int randomnumber = 0;

    static void define(Definition<World>&);
};

struct Fortune : Model<Fortune> {
    std::string message;

    static void define(Definition<Fortune>&);
};

struct Category : Model<Category> {
    std::string name, slug;
    int position = 0;

    static void define(Definition<Category>&);
};

struct Product : Model<Product> {
    ForeignKey<Category> category;
    std::string name, slug;
    Decimal price;
    std::optional<Decimal> old_price;
    int stock = 0;
    bool active = true;
    std::string description;

    static void define(Definition<Product>&);
};

}  // namespace bench
