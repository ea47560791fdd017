#pragma once

#include <tatum/template/library.h>
#include <tatum/template/node.h>

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::template_ {

class Engine;
namespace impl {
class Arena;
struct ParserState;
}  // namespace impl

enum class TokenKind : std::uint8_t { Text, Variable, Block, Comment };

/// A piece of the source. Views into it.
struct Token {
    TokenKind kind = TokenKind::Text;
    std::string_view contents;  ///< between the braces, trimmed; a text's all
    SourceSpan span;

    /// Split at white space, except within quotes and `_("...")`. Views into `contents`.
    std::vector<std::string_view> split_contents() const;
    /// The tag's name: the first word.
    std::string_view name() const;
};

/// An argument `[name=]expression` of a tag.
struct TagArgument {
    Name name;  ///< empty for a positional one
    const FilterExpression* expression = nullptr;
};

/// Turns the tokens of one template into nodes. What a block tag's `parse` works with:
///
///     struct BoxNode : Node {
///         static Result<Node*> parse(Parser& parser, const Token& token) {
///             TATUM_TRY(const NodeList body, parser.parse({"endbox"}));
///             parser.next_token();                      // endbox itself
///             return parser.make<BoxNode>(body);
///         }
///         ...
class Parser {
public:
    explicit Parser(impl::ParserState& state) : state_(state) {}

    /// Parses up to a tag whose name (or whole contents) is one of `until`, and stops before it.
    /// Without `until`, to the end of the source. Errors: template.E003 unclosed tag, E002 invalid
    /// tag, and those of the tags within.
    Result<NodeList> parse(std::initializer_list<std::string_view> until);
    /// Skips everything up to and including the tag `end`.
    Result<void> skip_past(std::string_view end);

    /// The next token, and removes it. There is one after parse() with `until`.
    Token next_token();
    bool at_end() const;

    /// A variable or constant with filters. Lives as long as the template. Errors: template.E010
    /// and on.
    Result<const FilterExpression*> compile_filter(std::string_view text);
    /// `a b=c|lower "d"`: arguments as simple tags take them.
    Result<std::vector<TagArgument>> compile_arguments(std::span<const std::string_view> bits);

    /// Makes a node, or anything else that the template keeps.
    template <class T, class... Args>
    T* make(Args&&... args);
    /// Copies of what the template keeps.
    std::string_view keep(std::string_view text);

    /// A TemplateSyntaxError in the making, at `token`.
    Error error(const Token& token, std::string message) const;

    const Engine& engine() const;
    const Filter* find_filter(std::string_view name) const;
    const Tag* find_tag(std::string_view name) const;
    impl::ParserState& state() { return state_; }

private:
    void* allocate(std::size_t size, std::size_t alignment);
    void add_destructor(void* object, void (*destroy)(void*));

    impl::ParserState& state_;
};

template <class T, class... Args>
T* Parser::make(Args&&... args) {
    T* made = ::new (allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
    if constexpr (!std::is_trivially_destructible_v<T>) {
        add_destructor(made, [](void* object) { static_cast<T*>(object)->~T(); });
    }
    return made;
}

}  // namespace tatum::template_
