#pragma once

#include "terminal.h"

#include <tatum/site/command.h>

namespace tatum::auth {

/// createsuperuser and changepassword.
std::vector<Command> commands();

namespace impl {
/// The commands themselves, with somebody to ask.
int create_superuser(CommandCall& call, Asker& asker);
int change_password(CommandCall& call, Asker& asker);
}  // namespace impl

}  // namespace tatum::auth
