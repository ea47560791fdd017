#include <tatum/template/context.h>

#include <tatum/base/same_text.h>
#include <tatum/template/impl/render_state.h>
#include <tatum/template/impl/variable.h>

#include <algorithm>
#include <utility>

namespace tatum::template_ {
namespace {

const Environment& default_environment() {
    static const Environment environment;
    return environment;
}

}  // namespace

Context::Context(Dict variables, ContextOptions options) : Context(nullptr, std::move(options)) {
    own_variables_ = std::move(variables);
    variables_ = &own_variables_;
}

Context::Context(const Dict* variables, ContextOptions options)
    : variables_(variables),
      environment_(&default_environment()),
      current_app_(std::move(options.current_app)),
      use_l10n_(options.use_l10n),
      use_tz_(options.use_tz),
      autoescape_(options.autoescape) {
    constexpr std::size_t kExpected = 11;  // just below 1 KiB: malloc's quick path ends there
    bindings_.reserve(kExpected);
    frames_.reserve(kExpected);
    push();
}

Context::~Context() = default;

std::size_t Context::search(const Name& name, std::size_t first) const {
    const Binding* const all = bindings_.data();
    for (const Binding* binding = all + bindings_.size(); binding > all + first;) {
        const Name& other = (--binding)->name;
        if (other.hash == name.hash && same_text(other.text, name.text)) {
            return static_cast<std::size_t>(binding - all);
        }
    }
    return kNowhere;
}

const Value* Context::find_further(const Name& name, const impl::Step* step) const {
    const std::size_t i = index_of(name, base_);
    if (i != kNowhere) return value_of(bindings_[i]);
    if (is_isolated_) return nullptr;
    return step != nullptr ? step->find_in(*variables_) : variables_->find(name);
}

const Value* Context::make(const impl::LazyVariable& lazy) { return &lazy.value(); }

Value Context::get(const Name& name) const {
    const Value* value = find(name);
    return value != nullptr ? *value : Value();
}

Context::Binding& Context::add(const Name& name) {
    names_ |= bit_of(name);
    Binding& added = bindings_.emplace_back();
    added.name = name;
    return added;
}

void Context::Binding::assign(Value changed) {
    borrowed = nullptr;
    lazy = nullptr;
    value = std::move(changed);
}

void Context::set(std::string_view name, Value value) {
    const Name hashed(name);
    const std::size_t before = index_of(hashed, frames_.back().first);
    if (before != kNowhere) return bindings_[before].assign(std::move(value));
    if (frames_.size() == 1 && variables_ == &own_variables_) {
        return own_variables_.set(name, std::move(value));
    }
    Binding& added = add(hashed);
    added.key = Value(name);
    added.name.text = added.key.as_string();
    added.value = std::move(value);
}

void Context::bind(const Name& name, Value value) {
    const std::size_t before = index_of(name, frames_.back().first);
    if (before != kNowhere) {
        bindings_[before].assign(std::move(value));
    } else {
        add(name).value = std::move(value);
    }
}

void Context::set_upward(std::string_view name, Value value) {
    const Name hashed(name);
    const std::size_t before = index_of(hashed, base_);
    if (before != kNowhere) {
        bindings_[before].assign(std::move(value));
    } else if (!is_isolated_ && variables_->contains(hashed)) {
        if (variables_ != &own_variables_) own_variables_ = *variables_;
        variables_ = &own_variables_;
        own_variables_.set(name, std::move(value));
    } else {
        set(name, std::move(value));
    }
}

void Context::push(Dict variables) {
    push();
    for (const Dict::Entry& entry : variables) {
        if (!entry.key.is_string()) continue;
        Binding& added = add(Name(entry.key.as_string()));
        added.key = entry.key;  // shares the text, which keeps it where it is
        added.value = entry.value;
    }
}

Dict Context::flatten() const {
    Dict all = is_isolated_ ? Dict() : *variables_;
    for (std::size_t i = base_; i < bindings_.size(); ++i) {
        all.set(bindings_[i].name.text, *value_of(bindings_[i]));
    }
    return all;
}

void Context::set_request(Value request) {
    request_ = std::move(request);
    if (!contains("request")) set("request", request_);
}

const impl::LazyVariable* impl::RenderState::find_lazy(const Context& context, const Name& name) {
    // A loop's variable is the first of the loop's frame, which most often is the newest.
    std::size_t i = std::max(context.frames_.back().first, context.base_);
    if (i >= context.bindings_.size() ||
        context.bindings_[i].name.text.data() != name.text.data()) {
        i = context.index_of(name, context.base_);
        if (i == Context::kNowhere) return nullptr;
    }
    const Context::Binding& binding = context.bindings_[i];
    return binding.borrowed == nullptr ? binding.lazy : nullptr;
}

const impl::LazyVariable* impl::RenderState::find_older_lazy(const Context& context,
                                                             const Name& name, std::size_t count) {
    for (std::size_t i = count; i-- > context.base_;) {
        const Context::Binding& binding = context.bindings_[i];
        if (!same_text(binding.name.text, name.text)) continue;
        return binding.borrowed == nullptr ? binding.lazy : nullptr;
    }
    return nullptr;
}

const Value* impl::RenderState::find_older(const Context& context, const Name& name,
                                           std::size_t count) {
    for (std::size_t i = count; i-- > context.base_;) {
        const Context::Binding& binding = context.bindings_[i];
        if (same_text(binding.name.text, name.text)) return Context::value_of(binding);
    }
    return context.is_isolated_ ? nullptr : context.variables_->find(name);
}

Value* Context::find_state(const void* key) {
    if (!state_ || state_->frame == nullptr) return nullptr;
    for (auto& [owner, value] : state_->frame->states) {
        if (owner == key) return &value;
    }
    return nullptr;
}

void Context::set_state(const void* key, Value value) {
    if (Value* before = find_state(key)) {
        *before = std::move(value);
    } else if (state_ && state_->frame != nullptr) {
        state_->frame->states.emplace_back(key, std::move(value));
    }
}

const Engine* Context::engine() const { return state_ ? state_->engine : nullptr; }

const TemplateFault* Context::fault() const {
    return state_ && state_->fault ? &*state_->fault : nullptr;
}

}  // namespace tatum::template_
