#pragma once

#include <tatum/site/command.h>

namespace tatum::contenttypes {

/// Deletes the content types of models that are gone, and what refers to them.
Command remove_stale_contenttypes();

}  // namespace tatum::contenttypes
