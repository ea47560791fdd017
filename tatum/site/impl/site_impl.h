#pragma once

#include <tatum/base/datetime.h>
#include <tatum/base/i18n.h>
#include <tatum/base/log.h>
#include <tatum/base/settings.h>
#include <tatum/channels/layer.h>
#include <tatum/db/database.h>
#include <tatum/db/meta.h>
#include <tatum/files/storages.h>
#include <tatum/http/settings.h>
#include <tatum/middleware/middleware.h>
#include <tatum/net/server.h>
#include <tatum/site/impl/operations.h>
#include <tatum/site/site.h>
#include <tatum/template/engine.h>
#include <tatum/urls/resolver.h>
#include <tatum/views/environment.h>
#include <tatum/views/error_pages.h>
#include <tatum/views/static_files.h>

namespace tatum::site {

/// What setup() makes of the settings, and replace_settings() of others.
struct MadeOfSettings {
    std::unique_ptr<Translations> translations;
    std::unique_ptr<files::Storages> storages;
    std::unique_ptr<views::StaticFiles> static_files;
    std::unique_ptr<views::SiteEnvironment> environment;
    std::unique_ptr<template_::Engine> engine;
    std::unique_ptr<urls::Resolver> resolver;
    std::unique_ptr<middleware::Chain> chain;
};

/// What configuring collects, and what setup() makes of it. Destroyed from the bottom up: requests
/// end before the databases close; the log is last but for what is made of the settings.
struct Site::Impl : MadeOfSettings {
    // Configured.
    std::string settings_file;
    SiteOptions options;
    std::optional<Settings> given_settings;
    std::vector<App> apps;
    const urls::Urls* root_urls = nullptr;
    std::optional<urls::Urls> owned_urls;
    middleware::MiddlewareList extra_middleware;
    bool standard_middleware = true;
    views::ErrorHandlers handlers;
    std::vector<Command> commands;
    std::vector<Check> checks;
    std::vector<ContextProcessor> processors;
    files::StorageBackends storage_backends;
    http::Extensions extensions;

    // Made by setup().
    bool settings_loaded = false;
    bool ready = false;
    Settings settings;
    std::unique_ptr<logging::Sink> sink;
    http::HttpSettings http_settings;
    const Zone* time_zone = nullptr;
    db::ModelRegistry registry;
    std::unique_ptr<db::Databases> databases;
    std::unique_ptr<channels::Layer> channel_layer;
    /// As they were before replace_settings(): a SiteScope may still speak of them.
    std::vector<MadeOfSettings> replaced;
    std::unique_ptr<Operations> operations;
    std::unique_ptr<net::Handler> handler;

    const SiteBuild* build() const {
        if (options.build != nullptr) return options.build;
        // The linker leaves the address null in executables that tatum_site() did not make.
        return &tatum_site_build != nullptr ? &tatum_site_build : nullptr;
    }

    // The steps of setup(), in this order.
    void load_settings();
    void apply_settings();
    void load_languages();
    void load_models();
    void open_databases();
    void open_storages();
    void open_channel_layer();
    void find_static_files();
    void make_templates();
    void make_urls(const Site& site);
    void make_chain(const Site& site);

    /// The files of the site and of its apps, in the order in which they are searched.
    std::vector<const AppFiles*> all_files() const;
    http::Response answer(http::Request& request) const;
};

/// The net::Handler that feeds `site`.
std::unique_ptr<net::Handler> make_handler(const Site& site, Operations& operations);

/// The framework's own commands.
std::vector<Command> builtin_commands();

}  // namespace tatum::site
