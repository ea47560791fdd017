#include <tatum/template/environment.h>

#include <tatum/base/text.h>
#include <tatum/base/uri.h>

#include <algorithm>
#include <vector>

namespace tatum::template_ {
namespace {

/// The bytes of "https://host" in front of a path; 0 when there is none.
std::size_t origin_size(std::string_view url) {
    const std::size_t slashes = url.find("//");
    if (slashes == std::string_view::npos) return 0;
    if (slashes > 0 && url[slashes - 1] != ':') return 0;
    return std::min(url.find('/', slashes + 2), url.size());
}

/// A relative reference against a base, as Python's urljoin() does for paths (RFC 3986 §5.2).
std::string join_url(std::string_view base, std::string_view path) {
    if (path.empty()) return std::string(base);
    if (path.starts_with("//")) return std::string(path);
    const std::size_t origin = origin_size(base);
    const std::string_view folder = base.substr(origin, base.rfind('/') + 1 - origin);
    const std::string whole =
        (path.starts_with('/') ? "" : std::string(folder)) + std::string(path);
    const std::vector<std::string_view> segments = strings::split(whole, "/");
    std::vector<std::string_view> kept;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const bool edge = i == 0 || i + 1 == segments.size();
        if (segments[i] == "..") {
            if (!kept.empty()) kept.pop_back();
        } else if (segments[i] != "." && (edge || !segments[i].empty())) {
            kept.push_back(segments[i]);
        }
    }
    if (segments.back() == "." || segments.back() == "..") kept.emplace_back();
    std::string url(base.substr(0, origin));
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (i > 0) url += '/';
        url += kept[i];
    }
    return url;
}

}  // namespace

Result<std::string> Environment::reverse(std::string_view view_name, std::span<const Value>,
                                         const Dict&, std::string_view) const {
    Error error;
    error.code = "template.E170";
    error.message = "Reverse for '" + std::string(view_name) + "' not found. '" +
                    std::string(view_name) + "' is not a valid view function or pattern name.";
    return error;
}

std::string Environment::static_url(std::string_view path) const {
    return join_url(static_prefix(), uri::quote(path));
}

std::string Environment::static_prefix() const { return "/static/"; }
std::string Environment::media_prefix() const { return "/media/"; }

std::optional<std::string> Environment::fragment_get(std::string_view, std::string_view) const {
    return std::nullopt;
}

void Environment::fragment_set(std::string_view, std::string_view, std::string_view,
                               std::optional<std::int64_t>) const {}

bool Environment::has_cache(std::string_view cache) const { return cache.empty(); }

Value Environment::query_of(const Value& request) const {
    if (!request.is_object()) return {};
    return request.as_object().attribute(request.self(), "GET").value_or(Value());
}

}  // namespace tatum::template_
