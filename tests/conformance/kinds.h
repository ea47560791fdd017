#pragma once

#include "runner.h"

namespace tatum::conformance {

// One function for each file of kinds; main.cpp lists them.
std::span<const CaseKind> date_kinds();
std::span<const CaseKind> text_kinds();
std::span<const CaseKind> schema_kinds();
std::span<const CaseKind> url_kinds();
std::span<const CaseKind> signing_kinds();
std::span<const CaseKind> password_kinds();

}  // namespace tatum::conformance
