#pragma once

#include <tatum/base/value.h>

namespace tatum::template_::impl {

/// One group of `{% regroup %}`: a pair with the names `grouper` and `list`.
Value grouped_result(Value grouper, List members);

}  // namespace tatum::template_::impl
