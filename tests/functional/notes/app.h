#pragma once

#include <tatum/site/app.h>

namespace notes {

extern const tatum::App app;
extern const tatum::urls::Urls urls;

}  // namespace notes
