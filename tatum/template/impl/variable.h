#pragma once

#include <tatum/base/same_text.h>
#include <tatum/base/value.h>
#include <tatum/template/context.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace tatum::template_ {
class Parser;
}

namespace tatum::template_::impl {

/// One step of `a.b.0`: a key or attribute, and an index where its text is a number.
struct Step {
    Name name;
    std::int64_t index = 0;
    bool is_index = false;
    /// Where a mapping has last had the key: rows of one kind have it in one place. A hint only,
    /// which any thread may change.
    mutable std::uint32_t place = 0;

    /// The value of this key; nullptr when there is none.
    const Value* find_in(const Dict& dict) const {
        const Value* found = find_at_place(dict);
        return found != nullptr ? found : find_anew_in(dict);
    }
    /// The value of this key if it is at `place`, else nullptr.
    [[gnu::always_inline]] const Value* find_at_place(const Dict& dict) const {
        const auto at =
            static_cast<std::ptrdiff_t>(std::atomic_ref(place).load(std::memory_order_relaxed));
        // Counted in bytes: a number of entries would cost a division.
        constexpr std::ptrdiff_t kBytes = sizeof(Dict::Entry);
        const auto *begin = std::to_address(dict.begin()), *end = std::to_address(dict.end());
        const auto bytes =
            reinterpret_cast<const char*>(end) - reinterpret_cast<const char*>(begin);
        if (at * kBytes >= bytes) return nullptr;
        const Dict::Entry& entry = begin[at];
        if (!entry.key.is_string() || !same_text(entry.key.as_string(), name.text)) return nullptr;
        return &entry.value;
    }

private:
    const Value* find_anew_in(const Dict& dict) const;
};

/// What `forloop` has, apart from `parentloop`.
enum class LoopAttribute : std::uint8_t {
    None,
    Counter,
    Counter0,
    RevCounter,
    RevCounter0,
    First,
    Last,
    Length,
};
LoopAttribute loop_attribute_of(const Name& name);

/// A variable of a template, cut into steps when it is parsed. Views into the template.
struct Variable {
    std::span<const Step> steps;
    std::string_view text;
    LoopAttribute loop_attribute = LoopAttribute::None;  ///< of `forloop.counter` and its like
    std::uint8_t loop_level = 0;                         ///< how often `parentloop` stands between
    const Value* builtin =
        nullptr;  ///< of True, False and None, where the context has no such name

    /// Error template.E012: a name begins with an underscore.
    static Result<Variable> parse(std::string_view text, Parser& parser);

    /// The value, or nullptr when there is no such thing. The result is in the context, in
    /// something that the context holds, or in `place`.
    ///
    /// Django docs: ref/templates/language#variables. A step is a key of a mapping, else an
    /// attribute, else an index; what can be called is called without arguments.
    const Value* resolve(Context& context, Value& place) const {
        const Value* found = find_quickly(context);
        return found != nullptr ? found : resolve_anywhere(context, place);
    }

    /// The everyday cases: what the innermost loop is at, one of the variables that the context was
    /// made of, or what mappings in either have. Else nullptr, and resolve() may still find it.
    [[gnu::always_inline]] const Value* find_quickly(const Context& context) const {
        const Step* step = steps.data();
        const Step* const end = step + steps.size();
        const Value* current = nullptr;
        if (context.is_newest(step->name)) {
            current = context.bindings_.back().borrowed;
        } else if (!context.may_be_set(step->name)) {
            current = step->find_at_place(*context.variables_);
        }
        if (current == nullptr) return nullptr;
        while (++step != end) {
            if (!current->is_dict()) return nullptr;
            current = step->find_at_place(current->as_dict());
            if (current == nullptr) return nullptr;
        }
        return current->is_object() ? nullptr : current;
    }
    /// What find_quickly() has not found.
    const Value* resolve_anywhere(Context& context, Value& place) const;

private:
    void find_loop_attribute(int django_version);
    const Value* resolve_steps(const Value* current, Context& context, Value& place) const;
    /// Of a loop_attribute; nullptr where `forloop` is no loop's.
    const Value* loop_value(const Context& context, Value& place) const;
};

/// Python's names for its constants are variables of every context; nullptr for other names.
const Value* builtin_constant(std::string_view name);

/// What looking up a step found.
enum class Lookup : std::uint8_t {
    Missing,
    Found,
    Invalid,  ///< a method that needs arguments or would change its object
};

/// One step from `current`. On Found, `found` points into `current` or to `place`.
Lookup look_up(const Value& current, const Step& step, Value& place, const Value*& found);

/// Attributes and argument-free methods of Python's built-in types.
Lookup python_attribute(const Value& value, const Name& name, Value& place);

/// Python's value[key], else value.key, as `dictsort` and `regroup` see it; no calls.
Lookup get_property(const Value& value, const Step& step, Value& place);

/// Reads Python's int(text) for the text of a step or literal; nullopt when it is no integer or
/// beyond 64 bits.
std::optional<std::int64_t> parse_index(std::string_view text);

}  // namespace tatum::template_::impl
