#pragma once

#include <tatum/channels/channel.h>
#include <tatum/channels/layer.h>

#include <string_view>

/// The groups of the site whose request or command runs now.
namespace tatum::views {

/// Throws ImproperlyConfigured where no site is current.
channels::Layer& channel_layer();

/// To all that are in the group. Throw std::invalid_argument for a name that is none.
void group_send(std::string_view group, std::string_view text);
void group_send(std::string_view group, const channels::MessagePtr& message);
void group_send_json(std::string_view group, const Value& value);

/// A mailbox in the current site.
class Channel final : public channels::Channel {
public:
    Channel() : channels::Channel(channel_layer()) {}
};

}  // namespace tatum::views

namespace tatum {
using views::Channel;
using views::group_send;
using views::group_send_json;
}  // namespace tatum
