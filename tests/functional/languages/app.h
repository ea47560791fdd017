#pragma once

#include <tatum/site/app.h>

namespace languages {

extern const tatum::App app;
extern const tatum::urls::Urls urls;

}  // namespace languages
