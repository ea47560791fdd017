#pragma once

#include <tatum/views/static_files.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace tatum::views::impl {

/// The regular file `name` below `folder`; nullopt when there is none.
std::optional<StaticFile> stat_file(const std::string& folder, std::string_view name);

/// Adds the names of all files below `folder`, hidden ones left out; nothing when there is no such
/// folder.
void list_files(const std::string& folder, std::set<std::string>& names);

/// The whole file. Throws std::system_error.
std::string read_file(const std::string& path);

}  // namespace tatum::views::impl
