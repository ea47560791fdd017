#include "app.h"

#include "admin.h"
#include "models.h"
#include "urls.h"

#include <reviews_files.h>

using namespace tatum;

namespace reviews {

const App app{
    .label = "reviews",
    .models = models<Review>(),
    .urls = &urls,
    .url_prefix = "reviews/",
    .files = &reviews_files,
    .extensions = {&registry},
};

}  // namespace reviews
