#pragma once

#include <filesystem>
#include <string_view>

/// What several commands do.
namespace tatum::db {
class Database;
}
namespace tatum::site {
struct CommandCall;
}

namespace tatum::site::impl {

/// The database that --database names.
db::Database& database_of(const CommandCall& call);

/// Makes the folders above as well. Throws CommandError when it cannot be written.
void write_file(const std::filesystem::path& path, std::string_view content);

}  // namespace tatum::site::impl
