#include <tatum/site/scaffold.h>

#include <tatum/base/crypto.h>
#include <tatum/base/text.h>
#include <tatum/site/command.h>
#include <tatum/site/impl/command_tools.h>
#include <tatum/views/app_files.h>

#include <tatum_site_files.h>

#include <algorithm>
#include <filesystem>

namespace tatum::site {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSecretKeyLength = 50;
constexpr std::string_view kScaffoldSuffix = ".in";
constexpr std::string_view kDot = "dot_";

constexpr std::size_t kNameMax = 40;

/// C++'s keywords and alternative tokens.
constexpr std::string_view kKeywords =
    " alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl "
    "concept "
    "const consteval constexpr constinit continue decltype default delete do double else enum "
    "explicit export extern false float for friend goto if inline int long mutable namespace new "
    "noexcept not nullptr operator or private protected public register requires return short "
    "signed sizeof static struct switch template this throw true try typedef typeid typename union "
    "unsigned using virtual void volatile while xor char8_t char16_t char32_t co_await co_return "
    "co_yield const_cast dynamic_cast not_eq or_eq reinterpret_cast static_assert static_cast "
    "thread_local wchar_t xor_eq ";
/// What the C library has in the global namespace, as far as one would call an app so.
constexpr std::string_view kGlobalNames =
    " abort abs access acct alarm basename bind brk clock clone close connect crypt daemon "
    "daylight "
    "difftime div environ exit exp floor fork free gamma index link listen log logout main pause "
    "pipe pow power printf profil puts raise rand random read remove rename revoke round scanf "
    "select send signal sleep socket splice stat stderr stdin stdout swab symlink sync system time "
    "timezone trunc truncate unlink wait write ";
/// What a site or its build has under this name.
constexpr std::string_view kOwnNames =
    " all app build clean help install site static std tatum templates test urls views ";

bool holds(std::string_view words, const std::string& word) {
    return words.find(" " + word + " ") != std::string_view::npos;
}

void check_name(const std::string& name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    const bool is_fit =
        !name.empty() && is_letter(name[0]) && name[0] != '_' &&
        name.find("__") == std::string::npos &&
        std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
    if (!is_fit) {
        throw CommandUsageError("\"" + name +
                                "\" is no name for this: use lower-case letters, digits and single "
                                "underscores, and begin with a letter");
    }
    if (name.size() > kNameMax) {
        throw CommandUsageError("A name has at most " + std::to_string(kNameMax) + " letters");
    }
    if (holds(kKeywords, name) || holds(kGlobalNames, name) || holds(kOwnNames, name)) {
        throw CommandUsageError("\"" + name +
                                "\" means something else already; choose another name");
    }
}

std::vector<std::string> write_files(std::string_view kind, const std::string& name,
                                     const std::string& folder) {
    check_name(name);
    const std::string secret_key = "tatum-insecure-" + crypto::get_random_string(kSecretKeyLength);
    const auto filled = [&](std::string_view text) {
        return strings::replace(strings::replace(text, "__name__", name), "__secret_key__",
                                secret_key);
    };
    const std::string prefix = "scaffold/" + std::string(kind) + "/";
    std::vector<std::pair<fs::path, std::string>> files;
    for (const EmbeddedFile& file : tatum_site_files.below(prefix)) {
        std::string_view path = file.path.substr(prefix.size());
        path.remove_suffix(kScaffoldSuffix.size());
        std::string target = filled(path);
        if (target.starts_with(kDot)) target.replace(0, kDot.size(), ".");
        files.emplace_back(fs::path(folder) / target, filled(file.content()));
    }
    for (const auto& [path, content] : files) {
        if (fs::exists(path)) {
            throw CommandError(path.string() + " is there already; nothing was written");
        }
    }
    std::vector<std::string> written;
    for (const auto& [path, content] : files) {
        impl::write_file(path, content);
        written.push_back(path.string());
    }
    return written;
}

}  // namespace

std::vector<std::string> start_project(const std::string& name, const std::string& folder) {
    return write_files("project", name, folder);
}

std::vector<std::string> start_app(const std::string& name, const std::string& folder) {
    return write_files("app", name, folder);
}

}  // namespace tatum::site
