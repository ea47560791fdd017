#include <tatum/files/impl/names.h>

#include <tatum/files/storage.h>

#include <algorithm>
#include <vector>

namespace tatum::files::impl {

namespace {

bool has_parent_part(std::string_view path) {
    for (std::size_t start = 0; start <= path.size();) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        if (path.substr(start, end - start) == "..") return true;
        start = end + 1;
    }
    return false;
}

[[noreturn]] void fail_traversal(std::string_view name) {
    throw SuspiciousFileOperation("Detected path traversal attempt in '" + std::string(name) + "'");
}

}  // namespace

std::pair<std::string_view, std::string_view> split_path(std::string_view path) {
    const std::size_t begin = path.rfind('/') + 1;  // npos + 1 is 0
    std::string_view folder = path.substr(0, begin);
    const std::size_t last = folder.find_last_not_of('/');
    if (last != std::string_view::npos) folder = folder.substr(0, last + 1);
    return {folder, path.substr(begin)};
}

std::string join_path(std::string_view folder, std::string_view name) {
    if (name.starts_with('/')) return std::string(name);
    std::string path(folder);
    if (!path.empty() && !path.ends_with('/')) path += '/';
    return path += name;
}

std::string normal_path(std::string_view path) {
    if (path.empty()) return ".";
    const bool has_two = path.starts_with("//") && !path.starts_with("///");
    const std::string_view root = has_two ? "//" : path.starts_with('/') ? "/" : "";
    std::vector<std::string_view> parts;
    for (std::size_t start = 0; start <= path.size();) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        const std::string_view part = path.substr(start, end - start);
        start = end + 1;
        if (part.empty() || part == ".") continue;
        const bool goes_up = part == "..";
        if (!goes_up || (root.empty() && parts.empty()) ||
            (!parts.empty() && parts.back() == "..")) {
            parts.push_back(part);
        } else if (!parts.empty()) {
            parts.pop_back();
        }
    }
    std::string result(root);
    for (const std::string_view part : parts) {
        if (result.size() > root.size()) result += '/';
        result += part;
    }
    return result.empty() ? "." : result;
}

std::string_view suffixes_of(std::string_view file_name) {
    if (file_name.ends_with('.')) return {};
    const std::size_t first = file_name.find_first_not_of('.');
    if (first == std::string_view::npos) return {};
    const std::size_t dot = file_name.find('.', first);
    return dot == std::string_view::npos ? std::string_view() : file_name.substr(dot);
}

std::string with_slashes(std::string_view name) {
    std::string result(name);
    std::ranges::replace(result, '\\', '/');
    return result;
}

void refuse_traversal(std::string_view folder) {
    if (has_parent_part(folder)) fail_traversal(folder);
}

void validate_file_name(std::string_view name, Folders folders) {
    const std::string_view base = split_path(name).second;
    if (base.empty() || base == "." || base == "..") {
        throw SuspiciousFileOperation("Could not derive file name from '" + std::string(name) +
                                      "'");
    }
    if (folders == Folders::Refuse) {
        if (base == name) return;
        throw SuspiciousFileOperation("File name '" + std::string(name) +
                                      "' includes path elements");
    }
    const std::string path = with_slashes(name);
    if (path.starts_with('/') || has_parent_part(path)) fail_traversal(name);
}

}  // namespace tatum::files::impl
