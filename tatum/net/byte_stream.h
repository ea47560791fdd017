#pragma once

#include <tatum/net/fiber.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tatum::net {

/// A connection that has left HTTP (RFC 9110 §7.8): bytes both ways, over TLS as well. Made by
/// Exchange::upgrade(), and used on the thread of the fiber that called it. The connection is
/// closed when that fiber's handler returns; should it throw, the client sees a reset.
class ByteStream {
public:
    virtual ~ByteStream() = default;

    // --- for a fiber that waits; one reads and one writes at a time ---

    /// At least one byte; 0 at the end of what the client sends. Throws Cancelled, and TimedOut
    /// when nothing comes for `timeout` (zero: no limit).
    virtual std::size_t read_some(std::span<char> into, Duration timeout) = 0;
    /// Sends all of it. Throws Disconnected when the connection breaks or the client takes nothing
    /// for the server's write timeout.
    virtual void write(std::string_view bytes) = 0;

    // --- without waiting ---

    enum class Flow : std::uint8_t { Moved, Blocked, Ended };
    struct Moved {
        Flow flow;
        std::size_t bytes = 0;
    };
    /// What is here already. Ended: nothing more will come.
    virtual Moved read_now(std::span<char> into) noexcept = 0;
    /// As much as goes now, of at most kPiecesMax pieces. Ended: the connection is broken. After
    /// Blocked the next call begins with the same bytes.
    virtual Moved write_now(std::span<const std::string_view> pieces) noexcept = 0;
    static constexpr std::size_t kPiecesMax = 16;

    /// Is told what happens, on the thread's loop: it must not suspend.
    class Events {
    public:
        /// Something has come since read_now() was Blocked, or the end.
        virtual void on_readable() noexcept = 0;
        /// write_now() goes on after it was Blocked; may come without need.
        virtual void on_writable() noexcept = 0;
        /// The server begins to stop; its patience ends after ServerTimeouts::stop.
        virtual void on_stop() noexcept = 0;
        /// The handler's fiber is about to suspend: the moment to send what it has gathered.
        virtual void before_park() noexcept = 0;

    protected:
        ~Events() = default;
    };
    /// Null ends it. What has happened before is told at once.
    virtual void listen(Events* events) = 0;
};

}  // namespace tatum::net
