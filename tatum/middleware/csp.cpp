#include <tatum/middleware/csp.h>

#include <tatum/views/csp.h>
#include <tatum/views/response_flags.h>

namespace tatum::middleware {

namespace {

constexpr std::string_view kHeader = "Content-Security-Policy";
constexpr std::string_view kReportOnlyHeader = "Content-Security-Policy-Report-Only";

void append_source(std::string& out, const Value& source, std::string_view nonce) {
    const std::string text = source.str();
    if (text != views::kCspNonce) {
        out += ' ';
        out += text;
    } else if (!nonce.empty()) {
        out += " 'nonce-";
        out += nonce;
        out += '\'';
    }
}

}  // namespace

std::string build_csp(const Dict& policy, std::string_view nonce) {
    std::string out;
    for (const auto& [name, value] : policy) {
        if (value.is_none() || (value.kind() == Kind::Bool && !value.as_bool())) continue;
        std::string directive = name.str();
        if (value.is_list()) {
            const std::size_t bare = directive.size();
            for (const Value& source : value.as_list()) append_source(directive, source, nonce);
            if (directive.size() == bare) continue;  // nothing but a nonce that was not used
        } else if (value.kind() != Kind::Bool) {
            append_source(directive, value, nonce);
        }
        if (!out.empty()) out += "; ";
        out += directive;
    }
    return out;
}

Dict default_csp() {
    const List self{"'self'"};
    const List self_or_nonce{"'self'", Value(views::kCspNonce)};
    return {{"default-src", self},          {"script-src", self_or_nonce},
            {"style-src", self_or_nonce},   {"img-src", List{"'self'", "data:"}},
            {"object-src", List{"'none'"}}, {"base-uri", self},
            {"form-action", self},          {"frame-ancestors", List{"'none'"}}};
}

ContentSecurityPolicyMiddleware::ContentSecurityPolicyMiddleware(Dict policy, Dict report_only)
    : policy_(prepared(kHeader, std::move(policy))),
      report_only_(prepared(kReportOnlyHeader, std::move(report_only))) {}

ContentSecurityPolicyMiddleware::Policy ContentSecurityPolicyMiddleware::prepared(
    std::string_view header, Dict directives) {
    Policy policy;
    const std::string text = build_csp(directives, {});
    if (!text.empty()) policy.without_nonce.emplace(header, text);
    policy.directives = std::move(directives);
    return policy;
}

void ContentSecurityPolicyMiddleware::add(http::Response& response, std::string_view header,
                                          const Dict* override_, const Policy& policy,
                                          std::string_view nonce) const {
    if (override_ == nullptr && nonce.empty()) {
        if (policy.without_nonce) response.headers.setdefault(*policy.without_nonce);
        return;
    }
    const std::string text =
        build_csp(override_ != nullptr ? *override_ : policy.directives, nonce);
    if (!text.empty()) response.headers.setdefault(header, text);
}

http::Response ContentSecurityPolicyMiddleware::process(http::Request& request,
                                                        const Next& next) const {
    http::Response response = next(request);
    if (response.extensions.find<views::DebugPage>() != nullptr) return response;
    const views::CspNonce* used = request.extensions.find<views::CspNonce>();
    const std::string_view nonce = used != nullptr ? std::string_view(used->value) : "";
    const auto* other = response.extensions.find<views::CspOverride>();
    add(response, kHeader, other != nullptr ? &other->policy : nullptr, policy_, nonce);
    const auto* other_report = response.extensions.find<views::CspReportOnlyOverride>();
    add(response, kReportOnlyHeader, other_report != nullptr ? &other_report->policy : nullptr,
        report_only_, nonce);
    return response;
}

}  // namespace tatum::middleware
