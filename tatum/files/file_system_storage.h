#pragma once

#include <tatum/files/storage.h>

#include <optional>
#include <string>

namespace tatum {
class Dict;
struct Settings;
}  // namespace tatum

namespace tatum::files {

struct FileSystemStorageOptions {
    std::string location;        ///< the folder
    std::string base_url = "/";  ///< what addresses begin with; ends with '/'
    unsigned file_permissions_mode = 0644;
    /// Of folders that the storage makes; nullopt: as the process makes them.
    std::optional<unsigned> directory_permissions_mode = {};
    bool allow_overwrite = false;  ///< save() replaces a file of that name

    /// OPTIONS of STORAGES, and where they are silent MEDIA_ROOT, MEDIA_URL,
    /// FILE_UPLOAD_PERMISSIONS and FILE_UPLOAD_DIRECTORY_PERMISSIONS. Throws ImproperlyConfigured
    /// for an unknown option.
    static FileSystemStorageOptions from(const Settings& settings, const Dict& options);
};

/// Files below a folder of the disk: Django's FileSystemStorage.
///
/// A file appears under its name whole or not at all, and replaces none, whoever else is saving and
/// whenever the process ends: it is written beside as ".tatum-…", flushed to the disk, and linked.
/// What is left of a process that was killed is such a file. A large upload that lies on the same
/// file system is linked and not copied.
/// Unlike Django: a name that is longer than a file's may be (255 bytes) is cut.
class FileSystemStorage : public Storage {
public:
    explicit FileSystemStorage(FileSystemStorageOptions options);

    const std::string& location() const { return options_.location; }
    const std::string& base_url() const { return options_.base_url; }

    File open(std::string_view name) const override;
    void delete_(std::string_view name) override;
    bool exists(std::string_view name) const override;
    Listing listdir(std::string_view folder) const override;
    std::uint64_t size(std::string_view name) const override;
    DateTime get_accessed_time(std::string_view name) const override;
    /// As Django: when the file was last changed, be it only its permissions.
    DateTime get_created_time(std::string_view name) const override;
    DateTime get_modified_time(std::string_view name) const override;
    std::string url(std::string_view name) const override;
    /// Throws SuspiciousFileOperation when it lies outside of the location, and
    /// ImproperlyConfigured when there is no location.
    std::string path(std::string_view name) const override;
    std::string get_valid_name(std::string_view name) const override;
    bool is_name_available(std::string_view name, std::size_t max_length = 0) const override;

protected:
    std::string store(std::string name, const File& content, std::size_t max_length) override;

private:
    FileSystemStorageOptions options_;
};

}  // namespace tatum::files

namespace tatum {
using files::FileSystemStorage;
}
