#pragma once

#include <tatum/base/value.h>

#include <utility>

namespace tatum::template_::impl {

/// A Value that owns a new T, which is an Object.
template <class T, class... Args>
Value make_object(Args&&... args) {
    return Value::adopt(new T(std::forward<Args>(args)...));  // counted from here on
}

}  // namespace tatum::template_::impl
