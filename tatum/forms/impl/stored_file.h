#pragma once

#include <tatum/base/value.h>

namespace tatum::forms::impl {

/// A file of a model's row, known by its path below MEDIA_ROOT, as templates and widgets see it:
/// prints as the path; `name` and `url`. False when the path is empty.
Value stored_file(const Value& path);

}  // namespace tatum::forms::impl
