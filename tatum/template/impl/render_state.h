#pragma once

#include <tatum/template/context.h>
#include <tatum/template/engine.h>
#include <tatum/template/errors.h>
#include <tatum/template/loader.h>
#include <tatum/template/node.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tatum::template_::impl {

class ActiveBlock;
class Lineage;
struct Piece;
struct TemplateBody;

/// A variable that becomes a Value when somebody asks for it: `block` and `forloop`, which every
/// block and loop has and few templates use. Lives on the stack of what is rendering.
class LazyVariable {
public:
    LazyVariable() = default;
    LazyVariable(const LazyVariable&) = delete;
    LazyVariable& operator=(const LazyVariable&) = delete;

    /// The same Value each time.
    virtual const Value& value() const = 0;

protected:
    ~LazyVariable() = default;
};

/// One rendering: what Django keeps in `render_context` and `context.template`.
struct RenderState {
    /// What an included template starts anew.
    struct Frame {
        const TemplateBody* body = nullptr;  ///< whose nodes are being rendered
        std::vector<std::pair<const void*, Value>> states;
        const Lineage* lineage = nullptr;    ///< where the template extends another
        const ActiveBlock* block = nullptr;  ///< the innermost one
    };

    Context* context = nullptr;
    const Engine* engine = nullptr;
    const Limits* limits = nullptr;
    Frame* frame = nullptr;
    std::size_t depth = 0;
    std::size_t iterations = 0;
    std::size_t steps = 0;
    std::size_t filtered = 0;  ///< bytes that filters have made
    std::optional<TemplateFault> fault;
    /// Templates that nothing else keeps while they are being rendered.
    std::vector<TemplatePointer> kept;
    Sink* sink = nullptr;
    const std::string* main_output = nullptr;  ///< what the sink gets
    std::size_t check_at = 0;                  ///< a text of this size is looked at
    std::size_t written = 0;                   ///< bytes that the sink has

    static RenderState& of(Context& context);
    static RenderState* find(const Context& context) { return context.state_.get(); }

    /// Hides all variables for the length of a block: `{% include ... only %}`.
    class Isolation {
    public:
        explicit Isolation(Context& context)
            : context_(context),
              base_(context.base_),
              names_(context.names_),
              was_isolated_(context.is_isolated_) {
            context_.base_ = context_.bindings_.size();
            context_.names_ = ~std::uint64_t{0};
            context_.is_isolated_ = true;
        }
        ~Isolation() {
            context_.base_ = base_;
            context_.names_ = names_;
            context_.is_isolated_ = was_isolated_;
        }
        Isolation(const Isolation&) = delete;
        Isolation& operator=(const Isolation&) = delete;

    private:
        Context& context_;
        std::size_t base_;
        std::uint64_t names_;
        bool was_isolated_;
    };

    /// Adds a variable that is known not to be in the newest frame yet.
    static void append(Context& context, const Name& name, Value value) {
        context.add(name).value = std::move(value);
    }
    /// The same for one that is made when it is asked for; `variable` outlives the frame.
    static void append(Context& context, const Name& name, const LazyVariable& variable) {
        context.add(name).lazy = &variable;
    }
    static std::size_t binding_count(const Context& context) { return context.bindings_.size(); }
    /// Makes the variable at `index` of all there are stand for `value` where it lies, which is as
    /// long as the variable stands for it.
    static void borrow(Context& context, std::size_t index, const Value& value) {
        context.bindings_[index].borrowed = &value;
    }
    /// The newest variable of this name if it is a lazy one, else nullptr.
    static const LazyVariable* find_lazy(const Context& context, const Name& name);
    /// The newest of this name among the `count` oldest variables if it is a lazy one.
    static const LazyVariable* find_older_lazy(const Context& context, const Name& name,
                                               std::size_t count);
    /// The newest of this name among the `count` oldest ones, or nullptr.
    static const Value* find_older(const Context& context, const Name& name, std::size_t count);
};

/// EngineOptions::string_if_invalid as a Value.
const Value& string_if_invalid(Context& context);
const EngineOptions& options_of(Context& context);

/// Renders a template's nodes within the rendering that is going on, as `{% include %}` does: with
/// a state of its own.
void render_included(const TemplateBody& body, Context& context, std::string& out);
/// The same for a part of `body`.
void render_nodes_included(const TemplateBody& body, const NodeList& nodes, Context& context,
                           std::string& out);

/// Tells where rendering failed, once, for the innermost node.
void note_fault(RenderState& state, const SourceSpan& span);
void note_fault(RenderState& state, const Piece& piece);
/// The failure is over: something else is shown instead.
inline void forget_fault(Context& context) {
    if (RenderState* state = RenderState::find(context)) state->fault.reset();
}
/// Hands a piece to the sink, or stops a rendering that has become too long.
void check_output(RenderState& state, std::string& out);

/// What render_value() does with anything but strings and plain numbers.
void render_other_value(Context& context, const Value& value, std::string& out);
void append_localized(Context& context, const Value& value, std::string& out);
void append_object(const Value& value, std::string& out);

/// Value::items(). Of a long text they take much more room than itself: past Limits::value_bytes it
/// throws TemplateRenderError of code template.E190.
std::optional<List> items_of(const Value& value, Context& context);

/// Throws TemplateRenderError of code template.E190.
[[noreturn]] void limit_passed(std::string_view what, std::size_t limit);
/// Throws TemplateRenderError.
[[noreturn]] void fail(std::string_view code, std::string message);
/// Throws TemplateSyntaxError while rendering.
[[noreturn]] void fail_syntax(std::string message);

}  // namespace tatum::template_::impl
