#include "urls.h"

#include "views.h"

#include <tatum/urls/path.h>

using namespace tatum;

namespace books {

const Urls urls{{
                    path<"">(index, "index"),
                    path<"<slug:slug>/">(detail, "detail"),
                },
                {.app_name = "books"}};

}  // namespace books
