#include <tatum/middleware/csrf.h>

#include <tatum/base/log.h>
#include <tatum/base/settings.h>
#include <tatum/base/signing.h>
#include <tatum/base/uri.h>
#include <tatum/http/caching.h>
#include <tatum/http/errors.h>
#include <tatum/http/origins.h>
#include <tatum/urls/resolver.h>
#include <tatum/views/csrf.h>
#include <tatum/views/error_pages.h>

#include <algorithm>

namespace tatum::middleware {

namespace {

using views::CsrfState;

constexpr std::string_view kFieldName = "csrfmiddlewaretoken";

std::string with(std::string_view reason, std::string_view value) {
    std::string text(reason);
    text.replace(text.find("{}"), 2, value);
    return text;
}

/// "HTTP_X_CSRFTOKEN", as Django's setting spells a header, is "X-CSRFTOKEN" on the wire.
std::string header_name_of(std::string name) {
    if (name.starts_with("HTTP_")) name.erase(0, 5);
    std::ranges::replace(name, '_', '-');
    return name;
}

http::SameSite samesite_of(std::string_view text) {
    if (text == "Lax") return http::SameSite::Lax;
    if (text == "Strict") return http::SameSite::Strict;
    if (text == "None") return http::SameSite::None;
    return http::SameSite::Unset;
}

bool is_safe(http::Method method) {
    using enum http::Method;
    return method == Get || method == Head || method == Options || method == Trace;
}

views::CsrfStore& store_of(const http::Request& request) {
    if (auto* store = request.extensions.find<views::CsrfStore>()) return *store;
    throw ImproperlyConfigured(
        "CSRF_USE_SESSIONS: there are no sessions. main() installs sessions::app.");
}

/// The request's host; empty when it is not allowed.
std::string host_of(const http::Request& request) {
    try {
        return request.get_host();
    } catch (const http::DisallowedHost&) {
        return {};
    }
}

}  // namespace

CsrfOptions CsrfOptions::from(const Settings& settings) {
    CsrfOptions options;
    options.cookie_name = settings.csrf_cookie_name;
    options.cookie_age = settings.csrf_cookie_age;
    options.cookie_domain = settings.csrf_cookie_domain;
    options.cookie_path = settings.csrf_cookie_path;
    options.cookie_samesite = settings.csrf_cookie_samesite;
    options.cookie_secure = settings.csrf_cookie_secure;
    options.cookie_httponly = settings.csrf_cookie_httponly;
    options.use_sessions = settings.csrf_use_sessions;
    options.header_name = header_name_of(settings.csrf_header_name);
    options.trusted_origins = settings.csrf_trusted_origins;
    return options;
}

struct CsrfViewMiddleware::Impl {
    CsrfOptions options;
    http::TrustedOrigins trusted;

    std::string kept_secret(const http::Request& request) const;
    void read_cookie(http::Request& request) const;
    void write_cookie(const CsrfState& state, http::Response& response) const;
    std::string referer_fault(const http::Request& request) const;
    std::string token_fault(http::Request& request) const;
    http::Response refuse(http::Request& request, std::string_view reason) const;
};

CsrfViewMiddleware::CsrfViewMiddleware(CsrfOptions options) {
    auto impl = std::make_unique<Impl>();
    impl->trusted = http::TrustedOrigins(options.trusted_origins, "CSRF_TRUSTED_ORIGINS");
    impl->options = std::move(options);
    impl_ = std::move(impl);
}

CsrfViewMiddleware::~CsrfViewMiddleware() = default;

/// As the session or the cookie has it; empty when neither does.
std::string CsrfViewMiddleware::Impl::kept_secret(const http::Request& request) const {
    if (options.use_sessions) return store_of(request).secret();
    const std::string* cookie = request.COOKIES().find(options.cookie_name);
    return cookie == nullptr ? std::string() : *cookie;
}

void CsrfViewMiddleware::Impl::read_cookie(http::Request& request) const {
    if (!request.headers().contains("Cookie")) return;
    const std::string* cookie = request.COOKIES().find(options.cookie_name);
    if (cookie == nullptr) return;
    CsrfState& state = request.extensions.ensure<CsrfState>();
    if (signing::csrf::check_format(*cookie)) {
        state.secret = signing::csrf::new_secret();
        state.needs_update = true;
    } else {
        state.secret = cookie->size() == signing::csrf::kTokenLength
                           ? signing::csrf::unmask(*cookie)
                           : *cookie;
    }
}

void CsrfViewMiddleware::Impl::write_cookie(const CsrfState& state,
                                            http::Response& response) const {
    http::CookieOptions cookie;
    if (options.cookie_age > 0) cookie.max_age = Duration::seconds(options.cookie_age);
    cookie.path = options.cookie_path;
    cookie.domain = options.cookie_domain;
    cookie.secure = options.cookie_secure;
    cookie.httponly = options.cookie_httponly;
    cookie.samesite = samesite_of(options.cookie_samesite);
    response.set_cookie(options.cookie_name, state.secret, cookie);
    http::patch_vary_headers(response, {"Cookie"});
}

/// Empty when the Referer is right. Only asked over https, where browsers send it (RFC 9110
/// §10.1.3) and a man in the middle could have set the cookie.
std::string CsrfViewMiddleware::Impl::referer_fault(const http::Request& request) const {
    using namespace csrf_reasons;
    const auto referer = request.headers().get("Referer");
    if (!referer) return std::string(kNoReferer);
    const auto parts = uri::split(*referer);
    if (!parts || parts->scheme.empty() || parts->netloc.empty()) {
        return std::string(kMalformedReferer);
    }
    if (parts->scheme != "https") return std::string(kInsecureReferer);
    if (trusted.has_host(parts->netloc)) return {};
    std::string good = options.cookie_domain;
    if (good.empty()) {
        good = host_of(request);
    } else if (const std::string port = request.get_port(); port != "443" && port != "80") {
        good += ':' + port;
    }
    if (!good.empty() && uri::is_same_domain(parts->netloc, good)) return {};
    return with(kBadReferer, *referer);
}

/// Empty when the request has the right token.
std::string CsrfViewMiddleware::Impl::token_fault(http::Request& request) const {
    using namespace csrf_reasons;
    const std::string secret = kept_secret(request);
    if (secret.empty()) return std::string(kNoCookie);
    if (const auto fault = signing::csrf::check_format(secret)) {
        return "CSRF cookie " + std::string(*fault) + ".";
    }
    std::string token;
    std::string source = "POST";
    if (request.is_post()) {
        try {
            token = request.POST().get(kFieldName);
        } catch (const http::UnreadablePostError&) {
            // The form is cut off. The answer is the same as to one without a token.
        }
    }
    if (token.empty()) {
        const auto header = request.headers().get(options.header_name);
        if (!header) return std::string(kTokenMissing);
        token = *header;
        source = "the '" + options.header_name + "' HTTP header";
    }
    if (const auto fault = signing::csrf::check_format(token)) {
        return "CSRF token from " + source + " " + std::string(*fault) + ".";
    }
    if (!signing::csrf::matches(token, secret)) {
        return "CSRF token from " + source + " incorrect.";
    }
    return {};
}

http::Response CsrfViewMiddleware::Impl::refuse(http::Request& request,
                                                std::string_view reason) const {
    logging::Logger("tatum.security.csrf")
        .warning("Forbidden (" + std::string(reason) + "): " + std::string(request.path()));
    return views::csrf_failure(request, reason);
}

std::optional<http::Response> CsrfViewMiddleware::process_view(http::Request& request) const {
    const Impl& impl = *impl_;
    const urls::ResolverMatch* match = request.resolver_match();
    if (match != nullptr && match->view().has(urls::ViewFlags::EnsureCsrfCookie)) {
        static_cast<void>(views::csrf_token(request));
    }
    if (is_safe(request.method())) return std::nullopt;
    if (match != nullptr && !match->view().has(urls::ViewFlags::CsrfProtect) &&
        (!impl.options.check_all || match->view().has(urls::ViewFlags::CsrfExempt))) {
        return std::nullopt;
    }
    CsrfState& state = request.extensions.ensure<CsrfState>();
    if (state.checks_done || state.exempt) return std::nullopt;
    std::string fault;
    if (request.headers().contains("Origin")) {
        const std::string_view origin = request.header("Origin");
        if (!http::is_same_origin(request, origin) && !impl.trusted.has(origin))
            fault = with(csrf_reasons::kBadOrigin, origin);
    } else if (request.is_secure()) {
        fault = impl.referer_fault(request);
    }
    if (fault.empty()) fault = impl.token_fault(request);
    if (!fault.empty()) return impl.refuse(request, fault);
    state.checks_done = true;
    return std::nullopt;
}

http::Response CsrfViewMiddleware::process(http::Request& request, const Next& next) const {
    const bool in_session = impl_->options.use_sessions;
    // The session is read when somebody asks for a token, and not for every request.
    if (!in_session) impl_->read_cookie(request);
    http::Response response = next(request);
    CsrfState* state = request.extensions.find<CsrfState>();
    if (state == nullptr || !state->needs_update) return response;
    state->needs_update = false;
    if (!in_session) {
        impl_->write_cookie(*state, response);
    } else if (views::CsrfStore& store = store_of(request); store.secret() != state->secret) {
        store.set_secret(state->secret);
    }
    return response;
}

}  // namespace tatum::middleware
