#include <tatum/views/current.h>

#include <tatum/base/error.h>
#include <tatum/base/locals.h>

namespace tatum::views {

const SiteServices* current_site_or_null() {
    return static_cast<const SiteServices*>(local(Slot::Site));
}

const SiteServices& current_site() {
    const SiteServices* site = current_site_or_null();
    if (site == nullptr) {
        throw ImproperlyConfigured(
            "No site is current: this code runs outside of a request and of a command");
    }
    return *site;
}

}  // namespace tatum::views
