#include <tatum/views/impl/folder.h>

#include <tatum/http/body.h>

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

namespace tatum::views::impl {

std::optional<StaticFile> stat_file(const std::string& folder, std::string_view name) {
    std::string path = folder;
    path += '/';
    path += name;
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return StaticFile{std::string(name),
                      std::move(path),
                      {},
                      status.st_mtim.tv_sec,
                      static_cast<std::uint64_t>(status.st_size)};
}

void list_files(const std::string& folder, std::set<std::string>& names) {
    std::error_code error;
    std::filesystem::recursive_directory_iterator entry(
        folder, std::filesystem::directory_options::skip_permission_denied, error);
    while (!error && entry != std::filesystem::recursive_directory_iterator()) {
        if (entry->path().filename().string().starts_with('.')) {
            entry.disable_recursion_pending();
        } else if (entry->is_regular_file(error)) {
            names.insert(entry->path().lexically_relative(folder).generic_string());
        }
        entry.increment(error);
    }
}

std::string read_file(const std::string& path) {
    const http::OpenFile file = http::OpenFile::open(path);
    std::string content(file.size(), '\0');
    std::size_t read = 0;
    while (read < content.size()) {
        const std::size_t piece = file.read_at(read, std::span(content).subspan(read));
        if (piece == 0) break;
        read += piece;
    }
    content.resize(read);
    return content;
}

}  // namespace tatum::views::impl
