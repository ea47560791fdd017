#pragma once

#include <tatum/site/app.h>

namespace chat {

extern const tatum::App app;
extern const tatum::urls::Urls urls;

}  // namespace chat
