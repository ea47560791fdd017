#include "kinds.h"

namespace tatum::conformance {

std::span<const CaseKind> text_kinds() { return {}; }

}  // namespace tatum::conformance
