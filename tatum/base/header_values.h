#pragma once

#include <tatum/base/result.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Values of HTTP headers that have a grammar of their own.
namespace tatum::header_values {

/// If-Match and If-None-Match: the entity tags with quotes and W/, or {"*"}; empty when malformed.
std::vector<std::string> parse_etags(std::string_view header);
/// `tag` in quotes, unless it has them.
std::string quote_etag(std::string_view tag);

/// "text/html; charset=utf-8" and the like.
struct Parameters {
    std::string value;  ///< "text/html", in lower case
    /// Names in lower case, in the order of the header; a name given again keeps its first place
    /// and takes the last value. RFC 2231 values ("filename*=UTF-8''...") are decoded.
    std::vector<std::pair<std::string, std::string>> parameters;

    /// nullptr when there is none.
    const std::string* find(std::string_view name) const;
};
inline constexpr std::size_t kParametersMax = 1000;
/// Error headers.E001: more than kParametersMax parameters or an unknown charset.
Result<Parameters> parse_parameters(std::string_view header);

/// Content-Disposition for a download (attachment) or a page (inline); nullopt where no header is
/// needed.
enum class Disposition : bool { Inline, Attachment };
std::optional<std::string> content_disposition(Disposition disposition, std::string_view filename);

}  // namespace tatum::header_values
