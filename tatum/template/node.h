#pragma once

#include <tatum/base/value.h>
#include <tatum/template/context.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tatum::template_ {

/// Where a tag stands in its template's source.
struct SourceSpan {
    std::uint32_t start = 0, end = 0;  ///< in bytes
    std::uint32_t line = 0;            ///< counted from 1
};

/// One piece of a parsed template: text, a variable, a tag with what it encloses. Made by
/// Parser::make(), immutable afterwards, rendered by several threads at once: what changes while
/// rendering belongs in Context::set_state().
class Node {
public:
    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    virtual ~Node() = default;

    /// Appends to `out`.
    virtual void render(Context& context, std::string& out) const = 0;

    SourceSpan span;  ///< set by the parser
};

/// The nodes between two tags. A view into the template they belong to.
class NodeList {
public:
    NodeList() = default;
    explicit NodeList(std::span<const Node* const> nodes) : nodes_(nodes) {}

    /// Renders one after the other. Counts towards Limits::render_depth.
    void render(Context& context, std::string& out) const;
    std::string render(Context& context) const;

    bool empty() const { return nodes_.empty(); }
    std::size_t size() const { return nodes_.size(); }
    auto begin() const { return nodes_.begin(); }
    auto end() const { return nodes_.end(); }

private:
    std::span<const Node* const> nodes_;
};

/// A variable or constant with its filters, as `{{ }}` and tags' arguments have them.
class FilterExpression {
public:
    virtual ~FilterExpression() = default;

    /// The value. A variable that does not exist is EngineOptions::string_if_invalid.
    virtual Value resolve(Context& context) const = 0;
    /// The value, None where the variable does not exist: what `{% if %}` and `{% for %}` see.
    virtual Value resolve_or_none(Context& context) const = 0;
    /// As `{{ }}` prints it: localized, escaped, appended to `out`.
    virtual void render(Context& context, std::string& out) const = 0;
    /// The text between the braces.
    virtual std::string_view source() const = 0;
    /// The value of an expression without variables, else nullptr.
    virtual const Value* constant() const = 0;
};

/// Appends `value` as `{{ }}` does: in the current zone and formats, escaped unless it is safe or
/// autoescape is off.
void render_value(Context& context, const Value& value, std::string& out);

}  // namespace tatum::template_
