#include <tatum/site/impl/source_watch.h>

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace tatum::site {

namespace {

constexpr std::uint32_t kEvents =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR;

bool is_passed_over(const std::filesystem::path& folder) {
    const std::string name = folder.filename().string();
    return name.starts_with('.') || name == "build" || name == "node_modules";
}

}  // namespace

SourceWatch::SourceWatch(Filter filter)
    : filter_(std::move(filter)), descriptor_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

SourceWatch::~SourceWatch() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void SourceWatch::add(const std::string& folder) {
    if (folders_.size() >= kFoldersMax) return;
    const int watch = ::inotify_add_watch(descriptor_, folder.c_str(), kEvents);
    if (watch < 0) return;
    folders_[watch] = folder;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->is_directory(error) && !entry->is_symlink(error) &&
            !is_passed_over(entry->path())) {
            add(entry->path().string());
        }
    }
}

std::vector<std::string> SourceWatch::changes() {
    std::vector<std::string> changed;
    alignas(inotify_event) std::array<char, 16 * 1024> buffer;
    for (;;) {
        const ::ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
        if (size <= 0) return changed;
        for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
            inotify_event event;
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* name = buffer.data() + at + sizeof event;
            at += sizeof event + event.len;
            const auto folder = folders_.find(event.wd);
            if (event.len == 0 || folder == folders_.end()) continue;
            const std::string path = folder->second + '/' + name;
            if ((event.mask & IN_ISDIR) != 0) {
                if ((event.mask & (IN_CREATE | IN_MOVED_TO)) != 0 && !is_passed_over(path)) {
                    add(path);
                }
            } else if (filter_(name) && (event.mask & IN_CREATE) == 0) {
                changed.push_back(path);
            }
        }
    }
}

}  // namespace tatum::site
