#include "app.h"

#include "middleware.h"

#include <tatum/base/settings.h>
#include <tatum/site/site.h>

#include <messages_files.h>

namespace tatum::messages {

namespace {

/// `messages`, and the numbers of the levels by name.
Dict context(http::Request& request) {
    static const Dict levels{{"DEBUG", Value(int{Debug})},
                             {"INFO", Value(int{Info})},
                             {"SUCCESS", Value(int{Success})},
                             {"WARNING", Value(int{Warning})},
                             {"ERROR", Value(int{Error})}};
    const auto* storage = request.extensions.find<MessageStorage>();
    return {{"messages", storage != nullptr ? to_value(*storage) : Value(List())},
            {"DEFAULT_MESSAGE_LEVELS", levels}};
}

}  // namespace

const App app{
    .label = "messages",
    .files = &messages_files,
    .context_processors = {context},
    .middleware = {[](const Site& site) -> Shared<const Middleware> {
        return shared<const MessageMiddleware>(
            shared<const MessageSettings>(MessageSettings::from(site.settings())));
    }},
};

}  // namespace tatum::messages
