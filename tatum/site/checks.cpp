#include <tatum/site/checks.h>

#include <tatum/base/settings.h>
#include <tatum/site/site.h>
#include <tatum/template/engine.h>
#include <tatum/urls/resolver.h>

#include <set>

namespace tatum::site {

std::string_view to_string(CheckLevel level) {
    switch (level) {
        case CheckLevel::Debug:
            return "DEBUG";
        case CheckLevel::Info:
            return "INFO";
        case CheckLevel::Warning:
            return "WARNING";
        case CheckLevel::Error:
            return "ERROR";
        case CheckLevel::Critical:
            return "CRITICAL";
    }
    return "ERROR";
}

std::string CheckMessage::str() const {
    std::string text = object.empty() ? std::string() : object + ": ";
    if (!id.empty()) text += '(' + id + ") ";
    text += message;
    if (!hint.empty()) text += "\n    Hint: " + hint;
    return text;
}

namespace {

using Messages = std::vector<CheckMessage>;

constexpr std::int64_t kHstsWarnBelow = 3600;
constexpr std::size_t kSecretKeyLengthMin = 50;
constexpr std::size_t kSecretKeyUniqueMin = 5;

void warn(Messages& out, std::string id, std::string message, std::string hint = {}) {
    out.push_back({CheckLevel::Warning, std::move(id), std::move(message), std::move(hint), {}});
}

void fail(Messages& out, std::string id, std::string message, std::string hint = {}) {
    out.push_back({CheckLevel::Error, std::move(id), std::move(message), std::move(hint), {}});
}

Messages check_settings(const Site& site) {
    Messages out;
    for (const Error& warning : site.settings().warnings) {
        out.push_back({CheckLevel::Warning, warning.code, warning.message, warning.hint,
                       warning.where.file.empty()
                           ? std::string()
                           : warning.where.file + ":" + std::to_string(warning.where.line)});
    }
    const Settings& settings = site.settings();
    for (const auto& [name, url] : {std::pair{"STATIC_URL", settings.static_url},
                                    std::pair{"MEDIA_URL", settings.media_url}}) {
        if (!url.empty() && !url.ends_with('/')) {
            fail(out, "settings.E006", std::string(name) + " does not end with a slash");
        }
    }
    if (settings.sendfile_backend != "server" && settings.sendfile_backend != "nginx" &&
        settings.sendfile_backend != "xsendfile") {
        fail(out, "files.E001", "SENDFILE_BACKEND is \"" + settings.sendfile_backend + "\"",
             "It is \"server\", \"nginx\" or \"xsendfile\".");
    }
    if (settings.sendfile_backend == "nginx" && !settings.sendfile_url.ends_with('/')) {
        fail(out, "files.E002", "SENDFILE_URL does not end with a slash",
             "It is the internal location of nginx, such as \"/private/\".");
    }
    if (!settings.static_root.empty()) {
        for (const std::string& folder : settings.staticfiles_dirs) {
            if (folder == settings.static_root) {
                fail(out, "staticfiles.E002", "STATICFILES_DIRS holds STATIC_ROOT",
                     "collectstatic would read the folder that it writes.");
            }
        }
    }
    return out;
}

bool is_weak(const std::string& key) {
    return key.size() < kSecretKeyLengthMin ||
           std::set<char>(key.begin(), key.end()).size() < kSecretKeyUniqueMin ||
           key.starts_with("django-insecure-") || key.starts_with("tatum-insecure-");
}

void check_hsts(const Settings& settings, Messages& out) {
    if (settings.secure_hsts_seconds == 0) {
        warn(out, "security.W004", "SECURE_HSTS_SECONDS is not set",
             "Where the whole site is on https, browsers should be told to use nothing else. Read "
             "about HSTS first: a careless value is hard to take back.");
        return;
    }
    if (settings.secure_hsts_seconds < kHstsWarnBelow) return;
    if (!settings.secure_hsts_include_subdomains) {
        warn(out, "security.W005", "SECURE_HSTS_INCLUDE_SUBDOMAINS is off",
             "Without it the site can be attacked through a subdomain on http.");
    }
    if (!settings.secure_hsts_preload) {
        warn(out, "security.W021", "SECURE_HSTS_PRELOAD is off",
             "Without it the site cannot be put on the browsers' preload list.");
    }
}

/// The ids are Django's.
Messages check_security(const Site& site) {
    Messages out;
    const Settings& settings = site.settings();
    if (!settings.secure_content_type_nosniff) {
        warn(out, "security.W006", "SECURE_CONTENT_TYPE_NOSNIFF is off",
             "Browsers may guess the type of a response, and run what was meant to be shown.");
    }
    check_hsts(settings, out);
    if (!settings.secure_ssl_redirect) {
        warn(out, "security.W008", "SECURE_SSL_REDIRECT is off",
             "Visitors who come by http stay there, unless a proxy redirects them.");
    }
    if (is_weak(settings.secret_key)) {
        warn(out, "security.W009",
             "SECRET_KEY has fewer than 50 characters, fewer than 5 different ones, or was made "
             "for development",
             "Set a long random one in the environment: SECRET_KEY.");
    }
    for (std::size_t i = 0; i < settings.secret_key_fallbacks.size(); ++i) {
        if (is_weak(settings.secret_key_fallbacks[i])) {
            warn(out, "security.W025",
                 "SECRET_KEY_FALLBACKS[" + std::to_string(i) + "] is too weak");
        }
    }
    if (!settings.session_cookie_secure) {
        warn(out, "security.W012", "SESSION_COOKIE_SECURE is off",
             "The session's cookie also travels over http, where others can read it.");
    }
    if (!settings.csrf_cookie_secure) {
        warn(out, "security.W016", "CSRF_COOKIE_SECURE is off",
             "The CSRF cookie also travels over http.");
    }
    if (settings.debug) {
        warn(out, "security.W018", "DEBUG is on",
             "Error pages tell visitors about the site's inside.");
    }
    if (settings.x_frame_options != "DENY") {
        warn(out, "security.W019", "X_FRAME_OPTIONS is not DENY",
             "Other sites may show this one in a frame.");
    }
    if (settings.allowed_hosts.empty()) {
        warn(out, "security.W020", "ALLOWED_HOSTS is empty", "The site answers to no host.");
    }
    if (settings.secure_referrer_policy.empty()) {
        warn(out, "security.W022", "SECURE_REFERRER_POLICY is not set",
             "Addresses of this site's pages go to other sites.");
    }
    return out;
}

Messages check_urls(const Site& site) {
    Messages out;
    const auto append_slash = site.settings().append_slash ? urls::Resolver::AppendSlash::Yes
                                                           : urls::Resolver::AppendSlash::No;
    for (const urls::UrlFinding& finding : site.resolver().check(append_slash)) {
        out.push_back({finding.is_error ? CheckLevel::Error : CheckLevel::Warning,
                       finding.error.code,
                       finding.error.message,
                       finding.error.hint,
                       {}});
    }
    return out;
}

Messages check_templates(const Site& site) {
    Messages out;
    for (const Error& error : site.templates().check_all()) {
        std::string place = error.where.file;
        if (error.where.line != 0) place += ':' + std::to_string(error.where.line);
        out.push_back({CheckLevel::Error, error.code, error.message, error.hint, std::move(place)});
    }
    return out;
}

bool is_label(std::string_view text) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    if (text.empty() || !is_letter(text[0])) return false;
    for (const char c : text) {
        if (!is_letter(c) && !(c >= '0' && c <= '9')) return false;
    }
    return true;
}

Messages check_apps(const Site& site) {
    Messages out;
    for (const App& app : site.apps()) {
        if (!is_label(app.label)) {
            fail(out, "apps.E001", "\"" + app.label + "\" is no label for an app",
                 "Use lower-case letters, digits and underscores; a digit does not come first.");
        }
    }
    return out;
}

}  // namespace

std::vector<Check> builtin_checks() {
    return {
        {.tag = "settings", .run = check_settings},
        {.tag = "apps", .run = check_apps},
        {.tag = "urls", .run = check_urls},
        {.tag = "templates", .run = check_templates},
        {.tag = "security", .run = check_security, .deploy = true},
    };
}

}  // namespace tatum::site
