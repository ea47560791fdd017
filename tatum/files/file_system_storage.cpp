#include <tatum/files/file_system_storage.h>

#include <tatum/base/settings.h>
#include <tatum/base/unicode.h>
#include <tatum/base/uri.h>
#include <tatum/files/impl/disk.h>
#include <tatum/files/impl/names.h>
#include <tatum/files/impl/options.h>
#include <tatum/net/offload.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace tatum::files {

namespace {

constexpr std::size_t kNameBytesMax = 255;    // of a file, on every file system that we know
constexpr std::size_t kAlternativeBytes = 8;  // of "_x7Rg3Kq"

DateTime moment_of(const timespec& time) {
    return DateTime::from_utc(std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000);
}

struct stat status_of(const std::string& path) {
    return net::offload([&] {
        struct stat status{};
        if (::stat(path.c_str(), &status) != 0) {
            impl::throw_system_error(errno, "cannot look at " + path);
        }
        return status;
    });
}

/// At most `bytes` of `text`, whole characters.
std::string_view cut(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
    return text.substr(0, bytes);
}

}  // namespace

FileSystemStorageOptions FileSystemStorageOptions::from(const Settings& settings,
                                                        const Dict& options) {
    impl::OptionReader reader("FileSystemStorage", options);
    FileSystemStorageOptions made;
    made.location = reader.text("location", settings.media_root);
    made.base_url = reader.text("base_url", settings.media_url);
    impl::OptionReader permissions(
        "The settings of files",
        Dict{{"file_upload_permissions", settings.get("file_upload_permissions")},
             {"file_upload_directory_permissions",
              settings.get("file_upload_directory_permissions")}});
    made.file_permissions_mode =
        reader.mode("file_permissions_mode")
            .value_or(permissions.mode("file_upload_permissions").value_or(0644));
    made.directory_permissions_mode = reader.mode("directory_permissions_mode");
    if (!made.directory_permissions_mode) {
        made.directory_permissions_mode = permissions.mode("file_upload_directory_permissions");
    }
    made.allow_overwrite = reader.flag("allow_overwrite");
    reader.finish();
    if (!made.location.empty() && !made.location.starts_with('/') && !settings.base_dir.empty()) {
        made.location = settings.base_dir + "/" + made.location;
    }
    return made;
}

FileSystemStorage::FileSystemStorage(FileSystemStorageOptions options)
    : options_(std::move(options)) {
    if (!options_.location.empty()) {
        options_.location = std::filesystem::absolute(options_.location).lexically_normal();
        if (options_.location.size() > 1 && options_.location.ends_with('/')) {
            options_.location.pop_back();
        }
    }
    if (!options_.base_url.ends_with('/')) options_.base_url += '/';
}

File FileSystemStorage::open(std::string_view name) const {
    File file = File::open(path(name));
    file.set_name(name);
    return file;
}

void FileSystemStorage::delete_(std::string_view name) {
    if (name.empty()) throw ValueError("The name must be given to delete_().");
    const std::string full = path(name);
    net::offload([&] {
        if (::unlink(full.c_str()) == 0 || errno == ENOENT) return;
        if (errno == EISDIR && (::rmdir(full.c_str()) == 0 || errno == ENOENT)) return;
        impl::throw_system_error(errno, "cannot delete " + full);
    });
}

bool FileSystemStorage::exists(std::string_view name) const {
    const std::string full = path(name);
    return net::offload([&] {
        struct stat status{};
        return ::lstat(full.c_str(), &status) == 0;
    });
}

Listing FileSystemStorage::listdir(std::string_view folder) const {
    const std::string full = path(folder);
    return net::offload([&] {
        Listing found;
        for (const auto& entry : std::filesystem::directory_iterator(full)) {
            std::string name = entry.path().filename();
            if (name.starts_with(impl::FileBeside::kPrefix)) continue;
            std::error_code ignored;  // a link to nothing is a file
            const bool is_directory = entry.is_directory(ignored);
            (is_directory ? found.directories : found.files).push_back(std::move(name));
        }
        std::ranges::sort(found.directories);
        std::ranges::sort(found.files);
        return found;
    });
}

std::uint64_t FileSystemStorage::size(std::string_view name) const {
    return static_cast<std::uint64_t>(status_of(path(name)).st_size);
}
DateTime FileSystemStorage::get_accessed_time(std::string_view name) const {
    return moment_of(status_of(path(name)).st_atim);
}
DateTime FileSystemStorage::get_created_time(std::string_view name) const {
    return moment_of(status_of(path(name)).st_ctim);
}
DateTime FileSystemStorage::get_modified_time(std::string_view name) const {
    return moment_of(status_of(path(name)).st_mtim);
}

std::string FileSystemStorage::url(std::string_view name) const {
    std::string address = uri::filepath_to_uri(name);
    address.erase(0, std::min(address.find_first_not_of('/'), address.size()));
    return options_.base_url + address;
}

std::string FileSystemStorage::path(std::string_view name) const {
    if (options_.location.empty()) {
        throw ImproperlyConfigured(
            "Files have no place: set MEDIA_ROOT, or the location of the storage in STORAGES.");
    }
    const std::string& root = options_.location;
    std::string full = impl::normal_path(impl::join_path(root, name));
    const std::string inside = root == "/" ? root : root + "/";
    if ((full != root && !full.starts_with(inside)) || name.find('\0') != std::string_view::npos) {
        throw SuspiciousFileOperation("The joined path (" + full +
                                      ") is located outside of the base path component (" + root +
                                      ")");
    }
    return full;
}

std::string FileSystemStorage::get_valid_name(std::string_view name) const {
    const std::string valid = Storage::get_valid_name(name);
    constexpr std::size_t kRoom = kNameBytesMax - kAlternativeBytes;
    if (valid.size() <= kRoom) return valid;
    const std::string_view suffix = cut(impl::suffixes_of(valid), kRoom / 2);
    const std::string_view root(valid.data(), valid.size() - impl::suffixes_of(valid).size());
    return std::string(cut(root, kRoom - suffix.size())).append(suffix);
}

bool FileSystemStorage::is_name_available(std::string_view name, std::size_t max_length) const {
    if (!options_.allow_overwrite) return Storage::is_name_available(name, max_length);
    return max_length == 0 || strings::length(name) <= max_length;
}

std::string FileSystemStorage::store(std::string name, const File& content,
                                     std::size_t max_length) {
    return net::offload([&] {
        std::string full = path(name);
        const std::string folder(impl::split_path(full).first);
        impl::make_folders(folder, options_.directory_permissions_mode);
        impl::FileBeside beside(folder, content, options_.file_permissions_mode);
        if (options_.allow_overwrite) {
            beside.replace(full);
        } else {
            while (!beside.link_as(full)) {
                name = get_available_name(name, max_length);
                full = path(name);
            }
        }
        // As Django: relative to the location.
        return full.substr(options_.location == "/" ? 1 : options_.location.size() + 1);
    });
}

}  // namespace tatum::files
