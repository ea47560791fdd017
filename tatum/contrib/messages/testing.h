#pragma once

#include "messages.h"

namespace tatum::testing {
class TestResponse;
}

namespace tatum::messages {

/// The messages of the request that a response answers: those that it has shown, and those that
/// wait for the next one. Empty where messages::app is not installed.
std::vector<Message> get_messages(const testing::TestResponse& response);

}  // namespace tatum::messages
