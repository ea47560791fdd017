#include <tatum/template/loader.h>

#include <tatum/base/unicode.h>
#include <tatum/template/errors.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

namespace tatum::template_ {
namespace {

namespace fs = std::filesystem;

/// "a/../b" becomes "b"; nullopt for a name that is absolute, leaves its folder or holds a NUL.
std::optional<std::string> normalized(std::string_view name) {
    if (name.empty() || name.front() == '/' || name.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    const std::string path = fs::path(name).lexically_normal().string();
    if (path == ".." || path.starts_with("../") || path == ".") return std::nullopt;
    return path;
}

/// Closes a file descriptor at the end of a block.
class File {
public:
    explicit File(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

std::uint64_t version_of(const struct stat& status) {
    const auto nanoseconds = static_cast<std::uint64_t>(status.st_mtim.tv_sec) * 1'000'000'000u +
                             static_cast<std::uint64_t>(status.st_mtim.tv_nsec);
    // Never 0, which stands for "never changes".
    return (nanoseconds * 31 + static_cast<std::uint64_t>(status.st_size)) | 1;
}

[[noreturn]] void refuse(const Origin& origin, std::string message) {
    Error error;
    error.code = "template.E001";
    error.message = std::move(message);
    error.where.file = origin.name;
    throw TemplateSyntaxError(std::move(error));
}

template <class Entries>
std::vector<std::string> sorted_names(const Entries& entries) {
    std::set<std::string> names;
    for (const auto& entry : entries) names.emplace(entry.name);
    return {names.begin(), names.end()};
}

}  // namespace

FilesystemLoader::FilesystemLoader(std::vector<std::string> folders)
    : folders_(std::move(folders)) {}

std::vector<Origin> FilesystemLoader::origins(std::string_view name) const {
    std::vector<Origin> found;
    const auto path = normalized(name);
    if (!path) return found;
    for (const std::string& folder : folders_) {
        found.push_back({(fs::path(folder) / *path).string(), std::string(name), this});
    }
    return found;
}

std::optional<Source> FilesystemLoader::read(const Origin& origin) const {
    const File file(origin.name);
    struct stat status{};
    if (file.descriptor() < 0 || ::fstat(file.descriptor(), &status) != 0) return std::nullopt;
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > kSourceBytesMax) {
        refuse(origin, "a template has at most " + std::to_string(kSourceBytesMax) + " bytes");
    }
    auto text = std::make_shared<std::string>(size, '\0');
    std::size_t filled = 0;
    while (filled < size) {
        const ssize_t got = ::read(file.descriptor(), text->data() + filled, size - filled);
        if (got <= 0) break;
        filled += static_cast<std::size_t>(got);
    }
    text->resize(filled);
    if (!strings::is_valid_utf8(*text)) refuse(origin, "the template is not encoded in UTF-8");
    Source source;
    source.text = *text;
    source.owner = std::move(text);
    source.version = version_of(status);
    return source;
}

std::optional<std::uint64_t> FilesystemLoader::version(const Origin& origin) const {
    struct stat status{};
    if (::stat(origin.name.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return version_of(status);
}

std::vector<std::string> FilesystemLoader::names() const {
    std::set<std::string> names;
    for (const std::string& folder : folders_) {
        std::error_code fault;
        fs::recursive_directory_iterator entry(
            folder, fs::directory_options::follow_directory_symlink, fault);
        for (; !fault && entry != fs::recursive_directory_iterator(); entry.increment(fault)) {
            if (!entry->is_regular_file(fault)) continue;
            std::string name = entry->path().lexically_relative(folder).generic_string();
            // Editors' backups and hidden files are no templates.
            if (entry->path().filename().string().starts_with('.') || name.ends_with('~')) continue;
            names.insert(std::move(name));
        }
    }
    return {names.begin(), names.end()};
}

AppDirectoriesLoader::AppDirectoriesLoader(const std::vector<std::string>& app_folders)
    : FilesystemLoader([&] {
          std::vector<std::string> folders;
          for (const std::string& app : app_folders) {
              const fs::path folder = fs::path(app) / "templates";
              std::error_code fault;
              if (fs::is_directory(folder, fault)) folders.push_back(folder.string());
          }
          return folders;
      }()) {}

EmbeddedLoader::EmbeddedLoader(std::vector<Entry> entries) : entries_(std::move(entries)) {
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Entry& a, const Entry& b) { return a.name < b.name; });
}

std::vector<Origin> EmbeddedLoader::origins(std::string_view name) const {
    std::vector<Origin> found;
    auto entry = std::lower_bound(entries_.begin(), entries_.end(), name,
                                  [](const Entry& e, std::string_view n) { return e.name < n; });
    for (int nth = 0; entry != entries_.end() && entry->name == name; ++entry, ++nth) {
        std::string place = "embedded:" + std::string(name);
        if (nth > 0) place += "@" + std::to_string(nth);
        found.push_back({std::move(place), std::string(name), this});
    }
    return found;
}

std::optional<Source> EmbeddedLoader::read(const Origin& origin) const {
    auto entry =
        std::lower_bound(entries_.begin(), entries_.end(), std::string_view(origin.template_name),
                         [](const Entry& e, std::string_view n) { return e.name < n; });
    const std::size_t at = origin.name.rfind('@');
    if (at != std::string::npos && at > origin.template_name.size()) {
        entry += std::stoi(origin.name.substr(at + 1));
    }
    if (entry == entries_.end() || entry->name != origin.template_name) return std::nullopt;
    return Source{nullptr, entry->text, 0};
}

std::optional<std::uint64_t> EmbeddedLoader::version(const Origin& origin) const {
    return read(origin) ? std::optional<std::uint64_t>(0) : std::nullopt;
}

std::vector<std::string> EmbeddedLoader::names() const { return sorted_names(entries_); }

MemoryLoader::MemoryLoader(std::vector<Entry> entries) : entries_(std::move(entries)) {}

std::vector<Origin> MemoryLoader::origins(std::string_view name) const {
    return {{std::string(name), std::string(name), this}};
}

std::optional<Source> MemoryLoader::read(const Origin& origin) const {
    for (const Entry& entry : entries_) {
        if (entry.name != origin.template_name) continue;
        auto text = std::make_shared<const std::string>(entry.text);
        const std::string_view view = *text;
        return Source{std::move(text), view, 0};
    }
    return std::nullopt;
}

std::optional<std::uint64_t> MemoryLoader::version(const Origin& origin) const {
    const bool known = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.name == origin.template_name;
    });
    return known ? std::optional<std::uint64_t>(0) : std::nullopt;
}

std::vector<std::string> MemoryLoader::names() const { return sorted_names(entries_); }

}  // namespace tatum::template_
