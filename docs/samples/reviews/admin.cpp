#include "admin.h"

#include "models.h"

#include <tatum/contrib/admin/admin.h>

using namespace tatum;
using books::Book;

namespace reviews {

namespace {

struct BookAdmin : ModelAdmin<Book> {
    BookAdmin() {
        list_display = {"title", "author", "year"};
        search_fields = {"title", "author"};
        prepopulated<&Book::slug, &Book::title>();
        stacked_inline<Review>({.extra = 0});
    }
};

struct ReviewAdmin : ModelAdmin<Review> {
    ReviewAdmin() {
        list_display = {"book", "name", "stars", "written"};
        list_filter = {"stars", "written"};
        search_fields = {"body", "name", "book__title"};
        readonly_fields = {"written"};
    }
};

}  // namespace

const admin::Registry registry = {
    admin::register_<Book, BookAdmin>(),
    admin::register_<Review, ReviewAdmin>(),
};

}  // namespace reviews
