#include <tatum/urls/impl/table.h>
#include <tatum/urls/path.h>
#include <tatum/urls/resolver.h>

#include <map>

namespace tatum::urls {

namespace {

/// Goes through all lists and notes what is legal and probably a mistake.
class Checker {
public:
    explicit Checker(Resolver::AppendSlash append_slash) : append_slash_(append_slash) {}

    std::vector<UrlFinding> run(const Urls& urls) {
        check_list(urls, {});
        for (const auto& [name, count] : namespaces_)
            if (count > 1)
                warn("urls.W005",
                     "the URL namespace '" + name + "' is used " + std::to_string(count) +
                         " times; some of its URLs cannot be reversed",
                     "Give each include() a namespace_ of its own.");
        return std::move(findings_);
    }

private:
    void check_list(const Urls& urls, const std::string& namespace_) {
        for (const Url& url : urls) {
            check_url(url);
            if (url.included) check_include(*url.included, namespace_);
        }
    }

    void check_include(const Included& included, const std::string& outer) {
        const std::string& app =
            included.app_name.empty() ? included.list->app_name() : included.app_name;
        const std::string& own = included.namespace_.empty() ? app : included.namespace_;
        std::string full = outer;
        if (!own.empty()) {
            full.append(full.empty() ? "" : ":").append(own);
            ++namespaces_[full];
        }
        check_list(*included.list, full);
    }

    void check_url(const Url& url) {
        if (url.form == Url::Form::LocalePrefix) return;
        const std::string what = describe(url);
        if (url.name.find(':') != std::string::npos)
            warn("urls.W003", what + " has a ':' in its name, which separates namespaces",
                 "Remove the colon.");
        if (begins_with_slash(url) && append_slash_ == Resolver::AppendSlash::Yes)
            warn("urls.W002", what + " begins with a '/', which is not part of what is matched",
                 "Remove the slash; the route of the include() above ends with one.");
        if (url.form == Url::Form::Path)
            check_route(url, what);
        else
            check_regex(url, what);
    }

    void check_route(const Url& url, const std::string& what) {
        const std::string& route = url.pattern;
        if (route.find("(?P<") != std::string::npos || route.starts_with('^') ||
            route.ends_with('$'))
            warn("2_0.W001", what + " looks like a regular expression, and is matched as it stands",
                 "Write converters, or use re_path().");
        std::string rest;
        std::size_t from = 0;
        for (impl::RouteHole hole = impl::next_hole(route, 0); hole.start != std::string_view::npos;
             hole = impl::next_hole(route, hole.end)) {
            rest.append(route, from, hole.start - from);
            from = hole.end;
        }
        rest.append(route, from);
        for (const char bracket : {'<', '>'})
            if (rest.find(bracket) != std::string::npos)
                warn("urls.W010", what + " has an unmatched '" + std::string(1, bracket) + "'",
                     "A parameter is written <converter:name>.");
    }

    void check_regex(const Url& url, const std::string& what) {
        const std::string& regex = url.pattern;
        if (url.included && regex.ends_with('$') && !regex.ends_with("\\$"))
            warn("urls.W001", what + " includes urls and ends with '$', so that none can match",
                 "Remove the dollar.");
        const auto compiled = Regex::compile(regex);
        if (!compiled || !(*compiled)->has_names()) return;
        for (std::size_t i = 0; i < (*compiled)->group_count(); ++i) {
            if (!(*compiled)->group_name(i).empty()) continue;
            warn("urls.W011", what + " has named and unnamed groups; the unnamed ones are ignored",
                 "Name them, or write (?:...).");
            return;
        }
    }

    /// A regular expression that also ends with a slash may be meant so, as for Django.
    static bool begins_with_slash(const Url& url) {
        const std::string_view pattern = url.pattern;
        if (url.form == Url::Form::Path) return pattern.starts_with('/');
        const bool begins =
            pattern.starts_with('/') || pattern.starts_with("^/") || pattern.starts_with("^\\/");
        return begins && !pattern.ends_with('/');
    }

    static std::string describe(const Url& url) {
        std::string text = "the URL pattern '" + url.pattern + "'";
        if (!url.name.empty()) text += " [name='" + url.name + "']";
        return text;
    }

    void warn(std::string code, std::string message, std::string hint) {
        findings_.push_back(
            {.error = {
                 .code = std::move(code), .message = std::move(message), .hint = std::move(hint)}});
    }

    Resolver::AppendSlash append_slash_;
    std::vector<UrlFinding> findings_;
    std::map<std::string, int> namespaces_;
};

}  // namespace

std::vector<UrlFinding> Resolver::check(AppendSlash append_slash) const {
    return Checker(append_slash).run(table_->urls());
}

}  // namespace tatum::urls
