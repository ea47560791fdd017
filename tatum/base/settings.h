#pragma once

#include <tatum/base/result.h>
#include <tatum/base/value.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum {

namespace impl {
class SettingsReader;
}

using Strings = std::vector<std::string>;
/// Variables of an environment, by name.
using Environment = std::vector<std::pair<std::string, std::string>>;
/// That of this process.
Environment process_environment();

/// One database of DATABASES.
struct DatabaseSettings {
    std::string alias = "default";
    std::string engine =
        "sqlite3";     ///< "sqlite3" or "postgresql"; Django's long names are read too
    std::string name;  ///< a file (":memory:" is none), or the database's name
    std::string host, user, password;
    std::uint16_t port = 0;  ///< 0: the engine's own
    Dict options;
    /// How long a connection is kept, in seconds; nullopt (negative in a file): for ever.
    /// Unlike Django: for ever is the default, since a pool holds the connections.
    std::optional<std::int64_t> conn_max_age;
    bool atomic_requests = false;
};

/// "sqlite:///file.db" (relative; four slashes: absolute; "sqlite://:memory:"),
/// "postgres://user:password@host:5432/name?option=value". Error settings.E010.
Result<DatabaseSettings> parse_database_url(std::string_view url);

/// [TEMPLATES]
struct TemplateSettings {
    Strings dirs;
    std::string string_if_invalid;
};

/// [LOGGING]
struct LogSettings {
    std::string level = "info";   ///< debug, info, warning, error or critical
    std::string format = "text";  ///< text or json
    std::string file;             ///< empty: stderr
    std::vector<std::pair<std::string, std::string>> loggers;  ///< name (a prefix) and level
    std::string access_file;    ///< a line for each request; empty: in `file`; "none": nowhere
    std::string access_format;  ///< text or json; empty: as `format`
    /// Requests that take longer are logged with the stack of their fiber, in milliseconds; 0:
    /// none.
    std::int64_t slow_request_ms = 0;
};

/// The settings of a site, with Django's names in lower case, and Django's defaults where the
/// comment does not say otherwise. A value: a test copies it, changes the copy and makes it current
/// (Slot::Settings). Immutable once shared.
///
/// A file has Django's names in upper or lower case. Paths in it are relative to its folder.
struct Settings {
    // Core
    std::string secret_key;
    Strings secret_key_fallbacks;
    bool debug = false;
    Strings allowed_hosts;
    Strings internal_ips;
    bool append_slash = true;
    bool prepend_www = false;
    std::string force_script_name;
    Strings installed_apps;  ///< only named in files; what is installed says main()
    Strings silenced_system_checks;
    bool signed_cookie_legacy_salt_fallback = false;

    // Languages and time
    std::string time_zone = "UTC";  ///< Unlike Django: not America/Chicago
    bool use_tz = true;
    std::string language_code = "en-us";
    std::vector<std::pair<std::string, std::string>> languages;  ///< empty: all that there are
    bool use_i18n = true;
    bool use_thousand_separator = false;
    // How dates and numbers are written where the language does not say it.
    std::string date_format = "N j, Y", time_format = "P", datetime_format = "N j, Y, P";
    std::string year_month_format = "F Y", month_day_format = "F j";
    std::string short_date_format = "m/d/Y", short_datetime_format = "m/d/Y P";
    std::int64_t first_day_of_week = 0;
    std::string decimal_separator = ".", thousand_separator = ",";
    /// Sizes of the groups of digits from the point on, the last one repeats; empty or 0: no
    /// groups. A file may have one number.
    std::vector<std::int64_t> number_grouping;
    Strings locale_paths;

    // Files
    std::string static_url = "/static/";  ///< Unlike Django: not unset
    std::string static_root;
    Strings staticfiles_dirs;
    std::string media_url;  ///< with media_root, served by the site itself
    std::string media_root;
    std::string sendfile_backend = "server";  ///< of serve_private(): or "nginx", "xsendfile"
    std::string sendfile_root;                ///< where private files lie
    std::string sendfile_url;                 ///< nginx's internal location for them: "/private/"
    std::int64_t file_upload_max_memory_size = 2'621'440;  ///< bytes; more goes to a file
    std::string file_upload_temp_dir;
    std::int64_t data_upload_max_memory_size = 2'621'440;  ///< bytes of a body, uploads aside
    std::int64_t data_upload_max_number_fields = 1000;
    std::int64_t data_upload_max_number_files = 100;

    // Databases
    std::vector<DatabaseSettings> databases;
    std::string default_auto_field = "BigAutoField";
    /// nullptr when there is none of that alias.
    const DatabaseSettings* database(std::string_view alias = "default") const;

    // Behind proxies, and what SecurityMiddleware sends
    bool use_x_forwarded_host = false;
    bool use_x_forwarded_port = false;
    /// Networks ("10.0.0.0/8", "::1", "unix:") whose word about the client counts. Unlike Django:
    /// where there are some, no header of anybody else's about that is heeded.
    Strings trusted_proxies;
    /// What trusted proxies set or remove, of X-Forwarded-For, -Proto, -Host, -Port and Forwarded.
    Strings forwarded_headers = {"X-Forwarded-For", "X-Forwarded-Proto"};
    std::string request_id_header = "X-Request-ID";  ///< of responses; empty: none
    bool secure_content_type_nosniff = true;
    std::string secure_cross_origin_opener_policy = "same-origin";
    bool secure_hsts_include_subdomains = false;
    bool secure_hsts_preload = false;
    std::int64_t secure_hsts_seconds = 0;
    std::optional<std::pair<std::string, std::string>> secure_proxy_ssl_header;
    Strings secure_redirect_exempt;
    std::string secure_referrer_policy = "same-origin";
    std::string secure_ssl_host;
    bool secure_ssl_redirect = false;
    Dict secure_csp;
    Dict secure_csp_report_only;
    std::string x_frame_options = "DENY";

    // Sessions and CSRF; an empty SameSite sends none
    std::string session_engine = "db";
    std::string session_cookie_name = "sessionid";
    std::int64_t session_cookie_age = 1'209'600;  ///< seconds
    std::string session_cookie_domain;
    std::string session_cookie_path = "/";
    std::string session_cookie_samesite = "Lax";
    bool session_cookie_secure = false;
    bool session_cookie_httponly = true;
    bool session_save_every_request = false;
    bool session_expire_at_browser_close = false;
    std::string csrf_cookie_name = "csrftoken";
    std::int64_t csrf_cookie_age = 31'449'600;  ///< seconds
    std::string csrf_cookie_domain;
    std::string csrf_cookie_path = "/";
    std::string csrf_cookie_samesite = "Lax";
    bool csrf_cookie_secure = false;
    bool csrf_cookie_httponly = false;
    bool csrf_use_sessions = false;
    std::string csrf_header_name = "HTTP_X_CSRFTOKEN";
    Strings csrf_trusted_origins;

    // Accounts
    std::string login_url = "/accounts/login/";
    std::string login_redirect_url = "/accounts/profile/";
    std::string logout_redirect_url;
    std::int64_t password_reset_timeout = 259'200;  ///< seconds
    Strings password_hashers;                       ///< empty: those of passwords::Policy

    TemplateSettings templates;
    LogSettings logging;
    /// [SERVER]: what `serve` takes where its command line says nothing, by lower-case name.
    /// Checked when the server starts.
    Dict server;

    /// The folder of the settings file, which its relative paths start from.
    std::string base_dir;
    /// What load() found odd, such as the misspelt name of a setting.
    std::vector<Error> warnings;

    /// Reads the file at `path`, then the environment: TATUM_<NAME> sets any setting (a list is
    /// written with commas, a key of a table after two underscores: TATUM_LOGGING__LEVEL), and
    /// SECRET_KEY, DEBUG, ALLOWED_HOSTS and DATABASE_URL do without the prefix. Without a database,
    /// "default" is db.sqlite3 beside the file. Debug without a secret key gets one that is known.
    /// Throws ImproperlyConfigured, which lists all faults with file and line: settings.E001 no
    /// such file, E002 no TOML, E003 wrong type, E004 a value that is not allowed, E005 no
    /// secret key although debug is off, E010 a bad database URL. Warning settings.W001: a
    /// misspelt name.
    static Settings load(const std::string& path,
                         const Environment& environment = process_environment());
    /// The same for a text that did not come from a file; `file` names it in messages.
    static Settings parse(std::string_view toml, std::string_view file, std::string base_dir,
                          const Environment& environment = {});

    /// Any setting by its name, in any case: those above, and what an app has added; None when
    /// there is none.
    Value get(std::string_view name) const;
    /// Sets by name, for tests and commands. Errors: settings.E003, settings.E004.
    Result<void> set(std::string_view name, Value value);

private:
    friend class impl::SettingsReader;

    Dict others_;  ///< settings that are not members, by lower-case name
};

/// Those set by the nearest LocalScope of Slot::Settings, else the defaults.
const Settings& current_settings();

}  // namespace tatum
