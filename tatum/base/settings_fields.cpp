// The names of settings: which there are, which one a misspelt name means.

#include <tatum/base/impl/settings_reader.h>

#include <algorithm>
#include <array>

namespace tatum::impl {
namespace {

#define TATUM_SETTING(name) \
    SettingsField { #name, &Settings::name, false }
#define TATUM_SETTING_PATH(name) \
    SettingsField { #name, &Settings::name, true }

const SettingsField kFields[] = {TATUM_SETTING(secret_key),
                                 TATUM_SETTING(secret_key_fallbacks),
                                 TATUM_SETTING(debug),
                                 TATUM_SETTING(allowed_hosts),
                                 TATUM_SETTING(internal_ips),
                                 TATUM_SETTING(append_slash),
                                 TATUM_SETTING(prepend_www),
                                 TATUM_SETTING(force_script_name),
                                 TATUM_SETTING(installed_apps),
                                 TATUM_SETTING(silenced_system_checks),
                                 TATUM_SETTING(signed_cookie_legacy_salt_fallback),
                                 TATUM_SETTING(time_zone),
                                 TATUM_SETTING(use_tz),
                                 TATUM_SETTING(language_code),
                                 TATUM_SETTING(use_i18n),
                                 TATUM_SETTING(use_thousand_separator),
                                 TATUM_SETTING(date_format),
                                 TATUM_SETTING(time_format),
                                 TATUM_SETTING(datetime_format),
                                 TATUM_SETTING(year_month_format),
                                 TATUM_SETTING(month_day_format),
                                 TATUM_SETTING(short_date_format),
                                 TATUM_SETTING(short_datetime_format),
                                 TATUM_SETTING(first_day_of_week),
                                 TATUM_SETTING(decimal_separator),
                                 TATUM_SETTING(thousand_separator),
                                 TATUM_SETTING_PATH(locale_paths),
                                 TATUM_SETTING(static_url),
                                 TATUM_SETTING_PATH(static_root),
                                 TATUM_SETTING_PATH(staticfiles_dirs),
                                 TATUM_SETTING(media_url),
                                 TATUM_SETTING_PATH(media_root),
                                 TATUM_SETTING(sendfile_backend),
                                 TATUM_SETTING_PATH(sendfile_root),
                                 TATUM_SETTING(sendfile_url),
                                 TATUM_SETTING(file_upload_max_memory_size),
                                 TATUM_SETTING_PATH(file_upload_temp_dir),
                                 TATUM_SETTING(data_upload_max_memory_size),
                                 TATUM_SETTING(data_upload_max_number_fields),
                                 TATUM_SETTING(data_upload_max_number_files),
                                 TATUM_SETTING(default_auto_field),
                                 TATUM_SETTING(use_x_forwarded_host),
                                 TATUM_SETTING(use_x_forwarded_port),
                                 TATUM_SETTING(trusted_proxies),
                                 TATUM_SETTING(forwarded_headers),
                                 TATUM_SETTING(request_id_header),
                                 TATUM_SETTING(secure_content_type_nosniff),
                                 TATUM_SETTING(secure_cross_origin_opener_policy),
                                 TATUM_SETTING(secure_hsts_include_subdomains),
                                 TATUM_SETTING(secure_hsts_preload),
                                 TATUM_SETTING(secure_hsts_seconds),
                                 TATUM_SETTING(secure_redirect_exempt),
                                 TATUM_SETTING(secure_referrer_policy),
                                 TATUM_SETTING(secure_ssl_host),
                                 TATUM_SETTING(secure_ssl_redirect),
                                 TATUM_SETTING(secure_csp),
                                 TATUM_SETTING(secure_csp_report_only),
                                 TATUM_SETTING(x_frame_options),
                                 TATUM_SETTING(session_engine),
                                 TATUM_SETTING(session_cookie_name),
                                 TATUM_SETTING(session_cookie_age),
                                 TATUM_SETTING(session_cookie_domain),
                                 TATUM_SETTING(session_cookie_path),
                                 TATUM_SETTING(session_cookie_samesite),
                                 TATUM_SETTING(session_cookie_secure),
                                 TATUM_SETTING(session_cookie_httponly),
                                 TATUM_SETTING(session_save_every_request),
                                 TATUM_SETTING(session_expire_at_browser_close),
                                 TATUM_SETTING(csrf_cookie_name),
                                 TATUM_SETTING(csrf_cookie_age),
                                 TATUM_SETTING(csrf_cookie_domain),
                                 TATUM_SETTING(csrf_cookie_path),
                                 TATUM_SETTING(csrf_cookie_samesite),
                                 TATUM_SETTING(csrf_cookie_secure),
                                 TATUM_SETTING(csrf_cookie_httponly),
                                 TATUM_SETTING(csrf_use_sessions),
                                 TATUM_SETTING(csrf_header_name),
                                 TATUM_SETTING(csrf_trusted_origins),
                                 TATUM_SETTING(login_url),
                                 TATUM_SETTING(login_redirect_url),
                                 TATUM_SETTING(logout_redirect_url),
                                 TATUM_SETTING(password_reset_timeout),
                                 TATUM_SETTING(password_hashers)};

#undef TATUM_SETTING
#undef TATUM_SETTING_PATH

/// Known, but no plain members: tables, pairs, and those that other layers ask for with get().
constexpr std::string_view kOtherNames[] = {"admins",
                                            "auth_password_validators",
                                            "auth_user_model",
                                            "authentication_backends",
                                            "cache_middleware_alias",
                                            "cache_middleware_key_prefix",
                                            "cache_middleware_seconds",
                                            "caches",
                                            "channel_layers",
                                            "databases",
                                            "date_input_formats",
                                            "datetime_input_formats",
                                            "default_charset",
                                            "default_from_email",
                                            "disallowed_user_agents",
                                            "email_backend",
                                            "email_file_path",
                                            "email_host",
                                            "email_host_password",
                                            "email_host_user",
                                            "email_port",
                                            "email_subject_prefix",
                                            "email_timeout",
                                            "email_use_ssl",
                                            "email_use_tls",
                                            "file_upload_directory_permissions",
                                            "file_upload_permissions",
                                            "fixture_dirs",
                                            "form_renderer",
                                            "format_module_path",
                                            "ignorable_404_urls",
                                            "language_cookie_name",
                                            "languages",
                                            "languages_bidi",
                                            "logging",
                                            "managers",
                                            "message_level",
                                            "message_storage",
                                            "message_tags",
                                            "middleware",
                                            "number_grouping",
                                            "root_urlconf",
                                            "secure_proxy_ssl_header",
                                            "server",
                                            "server_email",
                                            "session_cache_alias",
                                            "session_file_path",
                                            "site_id",
                                            "storages",
                                            "tasks",
                                            "templates",
                                            "time_input_formats"};

constexpr std::size_t kNameMax = 64;

/// Insertions, deletions, replacements and swaps of neighbours that turn one name into the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    using Row = std::array<std::size_t, kNameMax + 1>;
    Row before_last{}, last{}, row{};
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        before_last = last;
        last = row;
    }
    return last[b.size()];
}

}  // namespace

std::span<const SettingsField> settings_fields() { return kFields; }

const SettingsField* find_settings_field(std::string_view name) {
    const auto* field = std::find_if(std::begin(kFields), std::end(kFields),
                                     [&](const SettingsField& f) { return f.name == name; });
    return field == std::end(kFields) ? nullptr : field;
}

std::string_view similar_setting(std::string_view name) {
    constexpr std::size_t short_name = 6;
    if (name.size() > kNameMax) return {};
    std::string_view best;
    std::size_t best_distance = name.size() < short_name ? 2 : 3;
    const auto consider = [&](std::string_view known) {
        const std::size_t distance = edit_distance(name, known);
        if (distance < best_distance) {
            best = known;
            best_distance = distance;
        }
    };
    for (const SettingsField& field : kFields) consider(field.name);
    for (const std::string_view known : kOtherNames) consider(known);
    return best == name ? std::string_view() : best;
}

}  // namespace tatum::impl
