#include "testing.h"

#include <tatum/testing/client.h>

namespace tatum::messages {

std::vector<Message> get_messages(const testing::TestResponse& response) {
    const http::Request* request = response.request();
    const auto* storage = request == nullptr ? nullptr : request->extensions.find<MessageStorage>();
    return storage == nullptr ? std::vector<Message>() : storage->read();
}

}  // namespace tatum::messages
