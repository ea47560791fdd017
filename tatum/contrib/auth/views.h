#pragma once

#include <tatum/base/function.h>
#include <tatum/contrib/auth/decorators.h>
#include <tatum/contrib/auth/forms.h>
#include <tatum/views/generic.h>

#include <string>
#include <vector>

/// Django's views of accounts. Each renders the template that Django looks for, and auth::app
/// brings a plain one that a site's own comes before.
namespace tatum::auth {

using MakeAuthenticationForm = Function<Owned<AuthenticationForm>(http::Request&)>;

struct LoginViewOptions {
    std::string template_name = "registration/login.html";
    std::string next_page = {};  ///< an address or a view's name; empty: LOGIN_REDIRECT_URL
    std::string redirect_field_name = std::string(kRedirectFieldName);
    /// Other hosts that `next` may lead to.
    std::vector<std::string> success_url_allowed_hosts = {};
    /// Sends those on who are logged in already. It lets other sites find out who is, by images
    /// that redirect.
    bool redirect_authenticated_user = false;
    /// [](Request& r) { return owned<OwnLoginForm>(r); }
    MakeAuthenticationForm authentication_form = {};
    Dict extra_context = {};
};
struct LogoutViewOptions {
    std::string template_name = "registration/logged_out.html";
    std::string next_page = {};  ///< empty: LOGOUT_REDIRECT_URL, else the page itself
    std::string redirect_field_name = std::string(kRedirectFieldName);
    std::vector<std::string> success_url_allowed_hosts = {};
    Dict extra_context = {};
};
struct PasswordChangeViewOptions {
    std::string template_name = "registration/password_change_form.html";
    std::string success_url = "password_change_done";
    Dict extra_context = {};
};
struct PasswordChangeDoneViewOptions {
    std::string template_name = "registration/password_change_done.html";
    Dict extra_context = {};
};

/// The `next` of a request where it may be followed: to this host (or one of `allowed`), by https
/// where the request came so; else "". Nothing that a browser would read as another host passes.
std::string safe_redirect_url(const http::Request& request, std::string_view field_name,
                              const std::vector<std::string>& allowed = {});

/// GET shows the form, POST logs in and goes on to `next`, where that is safe. For the template:
/// `form`, `next`, `site`, `site_name`. Open to everybody, with LoginRequiredMiddleware too; not
/// kept by any cache. Derive to change what happens:
///
///     path<"login/">(auth::LoginView{{.redirect_authenticated_user = true}}, "login")
class LoginView : public views::View, public LoginViewOptions {
public:
    explicit LoginView(LoginViewOptions options = {});
    urls::ViewFlags view_flags() const {
        return urls::ViewFlags::LoginNotRequired | urls::ViewFlags::CsrfProtect;
    }

protected:
    http::Response get() override;
    http::Response post() override;
    http::Response dispatch() override;

    virtual Owned<AuthenticationForm> get_form();
    /// Logs in and redirects.
    virtual http::Response form_valid(AuthenticationForm& form);
    virtual http::Response form_invalid(AuthenticationForm& form);
    virtual Dict get_context_data(AuthenticationForm& form);
    virtual std::string get_default_redirect_url();
    std::string get_success_url();
    /// "" where `next` is missing or unsafe.
    std::string get_redirect_url();
};

/// POST ends the session and goes on: to `next`, `next_page` or LOGOUT_REDIRECT_URL; where there is
/// none of them it says that one is logged out. GET is refused, so that no image on another site
/// can log anybody out.
class LogoutView : public views::View, public LogoutViewOptions {
public:
    explicit LogoutView(LogoutViewOptions options = {});
    urls::ViewFlags view_flags() const { return urls::ViewFlags::CsrfProtect; }

protected:
    http::Response post() override;
    http::Response dispatch() override;
    virtual Dict get_context_data();
    virtual std::string get_default_redirect_url();
    std::string get_success_url();
};

/// Changes the password of who is logged in, ends all other sessions of theirs and keeps this one.
class PasswordChangeView : public LoginRequiredMixin<views::View>,
                           public PasswordChangeViewOptions {
public:
    explicit PasswordChangeView(PasswordChangeViewOptions options = {});
    urls::ViewFlags view_flags() const { return urls::ViewFlags::CsrfProtect; }

protected:
    http::Response get() override;
    http::Response post() override;
    /// 403 is for no one here: who is not logged in goes to the login page.
    http::Response dispatch() override;

    virtual http::Response form_valid(PasswordChangeForm& form);
    virtual http::Response form_invalid(PasswordChangeForm& form);
    virtual Dict get_context_data(PasswordChangeForm& form);
};

class PasswordChangeDoneView : public LoginRequiredMixin<views::View>,
                               public PasswordChangeDoneViewOptions {
public:
    explicit PasswordChangeDoneView(PasswordChangeDoneViewOptions options = {});

protected:
    http::Response get() override;
};

/// Ends the session and goes to the login page.
http::Response logout_then_login(http::Request& request, std::string_view login_url = {});

}  // namespace tatum::auth
