#pragma once

#include <tatum/base/signing.h>
#include <tatum/net/network.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tatum::http {

/// Which headers trusted proxies set or remove, so that the client's own never get through.
struct ForwardedHeaders {
    bool x_for = false, x_proto = false, x_host = false, x_port = false;
    bool forwarded = false;  ///< wins over the others where a request has it
};

/// What this layer takes from a site's settings, under their names there. The site fills one in and
/// keeps it while there are requests. The defaults are Django's. A value.
struct HttpSettings {
    std::vector<std::string> allowed_hosts;
    bool debug = false;

    /// nullopt: no limit. In bytes; files do not count.
    std::optional<std::size_t> data_upload_max_memory_size = 2'621'440;
    std::optional<std::size_t> data_upload_max_number_fields = 1000;
    std::optional<std::size_t> data_upload_max_number_files = 100;
    /// A larger file goes to a temporary file. In bytes.
    std::size_t file_upload_max_memory_size = 2'621'440;
    /// Where temporary files are made; empty: $TMPDIR, else /tmp.
    std::string file_upload_temp_dir;

    /// Header name ("X-Forwarded-Proto") and the value that means https.
    std::optional<std::pair<std::string, std::string>> secure_proxy_ssl_header;
    bool use_x_forwarded_host = false;
    bool use_x_forwarded_port = false;
    /// Whose word about clients counts; http/forwarding.h has the rules.
    net::Networks trusted_proxies;
    ForwardedHeaders forwarded_headers{.x_for = true, .x_proto = true};
    std::string request_id_header = "X-Request-ID";
    /// The prefix under which the site is mounted ("/shop"); removed from path_info where the proxy
    /// in front has left it there.
    std::string force_script_name;

    /// SECRET_KEY and its fallbacks, for signed cookies.
    signing::Keys keys;
    /// How the salt of signed cookies is made: since Django 6.1, Apart.
    signing::CookieSalt signed_cookie_salt = signing::CookieSalt::Apart;
    bool signed_cookie_legacy_salt_fallback = false;

    static const HttpSettings& defaults();
};

}  // namespace tatum::http
