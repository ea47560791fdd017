#pragma once

#include <tatum/template/impl/nodes.h>
#include <tatum/template/impl/render_state.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

/// Templates that extend each other: which they are, and which block takes the place of which.
namespace tatum::template_::impl {

/// Which block is being rendered: `level` above the most derived one of those at `place` of a
/// Lineage.
struct BlockPlace {
    std::uint32_t place = 0;
    std::size_t level = 0;
};

/// How many of `place` are among `blocks`, the innermost of which is the last.
std::size_t levels_in(std::span<const BlockPlace> blocks, std::uint32_t place);

/// A chain of templates that extend each other, the most derived one first, and their blocks by
/// name. Immutable once it is complete, so that renderings share it.
class Lineage {
public:
    static constexpr std::uint32_t kNone = UINT32_MAX;

    void add(const TemplateBody& body);
    /// Puts plain blocks where they are shown, so that rendering need not look for them. For a
    /// chain that is kept; nothing is added afterwards.
    void flatten();

    /// What the chain shows: the root's nodes, or what flatten() has made of them. Only then the
    /// texts before the `extends` tags are part of it.
    const NodeList& nodes() const { return nodes_; }
    bool is_flat() const { return !flat_.empty(); }
    /// The texts before the `extends` tags of the templates between the first and the root.
    std::string text_before() const;
    /// The template of a piece that flatten() has made; nullptr for others.
    const TemplateBody* body_of(const Piece& piece) const;

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
    friend class Flattening;

    struct Entry {
        Name name;
        std::vector<const BlockNode*> blocks;
    };

    std::vector<const TemplateBody*> bodies_;
    std::vector<Entry> entries_;
    NodeList nodes_;
    // What flatten() makes.
    std::vector<Piece> flat_;
    std::vector<const TemplateBody*> flat_bodies_;  ///< of each piece
    std::deque<std::string> texts_;
    std::vector<std::unique_ptr<const Node>> enclosed_;
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
    /// Renders the block at that place of the frame's lineage; `block` itself where there is none
    /// so high. `around`: those, outermost first, that flatten() has put in its own place.
    static void render(const BlockNode& block, BlockPlace at, Context& context, std::string& out,
                       std::span<const BlockPlace> around = {});
    /// Renders the block that stands where `block` does, as `{% block %}` asks for it.
    static void render(const BlockNode& block, Context& context, std::string& out);
    /// Renders the block above those named as `block` is that are being rendered;
    /// false where there is none.
    static bool render_super(const BlockNode& block, Context& context, std::string& out);
    /// The same for this one.
    void render_super(Context& context, std::string& out) const;

    bool is_plain() const { return block_.is_plain(); }
    const Value& value() const override;

private:
    ActiveBlock(const BlockNode& block, BlockPlace at, std::span<const BlockPlace> around,
                Context& context);
    ~ActiveBlock() { frame_.block = outer_; }

    /// How many of a place are being rendered in `frame`.
    static std::size_t count(const RenderState::Frame& frame, std::uint32_t place);

    const BlockNode& block_;
    RenderState& state_;
    RenderState::Frame& frame_;
    const ActiveBlock* outer_;
    BlockPlace at_;  ///< in the frame's lineage; kNone where there is none
    std::span<const BlockPlace> around_;
    BodyScope scope_;
    mutable Value made_;
};

}  // namespace tatum::template_::impl
