#include <tatum/net/impl/file_copy.h>

#include <tatum/base/error.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <vector>

namespace tatum::net::impl {

namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

}  // namespace

void copy_file(int file, std::uint64_t offset, std::uint64_t length,
               const Function<void(std::string_view)>& write) {
    std::vector<char> piece(std::min<std::uint64_t>(length, kPieceBytes));
    while (length > 0) {
        const std::size_t wanted = std::min<std::uint64_t>(length, piece.size());
        const ssize_t count = pread(file, piece.data(), wanted, static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) throw Exception("the file has become shorter while it was sent");
        const auto size = static_cast<std::size_t>(count);
        write({piece.data(), size});
        offset += size;
        length -= size;
    }
}

}  // namespace tatum::net::impl
