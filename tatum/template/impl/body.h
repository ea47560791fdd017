#pragma once

#include <tatum/template/engine.h>
#include <tatum/template/impl/arena.h>
#include <tatum/template/node.h>
#include <tatum/template/parser.h>

#include <atomic>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::template_::impl {

class BlockNode;
class CycleNode;
class ExtendsNode;
class TemplateReference;

/// `{% partialdef NAME %}`: rendered by `{% partial NAME %}` and as "template.html#NAME".
struct Partial {
    Name name;
    NodeList nodes;
    SourceSpan span;
};

/// All that a parsed template is.
struct TemplateBody {
    const Engine* engine = nullptr;
    Origin origin;
    Source source;
    Arena arena;
    NodeList nodes;
    std::vector<const BlockNode*> blocks;
    std::vector<const TemplateReference*> references;  ///< what it extends and includes
    const ExtendsNode* extends = nullptr;
    std::vector<const Partial*> partials;
    /// Of a template named "file#partial": the template that it is a part of.
    TemplatePointer whole;
    /// What the last rendering came to, for the room that the next one begins with.
    mutable std::atomic<std::size_t> last_bytes{0};

    const Partial* find_partial(std::string_view name) const;
};

/// What a Parser works on.
struct ParserState {
    TemplateBody& body;
    std::vector<Token> tokens = {};
    std::size_t next = 0;
    std::size_t depth = 0;

    /// Open block tags, for messages about unclosed ones.
    struct Open {
        std::string_view command;
        Token token;
    };
    std::vector<Open> open = {};

    /// What `{% load %}` has made known: a library, or one name out of it. Later ones win.
    struct Loaded {
        const Library* library;
        std::string_view only;  ///< empty: all of it
    };
    std::vector<Loaded> loaded = {};

    bool extends_seen = false;
    std::set<std::string_view> block_names = {};
    std::vector<std::pair<std::string_view, CycleNode*>> named_cycles = {};
    CycleNode* last_cycle = nullptr;
};

/// Parses `source`. Throws TemplateSyntaxError, with the lines around.
std::unique_ptr<TemplateBody> parse_template(const Engine& engine, Origin origin, Source source);

/// Adds a fault for each constant name that the template extends or includes in vain.
void check_references(const Engine& engine, const TemplateBody& body, std::vector<Error>& faults);

/// The lines around a fault at `span`.
TemplateFault fault_at(const TemplateBody& body, SourceSpan span);

}  // namespace tatum::template_::impl
