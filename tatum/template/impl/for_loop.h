#pragma once

#include <tatum/template/impl/expression.h>
#include <tatum/template/impl/render_state.h>
#include <tatum/template/node.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tatum::template_::impl {

/// `forloop` while its loop is being rendered. Its attributes cost nothing; a Value of it is a
/// mapping that is made anew for each round that asks.
class LoopVariable final : public LazyVariable {
public:
    /// Adds the variable to the newest frame of `context`.
    LoopVariable(Context& context, std::size_t length);

    const Value& value() const override;
    /// The loop that this one is in; nullptr where there is none.
    const LoopVariable* outer() const;
    /// What `{{ forloop.x }}` is, without the mapping being made.
    Value attribute(LoopAttribute attribute) const;
    void set_index(std::size_t index);

    /// What `{% ifchanged %}` tags have seen in this loop, by tag; nullptr at first.
    const Value* find_state(const void* key) const;
    void set_state(const void* key, Value value) const;

private:
    const Context& context_;
    std::size_t older_;  ///< how many variables there were before it
    std::size_t length_;
    std::size_t index_ = 0;
    mutable Value made_;  ///< the mapping, or None until this round asks for it
    mutable std::vector<std::pair<const void*, Value>> states_;
};

/// The values a loop goes through: read where they lie, without a list of them being made.
class Sequence {
public:
    /// `value` outlives the sequence. Throws TemplateRenderError when it cannot be iterated.
    Sequence(const Value& value, Context& context);

    std::size_t size() const { return size_; }
    /// Where item `index` lies, or in `place`.
    const Value& at(std::size_t index, Value& place) const {
        return list_ != nullptr ? list_[index] : other_at(index, place);
    }

private:
    const Value& other_at(std::size_t index, Value& place) const;

    const Value& value_;
    const Value* list_ = nullptr;  ///< the first item, where they lie in a row
    List items_;                   ///< for what has no cheaper way
    std::size_t size_ = 0;
};

}  // namespace tatum::template_::impl
