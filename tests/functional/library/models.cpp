#include "models.h"

#include <tatum/urls/reverse.h>

using namespace tatum;

namespace library {

void Author::define(Definition<Author>& d) {
    d.field<&Author::name>(max_length(100));
    d.ordering("name");
}

void Book::define(Definition<Book>& d) {
    d.field<&Book::author>(related_name("books"), on_delete(Cascade));
    d.field<&Book::title>(max_length(200));
    d.field<&Book::slug>(SlugField, unique);
    d.ordering("title");
}

std::string Book::get_absolute_url() const {
    return reverse("library:book_detail", Kwargs{{"slug", slug}});
}

}  // namespace library
