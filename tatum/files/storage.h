#pragma once

#include <tatum/base/datetime.h>
#include <tatum/base/error.h>
#include <tatum/files/file.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::files {

/// A name that leads out of a storage, or is none; answered with 400.
struct SuspiciousFileOperation : SuspiciousOperation {
    using SuspiciousOperation::SuspiciousOperation;
};

/// What listdir() finds, by name without the folder, sorted.
struct Listing {
    std::vector<std::string> directories, files;
};

/// Where files are kept, by names with '/' between folders: Django's Storage. Own storages derive
/// from it. Every function may be called by any thread and may suspend the fiber. What the system
/// says (a full disk, no permission, no such file) is a std::system_error.
class Storage {
public:
    Storage() = default;
    virtual ~Storage() = default;
    Storage(const Storage&) = delete;
    Storage& operator=(const Storage&) = delete;

    /// Stores `content`, and returns the name that it got: `name`, or one like it where that is
    /// taken or has more than `max_length` characters (0: any number). Never replaces a file.
    /// Throws SuspiciousFileOperation for a name that leaves the storage, and where no name fits.
    std::string save(std::string_view name, const File& content, std::size_t max_length = 0);

    virtual File open(std::string_view name) const = 0;
    /// Does nothing where there is no such file. A folder goes when it is empty.
    virtual void delete_(std::string_view name) = 0;
    /// A file or a folder.
    virtual bool exists(std::string_view name) const = 0;
    virtual Listing listdir(std::string_view folder) const = 0;
    /// In bytes.
    virtual std::uint64_t size(std::string_view name) const = 0;
    // The times are aware, in UTC.
    virtual DateTime get_accessed_time(std::string_view name) const = 0;
    virtual DateTime get_created_time(std::string_view name) const = 0;
    virtual DateTime get_modified_time(std::string_view name) const = 0;
    /// Where a browser finds the file. Throws ValueError: this storage has no addresses.
    virtual std::string url(std::string_view name) const;
    /// On the disk. Throws ValueError: this storage is elsewhere.
    virtual std::string path(std::string_view name) const;

    // How names are made. Each may be overridden.

    /// `name`, which has no folder, without what no name should hold.
    virtual std::string get_valid_name(std::string_view name) const;
    /// "photo" and ".png" give "photo_x7Rg3Kq.png".
    virtual std::string get_alternative_name(std::string_view root, std::string_view suffix) const;
    virtual bool is_name_available(std::string_view name, std::size_t max_length = 0) const;
    /// `name`, or the first alternative to it that is available. Throws as save().
    virtual std::string get_available_name(std::string_view name, std::size_t max_length = 0) const;
    /// The name for an upload that is to be called `name`, folders included. Throws
    /// SuspiciousFileOperation.
    virtual std::string generate_filename(std::string_view name) const;

protected:
    /// Django's _save(): stores under `name` or, where somebody was faster, under another that is
    /// available; returns which.
    virtual std::string store(std::string name, const File& content, std::size_t max_length) = 0;
};

}  // namespace tatum::files

namespace tatum {
using files::Storage;
using files::SuspiciousFileOperation;
}  // namespace tatum
