#include <tatum/base/shared.h>

namespace tatum::impl {

void drop(SharedHead* head) noexcept {
    if (head->holders.drop()) head->destroy(head);
}

}  // namespace tatum::impl
