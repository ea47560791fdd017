#include "models.h"

#include <tatum/urls/reverse.h>

using namespace tatum;

namespace reviews {

void Review::define(Definition<Review>& d) {
    d.field<&Review::book>(on_delete(Cascade), related_name("reviews"));
    d.field<&Review::name>(max_length(80));
    d.field<&Review::stars>(default_(5),
                            choices({{5, "★★★★★"}, {4, "★★★★"}, {3, "★★★"}, {2, "★★"}, {1, "★"}}));
    d.field<&Review::body>(text);
    d.field<&Review::written>(auto_now_add);
    d.ordering("-written");
}

std::string Review::get_absolute_url() const { return reverse("reviews:book", book->slug); }

}  // namespace reviews
