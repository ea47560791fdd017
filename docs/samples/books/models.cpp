#include "models.h"

using namespace tatum;

namespace books {

void Book::define(Definition<Book>& d) {
    d.field<&Book::title>(max_length(200));
    d.field<&Book::slug>(SlugField, max_length(100), unique);
    d.field<&Book::author>(max_length(200));
    d.field<&Book::year>();
    d.ordering("author", "year");
}

}  // namespace books
