#pragma once

#include <tatum/site/app.h>

namespace books {

extern const tatum::App app;

}  // namespace books
