#include "app.h"

#include "models.h"

#include <library_files.h>

namespace library {

// [app-begin]
const App app{
    .label = "library",
    .models = models<Author, Genre, Book>(),
    .urls = &urls,
    .files = &library_files,
};
// [app-end]

}  // namespace library
