#pragma once

#include <tatum/template/engine.h>
#include <tatum/template/impl/expression.h>
#include <tatum/template/node.h>
#include <tatum/template/parser.h>

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::template_::impl {

class Condition;
class Lineage;
struct RenderState;
struct TemplateBody;

/// A text, which may be empty, and what follows it.
struct Piece {
    enum class Next : std::uint8_t {
        Piece,     ///< nothing but the next piece
        Variable,  ///< a variable is printed
        Tag,       ///< a tag is rendered
        Test,      ///< if the condition does not hold, `skip` pieces are passed over
        Skip,      ///< `skip` pieces are passed over
    };

    std::string_view text = {};
    union {
        const Expression* variable = nullptr;
        const Node* tag;
        const Condition* condition;
    };
    SourceSpan span = {};  ///< of the variable or tag; of the text where there is neither
    Next next = Next::Piece;
    std::uint16_t skip = 0;

    const Node* tag_or_null() const { return next == Next::Tag ? tag : nullptr; }
};

/// `name=expression` pairs of `with`, `include` and others.
using Assignments = std::span<const std::pair<Name, const Expression*>>;

/// `{% if %}`, with a branch for each elif; the else branch has no condition. Short ones become
/// pieces of the list that they stand in, and are not rendered as a node.
class IfNode final : public Node {
public:
    struct Branch {
        const Condition* condition;
        NodeList nodes;
    };
    explicit IfNode(std::span<const Branch> branches) : branches_(branches) {}
    void render(Context& context, std::string& out) const override;
    std::span<const Branch> branches() const { return branches_; }

private:
    std::span<const Branch> branches_;
};

/// A template that an expression names: looked up by the engine, or once where the name is constant
/// and templates are not reloaded.
class TemplateReference {
public:
    TemplateReference(const Expression* expression, SourceSpan span)
        : expression_(expression), span_(span) {}

    SourceSpan span() const { return span_; }
    const Expression& expression() const { return *expression_; }
    bool is_constant() const { return expression_->constant() != nullptr; }
    /// The template named `name`, but none of `passed`. What is returned lives at least as long as
    /// the rendering.
    const TemplateBody& find(Context& context, const std::string& name,
                             std::span<const TemplateBody* const> passed = {}) const;
    const TemplateBody& select(Context& context, const std::vector<std::string>& names) const;
    /// What find() has found for a constant name, passing none, or nullptr.
    const TemplateBody* cached() const { return cached_.load(std::memory_order_acquire); }

    /// The constant name, or "".
    std::string_view constant_name() const;

private:
    const Expression* expression_;
    SourceSpan span_;
    mutable std::atomic<const TemplateBody*> cached_{nullptr};
};

/// `{% block %}`; also the variable `block` inside it.
class BlockNode final : public Node {
public:
    BlockNode(Name name, NodeList nodes, const TemplateBody* body);

    void render(Context& context, std::string& out) const override;
    const Name& name() const { return name_; }
    const NodeList& nodes() const { return nodes_; }
    /// The template it is written in.
    const TemplateBody* body() const { return body_; }
    /// Can nothing in it set a variable, or see `block` but by `{{ block.super }}`?
    bool is_plain() const { return is_plain_; }
    /// Where a Lineage has last had it; a hint only, any thread may change it.
    std::uint32_t place() const { return place_.load(std::memory_order_relaxed); }
    void remember_place(std::uint32_t place) const {
        place_.store(place, std::memory_order_relaxed);
    }
    /// The block of the template above; false where there is none. `self` is that of the variable
    /// `block`.
    bool render_super(const void* self, std::string& out) const;
    Value variable_for(const RenderState* state) const { return Value::object(&variable_, state); }

    /// `block` in a template. One for all renderings: the RenderState is its `self`, null where
    /// there is no template to go up to.
    class BlockVariable final : public Object {
    public:
        explicit BlockVariable(const BlockNode& node) : node_(node) {}
        std::string_view type_name(Self) const override { return "BlockNode"; }
        void append_str(Self, std::string& out) const override;
        std::optional<Value> attribute(Self self, const Name& name) const override;

    private:
        const BlockNode& node_;
    };

private:
    Name name_;
    NodeList nodes_;
    const TemplateBody* body_;
    BlockVariable variable_;
    bool is_plain_;
    mutable std::atomic<std::uint32_t> place_{0};
};

/// `{{ block.super }}` alone: rendered in place instead of into a value.
class SuperNode final : public Node {
public:
    explicit SuperNode(const Expression* expression) : expression_(expression) {}
    void render(Context& context, std::string& out) const override;

private:
    void render_block(Context& context, std::string& out) const;

    const Expression* expression_;
};

/// `{% extends %}`: takes the place of all that the template holds.
class ExtendsNode final : public Node {
public:
    ExtendsNode(const Expression* parent, SourceSpan tag, const TemplateBody* body,
                std::string_view text_before)
        : parent_(parent, tag), body_(body), text_before_(text_before) {}
    ~ExtendsNode() override;
    void render(Context& context, std::string& out) const override;
    const TemplateReference& parent() const { return parent_; }
    /// The text before the tag, which is shown as well.
    std::string_view text_before() const { return text_before_; }

private:
    /// The parent; `passed` are the templates on the way to it, which it is none of.
    const TemplateBody& find_parent(Context& context, const Lineage& passed) const;
    /// All templates from this one on.
    std::unique_ptr<Lineage> trace(Context& context) const;
    const Lineage& keep(std::unique_ptr<const Lineage> lineage) const;

    TemplateReference parent_;
    const TemplateBody* body_;
    std::string_view text_before_;
    /// Once it is known and does not depend on variables or on files that may change; owned.
    mutable std::atomic<const Lineage*> lineage_{nullptr};
};

class IncludeNode final : public Node {
public:
    IncludeNode(const Expression* name, SourceSpan tag, Assignments variables, bool only,
                const TemplateBody* body)
        : template_(name, tag), variables_(variables), only_(only), body_(body) {}
    void render(Context& context, std::string& out) const override;
    const TemplateReference& target() const { return template_; }

private:
    const TemplateBody& find_template(Context& context, const Value& name) const;
    void render_template(const TemplateBody& body, Context& context, std::string& out) const;
    void append_values(Context& context, List values) const;

    TemplateReference template_;
    Assignments variables_;
    bool only_;
    const TemplateBody* body_;
};

/// `{% cycle %}`; its place in the cycle is kept in the context.
class CycleNode final : public Node {
public:
    CycleNode(std::span<const Expression* const> values, Name variable, bool silent)
        : values_(values), variable_(variable), silent_(silent) {}
    void render(Context& context, std::string& out) const override;
    void reset(Context& context) const;

private:
    std::span<const Expression* const> values_;
    Name variable_;
    bool silent_;
};

/// The name that `./x` or `../x` in template `current` stands for. Errors template.E030: outside of
/// the folders, or the template itself (unless `recursion_allowed`). They show the name as it was
/// `written`, with its quotes.
Result<std::string> relative_name(std::string_view current, std::string_view name,
                                  std::string_view written, bool recursion_allowed = false);

}  // namespace tatum::template_::impl
