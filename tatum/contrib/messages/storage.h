#pragma once

#include "messages.h"

#include <tatum/base/owned.h>
#include <tatum/base/signing.h>
#include <tatum/http/cookies.h>

#include <cstdint>
#include <utility>

namespace tatum {
struct Settings;
}

namespace tatum::messages {

/// What to leave out when not all messages have room.
enum class Overflow : std::uint8_t { DropOldest, DropNewest };

/// A place where messages wait for the next request. Immutable: one object serves all threads.
class Backend {
public:
    struct Loaded {
        std::optional<std::vector<Message>> messages;  ///< nullopt: nothing was ever stored here
        bool is_all = true;                            ///< false: the next place has more
    };

    virtual ~Backend() = default;
    virtual Loaded load(http::Request& request) const = 0;
    /// Stores these in place of what is there. Those that had no room.
    virtual std::vector<Message> store(std::vector<Message> messages, Overflow overflow,
                                       http::Request& request, http::Response& response) const = 0;
};

/// A signed cookie "messages", as large as browsers keep.
Owned<const Backend> make_cookie_backend(const Settings& settings);
/// The request's session, as "_messages". Throws ImproperlyConfigured where there is none.
Owned<const Backend> make_session_backend();

/// The MESSAGE_* settings, and the places that MESSAGE_STORAGE names, in order. Immutable.
class MessageSettings {
public:
    int level = Info;
    bool debug = false;
    std::vector<std::pair<int, std::string>> tags;
    std::vector<Owned<const Backend>> backends;

    /// Throws ImproperlyConfigured for a storage that there is none of, or a level that is no
    /// number.
    static MessageSettings from(const Settings& settings);
    /// Empty for a level that has none.
    std::string_view tag_of(int level_asked) const;
};

// Django's format: a list of ["__json_message", is safe, level, text, extra tags] for each message.
Value to_json(const Message& message);
/// What is no message is left out.
std::vector<Message> messages_of(const List& items);

/// The value of the cookie. Signed at current_clock()'s moment.
std::string encode_cookie(const List& items, const signing::Keys& keys);
/// nullopt when it is damaged or forged.
std::optional<List> decode_cookie(std::string_view text, const signing::Keys& keys);

}  // namespace tatum::messages
