#include "app.h"

#include "models.h"

#include <library_files.h>

namespace library {

const tatum::App app{
    .label = "library",
    .models = tatum::models<Author, Book>(),
    .urls = &urls,
    .files = &library_files,
    .commands = {{.name = "count_books",
                  .help = "Counts the books.",
                  .run =
                      [](tatum::CommandCall& call) {
                          call.out.line(std::to_string(Book::objects.count()));
                          return 0;
                      }}},
};

}  // namespace library
