#pragma once

#include <tatum/middleware/middleware.h>

#include <string>

namespace tatum {
class Translations;
struct Settings;
}  // namespace tatum

namespace tatum::middleware {

/// Chooses the language of each request: the address's prefix where the site has i18n_patterns(),
/// else the language cookie, else Accept-Language, else LANGUAGE_CODE. Django's LocaleMiddleware.
class LocaleMiddleware final : public Middleware {
public:
    /// `translations` outlives this. `prefixes`: does the site have i18n_patterns()?
    enum class Prefixes : bool { No, Yes };
    explicit LocaleMiddleware(const Translations& translations, Prefixes prefixes = Prefixes::No,
                              std::string cookie_name = "django_language");
    http::Response process(http::Request& request, const Next& next) const override;

private:
    std::string language_of(const http::Request& request) const;
    /// The language that the first segment of the path names, else "".
    std::string language_in(std::string_view path) const;

    const Translations& translations_;
    Prefixes prefixes_;
    std::string cookie_name_;
};

}  // namespace tatum::middleware
