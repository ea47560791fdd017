#include <tatum/http/impl/urljoin.h>

#include <tatum/base/ascii.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>

#include <algorithm>
#include <vector>

namespace tatum::http::impl {

namespace {

/// RFC 3986 §5.2.4; empty segments inside go too, as in Python.
std::string resolve_path(std::string_view base, std::string_view path) {
    std::vector<std::string_view> segments;
    if (!path.starts_with('/')) {
        segments = strings::split(base, "/");
        if (!segments.empty() && !segments.back().empty()) segments.pop_back();
    }
    for (const std::string_view segment : strings::split(path, "/")) segments.push_back(segment);
    std::vector<std::string_view> resolved;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string_view segment = segments[i];
        const bool inside = i > 0 && i + 1 < segments.size();
        if (segment == "..") {
            if (!resolved.empty()) resolved.pop_back();
        } else if (segment != "." && !(inside && segment.empty())) {
            resolved.push_back(segment);
        }
    }
    if (segments.back() == "." || segments.back() == "..") resolved.emplace_back();
    std::string result;
    for (std::size_t i = 0; i < resolved.size(); ++i) {
        if (i > 0) result += '/';
        result += resolved[i];
    }
    return result.starts_with('/') ? result : "/" + result;
}

bool has_dots(std::string_view path) {
    return path.find("/./") != std::string_view::npos ||
           path.find("/../") != std::string_view::npos;
}

}  // namespace

std::string urljoin(std::string_view origin, std::string_view path, std::string_view location) {
    const auto split = uri::split(location);
    if (!split) return std::string(origin).append(location);
    if (!split->scheme.empty() && !split->netloc.empty()) return std::string(location);
    if (split->scheme.empty() && split->netloc.empty() && split->path.starts_with('/') &&
        !has_dots(split->path)) {
        // Two slashes without a host: the rest is a path of this host.
        if (location.starts_with("//")) location.remove_prefix(2);
        return std::string(origin).append(location);
    }
    const std::string_view scheme = origin.substr(0, origin.find(':'));
    if (!split->scheme.empty() && !ascii::equals_ignoring_case(split->scheme, scheme))
        return std::string(location);
    std::string result;
    if (!split->netloc.empty())
        result.append(scheme).append("://").append(split->netloc).append(split->path);
    else if (split->path.empty())
        result.append(origin).append(path);
    else
        result.append(origin).append(resolve_path(path, split->path));
    if (!split->query.empty()) result.append("?").append(split->query);
    if (!split->fragment.empty()) result.append("#").append(split->fragment);
    return result;
}

}  // namespace tatum::http::impl
