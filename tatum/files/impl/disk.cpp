#include <tatum/files/impl/disk.h>

#include <tatum/base/crypto.h>
#include <tatum/files/impl/names.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <vector>

namespace tatum::files::impl {

namespace {

constexpr std::size_t kCopyBytes = 128 * 1024;  // at a time
constexpr std::size_t kOwnNameCharacters = 16;

/// False when there is nothing. Throws when it is something else than a folder.
bool is_folder(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0) {
        if (S_ISDIR(status.st_mode)) return true;
        throw_system_error(ENOTDIR, path + " exists and is not a directory");
    }
    // ENOTDIR: one of those above is none, which is found when that is asked.
    if (errno != ENOENT && errno != ENOTDIR) throw_system_error(errno, "cannot look at " + path);
    return false;
}

/// What was made in the folder is there after a power failure; as far as this can be had: one that
/// may not be read cannot be flushed, nor can those of some file systems. False, with errno set,
/// when the disk fails.
bool sync_folder(const std::string& path) {
    const http::OpenFile folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return !folder.is_open() || ::fsync(folder.descriptor()) == 0 || errno == EINVAL;
}

void write_all(int descriptor, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw_system_error(errno, "cannot write " + path);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

}  // namespace

void throw_system_error(int code, const std::string& what) {
    throw std::system_error(code, std::generic_category(), what);
}

void make_folders(const std::string& folder, std::optional<unsigned> mode) {
    std::vector<std::string> missing;
    for (std::string path = folder; !is_folder(path); path = split_path(path).first) {
        missing.push_back(path);
    }
    for (auto path = missing.rbegin(); path != missing.rend(); ++path) {
        if (::mkdir(path->c_str(), 0777) != 0) {
            const int code = errno;
            if (code == EEXIST && is_folder(*path)) continue;  // another process has made it
            throw_system_error(code, "cannot make the folder " + *path);
        }
        if (mode && ::chmod(path->c_str(), *mode) != 0) {
            throw_system_error(errno, "cannot set the permissions of " + *path);
        }
        if (!sync_folder(std::string(split_path(*path).first))) {
            throw_system_error(errno, "cannot flush the folder of " + *path);
        }
    }
}

FileBeside::FileBeside(const std::string& folder, const File& file, unsigned mode)
    : folder_(folder),
      path_(folder + "/" + std::string(kPrefix) + crypto::get_random_string(kOwnNameCharacters)) {
    if (file.temporary_file() && link_temporary(*file.temporary_file(), mode)) return;
    try {
        write(file, mode);
    } catch (const std::exception&) {
        ::unlink(path_.c_str());
        throw;
    }
}

FileBeside::~FileBeside() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

/// False when it must be copied: it lies on another file system, or on one without links.
bool FileBeside::link_temporary(const http::TemporaryFile& file, unsigned mode) {
    if (::link(file.path().c_str(), path_.c_str()) != 0) return false;
    const int descriptor = file.file().descriptor();
    if (::fchmod(descriptor, mode) != 0 || ::fsync(descriptor) != 0) {
        const int code = errno;
        ::unlink(path_.c_str());
        throw_system_error(code, "cannot flush " + file.path());
    }
    return true;
}

void FileBeside::write(const File& file, unsigned mode) {
    const http::OpenFile out(
        ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 0700));
    if (!out.is_open()) throw_system_error(errno, "cannot make a file in " + folder_);
    std::string buffer(kCopyBytes, '\0');
    for (std::uint64_t offset = 0; offset < file.size();) {
        const std::size_t count = file.read_at(offset, buffer);
        if (count == 0) throw_system_error(EIO, "the content of " + file.name() + " ends early");
        write_all(out.descriptor(), std::string_view(buffer).substr(0, count), path_);
        offset += count;
    }
    if (::fchmod(out.descriptor(), mode) != 0 || ::fsync(out.descriptor()) != 0) {
        throw_system_error(errno, "cannot flush " + path_);
    }
}

bool FileBeside::link_as(const std::string& path) const {
    if (::link(path_.c_str(), path.c_str()) != 0) {
        if (errno == EEXIST) return false;
        throw_system_error(errno, "cannot make " + path);
    }
    if (!sync_folder(folder_)) {
        const int code = errno;
        ::unlink(path.c_str());
        throw_system_error(code, "cannot flush the folder " + folder_);
    }
    return true;
}

void FileBeside::replace(const std::string& path) {
    if (std::rename(path_.c_str(), path.c_str()) != 0) {
        throw_system_error(errno, "cannot replace " + path);
    }
    path_.clear();
    if (!sync_folder(folder_)) throw_system_error(errno, "cannot flush the folder " + folder_);
}

}  // namespace tatum::files::impl
