#include "models.h"

using namespace tatum;

namespace archives {

void Book::define(Definition<Book>& d) {
    d.field<&Book::title>(max_length(50));
    d.field<&Book::slug>(SlugField);
    d.field<&Book::published>();
    d.ordering("title");
}

void Event::define(Definition<Event>& d) {
    d.field<&Event::title>(max_length(50));
    d.field<&Event::slug>(SlugField);
    d.field<&Event::moment>();
    d.ordering("title");
}

}  // namespace archives
