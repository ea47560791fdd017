#pragma once

#include <tatum/base/error.h>
#include <tatum/base/function.h>
#include <tatum/contrib/auth/login.h>
#include <tatum/http/errors.h>
#include <tatum/urls/view.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

/// Views for those who may see them. As with all decorators, each takes any view:
///
///     path<"orders/">(auth::login_required(orders), "orders")
///     path<"orders/<int:id>/">(auth::permission_required(order, "shop.view_order"), "order")
namespace tatum::auth {

struct LoginOptions {
    std::string login_url = {};  ///< an address or a view's name; empty: LOGIN_URL
    std::string redirect_field_name = std::string(kRedirectFieldName);
};
struct PermissionOptions {
    std::string login_url = {};
    bool raise_exception = false;  ///< 403 instead of the login page
};

/// To the login page, with the request's address behind `next`.
http::Response redirect_to_login(http::Request& request, const LoginOptions& options = {});
/// With the address to come back to given.
http::Response redirect_to_login(std::string_view next, const LoginOptions& options = {});

namespace impl {
/// Throws PermissionDenied when they say so.
bool has_permissions(http::Request& request, const std::vector<std::string>& permissions,
                     const PermissionOptions& options);
}  // namespace impl

/// Lets those pass for whom `test` says true; sends others to the login page.
template <class F>
auto user_passes_test(F view, Function<bool(const User&)> test, LoginOptions options = {}) {
    return urls::decorate(std::move(view),
                          [test = std::move(test), options = std::move(options)](
                              http::Request& request, auto&& next) -> http::Response {
                              if (!test(user(request))) return redirect_to_login(request, options);
                              return next();
                          });
}

/// Lets those pass who are logged in.
template <class F>
auto login_required(F view, LoginOptions options = {}) {
    return urls::decorate(
        std::move(view),
        [options = std::move(options)](http::Request& request, auto&& next) -> http::Response {
            if (user(request).is_anonymous()) {
                return redirect_to_login(request, options);
            }
            return next();
        });
}

/// Lets those pass who have all the permissions.
template <class F>
auto permission_required(F view, std::vector<std::string> permissions,
                         PermissionOptions options = {}) {
    return urls::decorate(std::move(view),
                          [permissions = std::move(permissions), options = std::move(options)](
                              http::Request& request, auto&& next) -> http::Response {
                              if (!impl::has_permissions(request, permissions, options)) {
                                  return redirect_to_login(request,
                                                           {.login_url = options.login_url});
                              }
                              return next();
                          });
}
template <class F>
auto permission_required(F view, const char* permission, PermissionOptions options = {}) {
    return permission_required(std::move(view), std::vector<std::string>{permission},
                               std::move(options));
}

/// LoginRequiredMiddleware lets everybody see the view.
template <class F>
auto login_not_required(F view) {
    return urls::with_flags(std::move(view), urls::ViewFlags::LoginNotRequired);
}

/// For generic views: struct Orders : auth::LoginRequiredMixin<ListView<Order>> {...}. `Base` is a
/// class of views; its dispatch() is not reached by those who may not.
template <class Base>
class AccessMixin : public Base {
public:
    using Base::Base;

    std::string login_url = {};  ///< empty: LOGIN_URL
    std::string redirect_field_name = std::string(kRedirectFieldName);
    bool raise_exception = false;  ///< 403 instead of the login page
    std::string permission_denied_message = {};

protected:
    virtual bool is_allowed() = 0;
    /// Who is logged in already gets 403 too.
    virtual http::Response handle_no_permission() {
        if (raise_exception || user(this->request()).is_authenticated()) {
            throw PermissionDenied(permission_denied_message);
        }
        return redirect_to_login(
            this->request(), {.login_url = login_url, .redirect_field_name = redirect_field_name});
    }
    http::Response dispatch() override {
        return is_allowed() ? Base::dispatch() : handle_no_permission();
    }
};
template <class Base>
class LoginRequiredMixin : public AccessMixin<Base> {
public:
    using AccessMixin<Base>::AccessMixin;

protected:
    bool is_allowed() override { return user(this->request()).is_authenticated(); }
};
template <class Base>
class PermissionRequiredMixin : public AccessMixin<Base> {
public:
    using AccessMixin<Base>::AccessMixin;

    std::vector<std::string> permission_required;

protected:
    /// Django's has_permission().
    virtual bool has_permission() {
        return user(this->request()).has_perms(get_permission_required());
    }
    /// Throws ImproperlyConfigured when none are named.
    virtual std::vector<std::string> get_permission_required() {
        if (permission_required.empty()) {
            throw ImproperlyConfigured("PermissionRequiredMixin: set permission_required");
        }
        return permission_required;
    }
    bool is_allowed() final { return has_permission(); }
};
template <class Base>
class UserPassesTestMixin : public AccessMixin<Base> {
public:
    using AccessMixin<Base>::AccessMixin;

protected:
    virtual bool test_func() = 0;
    bool is_allowed() final { return test_func(); }
};

}  // namespace tatum::auth

namespace tatum {
using auth::login_not_required;
using auth::login_required;
using auth::permission_required;
using auth::user_passes_test;
}  // namespace tatum
