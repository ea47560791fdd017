#pragma once

#include <tatum/site/app.h>

namespace archives {

extern const tatum::App app;
extern const tatum::urls::Urls urls;

}  // namespace archives
