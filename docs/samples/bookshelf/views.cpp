#include "app.h"
#include "models.h"

namespace bookshelf {

namespace {

constexpr int kBooksPerPage = 24;

// [views-begin]
Response author_page(Request& request, std::string author_slug) {
    const auto author = get_object_or_404(Author::objects, F<&Author::slug> == author_slug);
    const auto books = Book::objects.filter(F<&Book::author> == author)
                           .select_related<&Book::author>()
                           .order_by(-F<&Book::created>);
    return render(request, "bookshelf/author.html",
                  {{"author", author}, {"page", Paginator(books, kBooksPerPage).page(request)}});
}

Response book_page(Request& request, std::string author_slug, std::string book_slug) {
    const auto book = get_object_or_404(Book::objects.select_related<&Book::author>(),
                                        F<&Book::author, &Author::slug> == author_slug,
                                        F<&Book::slug> == book_slug);
    return render(request, "bookshelf/book.html", {{"book", book}});
}
// [views-end]

}  // namespace

// [urls-begin]
const Urls urls{{
                    path<"">(ListView<Book>{}, "book_list"),
                    path<"<slug:author_slug>/">(author_page, "author"),
                    path<"<slug:author_slug>/<slug:book_slug>/">(book_page, "book"),
                },
                {.app_name = "bookshelf"}};
// [urls-end]

}  // namespace bookshelf
