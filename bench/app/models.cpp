#include "models.h"

namespace bench {

void World::define(Definition<World>& d) {
    d.field<&World::randomnumber>();
    d.db_table("world");
    d.not_managed();
}

void Fortune::define(Definition<Fortune>& d) {
    d.field<&Fortune::message>(max_length(2048));
    d.db_table("fortune");
    d.not_managed();
}

void Category::define(Definition<Category>& d) {
    d.field<&Category::name>(max_length(80));
    d.field<&Category::slug>(SlugField, max_length(80));
    d.field<&Category::position>();
    d.ordering("position");
    d.db_table("category");
    d.not_managed();
}

void Product::define(Definition<Product>& d) {
    d.field<&Product::category>(on_delete(Protect));
    d.field<&Product::name>(max_length(120));
    d.field<&Product::slug>(SlugField, max_length(120));
    d.field<&Product::price>(max_digits(10), decimal_places(2));
    d.field<&Product::old_price>(max_digits(10), decimal_places(2));
    d.field<&Product::stock>();
    d.field<&Product::active>();
    d.field<&Product::description>(TextField);
    d.db_table("product");
    d.not_managed();
}

}  // namespace bench
