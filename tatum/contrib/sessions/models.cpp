#include "models.h"

#include <tatum/base/settings.h>
#include <tatum/base/signing.h>

namespace tatum::sessions::models {

void Session::define(Definition<Session>& d) {
    constexpr int kKeyMax = 40;
    d.field<&Session::session_key>(primary_key, max_length(kKeyMax));
    d.field<&Session::session_data>(TextField);
    d.field<&Session::expire_date>(db_index);
    d.db_table("django_session");
}

Dict Session::get_decoded() const {
    const Settings& settings = current_settings();
    return signing::session_decode(session_data,
                                   {settings.secret_key, settings.secret_key_fallbacks});
}

}  // namespace tatum::sessions::models
