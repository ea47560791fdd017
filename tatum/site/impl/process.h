#pragma once

#include <tatum/base/result.h>

#include <spawn.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace tatum::site {

struct ProcessResult {
    int exit_code = 0;   ///< 127 when the program cannot be started
    std::string output;  ///< what it wrote, errors included
};

/// Runs a program to its end. Looks for it along PATH.
ProcessResult run_process(const std::vector<std::string>& arguments);

/// Starts a program, with this process's environment and the variables ("NAME=value") of `more`, no
/// signal blocked, and the descriptors that `actions` says.
Result<pid_t> spawn_process(const std::string& program, const std::vector<std::string>& arguments,
                            const std::vector<std::string>& more,
                            const posix_spawn_file_actions_t* actions);

/// The program takes this process's place; returns only when that fails.
void replace_process(const std::string& program, const std::vector<std::string>& arguments);

/// Where PATH has a program of that name; nullopt when nowhere.
std::optional<std::string> program_path(const std::string& name);

/// The path of this executable, and what it was started with.
std::string own_executable();
std::vector<std::string> own_arguments();

}  // namespace tatum::site
