#include <tatum/views/app_files.h>

#include <sys/stat.h>

#include <algorithm>
#include <string>

namespace tatum {

const EmbeddedFile* AppFiles::find(std::string_view path) const {
    const auto place = std::ranges::lower_bound(embedded_, path, {}, &EmbeddedFile::path);
    return place != embedded_.end() && place->path == path ? &*place : nullptr;
}

std::span<const EmbeddedFile> AppFiles::below(std::string_view prefix) const {
    const auto first = std::ranges::lower_bound(embedded_, prefix, {}, &EmbeddedFile::path);
    auto last = first;
    while (last != embedded_.end() && last->path.starts_with(prefix)) ++last;
    return {first, last};
}

bool AppFiles::is_live() const {
    if (folder_.empty()) return false;
    struct stat status{};
    return ::stat(std::string(folder_).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace tatum
