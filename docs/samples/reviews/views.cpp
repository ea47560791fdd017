#include "views.h"

#include "forms.h"

#include <tatum/contrib/messages/messages.h>
#include <tatum/views/shortcuts.h>

using namespace tatum;
using books::Book;

namespace reviews {

Response book(Request& request, std::string slug) {
    const auto book = get_object_or_404(Book::objects, F<&Book::slug> == slug);
    ReviewForm form(request, {.instance = Review{.book = book}});
    if (form.is_valid()) {
        const Review review = form.save();
        messages::success(request, "Thank you, " + review.name + "!");
        return redirect(review);
    }
    const auto reviews = Review::objects.filter(F<&Review::book> == book);
    return render(request, "reviews/book.html",
                  {{"book", book}, {"reviews", reviews}, {"form", form}});
}

}  // namespace reviews
