#include <tatum/http/settings.h>

namespace tatum::http {

const HttpSettings& HttpSettings::defaults() {
    static const HttpSettings settings;
    return settings;
}

}  // namespace tatum::http
