#include "app.h"

#include "models.h"
#include "urls.h"

#include <books_files.h>

using namespace tatum;

namespace books {

const App app{
    .label = "books",
    .models = models<Book>(),
    .urls = &urls,
    .url_prefix = "books/",
    .files = &books_files,
};

}  // namespace books
