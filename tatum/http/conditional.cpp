#include <tatum/http/conditional.h>

#include <tatum/base/crypto.h>
#include <tatum/base/dateparse.h>
#include <tatum/base/header_values.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tatum::http {

namespace {

bool is_weak(std::string_view etag) { return etag.starts_with("W/"); }

std::string_view without_weakness(std::string_view etag) {
    return is_weak(etag) ? etag.substr(2) : etag;
}

bool is_any(const std::vector<std::string>& etags) { return etags.size() == 1 && etags[0] == "*"; }

/// RFC 9110 §13.1.1: strong comparison.
bool if_match_passes(std::string_view etag, const std::vector<std::string>& etags) {
    if (etag.empty()) return false;
    if (is_any(etags)) return true;
    return !is_weak(etag) && std::find(etags.begin(), etags.end(), etag) != etags.end();
}

/// RFC 9110 §13.1.2: weak comparison.
bool if_none_match_passes(std::string_view etag, const std::vector<std::string>& etags) {
    if (etag.empty()) return true;
    if (is_any(etags)) return false;
    return std::none_of(etags.begin(), etags.end(), [&](const std::string& other) {
        return without_weakness(other) == without_weakness(etag);
    });
}

bool is_safe(Method method) { return method == Method::Get || method == Method::Head; }

std::optional<std::int64_t> date_of(const Headers& headers, std::string_view name) {
    const auto value = headers.get(name);
    return value ? parse_http_date(*value) : std::nullopt;
}

std::vector<std::string> etags_of(const Request& request, std::string_view name) {
    return header_values::parse_etags(request.header(name));
}

Response answer_to(Condition condition) {
    if (condition == Condition::NotModified) return ResponseNotModified();
    return Response(std::string(), {.status = 412});
}

/// RFC 9110 §15.4.5, and cookies, which a 304 sets too.
void keep_headers_of(Response& from, Response& answer) {
    for (const std::string_view name :
         {"Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Last-Modified", "Vary"})
        if (const auto value = from.headers.get(name)) answer.headers.set(name, *value);
    answer.cookies() = std::move(from.cookies());
}

}  // namespace

Condition evaluate_conditions(const Request& request, const Validators& now) {
    const std::vector<std::string> if_match = etags_of(request, "If-Match");
    const std::vector<std::string> if_none_match = etags_of(request, "If-None-Match");
    // Step 1.
    if (!if_match.empty() && !if_match_passes(now.etag, if_match))
        return Condition::PreconditionFailed;
    // Step 2.
    if (if_match.empty())
        if (const auto since = date_of(request.headers(), "If-Unmodified-Since"))
            if (!now.last_modified || *now.last_modified > *since)
                return Condition::PreconditionFailed;
    // Step 3.
    if (!if_none_match.empty() && !if_none_match_passes(now.etag, if_none_match))
        return is_safe(request.method()) ? Condition::NotModified : Condition::PreconditionFailed;
    // Step 4.
    if (if_none_match.empty() && is_safe(request.method()))
        if (const auto since = date_of(request.headers(), "If-Modified-Since"))
            if (now.last_modified && *now.last_modified <= *since) return Condition::NotModified;
    return Condition::Proceed;
}

std::optional<Response> get_conditional_response(const Request& request, const Validators& now) {
    const Condition condition = evaluate_conditions(request, now);
    if (condition == Condition::Proceed) return std::nullopt;
    return answer_to(condition);
}

void apply_conditions(const Request& request, Response& response) {
    if (response.status() < 200 || response.status() > 299) return;
    const Condition condition =
        evaluate_conditions(request, {.etag = response.headers.get("ETag", {}),
                                      .last_modified = date_of(response.headers, "Last-Modified")});
    if (condition == Condition::Proceed) return;
    Response answer = answer_to(condition);
    if (condition == Condition::NotModified) keep_headers_of(response, answer);
    answer.extensions = std::move(response.extensions);
    response = std::move(answer);
}

void set_response_etag(Response& response) {
    if (response.is_streaming() || response.is_file() || response.content().empty() ||
        response.has_header("ETag"))
        return;
    response.headers.set(
        "ETag", "\"" + crypto::hex(crypto::digest(crypto::Hash::Md5, response.content())) + "\"");
}

}  // namespace tatum::http
