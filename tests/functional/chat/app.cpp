#include "app.h"

#include <chat_files.h>

namespace chat {

const tatum::App app{.label = "chat", .urls = &urls, .files = &chat_files};

}  // namespace chat
