#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/template/impl/block_translate.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/filter_tools.h>
#include <tatum/template/impl/parse_tools.h>

#include <algorithm>

namespace tatum::template_::impl {
namespace {

/// `{% translate %}`: what it names is translated before its filters are applied.
class TranslateNode final : public Node {
public:
    TranslateNode(const Expression* text, bool noop, Name variable, const Expression* context)
        : text_(text), noop_(noop), variable_(variable), message_context_(context) {}

    void render(Context& context, std::string& out) const override {
        std::string text;
        const Value found = translated(context);
        render_value(context, found, text);
        text = strings::replace(text, "%%", "%");
        if (variable_.text.empty()) {
            out += text;
            return;
        }
        Value stored(text);
        const bool safe = context.autoescape() || found.is_safe();
        context.bind(variable_, safe ? std::move(stored).mark_safe() : stored);
    }

private:
    Value translated(Context& context) const {
        const Operand& operand = text_->operand();
        if (noop_ || operand.kind == Operand::Kind::Translated) return text_->resolve(context);
        Value id = operand.constant;
        if (operand.kind == Operand::Kind::Variable) {
            Value place;
            const Value* found = operand.variable.resolve(context, place);
            if (found == nullptr) return text_->resolve(context);
            id = *found;
        }
        if (!id.is_string()) {
            fail_type("'" + python_type_name(id) + "' object has no attribute 'replace'");
        }
        return text_->apply_filters(context, translate(id, context));
    }

    Value translate(const Value& id, Context& context) const {
        if (id.as_string().empty()) return id;
        const std::string message = strings::replace(id.as_string(), "%", "%%");
        const std::string in_context = message_context_of(message_context_, context);
        Value text(in_context.empty() ? gettext(normalized_line_ends(message))
                                      : pgettext(in_context, message));
        return id.is_safe() ? std::move(text).mark_safe() : text;
    }

    const Expression* text_;
    bool noop_;
    Name variable_;
    const Expression* message_context_;
};

class LanguageNode final : public Node {
public:
    LanguageNode(const Expression* code, NodeList body) : code_(code), body_(body) {}
    void render(Context& context, std::string& out) const override {
        const Translations& translations = current_language().translations();
        const Value code = code_->resolve(context);
        // An empty code changes nothing, as in Django's activate().
        const Language& language = code.is_none() ? translations.no_language()
                                   : code.truth() ? translations.language(code.str())
                                                  : current_language();
        const LocalScope scope(Slot::Language, &language);
        body_.render(context, out);
    }

private:
    const Expression* code_;
    NodeList body_;
};

/// Stores what `get` gives.
class StoreNode final : public Node {
public:
    using Getter = Value (*)(Context& context, const Value& argument);
    StoreNode(Getter get, const Expression* argument, Name variable)
        : get_(get), argument_(argument), variable_(variable) {}
    void render(Context& context, std::string&) const override {
        context.bind(variable_,
                     get_(context, argument_ != nullptr ? argument_->resolve(context) : Value()));
    }

private:
    Getter get_;
    const Expression* argument_;
    Name variable_;
};

const LanguageInfo& known_language(const Value& code) {
    const LanguageInfo* info = language_info(code.str());
    if (info == nullptr) fail("template.E109", "Unknown language code " + code.str() + ".");
    return *info;
}

Value language_dict(Context&, const Value& code) {
    const LanguageInfo& info = known_language(code);
    Dict dict;
    dict.set("bidi", Value(info.bidi));
    dict.set("code", Value(info.code));
    dict.set("name", Value(info.name));
    dict.set("name_local", Value(info.name_local));
    dict.set("name_translated", Value(gettext(info.name)));
    return Value(std::move(dict));
}

Value language_dicts(Context& context, const Value& languages) {
    const auto items = languages.items();
    if (!items) fail_type("'" + python_type_name(languages) + "' object is not iterable");
    List dicts;
    for (const Value& language : *items) {
        // A code, or a pair that begins with one.
        const bool pair = language.kind() == Kind::List || language.kind() == Kind::Tuple;
        dicts.push_back(language_dict(context, pair ? language.at(0).value_or(Value()) : language));
    }
    return Value(std::move(dicts));
}

Value language_pair(const LanguageInfo& info) {
    return Value::tuple({Value(info.code), Value(gettext(info.name))});
}

/// What the site offers, LANGUAGES.
Value available_languages(Context& context, const Value&) {
    List languages;
    const auto& offered = current_language().translations().options().languages;
    for (const std::string& code : offered) {
        if (const LanguageInfo* info = language_info(code))
            languages.push_back(language_pair(*info));
    }
    if (offered.empty()) {
        for (const LanguageInfo& info : default_languages()) {
            // Haitian Creole has come with Django 6.
            if (info.code == "ht" && options_of(context).django_version < 600) continue;
            languages.push_back(language_pair(info));
        }
    }
    return Value(std::move(languages));
}

Value current_code(Context&, const Value&) {
    const std::string& code = current_language().code();
    return code.empty() ? Value() : Value(code);
}
Value current_bidi(Context&, const Value&) { return Value(current_language().is_bidi()); }

Result<Node*> parse_store(Parser& parser, const Token& token, StoreNode::Getter getter) {
    const Bits bits = strings::split(token.contents);
    if (bits.size() != 3 || bits[1] != "as") {
        return tag_error("'" + std::string(bits[0]) + "' requires 'as variable' (got " +
                         repr_of(bits, 0) + ")");
    }
    return parser.make<StoreNode>(getter, nullptr, Name(bits[2]));
}

Result<Node*> parse_store_for(Parser& parser, const Token& token, StoreNode::Getter getter,
                              const char* what) {
    const Bits bits = token.split_contents();
    if (bits.size() != 5 || bits[1] != "for" || bits[3] != "as") {
        return tag_error("'" + std::string(bits[0]) + "' requires 'for " + what +
                         " as variable' (got " + repr_of(bits, 1) + ")");
    }
    TATUM_TRY(const Expression* argument, compile(parser, bits[2]));
    return parser.make<StoreNode>(getter, argument, Name(bits[4]));
}

Result<Node*> parse_available_languages(Parser& parser, const Token& token) {
    return parse_store(parser, token, &available_languages);
}
Result<Node*> parse_current_language(Parser& parser, const Token& token) {
    return parse_store(parser, token, &current_code);
}
Result<Node*> parse_current_bidi(Parser& parser, const Token& token) {
    return parse_store(parser, token, &current_bidi);
}
Result<Node*> parse_language_info(Parser& parser, const Token& token) {
    return parse_store_for(parser, token, &language_dict, "string");
}
Result<Node*> parse_language_info_list(Parser& parser, const Token& token) {
    return parse_store_for(parser, token, &language_dicts, "sequence");
}

Result<Node*> parse_language(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    if (bits.size() != 2) return tag_error("'language' takes one argument (language)");
    TATUM_TRY(const Expression* code, compile(parser, bits[1]));
    TATUM_TRY(const NodeList body, parser.parse({"endlanguage"}));
    parser.next_token();
    return parser.make<LanguageNode>(code, body);
}

struct TranslateOptions {
    bool noop = false;
    std::string_view variable;
    const Expression* message_context = nullptr;
};

Result<TranslateOptions> parse_translate_options(Parser& parser, const Bits& bits) {
    const std::string tag(bits[0]);
    TranslateOptions options;
    std::vector<std::string_view> seen;
    for (std::size_t next = 2; next < bits.size(); ++next) {
        const std::string_view option = bits[next];
        if (std::find(seen.begin(), seen.end(), option) != seen.end()) {
            return tag_error("The '" + std::string(option) +
                             "' option was specified more than once.");
        }
        seen.push_back(option);
        if (option == "noop") {
            options.noop = true;
        } else if (option == "context" || option == "as") {
            if (++next >= bits.size()) {
                return tag_error("No argument provided to the '" + tag + "' tag for the " +
                                 std::string(option) + " option.");
            }
            if (option == "as") {
                options.variable = bits[next];
                continue;
            }
            if (bits[next] == "as" || bits[next] == "noop") {
                return tag_error("Invalid argument '" + std::string(bits[next]) +
                                 "' provided to the '" + tag + "' tag for the context option");
            }
            TATUM_TRY(options.message_context, compile(parser, bits[next]));
        } else {
            return tag_error("Unknown argument for '" + tag + "' tag: '" + std::string(option) +
                             "'. The only options available are 'noop', 'context' \"xxx\", and "
                             "'as VAR'.");
        }
    }
    return options;
}

Result<Node*> parse_translate(Parser& parser, const Token& token) {
    const Bits bits = token.split_contents();
    if (bits.size() < 2) {
        return tag_error("'" + std::string(bits[0]) + "' takes at least one argument");
    }
    TATUM_TRY(const Expression* text, compile(parser, bits[1]));
    TATUM_TRY(const TranslateOptions options, parse_translate_options(parser, bits));
    return parser.make<TranslateNode>(text, options.noop,
                                      options.variable.empty() ? Name() : Name(options.variable),
                                      options.message_context);
}

Value language_name(const void*, const FilterCall& call) {
    return Value(known_language(call.value).name);
}
Value language_name_translated(const void*, const FilterCall& call) {
    return Value(gettext(known_language(call.value).name));
}
Value language_name_local(const void*, const FilterCall& call) {
    return Value(known_language(call.value).name_local);
}
Value language_bidi(const void*, const FilterCall& call) {
    return Value(known_language(call.value).bidi);
}

}  // namespace

std::string normalized_line_ends(std::string_view text) {
    return text.find('\r') == std::string_view::npos ? std::string(text)
                                                     : strings::normalize_newlines(text);
}

Library i18n_library() {
    Library library("i18n");
    library.tag("translate", &parse_translate)
        .tag("trans", &parse_translate)
        .tag("blocktranslate", &parse_block_translate)
        .tag("blocktrans", &parse_block_translate)
        .tag("language", &parse_language)
        .tag("get_available_languages", &parse_available_languages)
        .tag("get_current_language", &parse_current_language)
        .tag("get_current_language_bidi", &parse_current_bidi)
        .tag("get_language_info", &parse_language_info)
        .tag("get_language_info_list", &parse_language_info_list);
    add_filter(library, "language_name", &language_name);
    add_filter(library, "language_name_translated", &language_name_translated);
    add_filter(library, "language_name_local", &language_name_local);
    add_filter(library, "language_bidi", &language_bidi);
    return library;
}

}  // namespace tatum::template_::impl
