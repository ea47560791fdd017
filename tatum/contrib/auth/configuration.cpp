#include "configuration.h"

#include "site_state.h"

#include <tatum/base/error.h>
#include <tatum/base/settings.h>
#include <tatum/site/site.h>

#include <algorithm>

namespace tatum::auth {

namespace {

/// Django's name, or its last part alone.
bool has_name(const BaseBackend& backend, std::string_view name) {
    const std::string_view own = backend.name();
    return own == name || own.substr(own.rfind('.') + 1) == name;
}

Shared<const BaseBackend> backend_named(std::string_view name, const Backends& own) {
    for (const auto& backend : own) {
        if (has_name(*backend, name)) return backend;
    }
    const Backends ours = {shared<const ModelBackend>(), shared<const AllowAllUsersModelBackend>(),
                           shared<const RemoteUserBackend>(),
                           shared<const AllowAllUsersRemoteUserBackend>()};
    for (const auto& backend : ours) {
        if (has_name(*backend, name)) return backend;
    }
    throw ImproperlyConfigured("AUTHENTICATION_BACKENDS: there is no backend \"" +
                               std::string(name) + "\"");
}

Backends backends_of(const Settings& settings, const Backends& own) {
    const Value setting = settings.get("AUTHENTICATION_BACKENDS");
    if (setting.is_none()) return own.empty() ? Backends{shared<const ModelBackend>()} : own;
    Backends backends;
    if (!setting.is_list()) throw ImproperlyConfigured("AUTHENTICATION_BACKENDS: a list expected");
    for (const Value& name : setting.as_list()) {
        backends.push_back(backend_named(name.str(), own));
    }
    if (backends.empty()) {
        throw ImproperlyConfigured(
            "No authentication backends have been defined. Does AUTHENTICATION_BACKENDS contain "
            "anything?");
    }
    return backends;
}

}  // namespace

void configure(site::Site& site, Options options) {
    TATUM_INVARIANT(!site.is_ready(), "configure() comes before setup()");
    site.extensions().ensure<impl::SiteState>().options = std::move(options);
}

Signals& signals(const site::Site& site) {
    return site.extensions().ensure<impl::SiteState>().signals;
}

const Backends& get_backends() {
    static const Backends plain = {shared<const ModelBackend>()};
    const impl::SiteState* state = impl::find_site_state();
    return state != nullptr && !state->backends.empty() ? state->backends : plain;
}

const BaseBackend* find_backend(std::string_view name) {
    for (const auto& backend : get_backends()) {
        if (backend->name() == name) return backend.get();
    }
    return nullptr;
}

namespace impl {

void load_settings(const site::Site& site) {
    SiteState& state = site.extensions().ensure<SiteState>();
    const Settings& settings = site.settings();
    state.backends = backends_of(settings, state.options.backends);
    state.validators = password_validators(settings);
    state.validators.insert(state.validators.end(), state.options.password_validators.begin(),
                            state.options.password_validators.end());
    if (!state.options.password_policy) static_cast<void>(password_policy(settings));
}

const SiteState* find_site_state() {
    if (views::current_site_or_null() == nullptr) return nullptr;
    return site::current_site().extensions().find<SiteState>();
}

}  // namespace impl

}  // namespace tatum::auth
