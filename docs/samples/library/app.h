#pragma once

#include <tatum/tatum.h>

namespace library {

extern const tatum::Urls urls;
extern const tatum::App app;

}  // namespace library
