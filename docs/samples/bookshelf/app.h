#pragma once

#include <tatum/tatum.h>

namespace bookshelf {

extern const tatum::Urls urls;
extern const tatum::App app;

}  // namespace bookshelf
