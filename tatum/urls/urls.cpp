#include <tatum/urls/urls.h>

#include <tatum/urls/path.h>

namespace tatum::urls {

namespace {

Url leaf(Url::Form form, std::string_view pattern, View view, std::string_view name,
         const UrlOptions& options) {
    Url url;
    url.form = form;
    url.pattern = pattern;
    url.view = std::move(view);
    url.name = name;
    url.kwargs = options.kwargs;
    return url;
}

Url prefix(Url::Form form, std::string_view pattern, Included included, const UrlOptions& options) {
    Url url = leaf(form, pattern, {}, {}, options);
    url.included = std::move(included);
    return url;
}

Url localized(Included included, PrefixDefaultLanguage prefix_default) {
    Url url = prefix(Url::Form::LocalePrefix, {}, std::move(included), {});
    url.prefix_default_language = prefix_default == PrefixDefaultLanguage::Yes;
    return url;
}

}  // namespace

Url::Url() = default;
Url::Url(const Url&) = default;
Url::Url(Url&&) noexcept = default;
Url& Url::operator=(const Url&) = default;
Url& Url::operator=(Url&&) noexcept = default;
Url::~Url() = default;

Urls::Urls() = default;
Urls::Urls(std::initializer_list<Url> entries, const UrlsOptions& options)
    : entries_(entries), app_name_(options.app_name) {}
Urls::Urls(std::vector<Url> entries, const UrlsOptions& options)
    : entries_(std::move(entries)), app_name_(options.app_name) {}
Urls::Urls(const Urls&) = default;
Urls::Urls(Urls&&) noexcept = default;
Urls& Urls::operator=(const Urls&) = default;
Urls& Urls::operator=(Urls&&) noexcept = default;
Urls::~Urls() = default;

Urls operator+(const Urls& a, const Urls& b) {
    std::vector<Url> entries = a.entries_;
    entries.insert(entries.end(), b.entries_.begin(), b.entries_.end());
    return Urls(std::move(entries), {.app_name = a.app_name_});
}

Included include(const Urls& urls, const IncludeOptions& options) {
    return {.list = &urls,
            .namespace_ = std::string(options.namespace_),
            .app_name = std::string(options.app_name)};
}

Included include(Urls&& urls, const IncludeOptions& options) {
    auto owned = shared<const Urls>(std::move(urls));
    return {.list = owned.get(),
            .owned = owned,
            .namespace_ = std::string(options.namespace_),
            .app_name = std::string(options.app_name)};
}

Included include(Function<Urls()> make, const IncludeOptions& options) {
    return {.namespace_ = std::string(options.namespace_),
            .app_name = std::string(options.app_name),
            .make = std::move(make)};
}

Url path(std::string_view route, View view, std::string_view name, const UrlOptions& options) {
    return leaf(Url::Form::Path, route, std::move(view), name, options);
}

Url path(std::string_view route, Included included, const UrlOptions& options) {
    return prefix(Url::Form::Path, route, std::move(included), options);
}

Url re_path(std::string_view regex, View view, std::string_view name, const UrlOptions& options) {
    return leaf(Url::Form::Regex, regex, std::move(view), name, options);
}

Url re_path(std::string_view regex, Included included, const UrlOptions& options) {
    return prefix(Url::Form::Regex, regex, std::move(included), options);
}

Url i18n_patterns(const Urls& urls, PrefixDefaultLanguage prefix_default) {
    return localized(include(urls), prefix_default);
}

Url i18n_patterns(Urls&& urls, PrefixDefaultLanguage prefix_default) {
    return localized(include(std::move(urls)), prefix_default);
}

namespace impl {

Url make_path(std::string_view route, std::initializer_list<const Converter*> converters,
              const View::Parts& view, std::string_view name, const UrlOptions* options) {
    Url url = leaf(Url::Form::Path, route, view, name, options ? *options : UrlOptions());
    url.converters = converters;
    return url;
}

Url make_path(std::string_view route, std::initializer_list<const Converter*> converters,
              Included included, const UrlOptions& options) {
    Url url = prefix(Url::Form::Path, route, std::move(included), options);
    url.converters = converters;
    return url;
}

}  // namespace impl

}  // namespace tatum::urls
