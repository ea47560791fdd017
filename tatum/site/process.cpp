#include <tatum/site/impl/process.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace tatum::site {

namespace {

/// What exec and spawn take; `arguments` outlive it.
std::vector<char*> pointers_to(std::vector<std::string>& arguments) {
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// No signal is blocked in what is started with them.
class SpawnAttributes {
public:
    SpawnAttributes() {
        ::posix_spawnattr_init(&attributes_);
        sigset_t none;
        ::sigemptyset(&none);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
    }
    ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
    SpawnAttributes(const SpawnAttributes&) = delete;
    SpawnAttributes& operator=(const SpawnAttributes&) = delete;

    const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_;
};

}  // namespace

ProcessResult run_process(const std::vector<std::string>& given) {
    std::vector<std::string> arguments = given;
    int pipe_ends[2];
    if (::pipe2(pipe_ends, O_CLOEXEC) != 0) return {127, "no pipe can be made\n"};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
    pid_t child = 0;
    const int fault =
        ::posix_spawnp(&child, arguments[0].c_str(), &actions, SpawnAttributes().get(),
                       pointers_to(arguments).data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe_ends[1]);
    ProcessResult result;
    if (fault != 0) {
        ::close(pipe_ends[0]);
        return {127, arguments[0] + " cannot be started\n"};
    }
    std::array<char, 4096> buffer;
    for (;;) {
        const ::ssize_t size = ::read(pipe_ends[0], buffer.data(), buffer.size());
        if (size <= 0) break;
        result.output.append(buffer.data(), static_cast<std::size_t>(size));
    }
    ::close(pipe_ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

Result<pid_t> spawn_process(const std::string& program, const std::vector<std::string>& given,
                            const std::vector<std::string>& more,
                            const posix_spawn_file_actions_t* actions) {
    std::vector<std::string> arguments = given;
    std::vector<std::string> variables = more;
    std::vector<char*> environment = pointers_to(variables);
    environment.pop_back();
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        environment.push_back(*entry);
    }
    environment.push_back(nullptr);
    pid_t child = 0;
    const int fault = ::posix_spawn(&child, program.c_str(), actions, SpawnAttributes().get(),
                                    pointers_to(arguments).data(), environment.data());
    if (fault == 0) return child;
    return Error{.code = "site.E001",
                 .message = program + " cannot be started: " + std::strerror(fault)};
}

void replace_process(const std::string& program, const std::vector<std::string>& given) {
    std::vector<std::string> arguments = given;
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execv(program.c_str(), pointers_to(arguments).data());
}

std::optional<std::string> program_path(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::string_view folders = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
    while (!folders.empty()) {
        const std::size_t colon = std::min(folders.find(':'), folders.size());
        std::string file = std::string(folders.substr(0, colon)) + '/' + name;
        if (::access(file.c_str(), X_OK) == 0) return file;
        folders.remove_prefix(std::min(colon + 1, folders.size()));
    }
    return std::nullopt;
}

std::string own_executable() {
    char buffer[PATH_MAX];
    const ::ssize_t size = ::readlink("/proc/self/exe", buffer, sizeof buffer);
    return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
}

std::vector<std::string> own_arguments() {
    std::vector<std::string> arguments;
    std::FILE* file = std::fopen("/proc/self/cmdline", "rb");
    if (file == nullptr) return arguments;
    std::string word;
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
        if (c != 0) {
            word += static_cast<char>(c);
        } else {
            arguments.push_back(std::move(word));
            word.clear();
        }
    }
    std::fclose(file);
    return arguments;
}

}  // namespace tatum::site
