#include "app.h"
#include "views.h"

#include <tatum/urls/path.h>
#include <tatum/views/decorators.h>

using namespace tatum;

namespace chat {

const Urls urls = {
    path<"ws/room/<str:name>/">(room, "room"),
    path<"ws/polite/<str:name>/">(polite_room, "polite_room"),
    path<"ws/ticker/">(ticker, "ticker"),
    path<"news/<str:topic>/">(news, "news"),
    path<"news/<str:topic>/publish/">(csrf_exempt(publish), "publish"),
    path<"countdown/<int:from>/">(countdown, "countdown"),
};

}  // namespace chat
