#include <tatum/middleware/locale.h>

#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/http/caching.h>
#include <tatum/urls/resolver.h>

namespace tatum::middleware {

LocaleMiddleware::LocaleMiddleware(const Translations& translations, Prefixes prefixes,
                                   std::string cookie_name)
    : translations_(translations), prefixes_(prefixes), cookie_name_(std::move(cookie_name)) {}

std::string LocaleMiddleware::language_in(std::string_view path) const {
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    const std::string_view first = path.substr(0, path.find('/'));
    if (first.empty() || first.size() > Translations::kLanguageCodeMax) return {};
    return translations_.supported_variant(first).value_or("");
}

std::string LocaleMiddleware::language_of(const http::Request& request) const {
    if (prefixes_ == Prefixes::Yes) {
        if (std::string code = language_in(request.path_info()); !code.empty()) return code;
    }
    if (const std::string* cookie = request.COOKIES().find(cookie_name_)) {
        if (auto code = translations_.supported_variant(*cookie)) return *std::move(code);
    }
    return translations_.language_for(request.header("Accept-Language"));
}

http::Response LocaleMiddleware::process(http::Request& request, const Next& next) const {
    const Language& language = translations_.language(language_of(request));
    const LocalScope scope(Slot::Language, &language);
    http::Response response = next(request);
    const bool has_prefix = prefixes_ == Prefixes::Yes && !language_in(request.path_info()).empty();
    if (prefixes_ == Prefixes::Yes && response.status() == 404 && !has_prefix) {
        const std::string path = "/" + language.code() + std::string(request.path_info());
        const urls::Resolver& resolver = urls::current_resolver();
        if (resolver.resolve(path) || (!path.ends_with('/') && resolver.resolve(path + '/'))) {
            http::Response redirect = http::ResponseRedirect(std::string(request.script_name()) +
                                                             request.get_full_path(path));
            http::patch_vary_headers(redirect, {"Accept-Language", "Cookie"});
            return redirect;
        }
    }
    if (!has_prefix) http::patch_vary_headers(response, {"Accept-Language"});
    response.headers.setdefault("Content-Language", language.code());
    return response;
}

}  // namespace tatum::middleware
