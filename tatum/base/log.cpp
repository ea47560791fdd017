#include <tatum/base/log.h>

#include <tatum/base/ascii.h>
#include <tatum/base/datetime.h>
#include <tatum/base/impl/log_format.h>
#include <tatum/base/locals.h>
#include <tatum/base/log_file.h>
#include <tatum/base/text.h>

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tatum::logging {
namespace {

/// What one thread has said and nobody has written yet.
struct Buffer {
    std::mutex mutex;
    std::string pending;
    std::atomic<bool> closed = false;  ///< its sink is gone
};

}  // namespace

std::string_view level_name(Level level) {
    switch (level) {
        case Level::Debug:
            return "DEBUG";
        case Level::Info:
            return "INFO";
        case Level::Warning:
            return "WARNING";
        case Level::Error:
            return "ERROR";
        case Level::Critical:
            return "CRITICAL";
    }
    return "";
}

Result<Level> level_named(std::string_view name) {
    for (const Level level :
         {Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical}) {
        if (ascii::equals_ignoring_case(name, level_name(level))) return level;
    }
    return Error{.code = "log.E001",
                 .message = "'" + std::string(name) +
                            "' is no log level; debug, info, warning, error and critical "
                            "are"};
}

/// Locks are taken in this order: file_mutex, registry_mutex, a buffer's mutex.
struct Sink::Impl {
    Impl(SinkOptions o, std::unique_ptr<LogFile> f) : options(std::move(o)), file(std::move(f)) {}

    const SinkOptions options;
    const std::unique_ptr<LogFile> file;
    std::mutex file_mutex;  ///< guards the order of what is written
    std::string batch;      ///< what flush() gathers; under file_mutex

    std::mutex registry_mutex;
    std::vector<std::shared_ptr<Buffer>> buffers;  ///< under registry_mutex
    bool stopping = false;                         ///< under registry_mutex
    std::condition_variable wake;
    std::thread flusher;  ///< runs from the first buffered line on

    bool writes_through() const { return options.flush_interval.count() == 0; }

    /// The calling thread's buffer, registered when it is new.
    Buffer& buffer_of_thread();
    void flush();
    void run_flusher();
};

namespace {

/// The buffers that a thread has at the sinks it has written to, usually one.
struct ThreadBuffers {
    std::vector<std::pair<const void*, std::shared_ptr<Buffer>>> entries;
};

thread_local ThreadBuffers thread_buffers;
thread_local std::string thread_scratch;  ///< keeps its memory from line to line

/// A thread that no signal is delivered to: those are for the threads that expect them.
std::thread start_quiet_thread(std::function<void()> run) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(run));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

}  // namespace

Buffer& Sink::Impl::buffer_of_thread() {
    auto& entries = thread_buffers.entries;
    for (const auto& [sink, buffer] : entries) {
        // Another sink may have lived at this address before: its buffers are closed.
        if (sink == this && !buffer->closed) return *buffer;
    }
    std::erase_if(entries, [](const auto& entry) { return entry.second->closed.load(); });
    auto buffer = std::make_shared<Buffer>();
    entries.emplace_back(this, buffer);
    const std::lock_guard lock(registry_mutex);
    buffers.push_back(buffer);
    if (!flusher.joinable()) flusher = start_quiet_thread([this] { run_flusher(); });
    return *buffer;
}

void Sink::Impl::flush() {
    const std::lock_guard file_lock(file_mutex);
    batch.clear();
    {
        const std::lock_guard registry_lock(registry_mutex);
        std::erase_if(buffers, [this](const auto& buffer) {
            // A thread that has ended left its buffer to the registry alone. It may end right now,
            // with a last line: so that is asked before the look at what waits.
            const bool abandoned = buffer.use_count() == 1;
            const std::lock_guard lock(buffer->mutex);
            batch += buffer->pending;
            buffer->pending.clear();
            return abandoned;
        });
    }
    file->append(batch);
}

void Sink::Impl::run_flusher() {
    std::unique_lock lock(registry_mutex);
    while (!stopping) {
        wake.wait_for(lock, options.flush_interval);
        lock.unlock();
        flush();
        lock.lock();
    }
}

Sink::Sink(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Sink>> Sink::open(SinkOptions options) {
    TATUM_TRY(auto file, LogFile::open(options.file));
    // The longest name first, so that the first that fits is the closest.
    std::sort(options.loggers.begin(), options.loggers.end(), [](const auto& a, const auto& b) {
        return std::pair(b.first.size(), a.first) < std::pair(a.first.size(), b.first);
    });
    return std::unique_ptr<Sink>(
        new Sink(std::make_unique<Impl>(std::move(options), std::move(file))));
}

Sink::~Sink() {
    if (impl_->flusher.joinable()) {
        {
            const std::lock_guard lock(impl_->registry_mutex);
            impl_->stopping = true;
        }
        impl_->wake.notify_all();
        impl_->flusher.join();
    }
    flush();
    for (const auto& buffer : impl_->buffers) {
        buffer->closed = true;
    }
}

Level Sink::threshold(std::string_view logger) const {
    for (const auto& [name, level] : impl_->options.loggers) {
        if (logger.starts_with(name) &&
            (logger.size() == name.size() || logger[name.size()] == '.')) {
            return level;
        }
    }
    return impl_->options.level;
}

void Sink::write(Level level, std::string_view logger, std::string_view message,
                 std::initializer_list<Field> fields) {
    const auto* context = static_cast<const Context*>(local(Slot::LogContext));
    const impl::Line line{
        current_clock().now(),
        level,
        logger,
        context != nullptr ? std::string_view(context->request_id) : std::string_view(),
        message,
        fields};
    // The text is made before a lock is taken: a field's value may run code that logs too.
    std::string text = std::move(thread_scratch);
    text.clear();
    impl_->options.format == Format::Json ? impl::append_json(text, line)
                                          : impl::append_text(text, line);
    if (impl_->writes_through()) {
        const std::lock_guard lock(impl_->file_mutex);
        impl_->file->append(text);
    } else {
        Buffer& buffer = impl_->buffer_of_thread();
        std::size_t waiting = 0;
        {
            const std::lock_guard lock(buffer.mutex);
            buffer.pending += text;
            waiting = buffer.pending.size();
        }
        if (waiting >= impl_->options.buffer_bytes_max || level >= Level::Error) flush();
    }
    thread_scratch = std::move(text);
}

void Sink::flush() { impl_->flush(); }

Result<void> Sink::reopen() {
    flush();
    return impl_->file->reopen();
}

Sink& Sink::standard() {
    static const std::unique_ptr<Sink> sink =
        Sink::open({.flush_interval = std::chrono::milliseconds(0)}).value();
    return *sink;
}

Sink& current_sink() {
    void* sink = local(Slot::Log);
    return sink != nullptr ? *static_cast<Sink*>(sink) : Sink::standard();
}

}  // namespace tatum::logging
