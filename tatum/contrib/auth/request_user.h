#pragma once

#include "login.h"

#include <tatum/base/value.h>
#include <tatum/http/request.h>

namespace tatum::auth::impl {

/// `request.user`: an extension, set by AuthenticationMiddleware, read when first asked for.
struct RequestUser {
    static constexpr std::string_view kAttribute = "user";

    http::Request* request;
    mutable std::optional<User> loaded = {};

    User& get() const;
};
Value to_value(const RequestUser& user);

/// Who is not logged in.
User nobody();

}  // namespace tatum::auth::impl
