#pragma once

#include <tatum/site/app.h>

namespace reviews {

extern const tatum::App app;

}  // namespace reviews
