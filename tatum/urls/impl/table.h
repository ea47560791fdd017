#pragma once

#include <tatum/urls/impl/pattern.h>
#include <tatum/urls/resolver.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tatum::urls::impl {

/// One pattern on the way to a route, with the extra arguments given there.
struct Stage {
    const Pattern* pattern = nullptr;
    const Dict* kwargs = nullptr;
};

/// One route, with all that stands above it.
struct Leaf {
    std::vector<Stage> stages;  ///< outermost first; the last is the route's own
    View view;
    std::string route, name, view_name, namespace_joined;
    std::vector<std::string> namespaces, app_names;
    Dict extra;     ///< extra arguments of all stages
    Dict defaults;  ///< those that reversing knows: up to the nearest namespace
    /// How the stages can be written; an i18n prefix is put in front when it is asked for.
    std::vector<Possibility> possibilities;
    bool has_locale_prefix = false;
    bool has_namesakes = false;  ///< two stages name a parameter alike
    std::string literal;         ///< what every match begins with
    bool is_literal = false;     ///< and nothing else

    /// All of it as one regular expression, as Django writes it.
    std::string regex() const;
    /// Do all stages match, one behind the other, up to the end? `path` has no leading '/'.
    bool matches(std::string_view path) const;
    const Converter* converter(std::string_view parameter) const;
};

/// What reversing sees within one namespace: Django's reverse_dict, namespace_dict and app_dict.
struct Scope {
    /// Leaves by name; later ones in the lists come first.
    std::unordered_map<std::string, std::vector<const Leaf*>> names;
    std::map<std::string, const Scope*, std::less<>> namespaces;
    /// Instance namespaces of an application; later ones in the lists come first.
    std::map<std::string, std::vector<std::string>, std::less<>> apps;
};

/// The tree of literal prefixes, in one array. A node's label is the text between its parent and
/// it.
struct PrefixNode {
    std::string label;
    std::string first_bytes;              ///< of the children's labels
    std::vector<std::uint32_t> children;  ///< in the same order
    std::vector<std::uint32_t> leaves;    ///< whose literal ends here, ascending
};

/// A site's lists of urls, flattened. Immutable once built.
class Table {
public:
    /// Throws ImproperlyConfigured.
    explicit Table(Urls urls);

    std::optional<ResolverMatch> resolve(std::string_view path) const;
    const Urls& urls() const { return urls_; }
    const std::vector<std::unique_ptr<const Leaf>>& leaves() const { return leaves_; }
    const Scope& root() const { return *scopes_.front(); }
    /// Leaves of a view function, later ones first.
    std::vector<const Leaf*> leaves_of(ViewKey view) const;
    const Pattern& pattern_of(const Url& url) const { return *patterns_.at(&url); }

private:
    static constexpr int kDepthMax = 32;  // of includes inside each other

    struct Above;
    Scope build(const Urls& list, const Above& above);
    Scope build_include(const Url& url, const Above& above, std::string& namespace_out);
    const Leaf* add_leaf(const Url& url, const Above& above);
    const Pattern& compile(const Url& url);
    static void merge(Scope& scope, const Scope& child);

    std::uint32_t node_for(std::string_view literal);
    void plant(std::uint32_t leaf);
    static bool match(const Leaf& leaf, std::string_view rest, ResolverMatch& match);

    Urls urls_;
    std::unordered_map<const Url*, std::unique_ptr<const Pattern>> patterns_;
    std::vector<std::unique_ptr<const Leaf>> leaves_;
    std::vector<std::unique_ptr<Scope>> scopes_;
    std::vector<PrefixNode> nodes_;
};

}  // namespace tatum::urls::impl
