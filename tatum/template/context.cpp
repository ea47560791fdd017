#include <tatum/template/context.h>

#include <tatum/template/impl/render_state.h>

#include <utility>

namespace tatum::template_ {
namespace {

const Environment& default_environment() {
    static const Environment environment;
    return environment;
}

}  // namespace

Context::Context(Dict variables, ContextOptions options)
    : environment_(&default_environment()),
      current_app_(std::move(options.current_app)),
      use_l10n_(options.use_l10n),
      use_tz_(options.use_tz),
      autoescape_(options.autoescape) {
    const std::size_t expected = variables.size() + 16;
    hashes_.reserve(expected);
    bindings_.reserve(expected);
    frames_.reserve(16);
    push(std::move(variables));
}

Context::~Context() = default;

Value Context::get(const Name& name) const {
    const Value* value = find(name);
    return value != nullptr ? *value : Value();
}

void Context::add(std::string_view name, std::uint32_t hash, Value value, Value key) {
    hashes_.push_back(hash);
    bindings_.push_back({name, std::move(value), std::move(key)});
}

Value* Context::find_in_frame(const Name& name) {
    for (std::size_t i = hashes_.size(); i-- > frames_.back();) {
        if (hashes_[i] == name.hash && bindings_[i].name == name.text) return &bindings_[i].value;
    }
    return nullptr;
}

void Context::set(std::string_view name, Value value) {
    const Name hashed(name);
    if (Value* before = find_in_frame(hashed)) {
        *before = std::move(value);
        return;
    }
    Value key(name);
    const std::string_view kept = key.as_string();
    add(kept, hashed.hash, std::move(value), std::move(key));
}

void Context::bind(const Name& name, Value value) {
    if (Value* before = find_in_frame(name)) {
        *before = std::move(value);
    } else {
        add(name.text, name.hash, std::move(value));
    }
}

void Context::set_upward(std::string_view name, Value value) {
    const Name hashed(name);
    for (std::size_t i = hashes_.size(); i-- > base_;) {
        if (hashes_[i] == hashed.hash && bindings_[i].name == name) {
            bindings_[i].value = std::move(value);
            return;
        }
    }
    set(name, std::move(value));
}

void Context::push() { frames_.push_back(bindings_.size()); }

void Context::push(Dict variables) {
    push();
    for (const Dict::Entry& entry : variables) {
        if (!entry.key.is_string()) continue;
        // The copy of the key shares its text, which keeps it where it is.
        add(entry.key.as_string(), Name::hash_of(entry.key.as_string()), entry.value, entry.key);
    }
}

void Context::pop() {
    if (frames_.size() == 1) return;
    const std::size_t size = frames_.back();
    frames_.pop_back();
    bindings_.erase(bindings_.begin() + static_cast<std::ptrdiff_t>(size), bindings_.end());
    hashes_.resize(size);
}

Dict Context::flatten() const {
    Dict all;
    for (std::size_t i = base_; i < bindings_.size(); ++i) {
        all.set(bindings_[i].name, bindings_[i].value);
    }
    return all;
}

void Context::set_request(Value request) {
    request_ = std::move(request);
    set("request", request_);
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
