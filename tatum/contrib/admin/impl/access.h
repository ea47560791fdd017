#pragma once

#include <tatum/http/request.h>

#include <cstdint>
#include <string>
#include <string_view>

/// What the admin asks about who makes a request: the one place that knows of accounts.
namespace tatum::admin::impl {

/// Somebody who is active and belongs to the staff.
bool may_enter(http::Request& request);
/// `permission`: "products.change_product".
bool has_perm(http::Request& request, std::string_view permission);
bool has_module_perms(http::Request& request, std::string_view app_label);
/// 0 for somebody who is not logged in.
std::int64_t user_id(http::Request& request);
bool is_logged_in(http::Request& request);

}  // namespace tatum::admin::impl
