#include <tatum/site/impl/startup.h>

#include <tatum/base/settings.h>
#include <tatum/db/database.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/migrations/executor.h>
#include <tatum/site/impl/serve_options.h>
#include <tatum/site/migrations.h>
#include <tatum/site/site.h>

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tatum::site {

namespace {

constexpr std::size_t kMigrationsShown = 5;

std::string with_hint(const Error& error) {
    std::string text = error.message;
    if (!error.where.file.empty()) {
        std::string place = error.where.file;
        if (error.where.line > 0) place += ':' + std::to_string(error.where.line);
        text = place + ": " + text;
    }
    if (!error.hint.empty()) text += ". " + error.hint;
    return text;
}

StartFault fault_of(std::string_view code) {
    if (code == "net.E003") return StartFault::AddressTaken;
    if (code == "net.E004") return StartFault::NotPermitted;
    if (code == "net.E006" || code == "net.E007") return StartFault::Certificate;
    if (code == "log.E002" || code == "settings.E001") return StartFault::File;
    return StartFault::Settings;
}

void must_be_readable(std::string_view setting, const std::string& folder) {
    if (folder.empty() || ::access(folder.c_str(), R_OK | X_OK) == 0) return;
    throw start_error(StartFault::File, std::string(setting) + ": the folder " + folder +
                                            " cannot be read. Does it exist, and may this user?");
}

void must_be_writable(std::string_view setting, const std::string& folder) {
    if (folder.empty() || ::access(folder.c_str(), W_OK | X_OK) == 0) return;
    throw start_error(StartFault::File, std::string(setting) + ": this user cannot write to " +
                                            folder + ". Does it exist?");
}

/// "auth: 0002_x, 0003_y" for what `migrate` would do; empty when nothing.
std::string unapplied_migrations(const Site& site) {
    if (site.settings().database() == nullptr) return {};
    const db::migrations::MigrationGraph graph = migrations_of(site);
    const db::migrations::Executor executor(site.databases().default_(), graph);
    std::string text;
    std::size_t count = 0;
    for (const auto& step : executor.plan()) {
        if (++count <= kMigrationsShown) {
            text += (text.empty() ? "" : ", ") + step.migration->key.str();
        }
    }
    if (count > kMigrationsShown)
        text += " and " + std::to_string(count - kMigrationsShown) + " more";
    return text;
}

}  // namespace

CommandError start_error(StartFault fault, const std::string& message) {
    return CommandError(message, static_cast<int>(fault));
}

CommandError start_error(const Error& error) {
    return start_error(fault_of(error.code), with_hint(error));
}

CommandError start_error(std::exception_ptr thrown) {
    try {
        std::rethrow_exception(std::move(thrown));
    } catch (const CommandError& error) {
        return error;
    } catch (const db::DatabaseError& error) {
        return start_error(StartFault::Database, error.what());
    } catch (const ImproperlyConfigured& error) {
        if (error.error()) return start_error(*error.error());
        return start_error(StartFault::Settings, error.what());
    } catch (const Exception& error) {
        if (error.error()) return start_error(*error.error());
        return CommandError(error.what());
    } catch (const std::exception& error) {
        return CommandError(error.what());
    }
}

void check_hosts(const Site& site) {
    if (site.debug() || !site.settings().allowed_hosts.empty()) return;
    throw start_error(StartFault::Settings,
                      "ALLOWED_HOSTS is empty and DEBUG is off: the site would answer to no host. "
                      "Set it, in the environment as TATUM_ALLOWED_HOSTS=shop.example.org");
}

void check_surroundings(const Site& site) {
    check_hosts(site);
    const Settings& settings = site.settings();
    if (!settings.debug) must_be_readable("STATIC_ROOT", settings.static_root);
    for (const std::string& folder : settings.staticfiles_dirs) {
        must_be_readable("STATICFILES_DIRS", folder);
    }
    for (const std::string& folder : settings.templates.dirs) {
        must_be_readable("TEMPLATES.dirs", folder);
    }
    must_be_writable("FILE_UPLOAD_TEMP_DIR", settings.file_upload_temp_dir);
    for (const std::string& alias : site.databases().aliases()) {
        try {
            site.databases().get(alias).check();
        } catch (const db::DatabaseError& error) {
            throw start_error(StartFault::Database,
                              "the database \"" + alias + "\" does not answer: " + error.what());
        }
    }
}

void check_files(const ServeOptions& options) {
    for (const net::TlsCertificate& certificate : options.server.certificates) {
        const std::string& file = certificate.ocsp_file;
        if (file.empty() || ::access(file.c_str(), R_OK) == 0) continue;
        throw start_error(StartFault::Certificate,
                          "the OCSP response " + file + " cannot be read: " + std::strerror(errno));
    }
    must_be_readable("SERVER.acme_folder", options.acme_folder);
}

void warn_of_migrations(const Site& site, Output& err) {
    try {
        if (const std::string missing = unapplied_migrations(site); !missing.empty()) {
            err.line("Migrations are not applied: " + missing + ". Run migrate.", Style::Warning);
        }
    } catch (const Exception& error) {
        err.line("The migrations cannot be checked: " + std::string(error.what()), Style::Warning);
    }
}

}  // namespace tatum::site
