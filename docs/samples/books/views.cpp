#include "views.h"

#include "models.h"

#include <tatum/views/shortcuts.h>

using namespace tatum;

namespace books {

Response index(Request& request) {
    return render(request, "books/index.html", {{"books", Book::objects.all()}});
}

Response detail(Request& request, std::string slug) {
    const auto book = get_object_or_404(Book::objects, F<&Book::slug> == slug);
    return render(request, "books/detail.html", {{"book", book}});
}

}  // namespace books
