#pragma once

#include <tatum/http/body.h>
#include <tatum/views/static_files.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace tatum::views::impl {

/// A file below a folder that is open for reading, and what is known of it.
struct OpenedFile {
    http::OpenFile file;
    StaticFile facts;
};

/// Opens the regular file `name`, a safe name, below `folder`. Symbolic links are followed as long
/// as they stay below it. nullopt when there is no such file, or it may not be read.
std::optional<OpenedFile> open_below(const std::string& folder, std::string_view name);

/// The facts alone.
std::optional<StaticFile> stat_file(const std::string& folder, std::string_view name);

/// Adds the names of all files below `folder`, hidden ones left out; nothing when there is no such
/// folder.
void list_files(const std::string& folder, std::set<std::string>& names);

/// The whole file. Throws std::system_error.
std::string read_file(const std::string& path);
std::string read_file(const http::OpenFile& file);

}  // namespace tatum::views::impl
