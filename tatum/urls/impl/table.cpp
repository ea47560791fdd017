#include <tatum/urls/impl/table.h>

#include <algorithm>
#include <array>
#include <set>

namespace tatum::urls::impl {

namespace {

std::string join(const std::vector<std::string>& parts) {
    std::string result;
    for (const std::string& part : parts) {
        if (!result.empty()) result += ':';
        result += part;
    }
    return result;
}

/// Two routes in a row; the second loses its '^'.
std::string join_routes(std::string_view first, std::string_view second) {
    if (!first.empty() && second.starts_with('^')) second.remove_prefix(1);
    return std::string(first).append(second);
}

void update(Dict& dict, const Dict& other) {
    for (const auto& [key, value] : other) dict.set(key, value);
}

/// Candidates from a few nodes, each ascending, in one ascending order.
class Candidates {
public:
    void add(const std::vector<std::uint32_t>& leaves) {
        if (leaves.empty()) return;
        if (count_ < lists_.size())
            lists_[count_++] = leaves;
        else
            more_.push_back(leaves);
    }
    /// npos when there are no more.
    std::uint32_t next() {
        std::span<const std::uint32_t>* least = nullptr;
        const auto consider = [&](std::span<const std::uint32_t>& list) {
            if (!list.empty() && (least == nullptr || list[0] < (*least)[0])) least = &list;
        };
        for (std::size_t i = 0; i < count_; ++i) consider(lists_[i]);
        for (auto& list : more_) consider(list);
        if (least == nullptr) return kNone;
        const std::uint32_t leaf = (*least)[0];
        *least = least->subspan(1);
        return leaf;
    }
    static constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);

private:
    std::array<std::span<const std::uint32_t>, 12> lists_;
    std::size_t count_ = 0;
    std::vector<std::span<const std::uint32_t>> more_;
};

}  // namespace

std::string Leaf::regex() const {
    std::string result;
    for (const Stage& stage : stages) result += stage.pattern->regex();
    return result;
}

bool Leaf::matches(std::string_view path) const {
    Captures captures;
    for (const Stage& stage : stages) {
        const std::optional<std::size_t> matched = stage.pattern->match(path, captures, 0);
        if (!matched) return false;
        path.remove_prefix(*matched);
    }
    return true;
}

/// The innermost wins where stages name a parameter alike.
const Converter* Leaf::converter(std::string_view parameter) const {
    for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage)
        if (const Converter* found = stage->pattern->converter(parameter)) return found;
    return nullptr;
}

/// What stands above a list.
struct Table::Above {
    std::vector<Stage> stages;
    std::vector<std::string> namespaces, app_names;
    std::string route;
    std::size_t namespace_start = 0;  ///< the first stage behind the innermost namespace
};

namespace {

/// The same lists with those made that are to be; nothing where there are none such. Lists that
/// include each other in a circle are refused by build().
std::optional<Urls> with_lists_made(const Urls& urls, int depth_left) {
    std::optional<std::vector<Url>> changed;
    for (std::size_t i = 0; i < urls.entries().size() && depth_left > 0; ++i) {
        const std::optional<Included>& included = urls.entries()[i].included;
        if (!included) continue;
        std::optional<Urls> list = included->make ? included->make() : std::optional<Urls>();
        if (auto below = with_lists_made(list ? *list : *included->list, depth_left - 1)) {
            list = std::move(below);
        }
        if (!list) continue;
        if (!changed) changed = urls.entries();
        Included& made = *(*changed)[i].included;
        made.make = nullptr;
        made.owned = shared<const Urls>(*std::move(list));
        made.list = made.owned.get();
    }
    if (!changed) return std::nullopt;
    return Urls(*std::move(changed), {.app_name = urls.app_name()});
}

}  // namespace

Table::Table(Urls urls) : urls_(std::move(urls)) {
    if (auto made = with_lists_made(urls_, kDepthMax)) urls_ = *std::move(made);
    nodes_.emplace_back();
    scopes_.push_back(std::make_unique<Scope>());
    *scopes_.front() = build(urls_, Above());
    for (std::uint32_t i = 0; i < leaves_.size(); ++i) plant(i);
}

const Pattern& Table::compile(const Url& url) {
    std::unique_ptr<const Pattern>& place = patterns_[&url];
    if (!place) place = std::make_unique<const Pattern>(url);
    return *place;
}

/// Leaves in the order of the lists; lookups for reversing the other way round, as Django fills
/// them.
Scope Table::build(const Urls& list, const Above& above) {
    struct Entry {
        const Leaf* leaf = nullptr;
        Scope scope;
        std::string namespace_;
    };
    std::vector<Entry> entries(list.entries().size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Url& url = list.entries()[i];
        if (url.included)
            entries[i].scope = build_include(url, above, entries[i].namespace_);
        else
            entries[i].leaf = add_leaf(url, above);
    }
    Scope scope;
    for (std::size_t i = entries.size(); i-- > 0;) {
        const Url& url = list.entries()[i];
        if (const Leaf* leaf = entries[i].leaf) {
            if (!url.name.empty()) scope.names[url.name].push_back(leaf);
        } else if (entries[i].namespace_.empty()) {
            merge(scope, entries[i].scope);
        } else {
            const std::string& app = url.included->app_name.empty() ? url.included->list->app_name()
                                                                    : url.included->app_name;
            scopes_.push_back(std::make_unique<Scope>(std::move(entries[i].scope)));
            scope.apps[app].push_back(entries[i].namespace_);
            scope.namespaces[entries[i].namespace_] = scopes_.back().get();
        }
    }
    return scope;
}

void Table::merge(Scope& scope, const Scope& child) {
    for (const auto& [name, leaves] : child.names) {
        auto& own = scope.names[name];
        own.insert(own.end(), leaves.begin(), leaves.end());
    }
    for (const auto& [name, inner] : child.namespaces) scope.namespaces[name] = inner;
    for (const auto& [app, instances] : child.apps) {
        auto& own = scope.apps[app];
        own.insert(own.end(), instances.begin(), instances.end());
    }
}

Scope Table::build_include(const Url& url, const Above& above, std::string& namespace_out) {
    const Included& included = *url.included;
    const std::string& app_name =
        included.app_name.empty() ? included.list->app_name() : included.app_name;
    if (!included.namespace_.empty() && app_name.empty())
        throw ImproperlyConfigured(
            "Specifying a namespace in include() without providing an app_name is not supported. "
            "Set the app_name of the included urls, or give one to include().");
    if (above.stages.size() >= static_cast<std::size_t>(kDepthMax))
        throw ImproperlyConfigured("urls are included more than " + std::to_string(kDepthMax) +
                                   " times inside each other at '" + above.route + "'");
    if (url.form == Url::Form::LocalePrefix && !above.stages.empty())
        throw ImproperlyConfigured("Using i18n_patterns in an included URLconf is not allowed.");
    namespace_out = included.namespace_.empty() ? app_name : included.namespace_;
    Above below = above;
    const Pattern& pattern = compile(url);
    below.stages.push_back({&pattern, &url.kwargs});
    below.route = join_routes(above.route, pattern.text());
    if (!app_name.empty()) below.app_names.push_back(app_name);
    if (!namespace_out.empty()) {
        below.namespaces.push_back(namespace_out);
        below.namespace_start = below.stages.size();
    }
    return build(*included.list, below);
}

const Leaf* Table::add_leaf(const Url& url, const Above& above) {
    auto leaf = std::make_unique<Leaf>();
    const Pattern& own = compile(url);
    leaf->stages = above.stages;
    leaf->stages.push_back({&own, &url.kwargs});
    leaf->view = url.view;
    leaf->route = join_routes(above.route, own.text());
    leaf->name = url.name;
    leaf->namespaces = above.namespaces;
    leaf->app_names = above.app_names;
    leaf->namespace_joined = join(above.namespaces);
    leaf->view_name = leaf->namespaces.empty() || url.name.empty()
                          ? url.name
                          : leaf->namespace_joined + ":" + url.name;
    leaf->possibilities.emplace_back();
    leaf->is_literal = true;
    std::set<std::string, std::less<>> parameters;
    for (std::size_t i = 0; i < leaf->stages.size(); ++i) {
        const Pattern& pattern = *leaf->stages[i].pattern;
        update(leaf->extra, *leaf->stages[i].kwargs);
        const std::vector<Possibility> possible = pattern.possibilities();
        leaf->possibilities = sequence(leaf->possibilities, possible);
        std::set<std::string, std::less<>> of_stage;
        for (const Possibility& possibility : possible)
            for (const std::string_view name : possibility.parameters()) of_stage.emplace(name);
        for (const std::string& name : of_stage)
            leaf->has_namesakes = !parameters.insert(name).second || leaf->has_namesakes;
        leaf->has_locale_prefix = leaf->has_locale_prefix || pattern.is_locale_prefix();
        if (leaf->is_literal) leaf->literal += pattern.literal_start();
        leaf->is_literal = leaf->is_literal && pattern.is_literal();
    }
    for (std::size_t i = leaf->stages.size(); i-- > above.namespace_start;)
        update(leaf->defaults, *leaf->stages[i].kwargs);
    leaves_.push_back(std::move(leaf));
    return leaves_.back().get();
}

std::vector<const Leaf*> Table::leaves_of(ViewKey view) const {
    std::vector<const Leaf*> found;
    for (auto leaf = leaves_.rbegin(); leaf != leaves_.rend(); ++leaf)
        if ((*leaf)->view.key() == view) found.push_back(leaf->get());
    return found;
}

/// The node at which `literal` ends, made when there is none.
std::uint32_t Table::node_for(std::string_view literal) {
    std::uint32_t at = 0;
    while (!literal.empty()) {
        const std::size_t place = nodes_[at].first_bytes.find(literal[0]);
        if (place == std::string::npos) {
            const auto added = static_cast<std::uint32_t>(nodes_.size());
            nodes_[at].first_bytes += literal[0];
            nodes_[at].children.push_back(added);
            nodes_.push_back({std::string(literal), {}, {}, {}});
            return added;
        }
        std::uint32_t child = nodes_[at].children[place];
        const std::string label = nodes_[child].label;
        const auto common = static_cast<std::size_t>(
            std::mismatch(label.begin(), label.end(), literal.begin(), literal.end()).first -
            label.begin());
        if (common < label.size()) {
            // A new node takes the common part, and the child what is behind it.
            const auto middle = static_cast<std::uint32_t>(nodes_.size());
            nodes_[child].label = label.substr(common);
            nodes_.push_back({label.substr(0, common), label.substr(common, 1), {child}, {}});
            nodes_[at].children[place] = middle;
            child = middle;
        }
        literal.remove_prefix(common);
        at = child;
    }
    return at;
}

void Table::plant(std::uint32_t leaf) {
    nodes_[node_for(leaves_[leaf]->literal)].leaves.push_back(leaf);
}

std::optional<ResolverMatch> Table::resolve(std::string_view path) const {
    if (!path.starts_with('/')) return std::nullopt;
    const std::string_view rest = path.substr(1);
    Candidates candidates;
    const PrefixNode* node = &nodes_.front();
    for (std::string_view left = rest;;) {
        candidates.add(node->leaves);
        const std::size_t place =
            left.empty() ? std::string::npos : node->first_bytes.find(left[0]);
        if (place == std::string::npos) break;
        node = &nodes_[node->children[place]];
        if (!left.starts_with(node->label)) break;
        left.remove_prefix(node->label.size());
    }
    std::optional<ResolverMatch> result(std::in_place);
    for (std::uint32_t leaf = candidates.next(); leaf != Candidates::kNone;
         leaf = candidates.next())
        if (match(*leaves_[leaf], rest, *result)) return result;
    return std::nullopt;
}

bool Table::match(const Leaf& leaf, std::string_view rest, ResolverMatch& match) {
    if (leaf.is_literal && rest.size() != leaf.literal.size()) return false;
    match.leaf_ = &leaf;
    match.captures_.truncate(0);
    match.own_start_ = 0;
    if (leaf.is_literal) return leaf.view.fits(match);
    std::uint32_t stage = 0;
    for (const Stage& each : leaf.stages) {
        match.own_start_ = match.captures_.size();
        const std::optional<std::size_t> matched =
            each.pattern->match(rest, match.captures_, stage++);
        if (!matched) return false;
        rest.remove_prefix(*matched);
    }
    return leaf.view.fits(match);
}

}  // namespace tatum::urls::impl
