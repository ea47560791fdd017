#include <tatum/template/parser.h>

#include <tatum/base/text.h>
#include <tatum/template/engine.h>
#include <tatum/template/impl/body.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/lexer.h>
#include <tatum/template/impl/nodes.h>
#include <tatum/template/impl/parse_tools.h>
#include <tatum/template/impl/tag_nodes.h>

#include <algorithm>

namespace tatum::template_ {
namespace {

Error located(Error error, const Token& token) {
    // The innermost tag is the one to blame.
    if (error.where.line == 0) {
        error.where.line = token.span.line;
        error.where.column = token.span.end;
        error.offset = token.span.start;
    }
    return error;
}

std::string one_of(std::initializer_list<std::string_view> names) {
    std::string text;
    for (const std::string_view name : names) {
        if (!text.empty()) text += ", ";
        text += name;
    }
    return text;
}

}  // namespace

bool Parser::at_end() const { return state_.next >= state_.tokens.size(); }

Token Parser::next_token() {
    TATUM_INVARIANT(!at_end(), "a tag's parser asks for a token after the last one");
    return state_.tokens[state_.next++];
}

Error Parser::error(const Token& token, std::string message) const {
    return located(impl::tag_error(std::move(message)), token);
}

const Engine& Parser::engine() const { return *state_.body.engine; }

std::string_view Parser::keep(std::string_view text) { return state_.body.arena.copy(text); }

void* Parser::allocate(std::size_t size, std::size_t alignment) {
    return state_.body.arena.allocate(size, alignment);
}

void Parser::add_destructor(void* object, void (*destroy)(void*)) {
    state_.body.arena.add_destructor(object, destroy);
}

const Filter* Parser::find_filter(std::string_view name) const {
    const Name hashed(name);
    for (auto loaded = state_.loaded.rbegin(); loaded != state_.loaded.rend(); ++loaded) {
        if (!loaded->only.empty() && loaded->only != name) continue;
        if (const Filter* filter = loaded->library->find_filter(hashed)) return filter;
    }
    return nullptr;
}

const Tag* Parser::find_tag(std::string_view name) const {
    const Name hashed(name);
    for (auto loaded = state_.loaded.rbegin(); loaded != state_.loaded.rend(); ++loaded) {
        if (!loaded->only.empty() && loaded->only != name) continue;
        if (const Tag* tag = loaded->library->find_tag(hashed)) return tag;
    }
    return nullptr;
}

Result<const FilterExpression*> Parser::compile_filter(std::string_view text) {
    TATUM_TRY(const impl::Expression* expression, impl::Expression::parse(text, *this));
    return static_cast<const FilterExpression*>(expression);
}

Result<std::vector<TagArgument>> Parser::compile_arguments(std::span<const std::string_view> bits) {
    std::vector<TagArgument> arguments;
    for (const std::string_view bit : bits) {
        const std::string_view name = impl::assignment_name(bit);
        const std::size_t skip = name.empty() ? 0 : name.size() + 1;
        TATUM_TRY(const FilterExpression* expression, compile_filter(bit.substr(skip)));
        arguments.push_back({name.empty() ? Name() : Name(name), expression});
    }
    return arguments;
}

// What makes errors is kept out of the functions that call each other for nested tags, so that
// their stack frames stay small.

[[gnu::noinline]] static Error unknown_tag(const Token& token, std::string_view command,
                                           std::initializer_list<std::string_view> until) {
    std::string message = "Invalid block tag on line " + std::to_string(token.span.line) + ": '" +
                          std::string(command) + "'";
    if (until.size() > 0) {
        std::vector<std::string> names;
        for (const std::string_view name : until) names.push_back("'" + std::string(name) + "'");
        message += ", expected " + strings::get_text_list(names, "or");
    }
    Error error = impl::tag_error(message + ". Did you forget to register or load this tag?");
    error.code = "template.E002";
    return error;
}

[[gnu::noinline]] static Error nested_too_deeply(std::size_t limit) {
    Error error =
        impl::tag_error("tags are nested more than " + std::to_string(limit) + " levels deep");
    error.code = "template.E190";
    return error;
}

[[gnu::noinline]] static Error empty_tag(const Token& token) {
    return located(impl::tag_error("Empty block tag on line " + std::to_string(token.span.line)),
                   token);
}

[[gnu::noinline]] static Error not_first(const impl::ParserState& state, const Token& token) {
    const std::string& name = state.body.origin.template_name;
    return located(
        impl::tag_error("{% " + std::string(token.contents) + " %} must be the first tag in " +
                        (name.empty() ? "the template" : strings::repr(name)) + "."),
        token);
}

static Result<Node*> parse_tag(Parser& parser, const Token& token, std::string_view command,
                               std::initializer_list<std::string_view> until) {
    const Tag* tag = parser.find_tag(command);
    if (tag == nullptr) return unknown_tag(token, command, until);
    if (tag->kind != Tag::Kind::Parsed) return impl::parse_function_tag(parser, token, *tag);
    return tag->parse(parser, token);
}

[[gnu::noinline]] static Result<impl::Piece> parse_variable(Parser& parser, const Token& token) {
    if (token.contents.empty()) {
        return impl::tag_error("Empty variable tag on line " + std::to_string(token.span.line));
    }
    TATUM_TRY(const impl::Expression* expression, impl::Expression::parse(token.contents, parser));
    impl::Piece piece{.span = token.span};
    if (token.contents == "block.super") {
        piece.tag = parser.make<impl::SuperNode>(expression);
        piece.next = impl::Piece::Next::Tag;
    } else {
        piece.variable = expression;
        piece.next = impl::Piece::Next::Variable;
    }
    return piece;
}

[[gnu::noinline]] static Error unclosed(impl::ParserState& state,
                                        std::initializer_list<std::string_view> until) {
    const impl::ParserState::Open open = state.open.back();
    state.open.pop_back();
    Error error = impl::tag_error("Unclosed tag on line " + std::to_string(open.token.span.line) +
                                  ": '" + std::string(open.command) +
                                  "'. Looking for one of: " + one_of(until) + ".");
    error.code = "template.E003";
    return located(std::move(error), open.token);
}

/// A token of a node list as a piece; no comment.
static Result<impl::Piece> parse_one(Parser& parser, impl::ParserState& state, const Token& token,
                                     std::string_view command,
                                     std::initializer_list<std::string_view> until) {
    switch (token.kind) {
        case TokenKind::Text:
            return impl::Piece{.text = token.contents, .span = token.span};
        case TokenKind::Variable:
            return parse_variable(parser, token);
        case TokenKind::Comment:
        case TokenKind::Block:
            break;
    }
    state.open.push_back({command, token});
    Result<Node*> node = parse_tag(parser, token, command, until);
    if (!node) return std::move(node).error();
    state.open.pop_back();
    if ((*node)->span.line == 0) (*node)->span = token.span;
    return impl::Piece{.tag = *node, .span = (*node)->span, .next = impl::Piece::Next::Tag};
}

namespace {

/// Collects what a node list consists of: a text and the tag after it make one piece, and a short
/// `{% if %}` becomes part of the list.
class PieceCollector {
public:
    void add(const impl::Piece& piece) {
        const auto* condition = dynamic_cast<const impl::IfNode*>(piece.tag_or_null());
        if (condition != nullptr && is_short(*condition)) return add_branches(*condition);
        ++steps_;
        append(piece);
    }

    NodeList keep(Parser& parser) {
        const std::span<const impl::Piece> kept = impl::keep_all(parser, std::move(pieces_));
        return {kept.data(), kept.size(), steps_};
    }

private:
    using Next = impl::Piece::Next;
    using Branch = impl::IfNode::Branch;

    static bool is_short(const impl::IfNode& condition) {
        constexpr std::size_t kPiecesMax = 32;  // each level of tags copies the pieces within it
        std::size_t count = 0;
        for (const Branch& branch : condition.branches()) count += branch.nodes.pieces().size() + 2;
        return count <= kPiecesMax;
    }

    /// Makes one piece of a text and what comes right after it.
    void append(impl::Piece piece) {
        const bool continues =
            piece.text.empty() && pieces_.size() > sealed_ && pieces_.back().next == Next::Piece;
        if (continues) {
            piece.text = pieces_.back().text;
            pieces_.pop_back();
        }
        pieces_.push_back(piece);
    }

    /// For each branch a test that skips it, its pieces, and a jump past the branches after it.
    /// Steps count whether they are taken or not.
    void add_branches(const impl::IfNode& condition) {
        const std::span<const Branch> branches = condition.branches();
        std::vector<std::size_t> exits;
        for (const Branch& branch : branches) {
            steps_ += branch.nodes.steps() + 1;
            if (branch.condition != nullptr) {
                append({.condition = branch.condition, .span = condition.span, .next = Next::Test});
            }
            const std::size_t first = sealed_ = pieces_.size();
            const std::span<const impl::Piece> inner = branch.nodes.pieces();
            pieces_.insert(pieces_.end(), inner.begin(), inner.end());
            if (skips_to_end(inner)) sealed_ = pieces_.size();
            if (&branch != &branches.back()) {
                append({.span = condition.span, .next = Next::Skip});
                exits.push_back(pieces_.size() - 1);
            }
            if (branch.condition != nullptr) skip_from(first - 1);
        }
        for (const std::size_t exit : exits) skip_from(exit);
        sealed_ = pieces_.size();
    }

    /// Does something jump to what follows these pieces?
    static bool skips_to_end(std::span<const impl::Piece> pieces) {
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (pieces[i].skip != 0 && i + pieces[i].skip + 1 == pieces.size()) return true;
        }
        return false;
    }
    void skip_from(std::size_t piece) {
        pieces_[piece].skip = static_cast<std::uint16_t>(pieces_.size() - piece - 1);
    }

    std::vector<impl::Piece> pieces_;
    std::size_t sealed_ = 0;  ///< pieces that are complete: something jumps to what follows
    std::size_t steps_ = 0;
};

}  // namespace

Result<NodeList> Parser::parse(std::initializer_list<std::string_view> until) {
    const std::size_t limit = engine().options().limits.nesting_depth;
    if (state_.depth >= limit) return nested_too_deeply(limit);
    ++state_.depth;
    PieceCollector pieces;
    bool contains_tags = false;
    while (!at_end()) {
        const Token& token = state_.tokens[state_.next++];
        std::string_view command;
        if (token.kind == TokenKind::Block) {
            command = token.name();
            if (command.empty()) return empty_tag(token);
            if (std::find(until.begin(), until.end(), command) != until.end()) {
                --state_.next;
                --state_.depth;
                return pieces.keep(*this);
            }
        }
        if (token.kind == TokenKind::Comment) continue;
        Result<impl::Piece> piece = parse_one(*this, state_, token, command, until);
        if (!piece) return located(std::move(piece).error(), token);
        const Node* tag = piece->tag_or_null();
        if (tag != nullptr && tag == state_.body.extends && contains_tags) {
            return not_first(state_, token);
        }
        contains_tags = contains_tags || token.kind != TokenKind::Text;
        pieces.add(*piece);
    }
    --state_.depth;
    if (until.size() > 0) return unclosed(state_, until);
    return pieces.keep(*this);
}

Result<void> Parser::skip_past(std::string_view end) {
    while (!at_end()) {
        const Token token = next_token();
        if (token.kind == TokenKind::Block && token.contents == end) return {};
    }
    return unclosed(state_, {end});
}

}  // namespace tatum::template_
