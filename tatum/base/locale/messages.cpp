// The messages are those of Django's catalogs, under the licence in LICENSES/django.txt.

#include <tatum/base/locale/locale_data.h>

#include <algorithm>

namespace tatum::impl {

namespace {

using namespace std::string_view_literals;

#include <tatum/base/locale/messages.inc>

}  // namespace

std::span<const MessageIds> message_ids() { return kMessageIds; }

const LocaleMessages* find_messages(std::string_view language) {
    const auto* const end = std::end(kMessages);
    const auto* const found =
        std::lower_bound(std::begin(kMessages), end, language,
                         [](const LocaleMessages& messages, std::string_view code) {
                             return messages.language < code;
                         });
    return found != end && found->language == language ? found : nullptr;
}

}  // namespace tatum::impl
