#include "app.h"

#include "models.h"

#include <archives_files.h>

namespace archives {

const tatum::App app{
    .label = "archives",
    .models = tatum::models<Book, Event>(),
    .urls = &urls,
    .files = &archives_files,
};

}  // namespace archives
