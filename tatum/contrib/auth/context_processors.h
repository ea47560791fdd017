#pragma once

#include <tatum/base/value.h>
#include <tatum/http/request.h>

namespace tatum::auth {

/// `user` and `perms` for templates, Django's context processor; auth::app brings it. Asks nothing
/// before a template does:
///
///     {% if user.is_authenticated %}{{ user.get_full_name }}{% endif %}
///     {% if perms.shop.change_order %}...{% endif %} {% if perms.shop %}...{% endif %}
///     {% if "shop.change_order" in perms %}...{% endif %}
Dict context(http::Request& request);

}  // namespace tatum::auth
