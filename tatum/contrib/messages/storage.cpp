#include "storage.h"

#include <tatum/base/json.h>
#include <tatum/base/log.h>
#include <tatum/base/settings.h>
#include <tatum/base/text.h>
#include <tatum/contrib/sessions/session.h>

#include <algorithm>
#include <charconv>

namespace tatum::messages {

namespace {

constexpr std::string_view kMessageKey = "__json_message";
/// Stands last in a cookie that had no room for more.
constexpr std::string_view kNotFinished = "__messagesnotfinished__";
constexpr std::string_view kSalt = "django.contrib.messages";

bool is_message(const Value& item) {
    if (!item.is_list()) return false;
    const List& parts = item.as_list();
    constexpr std::size_t kWithoutTags = 4;
    return parts.size() >= kWithoutTags && parts[0] == Value(kMessageKey) &&
           parts[2].kind() == Kind::Int && parts[3].is_string();
}

List to_items(const std::vector<Message>& messages) {
    List items;
    for (const Message& message : messages) items.push_back(to_json(message));
    return items;
}

}  // namespace

Value to_json(const Message& message) {
    List parts{Value(kMessageKey), Value(message.text.is_safe() ? 1 : 0), Value(message.level),
               Value(message.text.as_string())};
    if (message.extra_tags) parts.emplace_back(*message.extra_tags);
    return parts;
}

std::vector<Message> messages_of(const List& items) {
    std::vector<Message> messages;
    for (const Value& item : items) {
        if (!is_message(item)) continue;
        const List& parts = item.as_list();
        Message message{.level = static_cast<int>(parts[2].as_int()),
                        .text = parts[1].truth() ? parts[3].mark_safe() : parts[3]};
        if (parts.size() > 4 && parts[4].is_string()) message.extra_tags = parts[4].str();
        messages.push_back(std::move(message));
    }
    return messages;
}

std::string encode_cookie(const List& items, const signing::Keys& keys) {
    return signing::cookie_signer(keys, kSalt).sign_object(items, signing::Compress::Yes).value();
}

std::optional<List> decode_cookie(std::string_view text, const signing::Keys& keys) {
    const auto items = signing::cookie_signer(keys, kSalt).unsign_object(text);
    if (!items || !items->is_list()) return std::nullopt;
    return items->as_list();
}

// --- the cookie
// -----------------------------------------------------------------------------------

namespace {

constexpr std::string_view kCookieName = "messages";

http::SameSite samesite_of(std::string_view text) {
    if (text == "Lax") return http::SameSite::Lax;
    if (text == "Strict") return http::SameSite::Strict;
    if (text == "None") return http::SameSite::None;
    return http::SameSite::Unset;
}

class CookieBackend final : public Backend {
public:
    explicit CookieBackend(const Settings& settings)
        : keys_{settings.secret_key, settings.secret_key_fallbacks} {
        cookie_.domain = settings.session_cookie_domain;
        cookie_.secure = settings.session_cookie_secure;
        cookie_.httponly = settings.session_cookie_httponly;
        cookie_.samesite = samesite_of(settings.session_cookie_samesite);
    }

    Loaded load(http::Request& request) const override {
        if (!request.headers().contains("Cookie")) return {};
        const std::string* cookie = request.COOKIES().find(kCookieName);
        if (cookie == nullptr || cookie->empty()) return {};
        const auto items = decode_cookie(*cookie, keys_);
        if (!items) return {.messages = std::vector<Message>()};  // to be deleted
        const bool is_all = items->empty() || items->back() != Value(kNotFinished);
        return {.messages = messages_of(*items), .is_all = is_all};
    }

    std::vector<Message> store(std::vector<Message> messages, Overflow overflow, http::Request&,
                               http::Response& response) const override {
        if (messages.empty()) {
            response.delete_cookie(kCookieName, "/", cookie_.domain, cookie_.samesite);
            return {};
        }
        const List items = to_items(messages);
        std::string text = encode_cookie(items, keys_);
        std::vector<Message> left;
        if (!has_room(text)) {
            const std::size_t kept = count_with_room(items, overflow);
            text = encode_cookie(portion(items, kept, overflow), keys_);
            const auto count = static_cast<std::ptrdiff_t>(
                overflow == Overflow::DropNewest ? kept : messages.size() - kept);
            if (overflow == Overflow::DropNewest) {
                left.assign(messages.begin() + count, messages.end());
            } else {
                left.assign(messages.begin(), messages.begin() + count);
            }
        }
        response.set_cookie(kCookieName, text, cookie_);
        return left;
    }

private:
    /// Half of what browsers keep: other cookies of the site go with the same request.
    static constexpr std::size_t kCookieBytesMax = 2048;

    static bool has_room(std::string_view text) {
        std::string quoted;
        http::append_quoted_cookie(text, quoted);
        return quoted.size() <= kCookieBytesMax;
    }

    /// The first or the last `count` of the items, and the mark that there are more.
    static List portion(const List& items, std::size_t count, Overflow overflow) {
        const auto from =
            items.begin() + static_cast<std::ptrdiff_t>(
                                overflow == Overflow::DropNewest ? 0 : items.size() - count);
        List kept(from, from + static_cast<std::ptrdiff_t>(count));
        kept.emplace_back(kNotFinished);
        return kept;
    }

    /// By halves, as Django does it: a longer text may compress better than a shorter one, so that
    /// the way to search decides on the result.
    std::size_t count_with_room(const List& items, Overflow overflow) const {
        std::size_t low = 0, high = items.size();
        if (overflow == Overflow::DropNewest) {
            while (low < high) {
                const std::size_t middle = (low + high) / 2;
                if (has_room(encode_cookie(portion(items, middle + 1, overflow), keys_))) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
        while (low < high) {
            const std::size_t dropped = (low + high) / 2;
            if (has_room(encode_cookie(portion(items, items.size() - dropped, overflow), keys_))) {
                high = dropped;
            } else {
                low = dropped + 1;
            }
        }
        return items.size() - low;
    }

    signing::Keys keys_;
    http::CookieOptions cookie_;
};

// --- the session
// ----------------------------------------------------------------------------------

class SessionBackend final : public Backend {
public:
    Loaded load(http::Request& request) const override {
        const Value text = session(request).get(kName);
        if (!text.is_string()) return {};
        const auto items = json::parse(text.as_string());
        if (!items || !items->is_list()) return {.messages = std::vector<Message>()};
        return {.messages = messages_of(items->as_list())};
    }

    std::vector<Message> store(std::vector<Message> messages, Overflow, http::Request& request,
                               http::Response&) const override {
        if (messages.empty()) {
            session(request).erase(kName);
        } else {
            session(request).set(kName, json::dump(to_items(messages)).value());
        }
        return {};
    }

private:
    static constexpr std::string_view kName = "_messages";
};

}  // namespace

Owned<const Backend> make_cookie_backend(const Settings& settings) {
    return owned<const CookieBackend>(settings);
}

Owned<const Backend> make_session_backend() { return owned<const SessionBackend>(); }

// --- settings
// -------------------------------------------------------------------------------------

namespace {

struct NamedLevel {
    std::string_view name;
    int level;
};
constexpr NamedLevel kLevels[] = {
    {"debug", Debug}, {"info", Info}, {"success", Success}, {"warning", Warning}, {"error", Error}};

/// A number, as such or as text (a TOML key), or the name of one of Django's levels.
std::optional<int> level_of(const Value& value) {
    if (value.kind() == Kind::Int) return static_cast<int>(value.as_int());
    if (!value.is_string()) return std::nullopt;
    const std::string text = strings::ascii_lower(value.as_string());
    for (const auto& [name, level] : kLevels) {
        if (text == name) return level;
    }
    int number = 0;
    const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
    return number;
}

void set_tag(std::vector<std::pair<int, std::string>>& tags, int level, std::string tag) {
    const auto known = std::ranges::find(tags, level, &std::pair<int, std::string>::first);
    if (known != tags.end()) {
        known->second = std::move(tag);
    } else {
        tags.emplace_back(level, std::move(tag));
    }
}

/// "fallback" of that, and of Django's "django.contrib.messages.storage.fallback.FallbackStorage".
std::string storage_named(const Settings& settings) {
    const Value setting = settings.get("message_storage");
    std::string name = setting.is_string() ? setting.str() : "fallback";
    if (name.starts_with("django.") && name.ends_with("Storage")) {
        name = strings::ascii_lower(name.substr(name.rfind('.') + 1));
        name.resize(name.size() - std::string_view("storage").size());
    }
    return name;
}

}  // namespace

MessageSettings MessageSettings::from(const Settings& settings) {
    MessageSettings made;
    made.debug = settings.debug;
    if (const Value level = settings.get("message_level"); !level.is_none()) {
        const auto number = level_of(level);
        if (!number) throw ImproperlyConfigured("MESSAGE_LEVEL: " + level.repr() + " is no level");
        made.level = *number;
    }
    for (const auto& [name, level] : kLevels) made.tags.emplace_back(level, name);
    if (const Value tags = settings.get("message_tags"); tags.is_dict()) {
        for (const auto& [level, tag] : tags.as_dict()) {
            const auto number = level_of(level);
            if (!number) {
                throw ImproperlyConfigured("MESSAGE_TAGS: " + level.repr() + " is no level");
            }
            set_tag(made.tags, *number, tag.str());
        }
    }
    const std::string name = storage_named(settings);
    if (name == "fallback" || name == "cookie") {
        made.backends.push_back(make_cookie_backend(settings));
    }
    if (name == "fallback" || name == "session") made.backends.push_back(make_session_backend());
    if (made.backends.empty()) {
        throw ImproperlyConfigured("MESSAGE_STORAGE: there is no \"" + name +
                                   "\"; there are fallback, cookie and session");
    }
    return made;
}

std::string_view MessageSettings::tag_of(int level_asked) const {
    const auto known = std::ranges::find(tags, level_asked, &std::pair<int, std::string>::first);
    return known == tags.end() ? std::string_view() : std::string_view(known->second);
}

}  // namespace tatum::messages
