#pragma once

#include <tatum/template/argument.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::template_ {

class Node;
class Parser;
struct Token;

/// What a filter is told, besides its argument.
struct FilterFlags {
    bool is_safe = false;            ///< gives safe text for safe text: the mark is kept
    bool needs_autoescape = false;   ///< documents that the filter reads FilterCall::autoescape
    bool expects_localtime = false;  ///< aware times come in the current zone
};

/// One use of a filter.
struct FilterCall {
    const Value& value;
    const Value* argument;  ///< null when the template gives none
    Context& context;
    bool autoescape;
};

using FilterFunction = Value (*)(const void* state, const FilterCall& call);

/// A filter as a library holds it.
struct Filter {
    enum class Argument : std::uint8_t { None, Optional, Required };

    std::string name;
    FilterFunction function = nullptr;
    std::shared_ptr<const void> state;
    FilterFlags flags;
    Argument argument = Argument::None;
};

/// A parameter of a simple or inclusion tag: `{"amount", defaulted("currency", "EUR")}`.
struct Parameter {
    enum class Kind : std::uint8_t { Plain, Rest, Keywords };

    Parameter(const char* parameter) : name(parameter) {}
    Parameter(std::string parameter, std::optional<Value> fallback, Kind which = Kind::Plain)
        : name(std::move(parameter)), default_value(std::move(fallback)), kind(which) {}

    std::string name;
    std::optional<Value> default_value;
    Kind kind = Kind::Plain;
};

/// A parameter that a template may leave out.
inline Parameter defaulted(std::string name, Value value) {
    return {std::move(name), std::move(value)};
}
/// Takes all further arguments, as a List.
inline Parameter rest(std::string name) {
    return {std::move(name), std::nullopt, Parameter::Kind::Rest};
}
/// Takes all further named arguments, as a Dict.
inline Parameter keywords(std::string name) {
    return {std::move(name), std::nullopt, Parameter::Kind::Keywords};
}

using TagFunction = Value (*)(const void* state, Context& context, std::span<const Value> args);
/// Reads a tag's arguments and body, and makes its node with Parser::make().
using TagParser = Result<Node*> (*)(Parser& parser, const Token& token);

/// A tag as a library holds it: a parser, or a function for a tag of one of the simple kinds.
struct Tag {
    enum class Kind : std::uint8_t { Parsed, Simple, SimpleBlock, Inclusion };

    std::string name;
    Kind kind = Kind::Parsed;
    TagParser parse = nullptr;
    TagFunction function = nullptr;
    std::shared_ptr<const void> state;
    std::vector<Parameter> parameters;
    std::string template_name;  ///< Inclusion
    std::string end_name;       ///< SimpleBlock
};

/// Filters and tags that `{% load NAME %}` makes known. A value that an app lists; complete before
/// an Engine takes it.
///
///     const Library shop_tags = Library("shop")
///         .filter("cut", [](std::string_view text, std::string_view what) { ... })
///         .simple_tag("price", {"amount", defaulted("currency", "EUR")},
///                     [](const Decimal& amount, std::string_view currency) { ... })
///         .inclusion_tag("breadcrumbs", "shop/breadcrumbs.html", {"category"},
///                        [](const Value& category) -> Dict { ... })
///         .tag<BoxNode>("box");
///
/// Functions take their values typed (see argument.h); a first parameter `Context&` gets the
/// context. What a function returns becomes a Value; text is escaped unless it is
/// `Value::safe(...)`.
class Library {
public:
    explicit Library(std::string name) : name_(std::move(name)) {}

    const std::string& name() const { return name_; }

    /// A filter `(value)`, `(value, argument)` or `(value, std::optional<...> argument)`. A value
    /// taken as std::string_view is Django's @stringfilter.
    template <class F>
    Library& filter(std::string name, F function, FilterFlags flags = {});
    Library& filter(Filter filter);

    /// `{% NAME args... [as variable] %}`: prints or stores what the function returns.
    template <class F>
    Library& simple_tag(std::string name, std::vector<Parameter> parameters, F function);

    /// `{% NAME args... %}...{% endNAME %}`: the function's first value is the rendered body.
    template <class F>
    Library& simple_block_tag(std::string name, std::vector<Parameter> parameters, F function,
                              std::string end_name = {});

    /// `{% NAME args... %}`: renders `template_name` with the Dict that the function returns.
    template <class F>
    Library& inclusion_tag(std::string name, std::string template_name,
                           std::vector<Parameter> parameters, F function);

    /// A tag of one's own: a function, or a Node class T with a static T::parse (see parser.h).
    Library& tag(std::string name, TagParser parse);
    template <class T>
    Library& tag(std::string name) {
        return tag(std::move(name), &T::parse);
    }

    const Filter* find_filter(const Name& name) const;
    const Tag* find_tag(const Name& name) const;
    std::span<const Filter> filters() const { return filters_; }
    std::span<const Tag> tags() const { return tags_; }

private:
    /// Throws ImproperlyConfigured when `arity` does not fit the parameters.
    Library& add(Tag tag, std::size_t arity);

    std::string name_;
    std::vector<Filter> filters_;
    std::vector<Tag> tags_;
    std::vector<std::uint32_t> filter_hashes_, tag_hashes_;
};

template <class F>
Library& Library::filter(std::string name, F function, FilterFlags flags) {
    using Shape = impl::Signature<F>;
    static_assert(Shape::kCount == 1 || Shape::kCount == 2,
                  "a filter takes a value and at most one argument");
    Filter made;
    made.name = std::move(name);
    made.flags = flags;
    if constexpr (Shape::kCount == 2) {
        made.argument = impl::kIsOptional<typename Shape::template Parameter<1>>
                            ? Filter::Argument::Optional
                            : Filter::Argument::Required;
    }
    made.state = std::make_shared<const F>(std::move(function));
    made.function = [](const void* state, const FilterCall& call) -> Value {
        const Value none{};
        const Value* values[] = {&call.value, call.argument != nullptr ? call.argument : &none};
        return Shape::call(*static_cast<const F*>(state), call.context, values);
    };
    return filter(std::move(made));
}

namespace impl {
/// The TagFunction that calls an F with a list of Values.
template <class F>
Value call_tag(const void* state, Context& context, std::span<const Value> args) {
    using Shape = Signature<F>;
    const Value* values[Shape::kCount + 1] = {};
    for (std::size_t i = 0; i < Shape::kCount; ++i) values[i] = &args[i];
    return Shape::call(*static_cast<const F*>(state), context, values);
}
}  // namespace impl

template <class F>
Library& Library::simple_tag(std::string name, std::vector<Parameter> parameters, F function) {
    Tag made{.name = std::move(name), .kind = Tag::Kind::Simple};
    made.function = &impl::call_tag<F>;
    made.state = std::make_shared<const F>(std::move(function));
    made.parameters = std::move(parameters);
    return add(std::move(made), impl::Signature<F>::kCount);
}

template <class F>
Library& Library::simple_block_tag(std::string name, std::vector<Parameter> parameters, F function,
                                   std::string end_name) {
    Tag made{.name = std::move(name), .kind = Tag::Kind::SimpleBlock};
    made.function = &impl::call_tag<F>;
    made.state = std::make_shared<const F>(std::move(function));
    made.parameters = std::move(parameters);
    made.end_name = end_name.empty() ? "end" + made.name : std::move(end_name);
    return add(std::move(made), impl::Signature<F>::kCount);
}

template <class F>
Library& Library::inclusion_tag(std::string name, std::string template_name,
                                std::vector<Parameter> parameters, F function) {
    Tag made{.name = std::move(name), .kind = Tag::Kind::Inclusion};
    made.function = &impl::call_tag<F>;
    made.state = std::make_shared<const F>(std::move(function));
    made.parameters = std::move(parameters);
    made.template_name = std::move(template_name);
    return add(std::move(made), impl::Signature<F>::kCount);
}

}  // namespace tatum::template_
