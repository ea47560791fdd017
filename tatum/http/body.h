#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tatum::http {

/// Where a request's body comes from: the connection, or a string. Read once, from its start.
class BodySource {
public:
    virtual ~BodySource() = default;
    /// Fills at most `buffer`; returns the bytes read, 0 at the end. May suspend the fiber.
    /// Throws UnreadablePostError when the connection fails or the body breaks the protocol.
    virtual std::size_t read(std::span<char> buffer) = 0;
    /// nullopt when it is not known (chunked).
    virtual std::optional<std::uint64_t> size() const = 0;
};

/// A body that is in memory.
class StringBodySource final : public BodySource {
public:
    explicit StringBodySource(std::string body) : body_(std::move(body)) {}
    std::size_t read(std::span<char> buffer) override;
    std::optional<std::uint64_t> size() const override { return body_.size(); }

private:
    std::string body_;
    std::size_t read_ = 0;
};

/// A response's body that is made while it is sent.
class BodyStream {
public:
    virtual ~BodyStream() = default;
    /// Appends the next piece to `out`, which is empty; false when there is no more, and then `out`
    /// may hold a last piece. May suspend the fiber. An exception aborts the connection, so that
    /// the client notices.
    virtual bool next(std::string& out) = 0;
    /// In bytes; nullopt when it is not known, and the body is sent chunked.
    virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
};

/// A file that is open for reading. Movable, not copyable; closes at the end of its life.
class OpenFile {
public:
    OpenFile() = default;
    /// Throws std::system_error. `path` is a regular file.
    static OpenFile open(const std::string& path);
    /// Takes over `descriptor`.
    explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
    OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    OpenFile& operator=(OpenFile&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~OpenFile();

    /// Another descriptor of the same file. Throws std::system_error.
    OpenFile duplicate() const;

    int descriptor() const { return descriptor_; }
    bool is_open() const { return descriptor_ >= 0; }
    /// In bytes. Throws std::system_error.
    std::uint64_t size() const;
    /// At most `buffer.size()` bytes from `offset`; 0 at the end. Throws std::system_error.
    std::size_t read_at(std::uint64_t offset, std::span<char> buffer) const;
    /// From the start to the end. Throws std::system_error.
    std::string read() const;

private:
    int descriptor_ = -1;
};

/// A response's body that is a part of a file; the server may let the kernel send it.
struct BodyFile {
    OpenFile file;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

}  // namespace tatum::http
