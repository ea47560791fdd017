#pragma once

#include <tatum/urls/urls.h>

namespace reviews {

extern const tatum::Urls urls;

}  // namespace reviews
