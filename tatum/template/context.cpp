#include <tatum/template/context.h>

#include <tatum/base/same_text.h>
#include <tatum/template/impl/render_state.h>

#include <bit>
#include <cstring>
#include <utility>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tatum::template_ {
namespace {

const Environment& default_environment() {
    static const Environment environment;
    return environment;
}

}  // namespace

Context::Context(Dict variables, ContextOptions options)
    : variables_(std::move(variables)),
      environment_(&default_environment()),
      current_app_(std::move(options.current_app)),
      use_l10n_(options.use_l10n),
      use_tz_(options.use_tz),
      autoescape_(options.autoescape) {
    constexpr std::size_t kExpected = 15;  // just below 1 KiB: malloc's quick path ends there
    hashes_.reserve(kExpected);
    bindings_.reserve(kExpected);
    frames_.reserve(kExpected);
    push();
}

Context::~Context() = default;

std::size_t Context::index_of(const Name& name, std::size_t first) const {
    std::size_t i = hashes_.size();
    // Most often it is what the innermost loop has set last.
    if (i > first && hashes_[i - 1] == name.hash && same_text(bindings_[i - 1].name, name.text)) {
        return i - 1;
    }
#ifdef __SSE2__
    const __m128i wanted = _mm_set1_epi32(static_cast<int>(name.hash));
    for (; i >= first + 4; i -= 4) {
        __m128i four;
        std::memcpy(&four, &hashes_[i - 4], sizeof four);
        const __m128i same = _mm_cmpeq_epi32(four, wanted);
        auto found = static_cast<unsigned>(_mm_movemask_ps(_mm_castsi128_ps(same)));
        while (found != 0) {
            const auto last = static_cast<unsigned>(std::bit_width(found)) - 1;
            if (same_text(bindings_[i - 4 + last].name, name.text)) return i - 4 + last;
            found ^= 1u << last;
        }
    }
#endif
    while (i-- > first) {
        if (hashes_[i] == name.hash && same_text(bindings_[i].name, name.text)) return i;
    }
    return kNowhere;
}

const Value* Context::find(const Name& name) const {
    const std::size_t i = index_of(name, base_);
    if (i != kNowhere) return &bindings_[i].value;
    return is_isolated_ ? nullptr : variables_.find(name);
}

Value Context::get(const Name& name) const {
    const Value* value = find(name);
    return value != nullptr ? *value : Value();
}

void Context::add(std::string_view name, std::uint32_t hash, Value value, Value key) {
    hashes_.push_back(hash);
    bindings_.push_back({name, std::move(value), std::move(key)});
}

void Context::set(std::string_view name, Value value) {
    const Name hashed(name);
    const std::size_t before = index_of(hashed, frames_.back());
    if (before != kNowhere) {
        bindings_[before].value = std::move(value);
        return;
    }
    Value key(name);
    const std::string_view kept = key.as_string();
    add(kept, hashed.hash, std::move(value), std::move(key));
}

void Context::bind(const Name& name, Value value) {
    const std::size_t before = index_of(name, frames_.back());
    if (before != kNowhere) {
        bindings_[before].value = std::move(value);
    } else {
        add(name.text, name.hash, std::move(value));
    }
}

void Context::set_upward(std::string_view name, Value value) {
    const Name hashed(name);
    const std::size_t before = index_of(hashed, base_);
    if (before != kNowhere) {
        bindings_[before].value = std::move(value);
    } else if (!is_isolated_ && variables_.contains(hashed)) {
        variables_.set(name, std::move(value));
    } else {
        set(name, std::move(value));
    }
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
    while (bindings_.size() > size) bindings_.pop_back();
    hashes_.resize(size);
}

Dict Context::flatten() const {
    Dict all = is_isolated_ ? Dict() : variables_;
    for (std::size_t i = base_; i < bindings_.size(); ++i) {
        all.set(bindings_[i].name, bindings_[i].value);
    }
    return all;
}

void Context::set_request(Value request) {
    request_ = std::move(request);
    if (!contains("request")) set("request", request_);
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
