#pragma once

#include <tatum/site/app.h>

namespace contact {

extern const tatum::App app;
extern const tatum::urls::Urls urls;

}  // namespace contact
