#include <tatum/views/impl/folder.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace tatum::views::impl {

namespace {

std::string joined(const std::string& folder, std::string_view name) {
    std::string path = folder;
    if (!path.ends_with('/')) path += '/';
    return path.append(name);
}

std::string real_path(const std::string& path) {
    char space[PATH_MAX];
    return ::realpath(path.c_str(), space) == nullptr ? std::string() : std::string(space);
}

/// For kernels and sandboxes without openat2(2), and for links that are absolute but stay inside.
int open_by_real_path(const std::string& folder, std::string_view name, int flags) {
    std::string root = real_path(folder);
    const std::string path = real_path(joined(folder, name));
    if (!root.ends_with('/')) root += '/';
    if (!path.starts_with(root)) return -1;
    return ::open(path.c_str(), flags | O_NOFOLLOW);
}

/// A descriptor, or -1. The kernel sees to it that no component leads out of the folder.
int open_confined(const std::string& folder, std::string_view name, int flags) {
    const http::OpenFile root(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root.is_open()) return -1;
    open_how how{};
    how.flags = static_cast<unsigned>(flags);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    const std::string path(name);
    const long opened = ::syscall(SYS_openat2, root.descriptor(), path.c_str(), &how, sizeof how);
    if (opened >= 0) return static_cast<int>(opened);
    const bool undecided = errno == EXDEV || errno == EAGAIN || errno == ENOSYS || errno == EPERM;
    return undecided ? open_by_real_path(folder, name, flags) : -1;
}

std::optional<OpenedFile> open_with(const std::string& folder, std::string_view name, int flags) {
    OpenedFile opened{http::OpenFile(open_confined(folder, name, flags | O_CLOEXEC)), {}};
    struct stat status{};
    if (!opened.file.is_open() || ::fstat(opened.file.descriptor(), &status) != 0 ||
        !S_ISREG(status.st_mode)) {
        return std::nullopt;
    }
    opened.facts.name = name;
    opened.facts.path = joined(folder, name);
    opened.facts.modified = status.st_mtim.tv_sec;
    opened.facts.modified_nanoseconds = static_cast<std::int32_t>(status.st_mtim.tv_nsec);
    opened.facts.size = static_cast<std::uint64_t>(status.st_size);
    return opened;
}

}  // namespace

std::optional<OpenedFile> open_below(const std::string& folder, std::string_view name) {
    return open_with(folder, name, O_RDONLY | O_NONBLOCK);  // a FIFO must not stop the thread
}

std::optional<StaticFile> stat_file(const std::string& folder, std::string_view name) {
    auto opened = open_with(folder, name, O_PATH);
    if (!opened) return std::nullopt;
    return std::move(opened->facts);
}

void list_files(const std::string& folder, std::set<std::string>& names) {
    std::error_code error;
    std::filesystem::recursive_directory_iterator entry(
        folder, std::filesystem::directory_options::skip_permission_denied, error);
    while (!error && entry != std::filesystem::recursive_directory_iterator()) {
        if (entry->path().filename().string().starts_with('.')) {
            entry.disable_recursion_pending();
        } else if (entry->is_regular_file(error)) {
            names.insert(entry->path().lexically_relative(folder).generic_string());
        }
        entry.increment(error);
    }
}

std::string read_file(const std::string& path) { return read_file(http::OpenFile::open(path)); }

std::string read_file(const http::OpenFile& file) {
    std::string content(file.size(), '\0');
    std::size_t read = 0;
    while (read < content.size()) {
        const std::size_t piece = file.read_at(read, std::span(content).subspan(read));
        if (piece == 0) break;
        read += piece;
    }
    content.resize(read);
    return content;
}

}  // namespace tatum::views::impl
