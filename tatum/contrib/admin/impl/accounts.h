#pragma once

#include <tatum/contrib/admin/impl/page.h>

/// Logging in and out, passwords, and the accounts of others.
namespace tatum::admin::impl {

/// How users and groups are managed, where auth::app is installed.
extern const Registry accounts;

http::Response login_page(const AdminState& state, http::Request& request);
http::Response logout_page(const AdminState& state, http::Request& request);
http::Response password_change_page(const AdminState& state, http::Request& request);
http::Response password_change_done(const AdminState& state, http::Request& request);

/// A new user begins with a name and a password; the rest follows on the page of the user.
http::Response add_user_page(const Page& page, const std::string& object_id);
/// Sets the password of another user.
http::Response user_password_page(const Page& page, const std::string& object_id);

}  // namespace tatum::admin::impl
