#pragma once

#include "models.h"

namespace tatum::site {
class Migrated;
}

namespace tatum::auth {

namespace impl {
/// What a User has been told of its permissions. Replaced, never changed, since copies of the user
/// share it.
struct PermissionCache {
    std::optional<PermissionNames> user, group, all;
};
}  // namespace impl

/// What every model gets: "add", "change", "delete", "view".
inline constexpr std::string_view kDefaultPermissions[] = {"add", "change", "delete", "view"};

/// Makes the permissions that installed models lack; what `migrate` calls. Queries: 1, and those of
/// content types and of what is missing.
void create_permissions(const site::Migrated& migrated);

}  // namespace tatum::auth
