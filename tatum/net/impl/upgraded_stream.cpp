#include <tatum/net/impl/upgraded_stream.h>

#include <tatum/net/impl/connection.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tatum::net::impl {

UpgradedStream::UpgradedStream(Connection& connection, std::string_view early,
                               std::uint64_t& bytes_in, std::uint64_t& bytes_out)
    : connection_(connection), bytes_in_(bytes_in), bytes_out_(bytes_out) {
    connection_.leave_http();
    if (!early.empty()) early_.append(early);
}

UpgradedStream::~UpgradedStream() { connection_.listen(nullptr); }

std::size_t UpgradedStream::take_early(std::span<char> into) {
    const std::size_t count = std::min(into.size(), early_.size());
    std::memcpy(into.data(), early_.data(), count);
    early_.consume(count);
    if (early_.empty()) early_ = Buffer();
    bytes_in_ += count;
    return count;
}

std::size_t UpgradedStream::read_some(std::span<char> into, Duration timeout) {
    if (into.empty()) return 0;
    if (!early_.empty()) return take_early(into);
    const std::size_t count = connection_.read_some(into, timeout);
    if (count == 0 && connection_.timed_out()) throw TimedOut("nothing has come over the stream");
    bytes_in_ += count;
    return count;
}

void UpgradedStream::write(std::string_view bytes) {
    connection_.write_all(bytes);
    bytes_out_ += bytes.size();
}

ByteStream::Moved UpgradedStream::read_now(std::span<char> into) noexcept {
    if (!early_.empty()) return {Flow::Moved, take_early(into)};
    if (!connection_.readable()) return {Flow::Blocked};
    const std::size_t count = connection_.read_now(into);
    bytes_in_ += count;
    if (count > 0) return {Flow::Moved, count};
    return {connection_.readable() ? Flow::Ended : Flow::Blocked};
}

ByteStream::Moved UpgradedStream::write_now(std::span<const std::string_view> pieces) noexcept {
    const ssize_t count = connection_.transmit_now(pieces);
    if (count < 0) return {errno == EAGAIN || errno == EWOULDBLOCK ? Flow::Blocked : Flow::Ended};
    bytes_out_ += static_cast<std::uint64_t>(count);
    return {Flow::Moved, static_cast<std::size_t>(count)};
}

void UpgradedStream::listen(Events* events) {
    connection_.listen(events);
    if (events && !early_.empty()) events->on_readable();
}

}  // namespace tatum::net::impl
