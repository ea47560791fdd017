#include "commands.h"

#include "settings.h"

#include <tatum/site/site.h>

namespace tatum::sessions {

Command clearsessions() {
    return {
        .name = "clearsessions",
        .help = "Removes the sessions that have expired; for a timer, once a day.",
        .run =
            [](CommandCall& call) {
                const SessionSettings settings = SessionSettings::from(*call.site);
                const std::int64_t cleared = settings.engine->clear_expired();
                call.out.line(std::to_string(cleared) + " expired sessions are removed.",
                              site::Style::Success);
                return 0;
            },
    };
}

}  // namespace tatum::sessions
