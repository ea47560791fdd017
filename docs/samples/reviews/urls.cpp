#include "urls.h"

#include "views.h"

#include <tatum/urls/path.h>

using namespace tatum;

namespace reviews {

const Urls urls{{
                    path<"<slug:slug>/">(book, "book"),
                },
                {.app_name = "reviews"}};

}  // namespace reviews
