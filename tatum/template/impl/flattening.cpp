#include <tatum/template/impl/body.h>
#include <tatum/template/impl/inheritance.h>

#include <utility>

namespace tatum::template_::impl {
namespace {

/// A block that is rendered as ever within those that stand in their places.
class EnclosedBlock final : public Node {
public:
    EnclosedBlock(const BlockNode& block, BlockPlace at, std::vector<BlockPlace> around)
        : block_(block), at_(at), around_(std::move(around)) {}
    void render(Context& context, std::string& out) const override {
        ActiveBlock::render(block_, at_, context, out, around_);
    }

private:
    const BlockNode& block_;
    BlockPlace at_;
    std::vector<BlockPlace> around_;
};

const BlockNode* block_of(const Piece& piece) {
    return dynamic_cast<const BlockNode*>(piece.tag_or_null());
}

}  // namespace

/// Makes the pieces of a Lineage that is flat.
///
/// A plain block shows texts, variables and other blocks, which stand here in its place. So does
/// what a `{{ block.super }}` in it shows, if that is plain in all its parts, since an error within
/// it ends there.
class Flattening {
public:
    explicit Flattening(Lineage& lineage) : lineage_(lineage) {}

    void run() {
        const TemplateBody& root = lineage_.root();
        const auto pieces = root.nodes.pieces();
        steps_ = root.nodes.steps();
        std::vector<bool> is_target(pieces.size() + 1);
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (pieces[i].skip != 0) is_target[target_of(pieces, i)] = true;
        }
        if (std::string before = lineage_.text_before(); !before.empty()) {
            append({.text = keep(std::move(before))}, root);
        }
        std::vector<std::size_t> begins, last;  // of each piece of the root: its first and last one
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (is_target[i]) sealed_ = flat_.size();
            begins.push_back(flat_.size());
            add(pieces[i], root, IsPlain::NotAll);
            last.push_back(flat_.size() - 1);
        }
        begins.push_back(flat_.size());
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (pieces[i].skip == 0) continue;
            const std::size_t skip = begins[target_of(pieces, i)] - last[i] - 1;
            if (skip > UINT16_MAX) return;
            flat_[last[i]].skip = static_cast<std::uint16_t>(skip);
        }
        if (flat_.size() > kPiecesMax) return;
        lineage_.flat_ = std::move(flat_);
        lineage_.flat_bodies_ = std::move(bodies_);
        lineage_.nodes_ = NodeList(lineage_.flat_.data(), lineage_.flat_.size(), steps_);
    }

private:
    enum class IsPlain : bool { NotAll, All };

    static constexpr std::size_t kPiecesMax = 4096;
    /// Blocks that are looked at; what is met later stays as it is.
    static constexpr std::size_t kLooksMax = 4096;
    static constexpr std::size_t kDepthMax = 100;
    /// Texts are joined up to this size; longer ones stay where they are.
    static constexpr std::size_t kJoinedBytesMax = 512;

    static std::size_t target_of(std::span<const Piece> pieces, std::size_t i) {
        return i + 1 + pieces[i].skip;
    }
    BlockPlace place_of(const BlockNode& block) const {
        const std::uint32_t place = lineage_.find(block);
        return {place, levels_in(around_, place)};
    }
    /// What `{{ block.super }}` shows.
    BlockPlace above() const { return {around_.back().place, around_.back().level + 1}; }
    bool exists(BlockPlace at) const { return at.level < lineage_.blocks(at.place).size(); }

    /// May what the block shows stand in its place? With `All`, may it with everything in it?
    bool is_plain(BlockPlace at, IsPlain wanted) {
        if (++looks_ > kLooksMax || around_.size() > kDepthMax || !exists(at)) return false;
        const BlockNode& block = *lineage_.blocks(at.place)[at.level];
        if (!block.is_plain()) return false;
        around_.push_back(at);
        bool is = true;
        for (const Piece& piece : block.nodes().pieces()) {
            if (const auto* inner = block_of(piece)) {
                is = wanted == IsPlain::NotAll || is_plain(place_of(*inner), IsPlain::All);
            } else if (piece.tag_or_null() != nullptr && exists(above())) {
                is = is_plain(above(), IsPlain::All);
            }
            if (!is) break;
        }
        around_.pop_back();
        return is;
    }

    /// Adds a piece of `body`. `All`: all in it is known to be plain.
    void add(const Piece& piece, const TemplateBody& body, IsPlain known) {
        if (const auto* block = block_of(piece)) {
            const BlockPlace at = place_of(*block);
            append({.text = piece.text}, body);
            if (known == IsPlain::All || is_plain(at, IsPlain::NotAll)) {
                add_block(at, known);
            } else {
                lineage_.enclosed_.push_back(std::make_unique<EnclosedBlock>(*block, at, around_));
                append({.tag = lineage_.enclosed_.back().get(),
                        .span = piece.span,
                        .next = Piece::Next::Tag},
                       body);
            }
        } else if (!around_.empty() && piece.tag_or_null() != nullptr) {
            append({.text = piece.text}, body);
            if (exists(above())) add_block(above(), IsPlain::All);
        } else {
            append(piece, body);
        }
    }

    void add_block(BlockPlace at, IsPlain known) {
        const BlockNode& block = *lineage_.blocks(at.place)[at.level];
        if (flat_.size() > kPiecesMax) return;
        steps_ += block.nodes().steps();
        around_.push_back(at);
        for (const Piece& piece : block.nodes().pieces()) add(piece, *block.body(), known);
        around_.pop_back();
    }

    void append(Piece piece, const TemplateBody& body) {
        if (flat_.size() > sealed_ && flat_.back().next == Piece::Next::Piece &&
            joins(flat_.back().text, piece.text)) {
            piece.text = joined(flat_.back().text, piece.text);
            flat_.back() = piece;
            bodies_.back() = &body;
            return;
        }
        flat_.push_back(piece);
        bodies_.push_back(&body);
    }

    std::string_view keep(std::string text) {
        return lineage_.texts_.emplace_back(std::move(text));
    }
    static bool joins(std::string_view a, std::string_view b) {
        return a.empty() || b.empty() || a.size() + b.size() <= kJoinedBytesMax;
    }
    std::string_view joined(std::string_view a, std::string_view b) {
        if (a.empty()) return b;
        if (b.empty()) return a;
        auto& texts = lineage_.texts_;
        if (texts.empty() || texts.back().data() != a.data()) keep(std::string(a));
        return texts.back() += b;
    }

    Lineage& lineage_;
    std::vector<Piece> flat_;
    std::vector<const TemplateBody*> bodies_;  ///< of each piece
    std::vector<BlockPlace> around_;
    std::size_t sealed_ = 0;  ///< nothing is joined to what lies before
    std::size_t steps_ = 0;
    std::size_t looks_ = 0;
};

void Lineage::flatten() { Flattening(*this).run(); }

}  // namespace tatum::template_::impl
