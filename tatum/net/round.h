#pragma once

#include <tatum/net/task.h>

namespace tatum::net {

/// Runs `task` on this thread, off fibers, at the end of this round of its loop: when the events
/// that had arrived are delivered and the fibers that were ready have had their turn. For what is
/// worth keeping from one request to the next only while the thread is busy. The task must not
/// suspend. False, and nothing runs, on a thread that serves no fibers.
bool at_end_of_round(Task task);

}  // namespace tatum::net
