#pragma once

#include <tatum/http/request.h>
#include <tatum/http/response.h>

#include <cstdint>
#include <optional>
#include <string_view>

/// Conditional requests (RFC 9110 §13) and ranges (§14), as Django answers them.
namespace tatum::http {

/// What is known of the resource as it is now.
struct Validators {
    std::string_view etag = {};  ///< with its quotes and W/; empty: none
    /// In seconds since 1970 UTC.
    std::optional<std::int64_t> last_modified = {};
};

/// What the conditions of a request come to.
enum class Condition : std::uint8_t {
    Proceed,             ///< answer as if there were none
    NotModified,         ///< 304: the client has it
    PreconditionFailed,  ///< 412
};

/// RFC 9110 §13.2.2, steps 1 to 4.
Condition evaluate_conditions(const Request& request, const Validators& now);

/// The answer that the conditions ask for, without running the view; nullopt: run it.
std::optional<Response> get_conditional_response(const Request& request, const Validators& now);

/// Replaces a successful response by 304 or 412 where its own ETag and Last-Modified and the
/// request's conditions ask for it. A 304 keeps the headers that caches need, and the cookies.
void apply_conditions(const Request& request, Response& response);

/// Makes a strong ETag of the content, unless there is one, or no content in memory.
void set_response_etag(Response& response);

/// Turns a 200 whose body is a file or a string into 206 with the part that a Range header asks
/// for, or the parts (multipart/byteranges), or into 416 when all lie outside. If-Range is
/// considered; ranges that are many or overlap are answered in full. Only for GET. Always announces
/// Accept-Ranges.
void apply_range(const Request& request, Response& response);

}  // namespace tatum::http
