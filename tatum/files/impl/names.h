#pragma once

#include <string>
#include <string_view>
#include <utility>

/// What Python's os.path and pathlib say of names of files, which have '/' between their folders.
namespace tatum::files::impl {

/// os.path.split(): "a/b/c.txt" gives "a/b" and "c.txt".
std::pair<std::string_view, std::string_view> split_path(std::string_view path);
/// os.path.join() of two parts.
std::string join_path(std::string_view folder, std::string_view name);
/// posixpath.normpath(): no ".", no "..", no empty parts where that can be.
std::string normal_path(std::string_view path);
/// All suffixes of a name, as pathlib has them in Python 3.11: ".tar.gz".
std::string_view suffixes_of(std::string_view file_name);
/// With '/' for '\'.
std::string with_slashes(std::string_view name);

/// Throws SuspiciousFileOperation when ".." is a part of `folder`.
void refuse_traversal(std::string_view folder);
/// Django's validate_file_name(): throws SuspiciousFileOperation for what is no name of a file, is
/// absolute or has ".." in it; with Folders::Refuse also for one with folders.
enum class Folders : bool { Refuse, Allow };
void validate_file_name(std::string_view name, Folders folders);

}  // namespace tatum::files::impl
