#pragma once

#include <tatum/site/app.h>

namespace library {

extern const tatum::App app;
extern const tatum::urls::Urls urls;

}  // namespace library
