#pragma once

#include <tatum/base/value.h>

#include <span>
#include <string>
#include <string_view>

/// Percent-encoding and the parts of URLs, as in Python's urllib and Django's utils.
namespace tatum::uri {

/// Python's urllib.parse.quote(): letters, digits, "_.-~" and the bytes of `safe` stay.
std::string quote(std::string_view text, std::string_view safe = "/");
void append_quoted(std::string& out, std::string_view text, std::string_view safe = "/");
/// As quote(), blanks as '+': the form of query strings.
std::string quote_plus(std::string_view text, std::string_view safe = "");
void append_quoted_plus(std::string& out, std::string_view text, std::string_view safe = "");
/// %XX decoded to bytes; a '%' without two digits stays. The result may be no UTF-8.
std::string unquote(std::string_view text);
/// As unquote(), with '+' as a blank.
std::string unquote_plus(std::string_view text);

/// What of an IRI is not ASCII is encoded; encoding that is there already stays (RFC 3987 §3.1).
std::string iri_to_uri(std::string_view iri);
/// The reverse, for what gives well-formed UTF-8 and no reserved characters (RFC 3987 §3.2).
std::string uri_to_iri(std::string_view uri);
/// The path of a URL: what may not stand there, '?' and '#' included, is encoded.
std::string escape_uri_path(std::string_view path);
/// A path of a file as a path of a URL: backslashes become slashes.
std::string filepath_to_uri(std::string_view path);
/// "//host" must not be taken for another host: "/%2Fhost".
std::string escape_leading_slashes(std::string_view path);

/// What to do with a list among the values: one pair for each item, or its text.
enum class Sequences : bool { AsText, Each };
/// A query string of a Dict's entries or of a List of pairs.
/// Errors: uri.E001 a value is None, uri.E002 `query` is something else.
Result<std::string> urlencode(const Value& query, Sequences sequences = Sequences::AsText);

/// The five parts of a URL, as Python's urlsplit() sees them; views into the text, which must be
/// stripped of tab, carriage return and newline beforehand. The scheme is not lowered.
struct Split {
    std::string_view scheme, netloc, path, query, fragment;
    bool has_netloc = false;
};
/// Error uri.E003: a bracket in the host is not closed, or what it holds is no IP address.
Result<Split> split(std::string_view url);

/// May a visitor be sent to `url`? Only within `allowed_hosts` or without a host, by http(s);
/// nothing that browsers read in another way.
enum class RequireHttps : bool { No, Yes };
bool url_has_allowed_host_and_scheme(std::string_view url,
                                     std::span<const std::string> allowed_hosts,
                                     RequireHttps require_https = RequireHttps::No);
/// Does `host` match `pattern`, where ".example.com" means that domain and all below it?
bool is_same_domain(std::string_view host, std::string_view pattern);

}  // namespace tatum::uri
