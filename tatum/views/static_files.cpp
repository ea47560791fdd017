#include <tatum/views/static_files.h>

#include <tatum/base/crypto.h>
#include <tatum/base/json.h>
#include <tatum/base/log.h>
#include <tatum/base/uri.h>
#include <tatum/http/errors.h>
#include <tatum/views/impl/file_response.h>
#include <tatum/views/impl/folder.h>
#include <tatum/views/impl/served_files.h>
#include <tatum/views/impl/style_sheet.h>

#include <sys/stat.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <unordered_map>

namespace tatum::views {

namespace {

constexpr std::string_view kStaticFolder = "static/";
/// Django's manifest, which collectstatic writes.
constexpr std::string_view kManifestName = "staticfiles.json";

/// Lets unordered_map look up by string_view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

/// When this executable was made, in seconds since 1970: what its files count as modified.
std::int64_t built_at() {
    struct stat status{};
    return ::stat("/proc/self/exe", &status) == 0 ? status.st_mtim.tv_sec : 0;
}

/// "css/base.css" with "55e7cbb9ba48" gives "css/base.55e7cbb9ba48.css".
std::string with_hash(std::string_view name, std::string_view hash) {
    const std::size_t slash = name.rfind('/');
    std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash)) {
        dot = name.size();
    }
    std::string result(name.substr(0, dot));
    result += '.';
    result += hash;
    result += name.substr(dot);
    return result;
}

struct HashedName {
    std::string name, hash;
};

/// The reverse; nullopt when there is nothing like a hash in the name.
std::optional<HashedName> without_hash(std::string_view name) {
    const auto is_hash = [](std::string_view text) {
        return text.size() == StaticFiles::kHashLength &&
               text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    };
    const std::size_t base = name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1;
    const std::size_t last = name.rfind('.');
    if (last == std::string_view::npos || last <= base) return std::nullopt;
    const std::size_t first = name.rfind('.', last - 1);
    if (first != std::string_view::npos && first > base &&
        is_hash(name.substr(first + 1, last - first - 1))) {
        return HashedName{std::string(name.substr(0, first)) + std::string(name.substr(last)),
                          std::string(name.substr(first + 1, last - first - 1))};
    }
    if (is_hash(name.substr(last + 1))) {
        return HashedName{std::string(name.substr(0, last)), std::string(name.substr(last + 1))};
    }
    return std::nullopt;
}

bool is_style_sheet(std::string_view name) { return name.ends_with(".css"); }

}  // namespace

bool is_safe_file_name(std::string_view name) {
    for (const char c : name) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\') return false;
    }
    for (std::size_t start = 0; start <= name.size();) {
        const std::size_t end = std::min(name.find('/', start), name.size());
        const std::string_view segment = name.substr(start, end - start);
        if (segment.empty() || (segment[0] == '.' && segment != ".well-known")) return false;
        start = end + 1;
    }
    return true;
}

struct StaticFiles::Impl {
    /// What a file's hashed name was made of.
    struct Hashed {
        std::int64_t modified;
        std::int32_t modified_nanoseconds;
        std::uint64_t size;
        std::string name;
        std::shared_ptr<const std::string> content;  ///< of a rewritten style sheet, else null
    };

    StaticOptions options;
    std::vector<std::string> folders;  ///< those of the options, then live source folders
    std::unordered_map<std::string_view, const EmbeddedFile*> embedded;
    std::int64_t built = built_at();
    TextMap<std::string> manifest;    ///< hashed names by plain ones, from staticfiles.json
    mutable std::shared_mutex mutex;  ///< guards `hashed`
    mutable TextMap<Hashed> hashed;
    impl::ServedFiles served;

    Impl(StaticOptions given, const StaticFiles& files)
        : options(std::move(given)),
          folders(options.folders),
          served([&files, this](std::string_view name) { return source_of(files, name); },
                 options.debug) {
        if (!options.root.empty()) {
            folders.insert(folders.begin(), options.root);
            if (uses_hashes()) load_manifest();
        }
        for (const AppFiles* app : options.apps) {
            if (options.debug && app->is_live()) {
                folders.push_back(std::string(app->folder()) + "/static");
                continue;
            }
            for (const EmbeddedFile& file : app->below(kStaticFolder)) {
                embedded.try_emplace(file.path.substr(kStaticFolder.size()), &file);
            }
        }
    }

    bool uses_hashes() const { return options.hashed && !options.debug; }
    bool is_collected(const StaticFile& file) const {
        return !options.root.empty() &&
               file.path.size() == options.root.size() + 1 + file.name.size() &&
               file.path.starts_with(options.root);
    }
    void load_manifest();
    std::optional<impl::ServedFiles::Source> source_of(const StaticFiles& files,
                                                       std::string_view name) const;

    std::string content_of(const StaticFile& file) const {
        return file.path.empty() ? std::string(file.content) : impl::read_file(file.path);
    }

    /// `pending` holds the style sheets that are being rewritten, since they may refer to each
    /// other in a circle.
    std::optional<Hashed> hashed_of(const StaticFiles& files, std::string_view name,
                                    std::set<std::string, std::less<>>& pending) const;
    std::string rewritten(const StaticFiles& files, const StaticFile& sheet,
                          std::set<std::string, std::less<>>& pending) const;
};

StaticFiles::StaticFiles(StaticOptions options)
    : impl_(std::make_unique<Impl>(std::move(options), *this)) {}

StaticFiles::~StaticFiles() = default;

const std::string& StaticFiles::prefix() const { return impl_->options.url; }

std::optional<StaticFile> StaticFiles::find(std::string_view name) const {
    if (!is_safe_file_name(name)) return std::nullopt;
    for (const std::string& folder : impl_->folders) {
        if (auto file = impl::stat_file(folder, name)) return file;
    }
    const auto found = impl_->embedded.find(name);
    if (found == impl_->embedded.end()) return std::nullopt;
    const std::string_view content = found->second->content();
    return StaticFile{std::string(name), {}, content, impl_->built, 0, content.size()};
}

std::vector<std::string> StaticFiles::find_all(std::string_view name) const {
    std::vector<std::string> places;
    if (!is_safe_file_name(name)) return places;
    for (const std::string& folder : impl_->folders) {
        if (auto file = impl::stat_file(folder, name)) places.push_back(file->path);
    }
    for (const AppFiles* app : impl_->options.apps) {
        const std::string path = std::string(kStaticFolder) + std::string(name);
        if (app->find(path) != nullptr) places.push_back("embedded:" + path);
    }
    return places;
}

std::vector<std::string> StaticFiles::names() const {
    std::set<std::string> names;
    for (const std::string& folder : impl_->folders) impl::list_files(folder, names);
    for (const auto& [name, file] : impl_->embedded) names.emplace(name);
    return {names.begin(), names.end()};
}

std::string StaticFiles::Impl::rewritten(const StaticFiles& files, const StaticFile& sheet,
                                         std::set<std::string, std::less<>>& pending) const {
    return impl::rewrite_style_sheet(content_of(sheet), sheet.name,
                                     [&](std::string_view name) -> std::optional<std::string> {
                                         auto target = hashed_of(files, name, pending);
                                         if (!target) return std::nullopt;
                                         return std::move(target->name);
                                     });
}

std::optional<StaticFiles::Impl::Hashed> StaticFiles::Impl::hashed_of(
    const StaticFiles& files, std::string_view name,
    std::set<std::string, std::less<>>& pending) const {
    const auto file = files.find(name);
    if (!file || file->size > kHashedFileBytesMax || pending.contains(name)) return std::nullopt;
    {
        const std::shared_lock lock(mutex);
        const auto known = hashed.find(name);
        if (known != hashed.end() && known->second.modified == file->modified &&
            known->second.modified_nanoseconds == file->modified_nanoseconds &&
            known->second.size == file->size) {
            return known->second;
        }
    }
    Hashed result{file->modified, file->modified_nanoseconds, file->size, {}, nullptr};
    std::string digest;
    if (is_style_sheet(name)) {
        pending.emplace(name);
        result.content = std::make_shared<const std::string>(rewritten(files, *file, pending));
        pending.erase(pending.find(name));
        digest = crypto::digest(crypto::Hash::Md5, *result.content);
    } else if (file->path.empty()) {
        digest = crypto::digest(crypto::Hash::Md5, file->content);
    } else {
        digest = crypto::digest(crypto::Hash::Md5, impl::read_file(file->path));
    }
    result.name = with_hash(name, crypto::hex(digest).substr(0, kHashLength));
    const std::unique_lock lock(mutex);
    hashed.insert_or_assign(std::string(name), result);
    return result;
}

void StaticFiles::Impl::load_manifest() {
    if (!impl::stat_file(options.root, kManifestName)) return;
    const std::string path = options.root + "/" + std::string(kManifestName);
    const auto manifest_text = json::parse(impl::read_file(path));
    const Value* paths = manifest_text && manifest_text->is_dict()
                             ? manifest_text->as_dict().find("paths")
                             : nullptr;
    if (paths == nullptr || !paths->is_dict()) {
        logging::Logger("tatum.staticfiles")
            .warning("Not a manifest of static files", {{"file", path}});
        return;
    }
    for (const auto& [plain, target] : paths->as_dict()) {
        manifest.insert_or_assign(plain.str(), target.str());
    }
}

std::optional<impl::ServedFiles::Source> StaticFiles::Impl::source_of(const StaticFiles& files,
                                                                      std::string_view name) const {
    auto file = files.find(name);
    if (!file) return std::nullopt;
    impl::ServedFiles::Source source{*std::move(file), nullptr};
    if (uses_hashes() && is_style_sheet(name) && !is_collected(source.file)) {
        std::set<std::string, std::less<>> pending;
        if (auto known = hashed_of(files, name, pending)) source.text = std::move(known->content);
    }
    return source;
}

std::optional<std::string> StaticFiles::hashed_name(std::string_view name) const {
    if (const auto known = impl_->manifest.find(name); known != impl_->manifest.end()) {
        return known->second;
    }
    std::set<std::string, std::less<>> pending;
    auto hashed = impl_->hashed_of(*this, name, pending);
    if (!hashed) return std::nullopt;
    return std::move(hashed->name);
}

std::string StaticFiles::url(std::string_view name) const {
    std::string address = impl_->options.url;
    while (name.starts_with('/')) name.remove_prefix(1);
    // What follows '?' or '#' is no part of the name: "icons.svg#cart".
    const std::size_t end = std::min(name.find_first_of("?#"), name.size());
    std::optional<std::string> hashed;
    if (impl_->uses_hashes()) hashed = hashed_name(name.substr(0, end));
    uri::append_quoted(address, hashed ? std::string_view(*hashed) : name.substr(0, end));
    address += name.substr(end);
    return address;
}

std::string StaticFiles::read(const StaticFile& file) const {
    if (impl_->uses_hashes() && is_style_sheet(file.name) && !impl_->is_collected(file)) {
        std::set<std::string, std::less<>> pending;
        const auto hashed = impl_->hashed_of(*this, file.name, pending);
        if (hashed && hashed->content) return *hashed->content;
    }
    return impl_->content_of(file);
}

std::size_t StaticFiles::prepare() const {
    if (impl_->options.debug) return 0;
    std::size_t made = 0;
    for (const auto& [name, file] : impl_->embedded) {
        if (impl_->uses_hashes()) static_cast<void>(hashed_name(name));
        made += impl_->served.prepare(name);
    }
    return made;
}

bool StaticFiles::covers(std::string_view path) const {
    return path.starts_with(impl_->options.url) && impl_->options.url.starts_with('/');
}

http::Response StaticFiles::serve(http::Request& request) const {
    if (request.method() != http::Method::Get && request.method() != http::Method::Head) {
        return http::ResponseNotAllowed({"GET", "HEAD"});
    }
    const std::string_view name = request.path_info().substr(impl_->options.url.size());
    const auto plain = without_hash(name);
    impl::FileCaching caching =
        impl_->options.debug ? impl::FileCaching::Revalidate : impl::FileCaching::Short;
    if (plain && !impl_->options.debug && hashed_name(plain->name) == name) {
        caching = impl::FileCaching::Immutable;
    }
    if (auto response = impl_->served.respond(request, name, caching)) return *std::move(response);
    if (plain) {
        // Another hash than the file's belongs to another version of the site: what there is now
        // is better than nothing, but nobody may keep it under that name.
        if (caching != impl::FileCaching::Immutable) caching = impl::FileCaching::Revalidate;
        if (auto response = impl_->served.respond(request, plain->name, caching)) {
            return *std::move(response);
        }
    }
    throw Http404("\"" + std::string(name) + "\" is no static file");
}

http::Response serve_file(http::Request& request, const std::string& folder,
                          std::string_view name) {
    if (request.method() != http::Method::Get && request.method() != http::Method::Head) {
        return http::ResponseNotAllowed({"GET", "HEAD"});
    }
    auto opened = is_safe_file_name(name) ? impl::open_below(folder, name) : std::nullopt;
    if (!opened) throw Http404("\"" + std::string(name) + "\" does not exist");
    return impl::respond_with_file(request, *std::move(opened), impl::FileCaching::Revalidate);
}

}  // namespace tatum::views
