#pragma once

#include <tatum/base/datetime.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::http {

/// The cookies of a request: names and values, in order. Of two with one name the later counts.
class Cookies {
public:
    using Pair = std::pair<std::string, std::string>;

    /// Of a request; browsers keep 180 of a site.
    static constexpr std::size_t kParsedMax = 400;

    Cookies() = default;
    /// From a Cookie header, as lenient as Django. Unlike Django: stops at kParsedMax.
    static Cookies parse(std::string_view header);

    std::size_t size() const { return pairs_.size(); }
    bool empty() const { return pairs_.empty(); }
    auto begin() const { return pairs_.begin(); }
    auto end() const { return pairs_.end(); }

    bool contains(std::string_view name) const { return find(name) != nullptr; }
    /// nullptr when there is none. Valid until a change.
    const std::string* find(std::string_view name) const;
    std::string_view get(std::string_view name, std::string_view default_ = {}) const;
    void set(std::string_view name, std::string_view value);
    bool erase(std::string_view name);

private:
    std::vector<Pair> pairs_;
};

enum class SameSite : unsigned char { Unset, Lax, Strict, None };

/// What set_cookie() may say of a cookie, under Django's names.
struct CookieOptions {
    /// How long the browser keeps it; nullopt: until it is closed. Sets Expires too.
    std::optional<Duration> max_age;
    /// When the browser drops it. Ignored when there is a max_age.
    std::optional<DateTime> expires;
    std::string path = "/";
    std::string domain;
    bool secure = false;
    bool httponly = false;
    SameSite samesite = SameSite::Unset;
};

/// A cookie of a response. A value.
struct Cookie {
    std::string name, value;
    std::string path, domain;
    std::string expires;  ///< as it is sent
    std::optional<std::int64_t> max_age_seconds;
    bool secure = false;
    bool httponly = false;
    SameSite samesite = SameSite::Unset;

    /// The value of a Set-Cookie header, attributes in the order of Python's SimpleCookie.
    void append_to(std::string& out) const;
    std::string str() const;
};

/// Quotes a cookie's value as Python's http.cookies does, and the reverse.
void append_quoted_cookie(std::string_view value, std::string& out);
/// Whether it may stand in a cookie without quotes, and be its name. Python's _LegalChars.
bool is_legal_cookie_text(std::string_view text);
std::string unquote_cookie(std::string_view value);

}  // namespace tatum::http
