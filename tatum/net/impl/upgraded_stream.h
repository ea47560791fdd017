#pragma once

#include <tatum/net/byte_stream.h>
#include <tatum/net/impl/buffer.h>

#include <cstdint>

namespace tatum::net::impl {

class Connection;

/// The ByteStream of a Connection, from the bytes that came right behind the request's head.
class UpgradedStream final : public ByteStream {
public:
    /// `bytes_in` and `bytes_out` count for the exchange that owns it.
    UpgradedStream(Connection& connection, std::string_view early, std::uint64_t& bytes_in,
                   std::uint64_t& bytes_out);
    ~UpgradedStream() override;
    UpgradedStream(const UpgradedStream&) = delete;
    UpgradedStream& operator=(const UpgradedStream&) = delete;

    std::size_t read_some(std::span<char> into, Duration timeout) override;
    void write(std::string_view bytes) override;
    Moved read_now(std::span<char> into) noexcept override;
    Moved write_now(std::span<const std::string_view> pieces) noexcept override;
    void listen(Events* events) override;

private:
    std::size_t take_early(std::span<char> into);

    Connection& connection_;
    Buffer early_;
    std::uint64_t& bytes_in_;
    std::uint64_t& bytes_out_;
};

}  // namespace tatum::net::impl
