#include "app.h"

#include "models.h"

#include <notes_files.h>

namespace notes {

const tatum::App app{
    .label = "notes",
    .models = tatum::models<Writer, Topic, Tag, Note, Link, Sample, Scan>(),
    .urls = &urls,
    .files = &notes_files,
};

}  // namespace notes
