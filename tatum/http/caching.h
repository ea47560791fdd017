#pragma once

#include <tatum/base/datetime.h>
#include <tatum/http/response.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The headers that tell caches what they may keep: Django's utils.cache.
namespace tatum::http {

/// One directive of Cache-Control, as Django's patch_cache_control() takes them:
/// `{"private"}`, `{"max_age", 50}`, `{"no_cache", "Set-Cookie"}`.
struct CacheDirective {
    std::string name;  ///< with '_' or '-'
    std::optional<std::string> value;

    CacheDirective(std::string_view directive) : name(directive) {}
    CacheDirective(const char* directive) : name(directive) {}
    CacheDirective(std::string_view directive, std::int64_t number)
        : name(directive), value(std::to_string(number)) {}
    CacheDirective(std::string_view directive, std::string_view text)
        : name(directive), value(text) {}
};

/// Adds directives to Cache-Control. Of two ages the smaller stays; `public` and `private` replace
/// each other.
void patch_cache_control(Response& response, std::span<const CacheDirective> directives);
void patch_cache_control(Response& response, std::initializer_list<CacheDirective> directives);
/// The max-age of Cache-Control in seconds.
std::optional<std::int64_t> get_max_age(const Response& response);

/// Adds names to Vary, unless they are there; "*" replaces all.
void patch_vary_headers(Response& response, std::span<const std::string_view> names);
void patch_vary_headers(Response& response, std::initializer_list<std::string_view> names);
bool has_vary_header(const Response& response, std::string_view name);

/// Expires and Cache-Control's max-age, `timeout` from now; a negative one counts as none.
void patch_response_headers(Response& response, Duration timeout);
/// Caches keep nothing of this response.
void add_never_cache_headers(Response& response);

}  // namespace tatum::http
