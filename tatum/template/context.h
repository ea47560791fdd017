#pragma once

#include <tatum/base/value.h>
#include <tatum/template/environment.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::template_ {

class Engine;
struct TemplateFault;
namespace impl {
class LazyVariable;
struct RenderState;
struct Step;
struct Variable;
}  // namespace impl

/// What is switched while a template is rendered.
struct ContextOptions {
    bool autoescape = true;
    std::optional<bool> use_l10n;  ///< unset: the site's formats
    std::optional<bool> use_tz;    ///< unset: the site's setting
    std::string current_app;       ///< a hint for `{% url %}`
};

/// The variables of a rendering: a stack of frames, looked up from the top. Django's Context. Made
/// for one rendering at a time by one fiber; neither copied nor moved.
///
/// Cost: finding a name asks the mapping that the context was made of, unless a variable of this
/// name may have been set since (one bit of its hash tells); then variables are compared first,
/// from the newest to the oldest. It allocates nothing.
class Context {
public:
    explicit Context(Dict variables = {}, ContextOptions options = {});
    /// A context of `variables` where they lie; they outlive it, and none is copied.
    static Context view(const Dict& variables, ContextOptions options = {}) {
        return Context(&variables, std::move(options));
    }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context();

    /// The newest variable of this name, or nullptr. Valid until the next change of the context.
    const Value* find(const Name& name) const {
        return is_newest(name) ? value_of(bindings_.back()) : find_further(name, nullptr);
    }
    /// The newest variable of this name, or None.
    Value get(const Name& name) const;
    bool contains(const Name& name) const { return find(name) != nullptr; }

    /// Sets a variable in the newest frame; the name is copied.
    void set(std::string_view name, Value value);
    /// The same where `name` outlives the frame, as names in a parsed template do. No allocation.
    void bind(const Name& name, Value value);
    /// Replaces the variable in the newest frame that has it, else sets it in the newest frame.
    void set_upward(std::string_view name, Value value);

    void push() { frames_.push_back({bindings_.size(), names_}); }
    void push(Dict variables);
    /// Drops the newest frame; never the first one.
    void pop() {
        if (frames_.size() == 1) return;
        const Frame frame = frames_.back();
        frames_.pop_back();
        while (bindings_.size() > frame.first) bindings_.pop_back();
        names_ = frame.names;
    }
    std::size_t depth() const { return frames_.size(); }

    /// All variables as one mapping, newer ones over older ones.
    Dict flatten() const;

    bool autoescape() const { return autoescape_; }
    void set_autoescape(bool on) { autoescape_ = on; }
    std::optional<bool> use_l10n() const { return use_l10n_; }
    void set_use_l10n(std::optional<bool> on) { use_l10n_ = on; }
    std::optional<bool> use_tz() const { return use_tz_; }
    void set_use_tz(std::optional<bool> on) { use_tz_ = on; }
    const std::string& current_app() const { return current_app_; }

    /// The request as a Value, or None; also the variable `request`, unless there is one already.
    const Value& request() const { return request_; }
    void set_request(Value request);

    /// What the layers above provide; never null, see Environment's defaults.
    const Environment& environment() const { return *environment_; }
    /// `environment` outlives the context.
    void set_environment(const Environment& environment) { environment_ = &environment; }

    /// State that a tag keeps during one rendering, not seen by templates: Django's
    /// `render_context`. `key` is usually the tag's node. An included template starts with an empty
    /// one, a parent template shares its child's.
    Value* find_state(const void* key);
    void set_state(const void* key, Value value);

    /// The engine of the template that is being rendered, or nullptr before.
    const Engine* engine() const;

    /// Where rendering failed, for whoever catches an exception that is not a TemplateError;
    /// nullptr if nothing did. Set by Template::render().
    const TemplateFault* fault() const;

private:
    friend struct impl::RenderState;
    friend struct impl::Variable;

    struct Binding {
        Name name;
        const Value* borrowed = nullptr;           ///< the value where it lies,
        const impl::LazyVariable* lazy = nullptr;  ///< or who makes it when it is asked for,
        Value value;                               ///< or else itself
        Value key;                                 ///< owns the name's text where nothing else does

        void assign(Value changed);
    };

    struct Frame {
        std::size_t first;    ///< where it begins in bindings_
        std::uint64_t names;  ///< names_ before it
    };

    static constexpr std::size_t kNowhere = SIZE_MAX;

    Context(const Dict* variables, ContextOptions options);

    /// Is it the last variable that was set, under a name whose text lies in the same place, as
    /// names of templates do? Most often it is: that of the innermost loop.
    bool is_newest(const Name& name) const {
        // Pointers are compared, since a number of bindings would cost a division.
        const Binding* const end = std::to_address(bindings_.end());
        if (end <= bindings_.data() + base_) return false;
        const std::string_view newest = end[-1].name.text;
        return newest.data() == name.text.data() && newest.size() == name.text.size();
    }
    static const Value* value_of(const Binding& binding) {
        if (binding.borrowed != nullptr) return binding.borrowed;
        return binding.lazy == nullptr ? &binding.value : make(*binding.lazy);
    }
    static const Value* make(const impl::LazyVariable& lazy);

    /// `step`, where the name is one, remembers the place in the mapping.
    const Value* find_further(const Name& name, const impl::Step* step) const;
    /// Adds a variable; the caller sets what it is.
    Binding& add(const Name& name);
    static std::uint64_t bit_of(const Name& name) { return std::uint64_t{1} << (name.hash % 64); }
    /// False where no binding has this name, and variables_ are not hidden.
    bool may_be_set(const Name& name) const { return (names_ & bit_of(name)) != 0; }
    /// The newest binding of this name from `first` on, or kNowhere.
    std::size_t index_of(const Name& name, std::size_t first) const {
        return may_be_set(name) ? search(name, first) : kNowhere;
    }
    std::size_t search(const Name& name, std::size_t first) const;

    Dict own_variables_;
    const Dict* variables_;  ///< what the context was made of: the oldest of the first frame
    std::vector<Binding> bindings_;
    std::vector<Frame> frames_;
    std::uint64_t names_ = 0;   ///< a bit for each name that may be in bindings_; isolated: all
    std::size_t base_ = 0;      ///< variables before it are hidden
    bool is_isolated_ = false;  ///< variables_ are hidden as well
    Value request_;
    const Environment* environment_;
    std::string current_app_;
    std::optional<bool> use_l10n_;
    std::optional<bool> use_tz_;
    bool autoescape_;
    std::unique_ptr<impl::RenderState> state_;
};

/// Pushes a frame for the length of a block.
class ContextFrame {
public:
    explicit ContextFrame(Context& context) : context_(context) { context_.push(); }
    ContextFrame(Context& context, Dict variables) : context_(context) {
        context_.push(std::move(variables));
    }
    ~ContextFrame() { context_.pop(); }
    ContextFrame(const ContextFrame&) = delete;
    ContextFrame& operator=(const ContextFrame&) = delete;

private:
    Context& context_;
};

}  // namespace tatum::template_
