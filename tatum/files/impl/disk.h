#pragma once

#include <tatum/files/file.h>

#include <optional>
#include <string>

/// What the storage of the file system asks of the disk. All of it blocks the thread, and throws
/// std::system_error with the path.
namespace tatum::files::impl {

[[noreturn]] void throw_system_error(int code, const std::string& what);

/// Makes `folder` and those above it where they are missing.
void make_folders(const std::string& folder, std::optional<unsigned> mode);

/// A file in `folder` under a name that nobody else uses; goes with this object.
class FileBeside {
public:
    /// With the content of `file`, on the disk to stay. A temporary file on the same file system is
    /// linked.
    FileBeside(const std::string& folder, const File& file, unsigned mode);
    ~FileBeside();
    FileBeside(const FileBeside&) = delete;
    FileBeside& operator=(const FileBeside&) = delete;

    /// Gives it the name `path` in its folder too. False when there is something of that name.
    bool link_as(const std::string& path) const;
    /// Gives it the name `path` in its folder in place of what has it.
    void replace(const std::string& path);

    /// What its names begin with.
    static constexpr std::string_view kPrefix = ".tatum-";

private:
    bool link_temporary(const http::TemporaryFile& file, unsigned mode);
    void write(const File& file, unsigned mode);

    std::string folder_, path_;
};

}  // namespace tatum::files::impl
