#pragma once

#include <tatum/template/impl/nodes.h>
#include <tatum/template/impl/render_state.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

/// Templates that extend each other: which they are, and which block takes the place of which.
namespace tatum::template_::impl {

/// A chain of templates that extend each other, the most derived one first, and their blocks by
/// name. Immutable once it is complete, so that renderings share it.
class Lineage {
public:
    static constexpr std::uint32_t kNone = UINT32_MAX;

    void add(const TemplateBody& body);

    std::span<const TemplateBody* const> bodies() const { return bodies_; }
    /// The one that extends no other.
    const TemplateBody& root() const { return *bodies_.back(); }

    /// Where the blocks are that are named as `block` is, or kNone. Blocks remember their place,
    /// which is the same in most chains that they are part of.
    std::uint32_t find(const BlockNode& block) const;
    /// The blocks of a place, the most derived one first.
    std::span<const BlockNode* const> blocks(std::uint32_t place) const {
        return entries_[place].blocks;
    }

private:
    struct Entry {
        Name name;
        std::vector<const BlockNode*> blocks;
    };

    std::vector<const TemplateBody*> bodies_;
    std::vector<Entry> entries_;
};

/// Makes `body` the one whose nodes are rendered, for the length of a block.
class BodyScope {
public:
    BodyScope(RenderState& state, const TemplateBody* body)
        : frame_(*state.frame), before_(frame_.body) {
        frame_.body = body;
    }
    ~BodyScope() { frame_.body = before_; }
    BodyScope(const BodyScope&) = delete;
    BodyScope& operator=(const BodyScope&) = delete;

private:
    RenderState::Frame& frame_;
    const TemplateBody* before_;
};

/// A block that is being rendered, and its variable `block`, which a plain block goes without.
class ActiveBlock final : public LazyVariable {
public:
    /// Renders the block at `place` of the frame's lineage, which is `level` above the most derived
    /// one; `block` itself where there is none so high.
    static void render(const BlockNode& block, std::uint32_t place, std::size_t level,
                       Context& context, std::string& out);
    /// Renders the block that stands where `block` does, as `{% block %}` asks for it.
    static void render(const BlockNode& block, Context& context, std::string& out);
    /// Renders the block above those named as `block` is that are being rendered, if there is one.
    static void render_super(const BlockNode& block, Context& context, std::string& out);
    /// The same for this one.
    void render_super(Context& context, std::string& out) const;

    bool is_plain() const { return block_.is_plain(); }
    const Value& value() const override;

private:
    ActiveBlock(const BlockNode& block, std::uint32_t place, std::size_t level, Context& context);
    ~ActiveBlock() { frame_.block = outer_; }

    /// How many of a place are being rendered in `frame`.
    static std::size_t count(const RenderState::Frame& frame, std::uint32_t place);

    const BlockNode& block_;
    RenderState& state_;
    RenderState::Frame& frame_;
    const ActiveBlock* outer_;
    std::uint32_t place_;  ///< in the frame's lineage; kNone where there is none
    std::size_t level_;
    BodyScope scope_;
    mutable Value made_;
};

}  // namespace tatum::template_::impl
