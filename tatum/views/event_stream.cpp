#include <tatum/views/event_stream.h>

#include <tatum/base/header_lines.h>
#include <tatum/base/json.h>
#include <tatum/base/log.h>
#include <tatum/http/upgrade.h>
#include <tatum/net/exchange.h>
#include <tatum/net/sync.h>
#include <tatum/views/channels.h>

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>
#include <new>
#include <stdexcept>

namespace tatum::views {

namespace {

constexpr std::string_view kKeepAlive = ":\n\n";
/// Written at once.
constexpr std::size_t kPieceBytesMax = 64 * 1024;
/// What an event costs besides its text.
constexpr std::size_t kEntryBytes = 64;

void check_line(std::string_view text, std::string_view what) {
    if (!header_lines::is_line_safe(text)) {
        throw std::invalid_argument(std::string(what) + " of an event holds a line break or NUL");
    }
}

/// A field for each line of `text`, whatever ends it.
void append_lines(std::string& out, std::string_view field, std::string_view text) {
    for (;;) {
        const std::size_t end = text.find_first_of("\r\n");
        out.append(field).append(text.substr(0, end)).append("\n");
        if (end == std::string_view::npos) return;
        const bool both = text.substr(end).starts_with("\r\n");
        text.remove_prefix(end + (both ? 2 : 1));
    }
}

void append_data(std::string& out, std::string_view data) {
    append_lines(out, "data: ", data);
    out += '\n';
}

}  // namespace

std::string format_event(const ServerSentEvent& event) {
    check_line(event.event, "the type");
    check_line(event.id, "the id");
    std::string out;
    if (!event.comment.empty()) append_lines(out, ": ", event.comment);
    if (!event.event.empty()) out.append("event: ").append(event.event).append("\n");
    if (!event.id.empty()) out.append("id: ").append(event.id).append("\n");
    if (event.retry) {
        out.append("retry: ").append(std::to_string(event.retry->count())).append("\n");
    }
    const bool has_data = !event.data.empty() || !event.event.empty() || !event.id.empty();
    if (has_data) append_lines(out, "data: ", event.data);
    if (!out.empty()) out += '\n';
    return out;
}

// --- what handler and connection share -----------------------------------------------------------

class EventStream::Core final : private channels::Receiver {
public:
    Core(channels::Layer& layer, const EventStreamOptions& options, std::string last_event_id)
        : options_(options), last_event_id_(std::move(last_event_id)), memberships_(layer, *this) {
        options_.queue_bytes_max = std::max<std::size_t>(options_.queue_bytes_max, 1);
        has_room_.set();
        for (const std::string& group : options_.groups) memberships_.join(group);
    }
    ~Core() { memberships_.end(); }

    const EventStreamOptions& options() const { return options_; }
    const std::string& last_event_id() const { return last_event_id_; }
    channels::Memberships& memberships() { return memberships_; }
    net::Event& arrived() { return arrived_; }
    net::Event& closed() { return closed_; }

    void send(std::string text) {
        for (;;) {
            {
                const std::lock_guard lock(guard_);
                if (is_closed_) throw net::Disconnected("the event stream is closed");
                if (queue_bytes_ < options_.queue_bytes_max) {
                    push({.text = std::move(text)});
                    return;
                }
            }
            has_room_.wait();
        }
    }

    /// What is to be written next; empty when there is nothing now.
    void take(std::string& out) {
        const std::lock_guard lock(guard_);
        while (!queue_.empty() && out.size() < kPieceBytesMax) {
            const Entry& entry = queue_.front();
            queue_bytes_ -= entry.size();
            if (entry.message) {
                append_data(out, entry.message->payload());
            } else {
                out += entry.text;
            }
            queue_.pop_front();
        }
        if (queue_.empty() && !is_closed_) arrived_.reset();
        if (queue_bytes_ < options_.queue_bytes_max) has_room_.set();
    }

    bool is_open() const {
        const std::lock_guard lock(guard_);
        return !is_closed_;
    }

    void close() {
        memberships_.end();
        const std::lock_guard lock(guard_);
        is_closed_ = true;
        arrived_.set();
        has_room_.set();
        closed_.set();
    }

private:
    struct Entry {
        std::string text;
        channels::MessagePtr message;  // else `text`
        std::size_t size() const {
            return kEntryBytes + (message ? message->payload().size() : text.size());
        }
    };

    void push(Entry entry) {
        queue_bytes_ += entry.size();
        queue_.push_back(std::move(entry));
        arrived_.set();
        if (queue_bytes_ >= options_.queue_bytes_max) has_room_.reset();
    }

    void deliver(const channels::MessagePtr& message) noexcept override {
        if (!message->is_text()) return;
        const std::lock_guard lock(guard_);
        if (is_closed_) return;
        const std::size_t bytes = kEntryBytes + message->payload().size();
        if (queue_bytes_ + bytes > options_.queue_bytes_max) {
            if (options_.overflow == channels::Overflow::DropNewest) return;
            make_room(bytes);
            if (queue_bytes_ + bytes > options_.queue_bytes_max) return;
        }
        try {
            push({.message = message});
        } catch (const std::bad_alloc&) {
            queue_bytes_ -= bytes;
        }
    }

    /// The oldest that came from groups go first; what the handler has sent stays.
    void make_room(std::size_t bytes) {
        for (auto entry = queue_.begin();
             entry != queue_.end() && queue_bytes_ + bytes > options_.queue_bytes_max;) {
            if (entry->message) {
                queue_bytes_ -= entry->size();
                entry = queue_.erase(entry);
            } else {
                ++entry;
            }
        }
    }

    EventStreamOptions options_;
    const std::string last_event_id_;
    mutable std::mutex guard_;
    std::deque<Entry> queue_;
    std::size_t queue_bytes_ = 0;
    bool is_closed_ = false;
    net::Event arrived_;   // set while there is something to write, or nothing ever will be
    net::Event has_room_;  // reset while senders wait
    net::Event closed_;
    channels::Memberships memberships_;  // last: it ends before what deliver() uses
};

/// The response's body: writes what the queue holds, on the request's own fiber.
class EventStream::Body final : public http::BodyStream {
public:
    Body(std::shared_ptr<Core> core, Function<void(EventStream&)> handler)
        : core_(std::move(core)), handler_(std::move(handler)) {}
    ~Body() override { end_handler(); }

    bool next(std::string& out) override {
        start();
        try {
            return next_piece(out);
        } catch (const net::Cancelled&) {
            // The client has left, or the server stops: the response ends in due form.
            end_handler();
            return false;
        }
    }

private:
    void start() {
        if (std::exchange(started_, true)) return;
        started_at_ = net::Clock::now();
        if (!handler_) return;
        fiber_ = net::spawn([core = core_, handler = std::move(handler_)] {
            struct End {
                Core& core;
                ~End() { core.close(); }
            };
            const End end{*core};
            EventStream stream(core);
            try {
                handler(stream);
            } catch (const net::Disconnected&) {
                // It was sending when the client left.
            }
        });
    }

    bool next_piece(std::string& out) {
        const EventStreamOptions& options = core_->options();
        core_->take(out);
        if (!out.empty()) return true;
        if (!core_->is_open()) {
            if (fiber_.joinable()) std::exchange(fiber_, {}).join();
            return false;
        }
        net::Duration patience = net::Duration::max();
        bool last = false;  // its lifetime ends before a sign of life is due
        if (options.keep_alive > net::Duration::zero()) patience = options.keep_alive;
        if (options.lifetime_max > net::Duration::zero()) {
            const net::Duration left = started_at_ + options.lifetime_max - net::Clock::now();
            last = left < patience;
            patience = std::min(patience, left);
        }
        if (patience == net::Duration::max()) {
            core_->arrived().wait();
        } else if (!core_->arrived().wait_for(patience)) {
            if (last) {
                end_handler();
                return false;
            }
            out = kKeepAlive;
        }
        return true;
    }

    void end_handler() {
        core_->close();
        if (!fiber_.joinable()) return;
        const net::NoCancelScope until_it_has_ended;
        net::Fiber fiber = std::exchange(fiber_, {});
        fiber.cancel("the event stream is closed");
        try {
            fiber.join();
        } catch (const net::Cancelled&) {
        } catch (const std::exception& fault) {
            logging::Logger("tatum.request")
                .error(std::string("The handler of an event stream failed: ") + fault.what());
        }
    }

    std::shared_ptr<Core> core_;
    Function<void(EventStream&)> handler_;
    net::Fiber fiber_;
    net::TimePoint started_at_;
    bool started_ = false;
};

// --- the handle ----------------------------------------------------------------------------------

void EventStream::send(const ServerSentEvent& event) { core_->send(format_event(event)); }
void EventStream::send_json(const Value& value) { send(json::dump(value).value()); }
void EventStream::join(std::string_view group) { core_->memberships().join(group); }
void EventStream::leave(std::string_view group) { core_->memberships().leave(group); }
std::string EventStream::channel_name() { return core_->memberships().channel_name(); }
std::string_view EventStream::last_event_id() const { return core_->last_event_id(); }
bool EventStream::is_open() const { return core_->is_open(); }
bool EventStream::wait_closed(net::Duration timeout) { return core_->closed().wait_for(timeout); }
void EventStream::wait_closed() { core_->closed().wait(); }

// --- the view ------------------------------------------------------------------------------------

http::Response EventStream::respond(http::Request& request, Function<void(EventStream&)> handler,
                                    const EventStreamOptions& options) {
    if (!request.is_get() && request.method() != http::Method::Head) {
        static constexpr std::array<std::string_view, 2> kPermitted{"GET", "HEAD"};
        return http::ResponseNotAllowed(kPermitted);
    }
    auto core = std::make_shared<Core>(channel_layer(), options,
                                       std::string(request.header("Last-Event-ID")));
    http::Response response(owned<Body>(std::move(core), std::move(handler)),
                            {.content_type = "text/event-stream"});
    response.extensions.set(http::Endless{});
    response.headers.set("Cache-Control", "no-cache");
    response.headers.set("X-Accel-Buffering", "no");  // nginx would wait for a full buffer
    return response;
}

http::Response event_stream(http::Request& request, Function<void(EventStream&)> handler,
                            const EventStreamOptions& options) {
    return EventStream::respond(request, std::move(handler), options);
}

http::Response event_stream(http::Request& request, const EventStreamOptions& options) {
    return EventStream::respond(request, nullptr, options);
}

}  // namespace tatum::views
