#include <tatum/template/impl/inheritance.h>

#include <tatum/base/same_text.h>
#include <tatum/template/impl/body.h>
#include <tatum/template/impl/template_object.h>

#include <algorithm>

namespace tatum::template_::impl {
namespace {

constexpr Name kBlock("block");

/// Of a block: can the piece set no variable, and see `block` only by `{{ block.super }}`?
bool is_plain_piece(const Piece& piece) {
    switch (piece.next) {
        case Piece::Next::Piece:
            return true;
        case Piece::Next::Variable:
            return piece.variable->is_plain_variable() &&
                   !(piece.variable->operand().variable.steps[0].name == kBlock);
        case Piece::Next::Tag:
            return dynamic_cast<const BlockNode*>(piece.tag) != nullptr ||
                   dynamic_cast<const SuperNode*>(piece.tag) != nullptr;
        case Piece::Next::Test:
        case Piece::Next::Skip:
            break;
    }
    return false;
}

/// Makes `lineage` that of the frame. Each template counts towards the limits as if it were
/// rendered within the one that extends it.
class LineageScope {
public:
    LineageScope(RenderState& state, const Lineage& lineage)
        : state_(state), levels_(lineage.bodies().size() - 2), body_(state, &lineage.root()) {
        state_.frame->lineage = &lineage;
        state_.depth += levels_;
        state_.steps += levels_;
    }
    ~LineageScope() {
        state_.frame->lineage = nullptr;
        state_.depth -= levels_;
    }
    LineageScope(const LineageScope&) = delete;
    LineageScope& operator=(const LineageScope&) = delete;

private:
    RenderState& state_;
    std::size_t levels_;  ///< between the template that is rendered and the root
    BodyScope body_;
};

}  // namespace

void Lineage::add(const TemplateBody& body) {
    bodies_.push_back(&body);
    nodes_ = body.nodes;
    for (const BlockNode* block : body.blocks) {
        std::uint32_t place = find(*block);
        if (place == kNone) {
            place = static_cast<std::uint32_t>(entries_.size());
            entries_.push_back({block->name(), {}});
            block->remember_place(place);
        }
        entries_[place].blocks.push_back(block);
    }
}

std::uint32_t Lineage::find(const BlockNode& block) const {
    const Name& name = block.name();
    const auto is_at = [&](std::uint32_t place) {
        return entries_[place].name.hash == name.hash &&
               same_text(entries_[place].name.text, name.text);
    };
    const std::uint32_t remembered = block.place();
    if (remembered < entries_.size() && is_at(remembered)) return remembered;
    for (std::uint32_t place = 0; place < entries_.size(); ++place) {
        if (!is_at(place)) continue;
        block.remember_place(place);
        return place;
    }
    return kNone;
}

std::size_t levels_in(std::span<const BlockPlace> blocks, std::uint32_t place) {
    for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
        if (block->place == place) return block->level + 1;
    }
    return 0;
}

std::string Lineage::text_before() const {
    std::string text;
    for (const TemplateBody* body : std::span(bodies_).subspan(1, bodies_.size() - 2)) {
        text += body->extends->text_before();
    }
    return text;
}

const TemplateBody* Lineage::body_of(const Piece& piece) const {
    const std::less<const Piece*> before;
    const Piece* const begin = flat_.data();
    if (before(&piece, begin) || !before(&piece, begin + flat_.size())) return nullptr;
    return flat_bodies_[static_cast<std::size_t>(&piece - begin)];
}

ActiveBlock::ActiveBlock(const BlockNode& block, BlockPlace at, std::span<const BlockPlace> around,
                         Context& context)
    : block_(block),
      state_(*RenderState::find(context)),
      frame_(*state_.frame),
      outer_(frame_.block),
      at_(at),
      around_(around),
      scope_(state_, block.body()) {
    frame_.block = this;
}

std::size_t ActiveBlock::count(const RenderState::Frame& frame, std::uint32_t place) {
    for (const ActiveBlock* active = frame.block; active != nullptr; active = active->outer_) {
        if (active->at_.place == place) return active->at_.level + 1;
        if (const std::size_t levels = levels_in(active->around_, place)) return levels;
    }
    return 0;
}

void ActiveBlock::render(const BlockNode& block, BlockPlace at, Context& context, std::string& out,
                         std::span<const BlockPlace> around) {
    const BlockNode* shown = &block;
    if (at.place != Lineage::kNone) {
        const auto blocks = RenderState::find(context)->frame->lineage->blocks(at.place);
        if (at.level < blocks.size()) {
            shown = blocks[at.level];
        } else {
            at.level = blocks.size();
        }
    }
    const ActiveBlock active(*shown, at, around, context);
    if (shown->is_plain()) return shown->nodes().render(context, out);
    const ContextFrame frame(context);
    RenderState::append(context, kBlock, active);
    shown->nodes().render(context, out);
}

void ActiveBlock::render(const BlockNode& block, Context& context, std::string& out) {
    const RenderState::Frame& frame = *RenderState::find(context)->frame;
    if (frame.lineage == nullptr) return render(block, {Lineage::kNone, 0}, context, out);
    const std::uint32_t place = frame.lineage->find(block);
    render(block, {place, count(frame, place)}, context, out);
}

bool ActiveBlock::render_super(const BlockNode& block, Context& context, std::string& out) {
    const RenderState::Frame& frame = *RenderState::find(context)->frame;
    if (frame.lineage == nullptr) return false;
    const std::uint32_t place = frame.lineage->find(block);
    if (place == Lineage::kNone) return false;
    const std::size_t level = count(frame, place);
    if (level >= frame.lineage->blocks(place).size()) return false;
    render(block, {place, level}, context, out);
    return true;
}

void ActiveBlock::render_super(Context& context, std::string& out) const {
    if (frame_.lineage == nullptr) {
        block_.render_super(nullptr, out);
        return;
    }
    if (&frame_ != state_.frame || frame_.block != this) {
        render_super(block_, context, out);
        return;
    }
    if (at_.place == Lineage::kNone) return;
    const BlockPlace above{at_.place, at_.level + 1};
    if (above.level < frame_.lineage->blocks(above.place).size()) {
        render(block_, above, context, out);
    }
}

const Value& ActiveBlock::value() const {
    if (made_.is_none()) {
        made_ = block_.variable_for(frame_.lineage != nullptr ? &state_ : nullptr);
    }
    return made_;
}

BlockNode::BlockNode(Name name, NodeList nodes, const TemplateBody* body)
    : name_(name),
      nodes_(nodes),
      body_(body),
      variable_(*this),
      is_plain_(std::ranges::all_of(nodes.pieces(), is_plain_piece)) {}

void BlockNode::render(Context& context, std::string& out) const {
    ActiveBlock::render(*this, context, out);
}

bool BlockNode::render_super(const void* self, std::string& out) const {
    if (self == nullptr) {
        fail_syntax(
            "'BlockNode' object has no attribute 'context'. Did you use {{ block.super }} in a "
            "base template?");
    }
    // The variable is seen only while its context is rendering.
    return ActiveBlock::render_super(*this, *static_cast<const RenderState*>(self)->context, out);
}

void BlockNode::BlockVariable::append_str(Self, std::string& out) const {
    out.append("<Block Node: ").append(node_.name_.text).append(">");
}

std::optional<Value> BlockNode::BlockVariable::attribute(Self self, const Name& name) const {
    static constexpr Name kSuper("super"), kName("name");
    if (name == kSuper) {
        std::string text;
        if (!node_.render_super(self, text)) return Value("");
        return Value(text).mark_safe();
    }
    if (name == kName) return Value(node_.name_.text);
    return std::nullopt;
}

void SuperNode::render(Context& context, std::string& out) const {
    const std::size_t size = out.size();
    try {
        render_block(context, out);
    } catch (const VariableDoesNotExist&) {
        // As of a variable whose value cannot be had; what a sink has cannot be taken back.
        forget_fault(context);
        out.resize(std::min(size, out.size()));
        render_value(context, expression_->invalid_text(context), out);
    }
}

void SuperNode::render_block(Context& context, std::string& out) const {
    const ActiveBlock* innermost = RenderState::find(context)->frame->block;
    if (innermost != nullptr && innermost->is_plain()) {
        return innermost->render_super(context, out);
    }
    // Nothing but a block makes a lazy variable of this name.
    if (const LazyVariable* block = RenderState::find_lazy(context, kBlock)) {
        return static_cast<const ActiveBlock&>(*block).render_super(context, out);
    }
    expression_->render(context, out);
}

ExtendsNode::~ExtendsNode() {
    const std::unique_ptr<const Lineage> kept(lineage_.load(std::memory_order_relaxed));
}

const TemplateBody& ExtendsNode::find_parent(Context& context, const Lineage& passed) const {
    Value place;
    const Value& parent = parent_.expression().get(context, place);
    if (!parent.truth()) {
        std::string message = "Invalid template name in 'extends' tag: " + parent.repr() + ".";
        if (!parent_.is_constant()) {
            message +=
                " Got this from the '" + std::string(parent_.expression().source()) + "' variable.";
        }
        fail_syntax(std::move(message));
    }
    if (TemplatePointer given = as_template(parent)) {
        // What is rendered may replace the variable that holds it.
        RenderState& state = *RenderState::find(context);
        return state.kept.emplace_back(std::move(given))->body();
    }
    const std::string name = parent.str();
    // A part of a template has no blocks to fill; Django looks for a file of that name.
    if (name.find('#') != std::string::npos) throw TemplateDoesNotExist(name, {});
    return parent_.find(context, name, passed.bodies());
}

std::unique_ptr<Lineage> ExtendsNode::trace(Context& context) const {
    RenderState& state = *RenderState::find(context);
    auto lineage = std::make_unique<Lineage>();
    lineage->add(*body_);
    for (const ExtendsNode* node = this; node != nullptr; node = lineage->root().extends) {
        const BodyScope scope(state, node->body_);
        try {
            if (state.depth + lineage->bodies().size() > state.limits->render_depth) {
                limit_passed("render_depth", state.limits->render_depth);
            }
            lineage->add(node->find_parent(context, *lineage));
        } catch (...) {
            note_fault(state, node->span);
            throw;
        }
    }
    return lineage;
}

const Lineage& ExtendsNode::keep(std::unique_ptr<const Lineage> lineage) const {
    const Lineage* faster = nullptr;  // of another thread
    if (lineage_.compare_exchange_strong(faster, lineage.get(), std::memory_order_acq_rel)) {
        return *lineage.release();
    }
    return *faster;
}

void ExtendsNode::render(Context& context, std::string& out) const {
    RenderState& state = *RenderState::find(context);
    const Lineage* lineage = lineage_.load(std::memory_order_acquire);
    std::unique_ptr<Lineage> traced;
    if (lineage == nullptr) {
        traced = trace(context);
        lineage = traced.get();
        const bool lasting =
            !state.engine->options().reload &&
            std::ranges::all_of(lineage->bodies(), [](const TemplateBody* body) {
                return body->extends == nullptr || body->extends->parent().is_constant();
            });
        if (lasting) {
            traced->flatten();
            lineage = &keep(std::move(traced));
        }
    }
    if (!lineage->is_flat()) out.append(lineage->text_before());
    const LineageScope scope(state, *lineage);
    lineage->nodes().render(context, out);
}

}  // namespace tatum::template_::impl
