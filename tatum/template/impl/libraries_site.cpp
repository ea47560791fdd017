#include <tatum/base/crypto.h>
#include <tatum/base/formats.h>
#include <tatum/base/html.h>
#include <tatum/base/humanize.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/filter_tools.h>
#include <tatum/template/impl/parse_tools.h>

/// The libraries static, l10n, cache and humanize.
namespace tatum::template_::impl {
namespace {

/// `{% get_static_prefix %}` and `{% get_media_prefix %}`.
class PrefixNode final : public Node {
public:
    using Getter = std::string (Environment::*)() const;
    PrefixNode(Getter getter, Name variable) : getter_(getter), variable_(variable) {}
    void render(Context& context, std::string& out) const override {
        const std::string prefix = uri::iri_to_uri((context.environment().*getter_)());
        if (variable_.text.empty()) {
            out += prefix;
        } else {
            context.bind(variable_, Value(prefix));
        }
    }

private:
    Getter getter_;
    Name variable_;
};

Result<Node*> parse_prefix(Parser& parser, const Token& token, PrefixNode::Getter getter) {
    const Bits bits = strings::split(token.contents);
    if (bits.size() > 1 && bits[1] != "as") {
        return tag_error("First argument in '" + std::string(bits[0]) + "' must be 'as'");
    }
    if (bits.size() == 2)
        return tag_error("'" + std::string(bits[0]) + "' needs a name after 'as'");
    return parser.make<PrefixNode>(getter, bits.size() > 2 ? Name(bits[2]) : Name());
}

Result<Node*> parse_static_prefix(Parser& parser, const Token& token) {
    return parse_prefix(parser, token, &Environment::static_prefix);
}
Result<Node*> parse_media_prefix(Parser& parser, const Token& token) {
    return parse_prefix(parser, token, &Environment::media_prefix);
}

class StaticNode final : public Node {
public:
    StaticNode(const Expression* path, Name variable) : path_(path), variable_(variable) {}
    void render(Context& context, std::string& out) const override {
        Value place;
        const std::string url = context.environment().static_url(path_->get(context, place).str());
        Value text(url);
        if (context.autoescape()) text = html::conditional_escape(text);
        if (variable_.text.empty()) {
            text.append_str(out);
        } else {
            context.bind(variable_, std::move(text));
        }
    }

private:
    const Expression* path_;
    Name variable_;
};

Result<Node*> parse_static(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    if (bits.size() < 2) {
        return tag_error("'static' takes at least one argument (path to file)");
    }
    TATUM_TRY(const Expression* path, compile(parser, bits[1]));
    const bool stored = bits.size() >= 4 && bits[bits.size() - 2] == "as";
    return parser.make<StaticNode>(path, stored ? Name(bits[3]) : Name());
}

class LocalizeNode final : public Node {
public:
    LocalizeNode(bool on, NodeList body) : on_(on), body_(body) {}
    void render(Context& context, std::string& out) const override {
        const std::optional<bool> before = context.use_l10n();
        context.set_use_l10n(on_);
        body_.render(context, out);
        context.set_use_l10n(before);
    }

private:
    bool on_;
    NodeList body_;
};

Result<Node*> parse_localize(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    if (bits.size() > 2 || (bits.size() == 2 && bits[1] != "on" && bits[1] != "off")) {
        return tag_error("'localize' argument should be 'on' or 'off'");
    }
    TATUM_TRY(const NodeList body, parser.parse({"endlocalize"}));
    parser.next_token();
    return parser.make<LocalizeNode>(bits.size() == 1 || bits[1] == "on", body);
}

// A text stays as it is, safe or not.
Value localize_filter(const void*, const FilterCall& call) {
    const Value text = localize(call.value, UseL10n::On);
    return text.is_string() ? text : Value(text.str());
}
Value unlocalize_filter(const void*, const FilterCall& call) {
    if (call.value.is_string()) return call.value;
    return Value(call.value.is_number() ? call.value.str()
                                        : localize(call.value, UseL10n::Off).str());
}

/// The cache key of a fragment, which two Django versions and Tatum agree on.
std::string fragment_key(std::string_view name, const List& vary_on) {
    std::string text;
    for (const Value& value : vary_on) text += value.str() + ":";
    return "template.cache." + std::string(name) + "." +
           crypto::hex(crypto::digest(crypto::Hash::Md5, text));
}

class CacheNode final : public Node {
public:
    CacheNode(NodeList body, const Expression* timeout, std::string_view name,
              std::span<const Expression* const> vary_on, const Expression* cache)
        : body_(body), timeout_(timeout), name_(name), vary_on_(vary_on), cache_(cache) {}

    void render(Context& context, std::string& out) const override {
        const std::optional<std::int64_t> timeout = timeout_seconds(context);
        std::string cache;
        if (cache_ != nullptr) {
            cache = known(*cache_, context).str();
            if (cache.empty() || !context.environment().has_cache(cache)) {
                fail_syntax("Invalid cache name specified for cache tag: " + quoted(cache));
            }
        }
        List values;
        for (const Expression* value : vary_on_) values.push_back(value->resolve(context));
        const std::string key = fragment_key(name_, values);
        if (const auto stored = context.environment().fragment_get(cache, key)) {
            out += *stored;
            return;
        }
        const std::string text = body_.render(context);
        context.environment().fragment_set(cache, key, text, timeout);
        out += text;
    }

private:
    /// The value of an argument, all of whose variables must exist.
    static Value known(const Expression& expression, Context& context) {
        try {
            return expression.resolve(context);
        } catch (const VariableDoesNotExist&) {
            const Operand& operand = expression.operand();
            const std::string shown = operand.kind == Operand::Kind::Variable
                                          ? "<Variable: " + quoted(operand.variable.text) + ">"
                                          : operand.constant.repr();
            fail_syntax("\"cache\" tag got an unknown variable: " + shown);
        }
    }

    std::optional<std::int64_t> timeout_seconds(Context& context) const {
        const Value value = known(*timeout_, context);
        if (value.is_none()) return std::nullopt;
        const ToInt seconds = to_int(value);
        if (!seconds) {
            fail_syntax("\"cache\" tag got a non-integer timeout value: " + value.repr());
        }
        return seconds.clamped();
    }

    NodeList body_;
    const Expression* timeout_;
    std::string_view name_;
    std::span<const Expression* const> vary_on_;
    const Expression* cache_;
};

Result<Node*> parse_cache(Parser& parser, const Token& token) {
    TATUM_TRY(const NodeList body, parser.parse({"endcache"}));
    parser.next_token();
    Bits bits = token.split_contents();
    if (bits.size() < 3) return tag_error("''cache'' tag requires at least 2 arguments.");
    const Expression* cache = nullptr;
    constexpr std::string_view kUsing = "using=";
    if (bits.size() > 3 && bits.back().starts_with(kUsing)) {
        TATUM_TRY(cache, compile(parser, bits.back().substr(kUsing.size())));
        bits.pop_back();
    }
    TATUM_TRY(const Expression* timeout, compile(parser, bits[1]));
    TATUM_TRY(const auto vary_on, compile_all(parser, bits, 3, bits.size()));
    return parser.make<CacheNode>(body, timeout, bits[2], vary_on, cache);
}

Value ordinal(const void*, const FilterCall& call) { return humanize::ordinal(call.value); }
Value intword(const void*, const FilterCall& call) { return humanize::intword(call.value); }
Value apnumber(const void*, const FilterCall& call) { return humanize::apnumber(call.value); }
Value naturaltime(const void*, const FilterCall& call) { return humanize::naturaltime(call.value); }

Value intcomma(const void*, const FilterCall& call) {
    bool localized = call.argument == nullptr || call.argument->truth();
    // Django 5 grouped other numbers in texts without reading them.
    if (call.value.is_string() && options_of(call.context).django_version < 600) {
        localized = localized && to_int(call.value);
    }
    return humanize::intcomma(call.value, localized ? UseL10n::On : UseL10n::Off);
}

Value naturalday(const void*, const FilterCall& call) {
    if (call.argument == nullptr || call.argument->is_none()) {
        return humanize::naturalday(call.value);
    }
    return humanize::naturalday(call.value, call.argument->str());
}

}  // namespace

Library static_library() {
    return Library("static")
        .tag("static", &parse_static)
        .tag("get_static_prefix", &parse_static_prefix)
        .tag("get_media_prefix", &parse_media_prefix);
}

Library l10n_library() {
    Library library("l10n");
    library.tag("localize", &parse_localize);
    add_filter(library, "localize", &localize_filter);
    add_filter(library, "unlocalize", &unlocalize_filter);
    return library;
}

Library cache_library() { return Library("cache").tag("cache", &parse_cache); }

Library humanize_library() {
    Library library("humanize");
    const auto none = ArgumentRule::None;
    const auto maybe = ArgumentRule::Optional;
    add_filter(library, "ordinal", &ordinal, none, kSafe);
    add_filter(library, "intcomma", &intcomma, maybe, kSafe);
    add_filter(library, "intword", &intword);
    add_filter(library, "apnumber", &apnumber, none, kSafe);
    add_filter(library, "naturalday", &naturalday, maybe, kLocaltime);
    add_filter(library, "naturaltime", &naturaltime);
    return library;
}

}  // namespace tatum::template_::impl
