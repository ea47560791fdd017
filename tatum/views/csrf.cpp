#include <tatum/views/csrf.h>

#include <tatum/base/signing.h>

#include <memory>

namespace tatum::views {

namespace {

/// Becomes the token when it is printed.
class LazyToken final : public Object {
public:
    explicit LazyToken(http::Request& request) : request_(request) {}
    std::string_view type_name(Self) const override { return "CsrfToken"; }
    void append_str(Self, std::string& out) const override { out += csrf_token(request_); }
    bool truth(Self) const override { return true; }

private:
    http::Request& request_;
};

/// Of a request without a cookie; empty when there is none.
std::string stored_secret(const http::Request& request) {
    const auto* store = request.extensions.find<CsrfStore>();
    std::string secret = store == nullptr ? std::string() : store->secret();
    if (secret.empty() || signing::csrf::check_format(secret)) return {};
    return secret.size() == signing::csrf::kTokenLength ? signing::csrf::unmask(secret) : secret;
}

}  // namespace

std::string csrf_token(http::Request& request) {
    CsrfState& state = request.extensions.ensure<CsrfState>();
    if (state.secret.empty()) state.secret = stored_secret(request);
    if (state.secret.empty()) state.secret = signing::csrf::new_secret();
    state.needs_update = true;
    return signing::csrf::mask(state.secret);
}

void rotate_csrf_token(http::Request& request) {
    CsrfState& state = request.extensions.ensure<CsrfState>();
    state.secret = signing::csrf::new_secret();
    state.needs_update = true;
}

Value lazy_csrf_token(http::Request& request) {
    return Value::adopt(std::make_unique<LazyToken>(request).release());
}

}  // namespace tatum::views
