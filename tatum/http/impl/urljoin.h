#pragma once

#include <string>
#include <string_view>

namespace tatum::http::impl {

/// `location` as seen from the page `path` of `origin` ("https://example.com"): RFC 3986 §5.2, in
/// the manner of Python's urljoin().
std::string urljoin(std::string_view origin, std::string_view path, std::string_view location);

}  // namespace tatum::http::impl
