#include "app.h"

#include <contact_files.h>

namespace contact {

const tatum::App app{.label = "contact", .urls = &urls, .files = &contact_files};

}  // namespace contact
