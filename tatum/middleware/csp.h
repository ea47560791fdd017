#pragma once

#include <tatum/base/value.h>
#include <tatum/middleware/middleware.h>

#include <optional>
#include <string>
#include <string_view>

namespace tatum::middleware {

/// A policy as header text: each directive with its sources. A source kCspNonce becomes
/// 'nonce-...' when the page has used its nonce, and is left out when not. A directive whose value
/// is true stands alone; one that is None or false is left out.
std::string build_csp(const Dict& policy, std::string_view nonce);

/// What a site sends unless SECURE_CSP says otherwise: everything from the site itself, images also
/// as data:, no plugins, no other <base>, forms to the site itself; scripts and styles within a
/// page only with its nonce.
Dict default_csp();

/// Sends Content-Security-Policy and Content-Security-Policy-Report-Only, as Django's
/// ContentSecurityPolicyMiddleware. Unlike Django: the policy is default_csp() rather than none
/// where the setting is missing. Debug pages go without.
class ContentSecurityPolicyMiddleware final : public Middleware {
public:
    /// An empty policy sends no header.
    explicit ContentSecurityPolicyMiddleware(Dict policy = default_csp(), Dict report_only = {});
    http::Response process(http::Request& request, const Next& next) const override;

private:
    /// A policy with its header for pages that do not use their nonce.
    struct Policy {
        Dict directives;
        std::optional<http::HeaderLine> without_nonce;  ///< nullopt: no header
    };
    static Policy prepared(std::string_view header, Dict directives);
    void add(http::Response& response, std::string_view header, const Dict* override_,
             const Policy& policy, std::string_view nonce) const;

    Policy policy_, report_only_;
};

}  // namespace tatum::middleware
