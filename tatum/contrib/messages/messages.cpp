#include "messages.h"

#include "storage.h"

#include <tatum/http/errors.h>

#include <algorithm>
#include <memory>

namespace tatum::messages {

std::string Message::tags() const {
    if (!extra_tags || extra_tags->empty()) return level_tag;
    return level_tag.empty() ? *extra_tags : *extra_tags + " " + level_tag;
}

MessageStorage::MessageStorage(Shared<const MessageSettings> settings, http::Request& request)
    : settings_(std::move(settings)), request_(&request) {}

int MessageStorage::level() const { return level_.value_or(settings_->level); }

void MessageStorage::add(int level, const Value& text, std::optional<std::string> extra_tags) {
    const Value kept = text.is_string() ? text : Value(text.str());
    if (kept.as_string().empty() || level < this->level()) return;
    added_ = true;
    queued_.push_back({level, kept, std::move(extra_tags), std::string(settings_->tag_of(level))});
}

const std::vector<Message>& MessageStorage::loaded() const {
    if (is_loaded_) return loaded_;
    is_loaded_ = true;
    for (std::size_t i = 0; i < settings_->backends.size(); ++i) {
        Backend::Loaded found = settings_->backends[i]->load(*request_);
        if (!found.messages) break;
        backends_used_ |= 1u << i;
        std::ranges::move(*found.messages, std::back_inserter(loaded_));
        if (found.is_all) break;
    }
    for (Message& message : loaded_) message.level_tag = settings_->tag_of(message.level);
    return loaded_;
}

std::size_t MessageStorage::size() const { return loaded().size() + queued_.size(); }

const std::vector<Message>& MessageStorage::read() const {
    loaded();
    used_ = true;
    std::ranges::move(queued_, std::back_inserter(loaded_));
    queued_.clear();
    return loaded_;
}

bool MessageStorage::contains(std::string_view text) const {
    const auto is_it = [&](const Message& message) { return message.text.as_string() == text; };
    return std::ranges::any_of(loaded(), is_it) || std::ranges::any_of(queued_, is_it);
}

std::vector<Message> MessageStorage::update(http::Response& response) {
    if (!used_ && !added_) return {};
    std::vector<Message> left;
    if (!used_) left = loaded();
    left.insert(left.end(), queued_.begin(), queued_.end());
    const auto& backends = settings_->backends;
    const Overflow overflow = backends.size() > 1 ? Overflow::DropNewest : Overflow::DropOldest;
    for (std::size_t i = 0; i < backends.size(); ++i) {
        // A place that has held messages is emptied when there are none for it.
        if (left.empty() && (backends_used_ & 1u << i) == 0) continue;
        left = backends[i]->store(std::move(left), overflow, *request_, response);
    }
    return left;
}

void add_message(http::Request& request, int level, const Value& text,
                 const MessageOptions& options) {
    if (options.fail_silently && request.extensions.find<MessageStorage>() == nullptr) return;
    get_messages(request).add(level, text, options.extra_tags);
}

void debug(http::Request& request, const Value& text, const MessageOptions& options) {
    add_message(request, Debug, text, options);
}
void info(http::Request& request, const Value& text, const MessageOptions& options) {
    add_message(request, Info, text, options);
}
void success(http::Request& request, const Value& text, const MessageOptions& options) {
    add_message(request, Success, text, options);
}
void warning(http::Request& request, const Value& text, const MessageOptions& options) {
    add_message(request, Warning, text, options);
}
void error(http::Request& request, const Value& text, const MessageOptions& options) {
    add_message(request, Error, text, options);
}

MessageStorage& get_messages(http::Request& request) {
    if (auto* storage = request.extensions.find<MessageStorage>()) return *storage;
    throw MessageFailure("A message cannot be kept: main() installs messages::app.");
}

int get_level(http::Request& request) { return get_messages(request).level(); }

void set_level(http::Request& request, std::optional<int> level) {
    get_messages(request).set_level(level);
}

// --- in templates
// ---------------------------------------------------------------------------------

namespace {

/// `message`, `message.tags`, `message.level_tag`.
class MessageObject final : public Object {
public:
    explicit MessageObject(Message message) : message_(std::move(message)) {}

    std::string_view type_name(Self) const override { return "Message"; }
    void append_str(Self, std::string& out) const override { out += message_.text.as_string(); }
    bool truth(Self) const override { return true; }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name == Name("message")) return message_.text;
        if (name == Name("level")) return Value(message_.level);
        if (name == Name("tags")) return Value(message_.tags());
        if (name == Name("level_tag")) return Value(message_.level_tag);
        if (name == Name("extra_tags")) {
            return message_.extra_tags ? Value(*message_.extra_tags) : Value();
        }
        if (name == Name("__html__") && message_.text.is_safe()) return message_.text;
        return std::nullopt;
    }
    std::vector<std::string> attribute_names(Self) const override {
        return {"message", "level", "tags", "level_tag", "extra_tags"};
    }

private:
    Message message_;
};

/// `{% if messages %}` only looks; a loop over it shows them.
class StorageObject final : public Object {
public:
    static const MessageStorage& of(Self self) { return *static_cast<const MessageStorage*>(self); }

    std::string_view type_name(Self) const override { return "MessageStorage"; }
    bool truth(Self self) const override { return !of(self).empty(); }
    std::optional<std::size_t> size(Self self) const override { return of(self).size(); }
    Value item(Self self, std::size_t index) const override {
        return to_value(of(self).read()[index]);
    }
};

}  // namespace

Value to_value(const Message& message) {
    return Value::adopt(std::make_unique<MessageObject>(message).release());
}

Value to_value(const MessageStorage& storage) {
    static const StorageObject object;
    return Value::object(&object, &storage);
}

}  // namespace tatum::messages
