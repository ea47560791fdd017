#pragma once

#include <tatum/base/value.h>

#include <exception>
#include <string>
#include <string_view>

namespace tatum::views::impl {

/// A page from the templates that are part of this library, which the site's own cannot break.
std::string own_page(std::string_view name, Dict context);

/// The type of an exception as C++ spells it: "tatum::db::OperationalError".
std::string exception_type(const std::exception_ptr& exception);

}  // namespace tatum::views::impl
