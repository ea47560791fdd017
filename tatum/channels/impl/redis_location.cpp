#include <tatum/channels/impl/redis_location.h>

#include <tatum/base/error.h>
#include <tatum/base/uri.h>

#include <charconv>

namespace tatum::channels::impl {

namespace {

constexpr int kDatabaseMax = 1'000'000;

[[noreturn]] void refuse(std::string_view why) {
    // The location itself may hold a password.
    throw ImproperlyConfigured(
        "CHANNEL_LAYERS: the location of the Redis server is not "
        "understood: " +
        std::string(why) + ". Write redis://user:password@host:6379/0");
}

template <class Number>
Number number(std::string_view text, Number greatest, std::string_view what) {
    Number value{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size() || value < Number{} ||
        value > greatest) {
        refuse(std::string(what) + " is no number, or too large");
    }
    return value;
}

/// "user:password@", which `authority` loses.
void take_account(std::string_view& authority, RedisLocation& location) {
    const std::size_t at = authority.rfind('@');
    if (at == std::string_view::npos) return;
    const std::string_view account = authority.substr(0, at);
    const std::size_t colon = account.find(':');
    location.user = uri::unquote(account.substr(0, colon));
    if (colon != std::string_view::npos) {
        location.password = uri::unquote(account.substr(colon + 1));
    }
    authority.remove_prefix(at + 1);
}

/// "user:password@host:port"
void read_authority(std::string_view authority, RedisLocation& location) {
    take_account(authority, location);
    const std::size_t colon = authority.rfind(':');
    const std::size_t bracket = authority.rfind(']');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (has_port) {
        location.port = number<std::uint16_t>(authority.substr(colon + 1), 65535, "the port");
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[') && authority.ends_with(']')) {
        authority = authority.substr(1, authority.size() - 2);
    }
    if (!authority.empty()) location.host = authority;
}

}  // namespace

RedisLocation RedisLocation::parse(std::string_view url) {
    const auto parts = uri::split(url);
    if (!parts || !parts->has_netloc) refuse("it is no URL");
    RedisLocation location;
    std::string_view database;
    if (parts->scheme == "unix") {
        std::string_view account = parts->netloc;
        take_account(account, location);
        location.path = uri::unquote(parts->path);
        if (location.path.empty()) refuse("it names no socket");
        constexpr std::string_view kDatabase = "db=";
        if (parts->query.starts_with(kDatabase)) database = parts->query.substr(kDatabase.size());
    } else if (parts->scheme == "redis") {
        read_authority(parts->netloc, location);
        if (parts->path.size() > 1) database = parts->path.substr(1);
    } else if (parts->scheme == "rediss") {
        refuse("TLS to Redis is not supported; a tunnel such as stunnel brings it");
    } else {
        refuse("its scheme is none of redis and unix");
    }
    if (!database.empty()) location.database = number(database, kDatabaseMax, "the database");
    return location;
}

std::string RedisLocation::str() const {
    std::string text =
        path.empty() ? "redis://" + host + ':' + std::to_string(port) : "unix://" + path;
    return text + " database " + std::to_string(database);
}

}  // namespace tatum::channels::impl
