#include "app.h"

#include "models.h"

#include <bookshelf_files.h>

namespace bookshelf {

// [app-begin]
const App app{
    .label = "bookshelf",
    .models = models<Author, Genre, Book>(),
    .urls = &urls,
    .files = &bookshelf_files,
};
// [app-end]

}  // namespace bookshelf
