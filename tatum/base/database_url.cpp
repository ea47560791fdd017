#include <tatum/base/ascii.h>
#include <tatum/base/settings.h>

#include <charconv>

namespace tatum {
namespace {

Error bad_url(std::string_view why) {
    // The URL itself has a password in it.
    return {.code = "settings.E010",
            .message = "the database URL is not understood: " + std::string(why),
            .hint = "Write sqlite:///file.db or postgres://user:password@host:5432/name"};
}

using ascii::hex_digit;

/// RFC 3986 §2.1; what is no escape stays.
std::string percent_decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
            hex_digit(text[i + 2]) >= 0) {
            plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

/// What stands before `separator`, which goes too; all of it where there is none.
std::string_view take_until(std::string_view& text, std::string_view separator) {
    const std::size_t end = text.find(separator);
    const std::string_view before = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + separator.size());
    return before;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
    const auto end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, out);
    return fault == std::errc{} && stop == end;
}

/// "user:password@host:port"
Result<void> read_authority(std::string_view authority, DatabaseSettings& database) {
    const std::size_t at = authority.rfind('@');
    std::string_view host = authority;
    if (at != std::string_view::npos) {
        std::string_view account = authority.substr(0, at);
        database.user = percent_decoded(take_until(account, ":"));
        database.password = percent_decoded(account);
        host.remove_prefix(at + 1);
    }
    // An IPv6 address stands in brackets, for the sake of its colons.
    const std::size_t bracket = host.rfind(']');
    const std::size_t colon = host.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (has_port && !read_number(host.substr(colon + 1), database.port)) {
        return bad_url("a port from 0 to 65535 expected");
    }
    if (has_port) host = host.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    database.host = percent_decoded(host);
    return {};
}

Result<void> read_options(std::string_view query, DatabaseSettings& database) {
    while (!query.empty()) {
        std::string_view pair = take_until(query, "&");
        const std::string key = percent_decoded(take_until(pair, "="));
        const std::string value = percent_decoded(pair);
        if (key == "conn_max_age") {
            std::int64_t seconds = 0;
            if (!read_number(value, seconds)) return bad_url("conn_max_age is a whole number");
            database.conn_max_age = seconds < 0 ? std::nullopt : std::optional(seconds);
        } else if (!key.empty()) {
            database.options.set(key, value);
        }
    }
    return {};
}

}  // namespace

Result<DatabaseSettings> parse_database_url(std::string_view url) {
    std::string_view rest = url;
    if (url.find("://") == std::string_view::npos) return bad_url("it has no scheme");
    const std::string_view scheme = take_until(rest, "://");
    DatabaseSettings database;
    if (scheme == "sqlite" || scheme == "sqlite3") {
        database.engine = "sqlite3";
    } else if (scheme == "postgres" || scheme == "postgresql" || scheme == "pgsql") {
        database.engine = "postgresql";
    } else {
        return bad_url("its scheme is none of sqlite and postgres");
    }
    std::string_view place = take_until(rest, "?");
    if (const auto options = read_options(rest, database); !options) return options.error();
    if (database.engine == "sqlite3") {
        if (place == ":memory:" || place.empty()) {
            database.name = ":memory:";
            return database;
        }
        if (!place.starts_with('/')) return bad_url("a file's name has three slashes before it");
        database.name = percent_decoded(place.substr(1));
        if (database.name.empty()) database.name = ":memory:";
        return database;
    }
    const std::string_view authority = take_until(place, "/");
    database.name = percent_decoded(place);
    if (database.name.empty()) return bad_url("it does not name the database");
    if (const auto read = read_authority(authority, database); !read) return read.error();
    return database;
}

}  // namespace tatum
