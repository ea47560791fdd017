#include <tatum/forms/choices.h>

namespace tatum::forms {

Choices::Choices(std::initializer_list<Choice> items) : items_(shared<const Items>(items)) {}

Choices::Choices(Items items) : items_(shared<const Items>(std::move(items))) {}

Shared<const Choices::Items> Choices::get() const {
    if (make_) return shared<const Items>(make_());
    static const Shared<const Items> none = shared<const Items>();
    return items_ ? items_ : none;
}

}  // namespace tatum::forms
