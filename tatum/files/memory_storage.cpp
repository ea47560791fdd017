#include <tatum/files/memory_storage.h>

#include <tatum/base/locals.h>
#include <tatum/base/settings.h>
#include <tatum/base/uri.h>
#include <tatum/files/impl/disk.h>
#include <tatum/files/impl/names.h>
#include <tatum/files/impl/options.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>

namespace tatum::files {

struct InMemoryStorage::State {
    struct Entry {
        File file;
        DateTime stored;
        DateTime read;
    };

    mutable std::mutex mutex;  ///< guards the rest; never held while the fiber may be suspended
    std::map<std::string, Entry, std::less<>> entries;

    /// Throws std::system_error when there is no such file.
    Entry& at(std::string_view name) {
        const auto found = entries.find(impl::normal_path(name));
        if (found == entries.end()) impl::throw_system_error(ENOENT, std::string(name));
        return found->second;
    }
    /// Is there something below `folder`?
    bool has_folder(const std::string& folder) const {
        if (folder == ".") return true;
        const auto below = entries.lower_bound(folder + "/");
        return below != entries.end() && below->first.starts_with(folder + "/");
    }
    bool has(const std::string& name) const { return entries.contains(name) || has_folder(name); }
    /// Throws std::system_error when a file has the name of one of the folders of `name`.
    void refuse_file_as_folder(std::string_view name) const {
        for (auto folder = impl::split_path(name).first; !folder.empty();
             folder = impl::split_path(folder).first) {
            if (entries.contains(folder)) {
                impl::throw_system_error(ENOTDIR,
                                         std::string(folder) + " exists and is not a directory");
            }
        }
    }
};

namespace {

DateTime now() { return DateTime::from_utc(current_clock().now()); }

}  // namespace

InMemoryStorageOptions InMemoryStorageOptions::from(const Settings& settings, const Dict& options) {
    impl::OptionReader reader("InMemoryStorage", options);
    InMemoryStorageOptions made;
    made.base_url = reader.text("base_url", settings.media_url);
    reader.finish();
    return made;
}

InMemoryStorage::InMemoryStorage(InMemoryStorageOptions options)
    : options_(std::move(options)), state_(std::make_unique<State>()) {
    if (!options_.base_url.ends_with('/')) options_.base_url += '/';
}
InMemoryStorage::~InMemoryStorage() = default;

File InMemoryStorage::open(std::string_view name) const {
    const std::lock_guard lock(state_->mutex);
    State::Entry& entry = state_->at(name);
    entry.read = now();
    return entry.file;
}

void InMemoryStorage::delete_(std::string_view name) {
    if (name.empty()) throw ValueError("The name must be given to delete_().");
    const std::lock_guard lock(state_->mutex);
    state_->entries.erase(impl::normal_path(name));
}

bool InMemoryStorage::exists(std::string_view name) const {
    const std::lock_guard lock(state_->mutex);
    return state_->has(impl::normal_path(name));
}

Listing InMemoryStorage::listdir(std::string_view folder) const {
    const std::lock_guard lock(state_->mutex);
    const std::string path = impl::normal_path(folder);
    if (!state_->has_folder(path)) impl::throw_system_error(ENOENT, std::string(folder));
    const std::string prefix = path == "." ? "" : path + "/";
    Listing found;
    for (auto entry = state_->entries.lower_bound(prefix);
         entry != state_->entries.end() && entry->first.starts_with(prefix); ++entry) {
        const std::string rest = entry->first.substr(prefix.size());
        const std::size_t slash = rest.find('/');
        if (slash == std::string::npos) {
            found.files.push_back(rest);
        } else if (found.directories.empty() || found.directories.back() != rest.substr(0, slash)) {
            found.directories.push_back(rest.substr(0, slash));
        }
    }
    return found;
}

std::uint64_t InMemoryStorage::size(std::string_view name) const {
    const std::lock_guard lock(state_->mutex);
    return state_->at(name).file.size();
}
DateTime InMemoryStorage::get_accessed_time(std::string_view name) const {
    const std::lock_guard lock(state_->mutex);
    return state_->at(name).read;
}
DateTime InMemoryStorage::get_created_time(std::string_view name) const {
    const std::lock_guard lock(state_->mutex);
    return state_->at(name).stored;
}
DateTime InMemoryStorage::get_modified_time(std::string_view name) const {
    return get_created_time(name);
}

std::string InMemoryStorage::url(std::string_view name) const {
    return options_.base_url + uri::filepath_to_uri(name);
}

std::string InMemoryStorage::store(std::string name, const File& content, std::size_t max_length) {
    // An upload's temporary file goes with the upload.
    const std::string bytes = content.read();
    for (;; name = get_available_name(name, max_length)) {
        std::string normal = impl::normal_path(name);
        const std::lock_guard lock(state_->mutex);
        state_->refuse_file_as_folder(normal);
        if (state_->has(normal)) continue;
        const DateTime moment = now();
        state_->entries.emplace(normal, State::Entry{File(normal, bytes), moment, moment});
        return normal;
    }
}

}  // namespace tatum::files
