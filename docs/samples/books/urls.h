#pragma once

#include <tatum/urls/urls.h>

namespace books {

extern const tatum::Urls urls;

}  // namespace books
