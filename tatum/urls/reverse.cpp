#include <tatum/urls/reverse.h>

#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/http/request.h>
#include <tatum/urls/impl/table.h>

#include <algorithm>

namespace tatum::urls {

namespace {

using impl::Leaf;
using impl::Possibility;

/// Sub-delimiters and the rest of pchar (RFC 3986 §3.3).
constexpr std::string_view kSafe = "!$&'()*+,;=/~:@";

Error not_found(std::string message) {
    return Error{.code = "urls.E404", .message = std::move(message)};
}

/// Arguments by the name of the parameter that they are for.
class Arguments {
public:
    Arguments(const List& args, const Dict& kwargs) : args_(args), kwargs_(kwargs) {}

    /// Do the arguments fit a text with these parameters? Extra arguments of the route may be left
    /// out, and those given have its values.
    bool fit(const std::vector<std::string_view>& parameters, const Dict& defaults) const {
        if (!args_.empty()) return args_.size() == parameters.size();
        const auto is_parameter = [&](std::string_view name) {
            return std::find(parameters.begin(), parameters.end(), name) != parameters.end();
        };
        for (const std::string_view name : parameters)
            if (!kwargs_.contains(name) && !defaults.contains(name)) return false;
        for (const auto& [key, value] : kwargs_)
            if (!is_parameter(key.as_string()) && !defaults.contains(key.as_string())) return false;
        for (const auto& [key, value] : defaults) {
            if (is_parameter(key.as_string())) continue;
            const Value* given = kwargs_.find(key);
            if (given != nullptr && !(*given == value)) return false;
        }
        return true;
    }
    const Value& value(std::size_t position, std::string_view parameter,
                       const Dict& defaults) const {
        if (!args_.empty()) return args_[position];
        const Value* given = kwargs_.find(Name(parameter));
        return given != nullptr ? *given : *defaults.find(Name(parameter));
    }
    std::string description() const {
        if (!args_.empty()) return "arguments '" + Value::tuple(args_).repr() + "'";
        if (!kwargs_.empty()) return "keyword arguments '" + Value(kwargs_).repr() + "'";
        return "no arguments";
    }

private:
    const List& args_;
    const Dict& kwargs_;
};

/// The prefix of an i18n_patterns() among the stages, which is always outermost.
std::string locale_prefix(const Leaf& leaf) {
    for (const impl::Stage& stage : leaf.stages)
        if (stage.pattern->is_locale_prefix()) return stage.pattern->language_prefix();
    return {};
}

/// One text with its parameters filled in, unquoted; nullopt when an argument is none of its
/// converter's.
std::optional<std::string> fill(const Leaf& leaf, const Possibility& possibility,
                                const Arguments& arguments) {
    std::string text = leaf.has_locale_prefix ? locale_prefix(leaf) : std::string();
    std::size_t position = 0;
    for (const Possibility::Piece& piece : possibility.pieces) {
        text += piece.literal;
        if (piece.parameter.empty()) continue;
        const Value& value = arguments.value(position++, piece.parameter, leaf.defaults);
        const Converter* converter = leaf.converter(piece.parameter);
        std::optional<std::string> part =
            converter == nullptr ? value.str() : converter->to_url(value);
        if (!part) return std::nullopt;
        text += *part;
    }
    return text;
}

/// Whether the route leads from this text to its view. Django asks its regular expression, which is
/// made here only when the quicker way says no: it may split the text at another place.
bool matches(const Leaf& leaf, const std::string& text) {
    if (leaf.matches(text)) return true;
    const auto regex = Regex::compile(leaf.regex());
    if (!regex) return false;
    std::vector<std::string_view> groups;
    return (*regex)->match(text, Regex::Anchor::Start, groups) != std::string_view::npos;
}

std::string script_prefix(const ReverseOptions& options) {
    if (options.script_prefix) return std::string(*options.script_prefix);
    const auto* request = static_cast<const http::Request*>(local(Slot::Request));
    return request == nullptr ? "/" : std::string(request->script_name()) + "/";
}

Result<std::string> finish(std::string url, const ReverseOptions& options) {
    std::string query;
    if (options.query.is_object()) {
        // A QueryDict encodes itself.
        const auto encoded = options.query.as_object().attribute(options.query.self(), "urlencode");
        if (encoded) query = encoded->str();
    } else if (!options.query.is_none()) {
        if (options.query.is_list() && !options.query.as_list().empty() &&
            options.query.as_list().front().kind() != Kind::Tuple)
            return Error{.code = "urls.E406",
                         .message = "a query is a mapping or a sequence of pairs (tuples)"};
        TATUM_TRY(query, uri::urlencode(options.query, uri::Sequences::Each));
    }
    if (!query.empty()) url.append("?").append(query);
    if (options.fragment) url.append("#").append(*options.fragment);
    return url;
}

/// Tries `leaves` in order. `what` names the view or route in the message.
Result<std::string> reverse_leaves(std::span<const Leaf* const> leaves, std::string_view what,
                                   const List& args, const Dict& kwargs,
                                   const ReverseOptions& options) {
    const Arguments arguments(args, kwargs);
    for (const Leaf* leaf : leaves) {
        if (leaf->has_namesakes) continue;
        for (const Possibility& possibility : leaf->possibilities) {
            if (!arguments.fit(possibility.parameters(), leaf->defaults)) continue;
            const std::optional<std::string> text = fill(*leaf, possibility, arguments);
            if (!text || !matches(*leaf, *text)) continue;
            const std::string quoted = uri::quote(script_prefix(options) + *text, kSafe);
            return finish(uri::escape_leading_slashes(quoted), options);
        }
    }
    const std::string name(what);
    if (leaves.empty())
        return not_found("Reverse for '" + name + "' not found. '" + name +
                         "' is not a valid view function or pattern name.");
    List tried;
    for (const Leaf* leaf : leaves) tried.emplace_back(leaf->regex());
    return not_found("Reverse for '" + name + "' with " + arguments.description() + " not found. " +
                     std::to_string(leaves.size()) +
                     " pattern(s) tried: " + Value(std::move(tried)).repr());
}

/// The instance namespace that `ns` means: itself, or the instance of the application `ns` that is
/// current, or its default one (Django docs: topics/http/urls#reversing-namespaced-urls).
std::string instance_of(const impl::Scope& scope, std::string_view ns, std::string_view current) {
    const auto app = scope.apps.find(ns);
    if (app == scope.apps.end()) return std::string(ns);
    const auto has = [&](std::string_view name) {
        return std::find(app->second.begin(), app->second.end(), name) != app->second.end();
    };
    if (!current.empty() && has(current)) return std::string(current);
    return has(ns) ? std::string(ns) : app->second.front();
}

}  // namespace

Result<std::string> Resolver::find_url(std::string_view name, const List& args, const Dict& kwargs,
                                       const ReverseOptions& options) const {
    if (!args.empty() && !kwargs.empty())
        return Error{.code = "urls.E405",
                     .message = "Don't mix *args and **kwargs in call to reverse()!"};
    std::vector<std::string_view> path = strings::split(name, ":");
    const std::string_view view = path.back();
    path.pop_back();
    std::vector<std::string_view> current;
    if (!options.current_app.empty()) current = strings::split(options.current_app, ":");
    const impl::Scope* scope = &table_->root();
    std::string inside;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const std::string_view here = i < current.size() ? current[i] : std::string_view();
        const std::string ns = instance_of(*scope, path[i], here);
        if (ns != here) current.clear();
        const auto next = scope->namespaces.find(ns);
        if (next == scope->namespaces.end())
            return not_found(strings::repr(ns) + " is not a registered namespace" +
                             (inside.empty() ? "" : " inside '" + inside + "'"));
        inside.append(inside.empty() ? "" : ":").append(ns);
        scope = next->second;
    }
    const auto found = scope->names.find(std::string(view));
    if (found == scope->names.end()) return reverse_leaves({}, view, args, kwargs, options);
    return reverse_leaves(found->second, view, args, kwargs, options);
}

Result<std::string> Resolver::find_url(ViewKey view, const List& args, const Dict& kwargs,
                                       const ReverseOptions& options) const {
    return reverse_leaves(table_->leaves_of(view), "the view function", args, kwargs, options);
}

namespace {

std::string url_or_throw(Result<std::string> url) {
    if (url) return *std::move(url);
    if (url.error().code == "urls.E404") throw NoReverseMatch(std::move(url).error());
    throw Exception(std::move(url).error());
}

}  // namespace

std::string Resolver::reverse(std::string_view name, const List& args, const Dict& kwargs,
                              const ReverseOptions& options) const {
    return url_or_throw(find_url(name, args, kwargs, options));
}

std::string impl::reverse_positional(std::string_view name, std::initializer_list<Value> args) {
    return reverse(name, List(args), Dict());
}

std::string reverse(std::string_view name, const List& args, const Dict& kwargs,
                    const ReverseOptions& options) {
    return current_resolver().reverse(name, args, kwargs, options);
}

std::string reverse(std::string_view name, const ReverseOptions& options) {
    return reverse(name, List{}, Dict{}, options);
}

ResolverMatch resolve(std::string_view path) {
    std::optional<ResolverMatch> match = current_resolver().resolve(path);
    if (!match) throw Resolver404(std::string(path));
    return *std::move(match);
}

bool is_valid_path(std::string_view path) { return current_resolver().resolve(path).has_value(); }

std::string impl::reverse_view(ViewKey view, const List& args, const ReverseOptions& options) {
    return url_or_throw(current_resolver().find_url(view, args, Dict{}, options));
}

}  // namespace tatum::urls
