#pragma once

#include "configuration.h"

namespace tatum::auth::impl {

/// What belongs to a site; in its extensions. `backends` and `validators` are made of the settings
/// when the site's middleware is, so that they follow a change of settings in tests.
struct SiteState {
    Options options;
    Signals signals;
    Backends backends;
    PasswordValidators validators;
};

/// Makes what the settings say. Throws ImproperlyConfigured.
void load_settings(const site::Site& site);
/// Of the current site; null where there is none, or it does not have the app.
const SiteState* find_site_state();

}  // namespace tatum::auth::impl
