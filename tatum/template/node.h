#pragma once

#include <tatum/base/value.h>
#include <tatum/template/context.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tatum::template_ {

namespace impl {
struct Piece;
}

/// Where a tag stands in its template's source.
struct SourceSpan {
    std::uint32_t start = 0, end = 0;  ///< in bytes
    std::uint32_t line = 0;            ///< counted from 1
};

/// A tag of a parsed template, with what it encloses. Made by Parser::make(), immutable afterwards,
/// rendered by several threads at once: what changes while rendering belongs in
/// Context::set_state().
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

/// What stands between two tags: texts, variables and tags. A view into the template it belongs to.
class NodeList {
public:
    NodeList() = default;
    /// `steps`: how many texts, variables and tags the pieces are.
    NodeList(const impl::Piece* pieces, std::size_t count, std::size_t steps)
        : pieces_(pieces), count_(count), steps_(steps) {}

    /// Renders one after the other. Counts towards Limits::render_depth.
    void render(Context& context, std::string& out) const;
    std::string render(Context& context) const;

    bool empty() const { return count_ == 0; }
    std::span<const impl::Piece> pieces() const;
    std::size_t steps() const { return steps_; }

private:
    const impl::Piece* pieces_ = nullptr;
    std::size_t count_ = 0;
    std::size_t steps_ = 0;
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
