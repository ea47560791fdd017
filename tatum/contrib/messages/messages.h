#pragma once

#include <tatum/base/shared.h>
#include <tatum/base/value.h>
#include <tatum/http/request.h>
#include <tatum/http/response.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::messages {

class MessageSettings;

/// How grave a message is. A site may use other numbers as well, and name them in MESSAGE_TAGS.
enum Level : int { Debug = 10, Info = 20, Success = 25, Warning = 30, Error = 40 };

/// A value.
struct Message {
    int level = Info;
    Value text;  ///< a String; one that is marked as safe is not escaped
    std::optional<std::string> extra_tags;
    std::string level_tag;  ///< of the level: "success", or as MESSAGE_TAGS has it

    /// What a page makes a class of: "order success".
    std::string tags() const;
    friend bool operator==(const Message& a, const Message& b) {
        return a.level == b.level && a.text == b.text;
    }
};

/// There is nothing that could keep messages: main() does not install messages::app.
struct MessageFailure : Exception {
    using Exception::Exception;
};

/// The messages of a request: those that earlier requests have left, and those that this one adds.
/// What is iterated over counts as shown, and is gone with the response. Belongs to the request's
/// fiber.
class MessageStorage {
public:
    /// The request outlives it, and stays where it is.
    MessageStorage(Shared<const MessageSettings> settings, http::Request& request);

    /// Nothing happens for an empty text, and for a level below level().
    void add(int level, const Value& text, std::optional<std::string> extra_tags = std::string());
    /// Reads what is stored; does not count as showing.
    std::size_t size() const;
    bool empty() const { return size() == 0; }
    /// All, as shown.
    const std::vector<Message>& read() const;
    auto begin() const { return read().begin(); }
    auto end() const { return read().end(); }
    /// Is there a message of that text? Does not count as showing.
    bool contains(std::string_view text) const;
    /// Were they shown? Set to false to show them again.
    bool is_used() const { return used_; }
    void set_used(bool used) { used_ = used; }

    /// Messages below it are not added: MESSAGE_LEVEL, unless set.
    int level() const;
    void set_level(std::optional<int> level) { level_ = level; }

    /// For the middleware: leaves what was not shown for the next request. What had no room.
    std::vector<Message> update(http::Response& response);

private:
    const std::vector<Message>& loaded() const;

    Shared<const MessageSettings> settings_;
    http::Request* request_;
    std::optional<int> level_;
    mutable std::vector<Message> loaded_, queued_;
    mutable bool is_loaded_ = false, used_ = false;
    mutable unsigned backends_used_ = 0;  ///< a bit for each that has had messages
    bool added_ = false;
};

/// The last arguments of the functions below.
struct MessageOptions {
    std::string extra_tags = {};
    /// Without messages::app nothing happens; else MessageFailure is thrown.
    bool fail_silently = false;
};

void add_message(http::Request& request, int level, const Value& text,
                 const MessageOptions& options = {});
void debug(http::Request& request, const Value& text, const MessageOptions& options = {});
void info(http::Request& request, const Value& text, const MessageOptions& options = {});
void success(http::Request& request, const Value& text, const MessageOptions& options = {});
void warning(http::Request& request, const Value& text, const MessageOptions& options = {});
void error(http::Request& request, const Value& text, const MessageOptions& options = {});

/// Throws MessageFailure where messages::app is not installed.
MessageStorage& get_messages(http::Request& request);
int get_level(http::Request& request);
/// From now on in this request; nullopt: as MESSAGE_LEVEL says.
void set_level(http::Request& request, std::optional<int> level);

/// The variable `messages` of templates. `storage` outlives it.
Value to_value(const MessageStorage& storage);
Value to_value(const Message& message);

}  // namespace tatum::messages
