#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tatum::site {

/// Writes the files of a new site into `folder`, which is made when it is missing; a file that
/// exists is never overwritten. Returns their paths. Throws CommandError: `name` cannot be a
/// namespace, the folder has such files already, a file cannot be written.
std::vector<std::string> start_project(const std::string& name, const std::string& folder);

/// The same for an app.
std::vector<std::string> start_app(const std::string& name, const std::string& folder);

}  // namespace tatum::site
