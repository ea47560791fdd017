#pragma once

#include <tatum/site/command.h>

namespace tatum::sessions {

/// Removes the sessions that have expired; for a timer, once a day.
Command clearsessions();

}  // namespace tatum::sessions
