#include "middleware.h"

#include <tatum/base/log.h>
#include <tatum/http/caching.h>

namespace tatum::messages {

http::Response MessageMiddleware::process(http::Request& request,
                                          const middleware::Next& next) const {
    MessageStorage& storage = request.extensions.set(MessageStorage(settings_, request));
    http::Response response = next(request);
    const std::vector<Message> lost = storage.update(response);
    if (!lost.empty()) {
        const std::string text = std::to_string(lost.size()) + " messages had no room and are lost";
        if (settings_->debug) throw MessageFailure(text + " (MESSAGE_STORAGE).");
        logging::Logger("tatum.contrib.messages").warning(text);
    }
    return response;
}

}  // namespace tatum::messages
