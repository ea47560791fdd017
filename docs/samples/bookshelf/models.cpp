#include "models.h"

namespace bookshelf {

// [define-begin]
void Author::define(Definition<Author>& d) {
    d.field<&Author::name>(max_length(200));
    d.field<&Author::slug>(SlugField, max_length(100), unique);
    d.field<&Author::born>(null, blank);
    d.ordering("name");
}

void Genre::define(Definition<Genre>& d) {
    d.field<&Genre::name>(max_length(80), unique);
    d.ordering("name");
}

void Book::define(Definition<Book>& d) {
    d.field<&Book::author>(on_delete(Cascade), related_name("books"));
    d.field<&Book::genres>(blank, related_name("books"));
    d.field<&Book::title>(max_length(300));
    d.field<&Book::slug>(SlugField, max_length(150));
    d.field<&Book::summary>(text, blank);
    d.field<&Book::price>(max_digits(8), decimal_places(2));
    d.field<&Book::stock>(default_(0));
    d.field<&Book::created>(auto_now_add);
    d.unique<&Book::author, &Book::slug>();
    d.index<&Book::created>();
    d.check("book_price_not_negative", F<&Book::price> >= 0);
    d.ordering("title");
    d.method<&Book::is_sold_out>();
    d.method<&Book::get_absolute_url>();
}
// [define-end]

std::string Author::get_absolute_url() const { return reverse("bookshelf:author", slug); }

std::string Book::get_absolute_url() const { return reverse("bookshelf:book", author->slug, slug); }

}  // namespace bookshelf
