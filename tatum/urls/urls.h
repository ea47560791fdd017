#pragma once

#include <tatum/base/function.h>
#include <tatum/base/shared.h>
#include <tatum/base/value.h>
#include <tatum/urls/converter.h>
#include <tatum/urls/view.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::urls {

class Url;
class Urls;

/// Further arguments of path() and re_path().
struct UrlOptions {
    /// Extra arguments for the view; they win over captures of the same name.
    Dict kwargs = {};
};

/// Arguments of include().
struct IncludeOptions {
    /// The instance namespace; empty: the app_name of the list. Needs an app_name.
    std::string_view namespace_ = {};
    /// For a list without app_name of its own.
    std::string_view app_name = {};
};

/// What include() makes: a list of urls to stand under a prefix.
struct Included {
    /// Not owned: a namespace-scope constant, read when the site's resolver is made, so that the
    /// order in which constants are initialised does not matter.
    const Urls* list = nullptr;
    Shared<const Urls> owned;
    std::string namespace_, app_name;
    /// Makes the list, once for each resolver; then `list` and `owned` are not read.
    Function<Urls()> make;
};

/// One entry of a list of urls: a pattern with a view, or with an included list. A value; made by
/// path(), re_path() and include().
class Url {
public:
    enum class Form : std::uint8_t { Path, Regex, LocalePrefix };

    Url();
    Url(const Url&);
    Url(Url&&) noexcept;
    Url& operator=(const Url&);
    Url& operator=(Url&&) noexcept;
    ~Url();

    Form form = Form::Path;
    std::string pattern;                       ///< the route or the regular expression
    std::vector<const Converter*> converters;  ///< own ones that `pattern` may name
    View view;                                 ///< empty for an include
    std::string name;
    Dict kwargs;
    std::optional<Included> included;
    bool prefix_default_language = true;  ///< of LocalePrefix
};

/// Arguments of a list of urls.
struct UrlsOptions {
    /// The application namespace: names in the list are "app_name:name".
    std::string_view app_name = {};
};

/// An immutable list of urls, in the order in which they are tried: Django's urlpatterns.
///
///     const Urls urls = {
///         path<"">(home, "home"),
///         path<"shop/">(include(products::urls)),
///     };
///     const Urls urls{{path<"">(index, "index")}, {.app_name = "products"}};
class Urls {
public:
    Urls();
    Urls(std::initializer_list<Url> entries, const UrlsOptions& options = {});
    explicit Urls(std::vector<Url> entries, const UrlsOptions& options = {});
    Urls(const Urls&);
    Urls(Urls&&) noexcept;
    Urls& operator=(const Urls&);
    Urls& operator=(Urls&&) noexcept;
    ~Urls();

    const std::vector<Url>& entries() const { return entries_; }
    const std::string& app_name() const { return app_name_; }
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }
    /// Both lists, in order; the app_name is this one's.
    friend Urls operator+(const Urls& a, const Urls& b);

private:
    std::vector<Url> entries_;
    std::string app_name_;
};

/// `urls` outlives the resolver that is made of it.
Included include(const Urls& urls, const IncludeOptions& options = {});
Included include(Urls&& urls, const IncludeOptions& options = {});
/// A list that depends on what is installed: `make` is called when a site's resolver is made, with
/// the site's models, databases and settings current. It throws what ends the site's start.
Included include(Function<Urls()> make, const IncludeOptions& options = {});

/// A route that is known at run time only; path<"..."> in path.h is checked by the compiler. The
/// view takes `const Kwargs&` or nothing behind Request&.
Url path(std::string_view route, View view, std::string_view name = {},
         const UrlOptions& options = {});
Url path(std::string_view route, Included included, const UrlOptions& options = {});
/// A regular expression in RE2's syntax (no look-around, no back-references), searched for from the
/// start of what is left of the path.
Url re_path(std::string_view regex, View view, std::string_view name = {},
            const UrlOptions& options = {});
Url re_path(std::string_view regex, Included included, const UrlOptions& options = {});

/// The entries of `urls` under the current language's code: "de/...". Without
/// `prefix_default_language` the site's default language has no prefix.
enum class PrefixDefaultLanguage : bool { No, Yes };
Url i18n_patterns(const Urls& urls, PrefixDefaultLanguage prefix = PrefixDefaultLanguage::Yes);
Url i18n_patterns(Urls&& urls, PrefixDefaultLanguage prefix = PrefixDefaultLanguage::Yes);

}  // namespace tatum::urls

namespace tatum {
using urls::i18n_patterns;
using urls::include;
using urls::Urls;
}  // namespace tatum
