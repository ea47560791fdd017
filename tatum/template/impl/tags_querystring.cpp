#include <tatum/base/html.h>
#include <tatum/base/uri.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/filter_tools.h>
#include <tatum/template/impl/parse_tools.h>
#include <tatum/template/impl/render_state.h>

namespace tatum::template_::impl {
namespace {

/// A query string in the making: names in order, each with its values.
class Query {
public:
    /// Takes over the entries of a mapping or of a QueryDict.
    void update(const Value& mapping) {
        if (mapping.is_dict()) {
            for (const Dict::Entry& entry : mapping.as_dict()) set(entry.key, entry.value);
            return;
        }
        const auto lists = query_lists(mapping);
        if (!lists) {
            fail_syntax("querystring requires mappings for positional arguments (got " +
                        mapping.repr() + " instead).");
        }
        for (const Value& pair : *lists) {
            if (pair.size().value_or(0) == 2) set(*pair.at(0), *pair.at(1));
        }
    }

    /// None takes a name out, a list gives it several values.
    void set(const Value& name, const Value& value) {
        if (!name.is_string()) {
            fail_syntax("querystring requires strings for mapping keys (got " + name.repr() +
                        " instead).");
        }
        if (value.is_none()) {
            values_.erase(Name(name.as_string()));
            return;
        }
        if (!value.is_string()) {
            if (auto items = value.items()) {
                values_.set(name.as_string(), Value(*std::move(items)));
                return;
            }
        }
        values_.set(name.as_string(), Value(List{value}));
    }

    bool empty() const { return values_.empty(); }

    std::string encode() const {
        std::string text;
        for (const Dict::Entry& entry : values_) {
            for (const Value& value : entry.value.as_list()) {
                if (!text.empty()) text += '&';
                uri::append_quoted_plus(text, entry.key.as_string());
                text += '=';
                uri::append_quoted_plus(text, value.str());
            }
        }
        return text;
    }

private:
    Dict values_;
};

/// `{% querystring %}`. Django docs: ref/templates/builtins#querystring.
class QuerystringNode final : public Node {
public:
    QuerystringNode(std::span<const Expression* const> mappings, Assignments changes, Name variable)
        : mappings_(mappings), changes_(changes), variable_(variable) {}

    void render(Context& context, std::string& out) const override {
        // All arguments are there before the first one is used.
        List mappings, changes;
        for (const Expression* mapping : mappings_) mappings.push_back(mapping->resolve(context));
        for (const auto& [name, value] : changes_) changes.push_back(value->resolve(context));
        Query query;
        const bool before_6 = options_of(context).django_version < 600;
        bool from_request = mappings_.empty();
        for (const Value& given : mappings) {
            if (before_6 && given.is_none()) {
                from_request = true;
            } else {
                query.update(given);
            }
        }
        if (from_request) {
            const Value current = context.environment().query_of(context.request());
            if (current.is_none()) {
                fail("template.E111", "querystring needs a request in the context");
            }
            query.update(current);
        }
        const bool was_empty = query.empty();
        for (std::size_t i = 0; i < changes.size(); ++i) {
            query.set(Value(changes_[i].first.text), changes[i]);
        }
        // Django 5.2 writes nothing where there was nothing and is nothing.
        const std::string text =
            before_6 && was_empty && query.empty() ? std::string() : "?" + query.encode();
        if (!variable_.text.empty()) {
            context.bind(variable_, Value(text));
        } else if (context.autoescape()) {
            html::append_escaped(out, text);
        } else {
            out += text;
        }
    }

private:
    std::span<const Expression* const> mappings_;
    Assignments changes_;
    Name variable_;
};

Result<Node*> parse_querystring(Parser& parser, const Token& token) {
    Bits bits = token.split_contents();
    const std::string_view variable = bits.size() >= 3 ? take_as(bits) : std::string_view();
    std::vector<const Expression*> mappings;
    std::vector<std::pair<Name, const Expression*>> changes;
    for (std::size_t i = 1; i < bits.size(); ++i) {
        const std::string_view name = assignment_name(bits[i]);
        TATUM_TRY(const Expression* value,
                  compile(parser, name.empty() ? bits[i] : bits[i].substr(name.size() + 1)));
        if (name.empty()) {
            if (!changes.empty()) {
                return tag_error(
                    "'querystring' received some positional argument(s) after some keyword "
                    "argument(s)");
            }
            if (!mappings.empty() && parser.engine().options().django_version < 600) {
                return tag_error("'querystring' received too many positional arguments");
            }
            mappings.push_back(value);
            continue;
        }
        for (const auto& [known, before] : changes) {
            if (known.text == name) {
                return tag_error("'querystring' received multiple values for keyword argument '" +
                                 std::string(name) + "'");
            }
        }
        changes.emplace_back(Name(name), value);
    }
    return parser.make<QuerystringNode>(keep_all(parser, std::move(mappings)),
                                        keep_all(parser, std::move(changes)),
                                        variable.empty() ? Name() : Name(variable));
}

}  // namespace

void add_query_tags(Library& library) { library.tag("querystring", &parse_querystring); }

}  // namespace tatum::template_::impl
