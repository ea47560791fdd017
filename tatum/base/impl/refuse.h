#pragma once

#include <tatum/base/value.h>

#include <string_view>

namespace tatum::impl {

/// Throws the ValidationError of a validator: `own` where there is such a message, else
/// `otherwise`, which is translated already.
[[noreturn]] void refuse(std::string_view own, std::string_view otherwise, std::string_view code,
                         Dict params);

}  // namespace tatum::impl
