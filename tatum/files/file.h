#pragma once

#include <tatum/base/shared.h>
#include <tatum/http/uploads.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tatum::files {

/// A name and content to read, be it in memory, on the disk, or an upload: Django's File and
/// ContentFile. A value: copies share the content, which does not change.
class File {
public:
    File(std::string_view name, std::string content);
    /// Its name may hold folders, where that of an upload may not.
    File(const http::UploadedFile& upload);
    File(std::string_view name, http::OpenFile file);
    /// The file at `path`, which is also its name. Throws std::system_error.
    static File open(const std::string& path);

    const std::string& name() const { return name_; }
    void set_name(std::string_view name) { name_ = name; }
    /// In bytes.
    std::uint64_t size() const { return size_; }
    /// All of it. Suspends the fiber while the disk is read. Throws std::system_error.
    std::string read() const;
    /// At most `buffer.size()` bytes from `offset`; 0 at the end. Blocks the thread while the disk
    /// is read. Throws std::system_error.
    std::size_t read_at(std::uint64_t offset, std::span<char> buffer) const;
    /// Of a large upload; else nullptr.
    const Shared<http::TemporaryFile>& temporary_file() const { return upload_.temporary_file(); }

private:
    std::string name_;
    std::uint64_t size_ = 0;
    http::UploadedFile upload_;             ///< the content,
    Shared<const http::OpenFile> on_disk_;  ///< unless it is here
};

}  // namespace tatum::files

namespace tatum {
using files::File;
}
