/// What the compiler is timed on: a small app in one file, with models, queries, views and urls.
#include <tatum/tatum.h>

namespace library {

using namespace tatum;

struct Publisher : Model<Publisher> {
    std::string name, slug, website;
    std::optional<int> founded;

    static void define(Definition<Publisher>&);
    std::string str() const { return name; }
};

struct Author : Model<Author> {
    std::string name, slug, biography;
    std::optional<Date> born;

    static void define(Definition<Author>&);
    std::string str() const { return name; }
    std::string get_absolute_url() const;
};

struct Book : Model<Book> {
    ForeignKey<Author> author;
    ForeignKey<Publisher> publisher;
    std::string title, slug, isbn, summary;
    Decimal price;
    int stock = 0;
    bool on_sale = false;
    DateTime created;

    static void define(Definition<Book>&);
    std::string str() const { return author->name + ": " + title; }
    std::string get_absolute_url() const;
};

void Publisher::define(Definition<Publisher>& d) {
    d.field<&Publisher::name>(max_length(200));
    d.field<&Publisher::slug>(SlugField, max_length(100), unique);
    d.field<&Publisher::website>(url, blank);
    d.field<&Publisher::founded>(null, blank);
    d.ordering("name");
}

void Author::define(Definition<Author>& d) {
    d.field<&Author::name>(max_length(200));
    d.field<&Author::slug>(SlugField, max_length(100), unique);
    d.field<&Author::biography>(text, blank);
    d.field<&Author::born>(null, blank);
    d.ordering("name");
    d.method<&Author::get_absolute_url>();
}

void Book::define(Definition<Book>& d) {
    d.field<&Book::author>(related_name("books"), on_delete(Cascade));
    d.field<&Book::publisher>(null, blank, related_name("books"), on_delete(SetNull));
    d.field<&Book::title>(max_length(300));
    d.field<&Book::slug>(SlugField, max_length(150));
    d.field<&Book::isbn>(max_length(13), unique);
    d.field<&Book::summary>(text, blank);
    d.field<&Book::price>(max_digits(8), decimal_places(2));
    d.field<&Book::stock>(default_(0));
    d.field<&Book::on_sale>(default_(false));
    d.field<&Book::created>(auto_now_add);
    d.unique<&Book::author, &Book::slug>();
    d.index<&Book::author, &Book::created>();
    d.ordering("title");
    d.method<&Book::get_absolute_url>();
}

namespace {

constexpr int kPerPage = 24;

Response home(Request& request) {
    const auto newest = Book::objects.filter(F<&Book::stock> > 0)
                            .select_related<&Book::author>()
                            .order_by(-F<&Book::created>, F<&Book::title>);
    return render(request, "library/home.html",
                  {{"newest", newest[{0, 8}]}, {"count", Book::objects.count()}});
}

Response author_page(Request& request, std::string author_slug) {
    const auto author = get_object_or_404(Author::objects, F<&Author::slug> == author_slug);
    const auto books = Book::objects
                           .filter(F<&Book::author, &Author::slug> == author_slug,
                                   F<&Book::price> < 20_dec || F<&Book::on_sale> == true)
                           .select_related<&Book::author, &Book::publisher>()
                           .order_by(-F<&Book::created>);
    return render(request, "library/author.html",
                  {{"author", author}, {"page", Paginator(books, kPerPage).page(request)}});
}

Response book_page(Request& request, std::string author_slug, std::string book_slug) {
    const auto books = Book::objects.select_related<&Book::author, &Book::publisher>();
    const auto book = get_object_or_404(books, F<&Book::author, &Author::slug> == author_slug,
                                        F<&Book::slug> == book_slug);
    const auto others =
        Book::objects.filter(F<&Book::author> == book.author).exclude(F<&Book::id> == book.id);
    return render(request, "library/book.html", {{"book", book}, {"others", others[{0, 4}]}});
}

Response search(Request& request) {
    const std::string words(request.GET().get("q"));
    auto books = Book::objects.select_related<&Book::author>();
    if (!words.empty()) {
        books = books.filter(F<&Book::title>.icontains(words) ||
                             F<&Book::author, &Author::name>.icontains(words));
    }
    return render(request, "library/search.html",
                  {{"q", words}, {"page", Paginator(books, kPerPage).page(request)}});
}

Response stock(Request&, int book_id) {
    auto book = get_object_or_404(Book::objects, F<&Book::id> == book_id);
    if (book.stock == 0) return JsonResponse(Dict{{"error", "sold out"}}, 409);
    transaction::atomic([&] {
        book.stock -= 1;
        book.save();
    });
    return JsonResponse(Dict{{"book", book.title}, {"stock", book.stock}, {"price", book.price}});
}

Response old_book(Request&, int book_id) {
    return redirect(
        get_object_or_404(Book::objects.select_related<&Book::author>(), F<&Book::id> == book_id),
        {.permanent = true});
}

}  // namespace

std::string Author::get_absolute_url() const { return reverse("library:author", slug); }

std::string Book::get_absolute_url() const { return reverse("library:book", author->slug, slug); }

const Urls urls{{
                    path<"">(home, "home"),
                    path<"search/">(search, "search"),
                    path<"books/">(ListView<Book>{}, "book_list"),
                    path<"authors/<slug:author_slug>/">(author_page, "author"),
                    path<"authors/<slug:author_slug>/<slug:book_slug>/">(book_page, "book"),
                    path<"stock/<int:book_id>/">(stock, "stock"),
                    path<"old/<int:book_id>/">(old_book, "old_book"),
                },
                {.app_name = "library"}};

const App app{.label = "library", .models = models<Publisher, Author, Book>(), .urls = &urls};

}  // namespace library
