#include <tatum/views/context_processors.h>

#include <tatum/base/crypto.h>
#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/settings.h>
#include <tatum/base/timezone.h>
#include <tatum/views/csp.h>
#include <tatum/views/csrf.h>
#include <tatum/views/current.h>

#include <algorithm>
#include <memory>

namespace tatum::views {

namespace {

constexpr std::size_t kNonceBytes = 16;

/// Makes the nonce when it is printed. True only once that has happened, so that a template can
/// ask whether there is one without making it.
class LazyNonce final : public Object {
public:
    explicit LazyNonce(http::Request& request) : request_(request) {}
    std::string_view type_name(Self) const override { return "LazyNonce"; }
    void append_str(Self, std::string& out) const override { out += csp_nonce(request_); }
    bool truth(Self) const override {
        const CspNonce* nonce = request_.extensions.find<CspNonce>();
        return nonce != nullptr && !nonce->value.empty();
    }

private:
    http::Request& request_;
};

}  // namespace

const std::string& csp_nonce(http::Request& request) {
    CspNonce& nonce = request.extensions.ensure<CspNonce>();
    if (nonce.value.empty()) {
        nonce.value = crypto::base64_url_encode(crypto::random_bytes(kNonceBytes));
    }
    return nonce.value;
}

Value lazy_csp_nonce(http::Request& request) {
    return Value::adopt(std::make_unique<LazyNonce>(request).release());
}

Dict standard_context(http::Request& request) {
    Dict context{{"request", to_value(request)},
                 {"csrf_token", lazy_csrf_token(request)},
                 {"csp_nonce", lazy_csp_nonce(request)}};
    const Settings& settings = current_settings();
    if (settings.debug && std::ranges::find(settings.internal_ips, request.remote_address()) !=
                              settings.internal_ips.end()) {
        context.set("debug", true);
    }
    return context;
}

Dict static_context(http::Request&) { return {{"STATIC_URL", current_settings().static_url}}; }

Dict media_context(http::Request&) { return {{"MEDIA_URL", current_settings().media_url}}; }

Dict i18n_context(http::Request&) {
    List languages;
    const Settings& settings = current_settings();
    for (const auto& [code, name] : settings.languages) {
        languages.push_back(Value::tuple({code, name}));
    }
    if (settings.languages.empty()) {
        for (const LanguageInfo& info : default_languages()) {
            languages.push_back(Value::tuple({Value(info.code), Value(info.name)}));
        }
    }
    const Language& language = current_language();
    return {{"LANGUAGES", std::move(languages)},
            {"LANGUAGE_CODE", language.code()},
            {"LANGUAGE_BIDI", language.is_bidi()}};
}

Dict tz_context(http::Request&) { return {{"TIME_ZONE", time_zone_name(current_time_zone())}}; }

Dict csp_context(http::Request& request) { return {{"csp_nonce", lazy_csp_nonce(request)}}; }

}  // namespace tatum::views
