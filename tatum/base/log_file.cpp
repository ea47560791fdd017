#include <tatum/base/log_file.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace tatum::logging {

namespace {

Result<int> open_file(const std::string& path) {
    constexpr int kMode = 0640;
    const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, kMode);
    if (file >= 0) return file;
    return Error{.code = "log.E002",
                 .message = "the log file " + path + " cannot be opened: " + std::strerror(errno)};
}

/// The length of as many of the lines as fit into `bytes_max`; of the first one, when it does not.
std::size_t whole_lines(std::string_view lines, std::size_t bytes_max) {
    if (lines.size() <= bytes_max) return lines.size();
    const std::size_t last = lines.rfind('\n', bytes_max - 1);
    if (last != std::string_view::npos) return last + 1;
    return std::min(lines.find('\n', bytes_max), lines.size() - 1) + 1;
}

void write_to_stderr(const Error& fault) {
    const std::string line = fault.message + '\n';
    static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

}  // namespace

Result<std::unique_ptr<LogFile>> LogFile::open(std::string path, Complain complain) {
    int descriptor = STDERR_FILENO;
    if (!path.empty()) {
        TATUM_TRY(descriptor, open_file(path));
    }
    if (!complain) complain = write_to_stderr;
    return std::unique_ptr<LogFile>(new LogFile(std::move(path), descriptor, std::move(complain)));
}

LogFile::LogFile(std::string path, int descriptor, Complain complain)
    : path_(std::move(path)), descriptor_(descriptor), complain_(std::move(complain)) {
    look_at_kind();
}

LogFile::~LogFile() {
    if (!path_.empty()) ::close(descriptor_);
}

/// Of a pipe or socket that other processes write to as well, only small pieces stay whole:
/// pipe(7).
void LogFile::look_at_kind() {
    struct stat status{};
    takes_any_size_ = ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
}

void LogFile::append(std::string_view lines) {
    if (lines.empty()) return;
    const std::size_t piece_max = takes_any_size_ ? lines.size() : PIPE_BUF;
    while (!lines.empty()) {
        const std::size_t size = whole_lines(lines, piece_max);
        const std::size_t written = write(lines.substr(0, size));
        lines.remove_prefix(written);
        if (written < size) return lose(lines, errno);  // the rest would fail as well
    }
    if (failing_) recover();
}

/// How much could be written; when that is not all, errno tells why.
std::size_t LogFile::write(std::string_view lines) {
    if (cut_) {
        if (::write(descriptor_, "\n", 1) != 1) return 0;
        cut_ = false;
    }
    std::size_t written = 0;
    while (written < lines.size()) {
        const ::ssize_t count =
            ::write(descriptor_, lines.data() + written, lines.size() - written);
        if (count > 0) {
            written += static_cast<std::size_t>(count);
        } else if (count < 0 && errno == EAGAIN) {
            // Somebody else has made the pipe a non-blocking one.
            pollfd room{descriptor_, POLLOUT, 0};
            ::poll(&room, 1, -1);
        } else if (count == 0 || errno != EINTR) {
            cut_ = written > 0 && lines[written - 1] != '\n';
            break;
        }
    }
    return written;
}

void LogFile::lose(std::string_view lines, int fault) {
    lines_lost_ += static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
    refused_at_ = std::chrono::steady_clock::now();
    if (path_.empty() || failing_.exchange(true)) return;  // nobody would hear a broken stderr
    complain_({.code = "log.E003",
               .message = "the log file " + path_ +
                          " cannot be written, its lines are lost: " + std::strerror(fault)});
}

void LogFile::recover() {
    const bool calm = std::chrono::steady_clock::now() - refused_at_.load() >= kCalmFor;
    if (!calm || !failing_.exchange(false)) return;
    complain_({.code = "log.E004",
               .message = "the log file " + path_ + " can be written again; " +
                          std::to_string(lines_lost_.exchange(0)) + " lines were lost"});
}

Result<void> LogFile::reopen() {
    if (path_.empty()) return {};
    TATUM_TRY(const int fresh, open_file(path_));
    // In one step, under the number that other threads are writing to.
    ::dup3(fresh, descriptor_, O_CLOEXEC);
    ::close(fresh);
    cut_ = false;
    refused_at_ = std::chrono::steady_clock::time_point();
    look_at_kind();
    return {};
}

}  // namespace tatum::logging
