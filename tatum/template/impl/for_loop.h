#pragma once

#include <tatum/template/impl/expression.h>
#include <tatum/template/impl/render_state.h>
#include <tatum/template/node.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tatum::template_::impl {

/// `forloop` as a Value. One for a whole loop, which counts it on: seen through a Value it changes,
/// as the mapping that Django keeps for it does.
class ForLoop final : public Object {
public:
    ForLoop(std::size_t length, Value parent) : length_(length), parent_(std::move(parent)) {}

    std::string_view type_name(Self) const override { return "dict"; }
    void append_str(Self, std::string& out) const override;
    bool truth(Self) const override { return true; }
    std::optional<Value> attribute(Self, const Name& name) const override;
    std::vector<std::string> attribute_names(Self) const override;

    void set_index(std::size_t index) const { index_ = index; }
    /// What `{% ifchanged %}` tags have seen in this loop, by tag; nullptr at first.
    Value* find_state(const void* key) const;
    void set_state(const void* key, Value value) const;

private:
    // Changed by the one fiber that renders the loop.
    mutable std::size_t index_ = 0;
    mutable std::vector<std::pair<const void*, Value>> states_;
    std::size_t length_;
    Value parent_;
};

/// `forloop` while its loop is being rendered.
class LoopVariable final : public LazyVariable {
public:
    /// Adds the variable to the newest frame of `context`.
    LoopVariable(Context& context, std::size_t length);

    const Value& value() const override;
    /// What `{{ forloop.x }}` is, without a ForLoop being made.
    Value attribute(LoopAttribute attribute) const {
        return loop_attribute(attribute, index_, length_);
    }
    void set_index(std::size_t index);
    static Value loop_attribute(LoopAttribute attribute, std::size_t index, std::size_t length);

private:
    const Context& context_;
    std::size_t older_;  ///< how many variables there were before it
    std::size_t length_;
    std::size_t index_ = 0;
    mutable Value made_;  ///< a ForLoop, or None until it is asked for
};

/// The values a loop goes through: read where they lie, without a list of them being made.
class Sequence {
public:
    /// `value` outlives the sequence. Throws TemplateRenderError when it cannot be iterated.
    explicit Sequence(const Value& value);

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
