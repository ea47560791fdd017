#include <tatum/urls/resolver.h>

#include <tatum/base/locals.h>
#include <tatum/urls/impl/table.h>

namespace tatum::urls {

namespace {

Value value_of(const Capture& capture) {
    if (capture.text.data() == nullptr) return {};
    if (capture.converter == nullptr) return Value(capture.text);
    return capture.converter->to_value(capture.text).value_or(Value());
}

/// A ResolverMatch as templates see it.
class ResolverMatchObject final : public Object {
public:
    static const ResolverMatch& of(Self self) { return *static_cast<const ResolverMatch*>(self); }

    std::string_view type_name(Self) const override { return "ResolverMatch"; }
    std::optional<Value> attribute(Self self, const Name& name) const override {
        const ResolverMatch& match = of(self);
        if (name == Name("url_name")) return Value(match.url_name());
        if (name == Name("view_name")) return Value(match.view_name());
        if (name == Name("route")) return Value(match.route());
        if (name == Name("namespace")) return Value(match.namespace_());
        if (name == Name("namespaces")) return Value(to_list(match.namespaces()));
        if (name == Name("app_names")) return Value(to_list(match.app_names()));
        if (name == Name("app_name")) {
            std::string joined;
            for (const std::string& app : match.app_names())
                joined.append(joined.empty() ? "" : ":").append(app);
            return Value(joined);
        }
        if (name == Name("kwargs")) return Value(match.kwargs().dict());
        if (name == Name("args")) return Value::tuple(match.kwargs().args());
        return std::nullopt;
    }
};

}  // namespace

const View& ResolverMatch::view() const { return leaf_->view; }
std::string_view ResolverMatch::route() const { return leaf_->route; }
std::string_view ResolverMatch::url_name() const { return leaf_->name; }
std::string_view ResolverMatch::view_name() const { return leaf_->view_name; }
std::span<const std::string> ResolverMatch::namespaces() const { return leaf_->namespaces; }
std::span<const std::string> ResolverMatch::app_names() const { return leaf_->app_names; }
std::string_view ResolverMatch::namespace_() const { return leaf_->namespace_joined; }
const Dict& ResolverMatch::extra_kwargs() const { return leaf_->extra; }

/// From the innermost pattern outwards, as Django merges them: inner values win, and unnamed groups
/// of outer patterns count only as long as there is nothing named.
Kwargs ResolverMatch::kwargs() const {
    Dict named;
    List positional;
    for (std::size_t level = leaf_->stages.size(); level-- > 0;) {
        Dict outer;
        List outer_positional;
        for (std::size_t i = 0; i < captures_.size(); ++i) {
            if (captures_[i].stage != level) continue;
            if (captures_[i].name.empty())
                outer_positional.push_back(value_of(captures_[i]));
            else
                outer.set(captures_[i].name, value_of(captures_[i]));
        }
        for (const auto& [key, value] : *leaf_->stages[level].kwargs) outer.set(key, value);
        for (const auto& [key, value] : named) outer.set(key, value);
        named = std::move(outer);
        if (level + 1 == leaf_->stages.size() || named.empty())
            positional.insert(positional.begin(), outer_positional.begin(), outer_positional.end());
    }
    return Kwargs(std::move(named), std::move(positional));
}

Dict ResolverMatch::captured_kwargs() const {
    Dict captured;
    for (std::size_t i = own_start_; i < captures_.size(); ++i)
        if (!captures_[i].name.empty()) captured.set(captures_[i].name, value_of(captures_[i]));
    return captured;
}

Value to_value(const ResolverMatch& match) {
    static const ResolverMatchObject object;
    return Value::object(&object, &match);
}

Resolver::Resolver(Urls urls) : table_(owned<const impl::Table>(std::move(urls))) {}
Resolver::~Resolver() = default;
Resolver::Resolver(Resolver&&) noexcept = default;
Resolver& Resolver::operator=(Resolver&&) noexcept = default;

std::optional<ResolverMatch> Resolver::resolve(std::string_view path) const {
    return table_->resolve(path);
}

namespace {

/// Walks the lists as Django's resolver does, noting what does not match.
struct Trying {
    const impl::Table& table;
    std::vector<TriedPattern> tried = {};

    void walk(const Urls& list, std::string_view rest, const std::string& route,
              const std::string& names) {
        for (const Url& url : list) {
            const impl::Pattern& pattern = table.pattern_of(url);
            const std::string full = route + pattern.text();
            Captures captures;
            if (!url.included) {
                tried.push_back({full, url.name.empty() ? "" : names + url.name});
                continue;
            }
            const auto matched = pattern.match(rest, captures, 0);
            if (!matched) {
                tried.push_back({full, {}});
                continue;
            }
            const Included& included = *url.included;
            const std::string& app =
                included.app_name.empty() ? included.list->app_name() : included.app_name;
            const std::string& name = included.namespace_.empty() ? app : included.namespace_;
            walk(*included.list, rest.substr(*matched), full,
                 name.empty() ? names : names + name + ":");
        }
    }
};

}  // namespace

std::vector<TriedPattern> Resolver::tried(std::string_view path) const {
    Trying trying{*table_};
    if (path.starts_with('/')) trying.walk(table_->urls(), path.substr(1), {}, {});
    return std::move(trying.tried);
}

std::vector<TriedPattern> Resolver::routes() const {
    std::vector<TriedPattern> all;
    for (const auto& leaf : table_->leaves()) all.push_back({leaf->route, leaf->view_name});
    return all;
}

const Resolver& current_resolver() {
    const auto* resolver = static_cast<const Resolver*>(local(Slot::Urls));
    if (resolver == nullptr)
        throw ImproperlyConfigured("there are no urls here: no site is running this code");
    return *resolver;
}

}  // namespace tatum::urls
