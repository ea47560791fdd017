#pragma once

#include <tatum/base/result.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tatum::logging {

/// A file that the threads of several processes append lines to, or stderr. Safe from any thread.
///
/// A line stays whole whoever writes beside it. A pipe that nobody empties holds its writer up;
/// what a full disk refuses is lost, which is told once when it begins and once when it is over.
class LogFile {
public:
    /// So long nothing was refused before it counts as over: short lines find room where longer
    /// ones don't.
    static constexpr std::chrono::seconds kCalmFor{2};

    /// Is told of faults: log.E003 the file cannot be written, log.E004 it can be again, and how
    /// many lines were lost. On the thread that writes.
    using Complain = std::function<void(const Error& fault)>;

    /// An empty path: stderr. Without `complain`, complaints go to stderr. Error log.E002 the file
    /// cannot be opened.
    static Result<std::unique_ptr<LogFile>> open(std::string path, Complain complain = {});
    ~LogFile();
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    /// Whole lines, each with its line feed.
    void append(std::string_view lines);
    /// Opens the file anew, after it was moved away. Error log.E002, and the old one stays.
    Result<void> reopen();

private:
    LogFile(std::string path, int descriptor, Complain complain);
    void look_at_kind();
    std::size_t write(std::string_view lines);
    void lose(std::string_view lines, int fault);
    void recover();

    std::string path_;
    int descriptor_;
    Complain complain_;
    std::atomic<bool> takes_any_size_{false};  ///< and keeps it whole; else PIPE_BUF bytes
    std::atomic<bool> failing_{false};
    std::atomic<std::chrono::steady_clock::time_point> refused_at_{};
    std::atomic<bool> cut_{false};  ///< the file ends within a line
    std::atomic<std::uint64_t> lines_lost_{0};
};

}  // namespace tatum::logging
