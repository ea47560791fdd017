#include <tatum/http/body.h>

#include <tatum/http/impl/system_error.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace tatum::http {

using impl::throw_system_error;

std::size_t StringBodySource::read(std::span<char> buffer) {
    const std::size_t count = std::min(buffer.size(), body_.size() - read_);
    std::memcpy(buffer.data(), body_.data() + read_, count);
    read_ += count;
    return count;
}

OpenFile OpenFile::open(const std::string& path) {
    OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) throw_system_error(errno, "cannot open " + path);
    struct stat status{};
    if (::fstat(file.descriptor_, &status) != 0) throw_system_error(errno, "cannot open " + path);
    if (!S_ISREG(status.st_mode)) throw_system_error(EISDIR, path + " is no regular file");
    return file;
}

OpenFile::~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

OpenFile OpenFile::duplicate() const {
    OpenFile copy(::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0));
    if (!copy.is_open()) throw_system_error(errno, "cannot duplicate a descriptor");
    return copy;
}

std::uint64_t OpenFile::size() const {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) throw_system_error(errno, "fstat");
    return static_cast<std::uint64_t>(status.st_size);
}

std::size_t OpenFile::read_at(std::uint64_t offset, std::span<char> buffer) const {
    for (;;) {
        const ssize_t count =
            ::pread(descriptor_, buffer.data(), buffer.size(), static_cast<off_t>(offset));
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) throw_system_error(errno, "cannot read a file");
    }
}

std::string OpenFile::read() const {
    std::string content(static_cast<std::size_t>(size()), '\0');
    std::size_t used = 0;
    while (used < content.size()) {
        const std::size_t count = read_at(used, std::span(content).subspan(used));
        if (count == 0) break;  // it has been cut meanwhile
        used += count;
    }
    content.resize(used);
    return content;
}

}  // namespace tatum::http
