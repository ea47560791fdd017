#include <tatum/views/channels.h>

#include <tatum/views/current.h>

namespace tatum::views {

channels::Layer& channel_layer() { return current_site().channel_layer(); }

void group_send(std::string_view group, std::string_view text) {
    channel_layer().group_send(group, text);
}

void group_send(std::string_view group, const channels::MessagePtr& message) {
    channel_layer().group_send(group, message);
}

void group_send_json(std::string_view group, const Value& value) {
    channel_layer().group_send_json(group, value);
}

}  // namespace tatum::views
