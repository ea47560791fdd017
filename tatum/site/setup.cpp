#include <tatum/base/formats.h>
#include <tatum/base/timezone.h>
#include <tatum/forms/widget_templates.h>
#include <tatum/http/forwarding.h>
#include <tatum/middleware/standard.h>
#include <tatum/site/impl/site_impl.h>
#include <tatum/template/library.h>
#include <tatum/template/loader.h>
#include <tatum/views/context_processors.h>

#include <unistd.h>

#include <algorithm>
#include <climits>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace tatum::site {

namespace {

std::string working_folder() {
    char buffer[PATH_MAX];
    return ::getcwd(buffer, sizeof buffer) != nullptr ? buffer : ".";
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

bool has_variable(const Environment& environment, std::string_view name) {
    return std::ranges::find(environment, name, &Environment::value_type::first) !=
           environment.end();
}

}  // namespace

void Site::Impl::load_settings() {
    const Environment variables =
        options.environment ? *options.environment : process_environment();
    if (given_settings) {
        settings = *given_settings;
    } else if (options.settings_text) {
        settings =
            Settings::parse(*options.settings_text, settings_file, working_folder(), variables);
    } else {
        const SiteBuild* made = build();
        const EmbeddedFile* embedded =
            made != nullptr ? made->files->find("settings.toml") : nullptr;
        if (embedded == nullptr || exists(settings_file)) {
            settings = Settings::load(settings_file, variables);
        } else {
            // The executable stands alone: it is deployed, so nothing but the environment may turn
            // debug mode on.
            Environment with_debug = variables;
            if (!has_variable(variables, "DEBUG") && !has_variable(variables, "TATUM_DEBUG")) {
                with_debug.emplace_back("DEBUG", "false");
            }
            settings = Settings::parse(embedded->content(), "settings.toml in the executable",
                                       working_folder(), with_debug);
        }
    }
    apply_settings();
}

void Site::Impl::apply_settings() {
    logging::SinkOptions log{.file = settings.logging.file};
    log.format = settings.logging.format == "json" ? logging::Format::Json : logging::Format::Text;
    log.level = logging::level_named(settings.logging.level).value();
    for (const auto& [name, level] : settings.logging.loggers) {
        log.loggers.emplace_back(name, logging::level_named(level).value());
    }
    sink = logging::Sink::open(std::move(log)).value();

    http_settings.allowed_hosts = settings.allowed_hosts;
    http_settings.debug = settings.debug;
    http_settings.data_upload_max_memory_size =
        static_cast<std::size_t>(settings.data_upload_max_memory_size);
    http_settings.data_upload_max_number_fields =
        static_cast<std::size_t>(settings.data_upload_max_number_fields);
    http_settings.data_upload_max_number_files =
        static_cast<std::size_t>(settings.data_upload_max_number_files);
    http_settings.file_upload_max_memory_size =
        static_cast<std::size_t>(settings.file_upload_max_memory_size);
    http_settings.file_upload_temp_dir = settings.file_upload_temp_dir;
    http_settings.secure_proxy_ssl_header = settings.secure_proxy_ssl_header;
    http_settings.use_x_forwarded_host = settings.use_x_forwarded_host;
    http_settings.use_x_forwarded_port = settings.use_x_forwarded_port;
    http_settings.trusted_proxies.clear();
    for (const std::string& text : settings.trusted_proxies) {
        const auto network = net::Network::parse(text);
        if (!network) {
            throw ImproperlyConfigured("TRUSTED_PROXIES: " + network.error().message + ". " +
                                       network.error().hint);
        }
        http_settings.trusted_proxies.push_back(*network);
    }
    const auto believed = http::parse_forwarded_headers(settings.forwarded_headers);
    if (!believed) throw ImproperlyConfigured(believed.error());
    http_settings.forwarded_headers = *believed;
    http_settings.request_id_header = settings.request_id_header;
    http_settings.force_script_name = settings.force_script_name;
    http_settings.keys = {settings.secret_key, settings.secret_key_fallbacks};
    http_settings.signed_cookie_legacy_salt_fallback = settings.signed_cookie_legacy_salt_fallback;
}

std::vector<const AppFiles*> Site::Impl::all_files() const {
    std::vector<const AppFiles*> files;
    if (const SiteBuild* made = build()) files.push_back(made->files);
    for (const App& app : apps) {
        if (app.files != nullptr) files.push_back(app.files);
    }
    return files;
}

namespace {

/// LOCALE_PATHS: folders of catalogs that are asked before those of the apps, the first one first.
void add_locale_paths(Translations& translations, std::vector<std::string> folders) {
    namespace fs = std::filesystem;
    std::ranges::reverse(folders);  // catalogs that are added later are asked first
    for (const std::string& folder : folders) {
        std::error_code failed;
        for (const auto& entry : fs::directory_iterator(folder, failed)) {
            const fs::path path = entry.path() / "LC_MESSAGES" / "django.mo";
            std::ifstream file(path, std::ios::binary);
            if (!file) continue;
            const std::string content((std::istreambuf_iterator<char>(file)), {});
            auto catalog = Catalog::from_mo(content);
            if (!catalog) {
                throw ImproperlyConfigured(path.string() + ": " + catalog.error().message);
            }
            translations.add(to_language(entry.path().filename().string()), *std::move(catalog));
        }
        if (failed) {
            throw ImproperlyConfigured("LOCALE_PATHS: \"" + folder + "\": " + failed.message());
        }
    }
}

}  // namespace

void Site::Impl::load_languages() {
    time_zone = Zone::find(settings.time_zone);
    if (time_zone == nullptr) {
        throw ImproperlyConfigured("TIME_ZONE: \"" + settings.time_zone + "\" is no time zone");
    }
    constexpr std::string_view kFolder = "locale/", kCatalog = "/LC_MESSAGES/django.mo";
    Translations::Options wanted{.language_code = settings.language_code,
                                 .use_i18n = settings.use_i18n,
                                 .formats = format_settings(settings)};
    for (const auto& [code, name] : settings.languages) wanted.languages.push_back(code);
    translations = std::make_unique<Translations>(std::move(wanted));
    std::vector<const AppFiles*> all = all_files();
    std::ranges::reverse(all);  // catalogs that are added later are asked first
    for (const AppFiles* files : all) {
        for (const EmbeddedFile& file : files->below(kFolder)) {
            if (!file.path.ends_with(kCatalog)) continue;
            const std::string_view locale = file.path.substr(
                kFolder.size(), file.path.size() - kFolder.size() - kCatalog.size());
            translations->add(to_language(locale), Catalog::from_mo(file.content()).value());
        }
    }
    add_locale_paths(*translations, settings.locale_paths);
}

void Site::Impl::load_models() {
    for (std::size_t i = 0; i < apps.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (apps[i].label == apps[j].label) {
                throw ImproperlyConfigured("Two installed apps have the label \"" + apps[i].label +
                                           "\"");
            }
        }
        registry.add(apps[i].models, apps[i].label,
                     apps[i].default_auto_field.empty() ? settings.default_auto_field
                                                        : apps[i].default_auto_field);
    }
    registry.finish();
}

void Site::Impl::open_databases() {
    databases = std::make_unique<db::Databases>(registry);
    for (const DatabaseSettings& wanted : settings.databases) {
        databases->add(wanted.alias, db::DatabaseOptions::from(wanted));
    }
}

void Site::Impl::open_storages() {
    storages = std::make_unique<files::Storages>(settings, storage_backends);
    for (const auto& model : registry.models()) {
        for (const auto& field : model->fields) {
            if (field->storage.empty()) continue;
            try {
                storages->get(field->storage);
            } catch (const files::InvalidStorageError& error) {
                throw ImproperlyConfigured(model->label + "." + field->name + ": " + error.what());
            }
        }
    }
}

void Site::Impl::open_channel_layer() {
    const LocalScope log(Slot::Log, sink.get());
    channel_layer = std::make_unique<channels::Layer>(channels::LayerOptions::from(settings));
}

void Site::Impl::find_static_files() {
    views::StaticOptions wanted;
    wanted.url = settings.static_url;
    wanted.folders = settings.staticfiles_dirs;
    if (!settings.debug) wanted.root = settings.static_root;
    wanted.apps = all_files();
    wanted.debug = settings.debug;
    static_files = std::make_unique<views::StaticFiles>(std::move(wanted));
}

namespace {

constexpr std::string_view kTemplatesFolder = "templates/";

/// The templates of one app: its source folder in debug mode, else what is embedded.
std::shared_ptr<const template_::Loader> loader_of(const AppFiles& files, bool debug) {
    if (debug && files.is_live()) {
        return std::make_shared<const template_::FilesystemLoader>(
            std::vector<std::string>{std::string(files.folder()) + "/templates"});
    }
    std::vector<template_::EmbeddedLoader::Entry> entries;
    for (const EmbeddedFile& file : files.below(kTemplatesFolder)) {
        entries.push_back({file.path.substr(kTemplatesFolder.size()), file.content()});
    }
    return std::make_shared<const template_::EmbeddedLoader>(std::move(entries));
}

/// Calls all processors for the current request; a later one wins.
template_::ContextProcessor joined(std::vector<ContextProcessor> processors) {
    return [processors = std::move(processors)](const Value&) {
        auto* request = static_cast<http::Request*>(local(Slot::Request));
        Dict result;
        if (request == nullptr) return result;
        for (const ContextProcessor& processor : processors) {
            Dict added = processor(*request);
            if (result.empty()) {
                result = std::move(added);
            } else {
                for (const auto& [key, value] : added) result.set(key, value);
            }
        }
        return result;
    };
}

}  // namespace

void Site::Impl::make_templates() {
    environment = std::make_unique<views::SiteEnvironment>(*static_files, settings.media_url);
    template_::EngineOptions wanted;
    if (!settings.templates.dirs.empty()) {
        wanted.loaders.push_back(
            std::make_shared<const template_::FilesystemLoader>(settings.templates.dirs));
    }
    for (const AppFiles* files : all_files()) {
        wanted.loaders.push_back(loader_of(*files, settings.debug));
    }
    wanted.loaders.push_back(forms::widget_template_loader());
    wanted.libraries.push_back(forms::widget_template_library());
    std::vector<ContextProcessor> all{views::standard_context};
    for (const App& app : apps) {
        for (const template_::Library* library : app.template_libraries) {
            wanted.libraries.push_back(*library);
        }
        wanted.builtins.insert(wanted.builtins.end(), app.template_builtins.begin(),
                               app.template_builtins.end());
        all.insert(all.end(), app.context_processors.begin(), app.context_processors.end());
    }
    all.insert(all.end(), processors.begin(), processors.end());
    wanted.context_processors.push_back(joined(std::move(all)));
    wanted.string_if_invalid = settings.templates.string_if_invalid;
    wanted.use_tz = settings.use_tz;
    wanted.time_zone = time_zone;
    wanted.debug = settings.debug;
    wanted.reload = settings.debug;
    wanted.environment = environment.get();
    engine = std::make_unique<template_::Engine>(std::move(wanted));
}

void Site::Impl::make_urls(const Site& site) {
    const SiteScope scope(site);  // for lists that depend on what is installed
    if (root_urls != nullptr) {
        resolver = std::make_unique<urls::Resolver>(*root_urls);
        return;
    }
    std::vector<urls::Url> entries;
    for (const App& app : apps) {
        if (app.urls != nullptr) {
            entries.push_back(urls::path(app.url_prefix, urls::include(*app.urls)));
        }
    }
    resolver = std::make_unique<urls::Resolver>(urls::Urls(std::move(entries)));
}

void Site::Impl::make_chain(const Site& site) {
    middleware::MiddlewareList list;
    for (const App& app : apps) {
        for (const auto& make : app.outer_middleware) list.push_back(make(site));
    }
    if (standard_middleware) {
        for (auto& each : middleware::standard(settings, *static_files)) {
            list.push_back(std::move(each));
        }
    }
    list.insert(list.end(), extra_middleware.begin(), extra_middleware.end());
    for (const App& app : apps) {
        for (const auto& make : app.middleware) list.push_back(make(site));
    }
    chain = std::make_unique<middleware::Chain>(
        std::move(list), [this](http::Request& request) { return answer(request); },
        [this](http::Request& request) { return views::rescue(request, handlers); });
}

http::Response Site::Impl::answer(http::Request& request) const {
    auto match = resolver->resolve(request.path_info());
    if (!match) throw urls::Resolver404(std::string(request.path_info()));
    urls::ResolverMatch& kept = request.extensions.set(*std::move(match));
    if (auto instead = chain->process_view(request)) return *std::move(instead);
    return kept(request);
}

http::Response Site::handle(http::Request& request) const {
    const SiteScope scope(*this);
    const LocalScope current(Slot::Request, &request);
    return (*impl_->chain)(request);
}

}  // namespace tatum::site
