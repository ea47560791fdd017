#include <tatum/base/log.h>
#include <tatum/base/settings.h>
#include <tatum/template/engine.h>
#include <tatum/urls/resolver.h>
#include <tatum/views/current.h>
#include <tatum/views/error_pages.h>
#include <tatum/views/impl/own_pages.h>
#include <tatum/views/response_flags.h>
#include <tatum/views/template_fault.h>

#include <cxxabi.h>
#include <tatum_views_files.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <typeinfo>

namespace tatum::views {

namespace impl {

std::string own_page(std::string_view name, Dict context) {
    constexpr std::string_view kFolder = "templates/";
    std::vector<template_::EmbeddedLoader::Entry> entries;
    for (const EmbeddedFile& file : tatum_views_files.below(kFolder)) {
        entries.push_back({file.path.substr(kFolder.size()), file.content()});
    }
    template_::EngineOptions options;
    options.loaders.push_back(
        std::make_shared<const template_::EmbeddedLoader>(std::move(entries)));
    const template_::Engine engine(std::move(options));
    return engine.render_to_string(name, context);
}

namespace {

std::string demangled(const std::type_info& type) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
    return status == 0 ? name.get() : type.name();
}

}  // namespace

std::string exception_type(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const std::exception& error) {
        return demangled(typeid(error));
    } catch (...) {
        const std::type_info* type = abi::__cxa_current_exception_type();
        return type != nullptr ? demangled(*type) : "an unknown exception";
    }
}

}  // namespace impl

namespace {

/// Those that a debug page shows.
constexpr std::array kSettingNames = std::to_array<std::string_view>({"ALLOWED_HOSTS",
                                                                      "APPEND_SLASH",
                                                                      "BASE_DIR",
                                                                      "CSRF_COOKIE_NAME",
                                                                      "CSRF_COOKIE_SECURE",
                                                                      "CSRF_TRUSTED_ORIGINS",
                                                                      "DATABASES",
                                                                      "DATA_UPLOAD_MAX_MEMORY_SIZE",
                                                                      "DEBUG",
                                                                      "FORCE_SCRIPT_NAME",
                                                                      "INTERNAL_IPS",
                                                                      "LANGUAGE_CODE",
                                                                      "LOGGING",
                                                                      "MEDIA_ROOT",
                                                                      "MEDIA_URL",
                                                                      "PREPEND_WWW",
                                                                      "SECRET_KEY",
                                                                      "SECRET_KEY_FALLBACKS",
                                                                      "SECURE_CSP",
                                                                      "SECURE_HSTS_SECONDS",
                                                                      "SECURE_PROXY_SSL_HEADER",
                                                                      "SECURE_SSL_REDIRECT",
                                                                      "SESSION_COOKIE_NAME",
                                                                      "SESSION_COOKIE_SECURE",
                                                                      "SESSION_ENGINE",
                                                                      "STATICFILES_DIRS",
                                                                      "STATIC_ROOT",
                                                                      "STATIC_URL",
                                                                      "TEMPLATES",
                                                                      "TIME_ZONE",
                                                                      "USE_I18N",
                                                                      "USE_TZ",
                                                                      "USE_X_FORWARDED_HOST",
                                                                      "X_FRAME_OPTIONS"});

Value cleansed(std::string_view name, const Value& value) {
    if (is_secret_name(name)) return Value(kCleansed);
    if (value.is_dict()) {
        Dict result;
        for (const auto& [key, item] : value.as_dict()) {
            result.set(key, cleansed(key.is_string() ? key.as_string() : "", item));
        }
        return result;
    }
    if (value.is_list()) {
        List result;
        for (const Value& item : value.as_list()) result.push_back(cleansed("", item));
        return result;
    }
    return value;
}

Dict headers_of(const http::Request& request) {
    Dict result;
    for (const http::HeaderField& field : request.headers()) {
        const bool secret = field.name == "Authorization" || is_secret_name(field.name);
        result.set(field.name, secret ? Value(kCleansed) : Value(field.value));
    }
    return result;
}

/// What reading gives; nothing where it fails, as it may for the request that is being explained.
template <class F>
Dict attempt(F read) {
    try {
        return read();
    } catch (const std::exception& error) {
        return {{"(not readable)", error.what()}};
    }
}

Dict request_tables(http::Request& request) {
    Dict tables;
    tables.set("GET", attempt([&] { return request.GET().lists(); }));
    if (request.is_post()) {
        tables.set("POST",
                   attempt([&] { return cleansed("", Value(request.POST().lists())).as_dict(); }));
    }
    tables.set("Cookies", attempt([&] {
                   Dict cookies;
                   for (const auto& [name, value] : request.COOKIES()) {
                       cookies.set(name, Value(kCleansed));
                   }
                   return cookies;
               }));
    tables.set("Headers", headers_of(request));
    tables.set("Settings", cleansed_settings());
    return tables;
}

Dict request_facts(http::Request& request) {
    Dict facts{{"method", request.method_text()},
               {"request_path", request.path()},
               {"path_info", request.path_info()},
               {"full_path", request.get_full_path()}};
    if (const urls::ResolverMatch* match = request.resolver_match()) {
        facts.set("view_name", Value(match->view_name()));
        facts.set("route", Value(match->route()));
        facts.set("kwargs", Value(match->kwargs().dict()));
    }
    return facts;
}

Dict template_facts(const template_::TemplateFault& fault) {
    List lines;
    for (const auto& line : fault.lines) {
        lines.push_back(Dict{
            {"number", line.number}, {"text", line.text}, {"is_fault", line.number == fault.line}});
    }
    return {{"name", fault.template_name}, {"origin", fault.origin}, {"line", fault.line},
            {"before", fault.before},      {"during", fault.during}, {"after", fault.after},
            {"lines", std::move(lines)}};
}

void add_exception(Dict& context, const std::exception_ptr& exception) {
    context.set("exception_type", impl::exception_type(exception));
    try {
        std::rethrow_exception(exception);
    } catch (const template_::TemplateDoesNotExist& missing) {
        context.set("exception_text", missing.what());
        List tried;
        for (const auto& place : missing.tried()) {
            tried.push_back(Dict{{"origin", place.origin}, {"reason", place.reason}});
        }
        context.set("tried_templates", std::move(tried));
        if (missing.fault().line != 0) context.set("template", template_facts(missing.fault()));
    } catch (const template_::TemplateError& error) {
        context.set("exception_text", error.what());
        if (error.fault().line != 0) context.set("template", template_facts(error.fault()));
    } catch (const Exception& error) {
        context.set("exception_text", error.what());
        if (error.error()) context.set("hint", error.error()->hint);
    } catch (const std::exception& error) {
        context.set("exception_text", error.what());
    } catch (...) {
    }
}

http::Response debug_page(std::string_view name, Dict context, int status) {
    http::Response response(impl::own_page(name, std::move(context)), {.status = status});
    response.extensions.set(DebugPage{});
    return response;
}

}  // namespace

bool is_secret_name(std::string_view name) {
    std::string upper(name);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    for (const std::string_view part :
         {"API", "AUTH", "TOKEN", "KEY", "SECRET", "PASS", "SIGNATURE", "HTTP_COOKIE", "COOKIE"}) {
        if (part == "COOKIE" ? upper == part : upper.find(part) != std::string::npos) return true;
    }
    return false;
}

Dict cleansed_settings() {
    const Settings& settings = current_settings();
    Dict result;
    for (const std::string_view name : kSettingNames) {
        result.set(name, cleansed(name, settings.get(name)));
    }
    return result;
}

http::Response technical_404(http::Request& request, std::string_view text) {
    const SiteServices* site = current_site_or_null();
    if (site != nullptr && site->resolver().routes().empty() && request.path_info() == "/") {
        return default_urlconf(request);
    }
    Dict context = request_facts(request);
    if (request.resolver_match() != nullptr) {
        context.set("text", Value(text));
    } else if (site != nullptr) {
        List tried;
        for (const auto& pattern : site->resolver().tried(request.path_info())) {
            tried.push_back(Dict{{"route", pattern.route}, {"name", pattern.name}});
        }
        context.set("tried", std::move(tried));
    }
    return debug_page("tatum/technical_404.html", std::move(context), 404);
}

http::Response technical_500(http::Request& request, const std::exception_ptr& exception,
                             int status) {
    Dict context = request_facts(request);
    add_exception(context, exception);
    if (!context.contains("template")) {
        if (const auto* failed = request.extensions.find<FailedTemplate>()) {
            context.set("template", template_facts(failed->fault));
        }
    }
    context.set("tables", request_tables(request));
    return debug_page("tatum/technical_500.html", std::move(context), status);
}

http::Response default_urlconf(http::Request&) { return debug_page("tatum/welcome.html", {}, 200); }

}  // namespace tatum::views
