#pragma once

#include <tatum/base/function.h>
#include <tatum/base/shared.h>
#include <tatum/db/fields.h>

#include <concepts>
#include <initializer_list>
#include <type_traits>
#include <utility>
#include <vector>

namespace tatum::forms {

/// A value, how people read it, and the group it stands in: neighbours of one group are shown under
/// its heading.
using db::Choice;

/// The choices of a field or a widget: a list, or a function that is asked whenever they are used.
/// A value; copies share the list.
class Choices {
public:
    using Items = std::vector<Choice>;

    Choices() = default;
    Choices(std::initializer_list<Choice> items);
    Choices(Items items);
    template <class F>
        requires(!std::same_as<std::remove_cvref_t<F>, Choices> &&
                 std::is_invocable_r_v<Items, std::decay_t<F>&>)
    Choices(F&& make) : make_(std::forward<F>(make)) {}

    /// Those of now; never null.
    Shared<const Items> get() const;
    bool is_function() const { return static_cast<bool>(make_); }
    /// The same, known to begin with "" without being asked: a function may be a query.
    Choices begin_with_nothing() && {
        begins_with_nothing_ = true;
        return std::move(*this);
    }
    bool begins_with_nothing() const { return begins_with_nothing_; }

private:
    Shared<const Items> items_;
    Function<Items()> make_;
    bool begins_with_nothing_ = false;
};

}  // namespace tatum::forms
