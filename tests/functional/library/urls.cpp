#include "app.h"
#include "models.h"

#include <tatum/tatum.h>

using namespace tatum;

namespace library {

namespace {

Response home(Request& request) { return render(request, "library/home.html"); }

Response add_book(Request& request) {
    if (request.is_post()) {
        const Author author = get_object_or_404(
            Author::objects, F<&Author::name> == std::string(request.POST().get("author")));
        Book book{.author = author,
                  .title = std::string(request.POST().get("title")),
                  .slug = slugify(request.POST().get("title"))};
        book.save();
        return redirect(book);
    }
    return render(request, "library/add_book.html");
}

Response upload(Request& request) {
    std::string answer = "fields=" + std::to_string(request.POST().size());
    for (const auto& entry : request.FILES()) {
        answer += " " + entry.key + "=" + entry.values[0].name() + ":" + entry.values[0].read();
    }
    return Response(answer);
}

Response whoami(Request& request) {
    Response response(std::string(request.COOKIES().get("name", "nobody")));
    if (!request.GET().get("name").empty()) {
        response.set_cookie("name", request.GET().get("name"));
    }
    if (request.GET().contains("forget")) response.delete_cookie("name");
    return response;
}

Response broken(Request&) { throw std::runtime_error("SELECT secret FROM vault"); }
Response forbidden(Request&) { throw PermissionDenied("not for you"); }
Response suspicious(Request&) { throw SuspiciousOperation("strange"); }
Response broken_template(Request& request) { return render(request, "library/broken.html"); }
Response echo_json(Request& request) { return JsonResponse(request.json()); }
/// Many rows; `?fail=N` stops with an error at one of them.
Response long_page(Request& request) {
    const auto fail = std::string(request.GET().get("fail", "-1"));
    return render_stream(request, "library/long.html",
                         {{"rows", Value::range(0, 4000)}, {"fail", std::stoi(fail)}});
}
Response stream(Request&) {
    return StreamingResponse([n = 0](std::string& out) mutable {
        out = std::to_string(n);
        return ++n < 3;
    });
}

// [generic-begin]
/// The books of one author, by name in the address.
struct BooksOf : ListView<Book> {
    BooksOf() { template_name = "library/book_list.html"; }
    QuerySet<Book> get_queryset() override {
        return ListView::get_queryset().filter(F<&Book::author, &Author::name> ==
                                               kwargs().text("name").value_or(""));
    }
    Dict get_context_data() override {
        Dict context = ListView::get_context_data();
        context.set("title", "Books of " + kwargs().text("name").value_or(""));
        return context;
    }
};

// [generic-end]

QuerySet<Book> books_on_bogs() { return Book::objects.filter(F<&Book::slug>.startswith("bogs")); }

}  // namespace

const Urls urls{
    {
        path<"">(home, "home"),
        path<"books/">(ListView<Book>{{.paginate_by = 2}}, "book_list"),
        path<"books/add/">(add_book, "add_book"),
        path<"books/<slug:slug>/">(DetailView<Book>{}, "book_detail"),
        path<"book/<int:pk>/">(DetailView<Book>{}, "book_by_pk"),
        path<"authors/<str:name>/">(BooksOf{}, "books_of"),
        path<"strict/">(ListView<Book>{{.allow_empty = false}}, "strict"),
        path<"bogs/">(ListView<Book>{{.queryset = books_on_bogs, .ordering = {"title"}}}),
        path<"bogs/<slug:slug>/">(DetailView<Book>{{.queryset = books_on_bogs}}),
        path<"mixed-up/">(ListView<Book>{{.queryset = [] { return Author::objects.all(); }}}),
        path<"about/<str:topic>/">(TemplateView{"library/about.html", {{"more", "context"}}},
                                   "about"),
        path<"old/<slug:slug>/">(
            RedirectView{{.pattern_name = "library:book_detail", .permanent = true}}, "old"),
        path<"away/<slug:slug>/">(
            RedirectView{{.url = "/books/%(slug)s/?x=100%%", .query_string = false}}, "away"),
        path<"gone/">(RedirectView{}, "gone"),
        path<"upload/">(upload, "upload"),
        path<"whoami/">(whoami, "whoami"),
        path<"only-post/">(require_POST(whoami), "only_post"),
        path<"cached/">(cache_control(whoami, {.max_age = 60, .public_ = true}), "cached"),
        path<"never/">(never_cache(whoami), "never"),
        path<"tagged/">(condition(whoami, {.etag = [](Request&) { return "v1"; }}), "tagged"),
        path<"broken/">(broken, "broken"),
        path<"broken-template/">(broken_template, "broken_template"),
        path<"forbidden/">(forbidden, "forbidden"),
        path<"suspicious/">(suspicious, "suspicious"),
        path<"json/">(csrf_exempt(echo_json), "echo_json"),
        path<"stream/">(stream, "stream"),
        path<"long/">(long_page, "long"),
    },
    {.app_name = "library"}};

}  // namespace library
