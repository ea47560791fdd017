#pragma once

#include "runner.h"

#include <tatum/urls/resolver.h>

namespace tatum::conformance {

// One function for each file of kinds; main.cpp lists them.
std::span<const CaseKind> date_kinds();
std::span<const CaseKind> text_kinds();
std::span<const CaseKind> schema_kinds();
std::span<const CaseKind> url_kinds();
std::span<const CaseKind> signing_kinds();
std::span<const CaseKind> password_kinds();
std::span<const CaseKind> view_kinds();
std::span<const CaseKind> template_kinds();
std::span<const CaseKind> validator_kinds();
std::span<const CaseKind> field_kinds();
std::span<const CaseKind> form_kinds();
/// $request, $querydict and $callable.
std::span<const Tag> template_tags();
/// $file, an http::UploadedFile.
std::span<const Tag> file_tags();

/// The resolver of a case's `urls`.
urls::Resolver make_resolver(const List& urls);

}  // namespace tatum::conformance
