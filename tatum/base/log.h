#pragma once

#include <tatum/base/result.h>
#include <tatum/base/value.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Leveled logging to a file or to stderr. The names of loggers are those of Django with "tatum"
/// in front: "tatum.request", "tatum.db", "tatum.security.csrf".
namespace tatum::logging {

enum class Level : std::uint8_t { Debug = 10, Info = 20, Warning = 30, Error = 40, Critical = 50 };

/// "DEBUG" and its like.
std::string_view level_name(Level level);
/// In any case. Error log.E001.
Result<Level> level_named(std::string_view name);

enum class Format : std::uint8_t {
    Text,  ///< "2024-02-29T13:05:00.123Z INFO tatum.request [id] message key=value"
    Json,  ///< one object a line: time, level, logger, request_id, message, then the fields
};

struct SinkOptions {
    std::string file{};  ///< appended to; empty: stderr
    Format format = Format::Text;
    Level level = Level::Info;
    /// Levels of loggers whose name is the given one or starts with it and a dot. The longest wins.
    std::vector<std::pair<std::string, Level>> loggers{};
    /// How long a line may wait in memory. Zero writes each line at once.
    std::chrono::milliseconds flush_interval{200};
    std::size_t buffer_bytes_max = 64 * 1024;  ///< of a thread; then it writes by itself
};

/// Something to say beside the message; a String value may be a view.
struct Field {
    std::string_view key;
    Value value;
};

/// Where lines go. A resource; safe from any thread.
///
/// Each thread formats into a buffer of its own, whose lock nobody else wants but the thread that
/// flushes; so lines of different threads may be out of order by one flush interval. Lines of level
/// Error and above are written at once, with all that waits. Made after a fork, not before.
class Sink {
public:
    /// Error log.E002 the file cannot be opened.
    static Result<std::unique_ptr<Sink>> open(SinkOptions options);
    /// Writes what waits.
    ~Sink();
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    /// The lowest level that a logger of this name writes.
    Level threshold(std::string_view logger) const;
    void write(Level level, std::string_view logger, std::string_view message,
               std::initializer_list<Field> fields = {});
    void flush();
    /// Opens the file anew, after it was moved away. Error log.E002, and the old one stays.
    Result<void> reopen();

    /// stderr, at once: what is used where no other is current.
    static Sink& standard();

private:
    struct Impl;
    explicit Sink(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// The sink set by the nearest LocalScope of Slot::Log, else Sink::standard().
Sink& current_sink();

/// What every line of a request tells. Set in Slot::LogContext.
struct Context {
    std::string request_id;
};

/// A name at a sink. Cheap to make where it is used; lives no longer than the sink and the name.
class Logger {
public:
    explicit Logger(std::string_view name, Sink& sink = current_sink())
        : name_(name), sink_(&sink), threshold_(sink.threshold(name)) {}

    bool enabled(Level level) const { return level >= threshold_; }
    void log(Level level, std::string_view message,
             std::initializer_list<Field> fields = {}) const {
        if (enabled(level)) sink_->write(level, name_, message, fields);
    }
    void debug(std::string_view message, std::initializer_list<Field> fields = {}) const {
        log(Level::Debug, message, fields);
    }
    void info(std::string_view message, std::initializer_list<Field> fields = {}) const {
        log(Level::Info, message, fields);
    }
    void warning(std::string_view message, std::initializer_list<Field> fields = {}) const {
        log(Level::Warning, message, fields);
    }
    void error(std::string_view message, std::initializer_list<Field> fields = {}) const {
        log(Level::Error, message, fields);
    }
    void critical(std::string_view message, std::initializer_list<Field> fields = {}) const {
        log(Level::Critical, message, fields);
    }

private:
    std::string_view name_;
    Sink* sink_;
    Level threshold_;
};

}  // namespace tatum::logging
