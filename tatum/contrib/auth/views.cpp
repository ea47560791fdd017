#include "views.h"

#include "login.h"

#include <tatum/base/i18n.h>
#include <tatum/base/settings.h>
#include <tatum/base/uri.h>
#include <tatum/views/decorators.h>
#include <tatum/views/shortcuts.h>

#include <algorithm>

namespace tatum::auth {

namespace {

void never_cached(http::Response& response) { views::impl::add_never_cache(response); }

/// `site` and `site_name`: Django's RequestSite.
void add_site(Dict& context, const http::Request& request) {
    const std::string host = request.get_host();
    context.set("site", Dict{{"domain", host}, {"name", host}});
    context.set("site_name", host);
}

void add_all(Dict& context, const Dict& more) {
    for (const auto& [key, value] : more) context.set(key, value);
}

Dict titled(std::string_view title) { return {{"title", gettext(title)}, {"subtitle", Value()}}; }

const std::string* sent(const QueryDict& fields, std::string_view name) {
    return fields.find(std::string(name));
}

}  // namespace

std::string safe_redirect_url(const http::Request& request, std::string_view field_name,
                              const std::vector<std::string>& allowed) {
    const std::string* wanted = sent(request.POST(), field_name);
    if (wanted == nullptr) wanted = sent(request.GET(), field_name);
    if (wanted == nullptr) return {};
    std::vector<std::string> hosts = allowed;
    hosts.push_back(request.get_host());
    const auto https = request.is_secure() ? uri::RequireHttps::Yes : uri::RequireHttps::No;
    return uri::url_has_allowed_host_and_scheme(*wanted, hosts, https) ? *wanted : std::string();
}

// --- login ---

LoginView::LoginView(LoginViewOptions options) : LoginViewOptions(std::move(options)) {
    http_method_names = {"GET", "HEAD", "POST", "OPTIONS"};
}

http::Response LoginView::dispatch() {
    http::Response response = [&]() -> http::Response {
        if (!redirect_authenticated_user || user(request()).is_anonymous()) {
            return View::dispatch();
        }
        const std::string target = get_success_url();
        if (target == request().path()) {
            throw ValueError(
                "Redirection loop for authenticated user detected. Check that your "
                "LOGIN_REDIRECT_URL doesn't point to a login page.");
        }
        return http::ResponseRedirect(target);
    }();
    never_cached(response);
    return response;
}

Owned<AuthenticationForm> LoginView::get_form() {
    Owned<AuthenticationForm> form =
        authentication_form ? authentication_form(request())
                            : Owned<AuthenticationForm>(owned<AuthenticationForm>(request()));
    form->current_request = &request();
    form->prepare();
    return form;
}

http::Response LoginView::get() {
    const Owned<AuthenticationForm> form = get_form();
    return render(request(), template_name, get_context_data(*form));
}

http::Response LoginView::post() {
    const Owned<AuthenticationForm> form = get_form();
    return form->is_valid() ? form_valid(*form) : form_invalid(*form);
}

http::Response LoginView::form_valid(AuthenticationForm& form) {
    const std::string target = get_success_url();
    login(request(), *form.user);
    return http::ResponseRedirect(target);
}

http::Response LoginView::form_invalid(AuthenticationForm& form) {
    return render(request(), template_name, get_context_data(form));
}

Dict LoginView::get_context_data(AuthenticationForm& form) {
    Dict context{{"form", form}};
    context.set(redirect_field_name, get_redirect_url());
    add_site(context, request());
    add_all(context, extra_context);
    return context;
}

std::string LoginView::get_redirect_url() {
    return safe_redirect_url(request(), redirect_field_name, success_url_allowed_hosts);
}

std::string LoginView::get_default_redirect_url() {
    return views::resolve_url(next_page.empty() ? current_settings().login_redirect_url
                                                : next_page);
}

std::string LoginView::get_success_url() {
    std::string url = get_redirect_url();
    return url.empty() ? get_default_redirect_url() : url;
}

// --- logout ---

LogoutView::LogoutView(LogoutViewOptions options) : LogoutViewOptions(std::move(options)) {
    http_method_names = {"POST", "OPTIONS"};
}

http::Response LogoutView::dispatch() {
    http::Response response = View::dispatch();
    never_cached(response);
    return response;
}

http::Response LogoutView::post() {
    logout(request());
    const std::string target = get_success_url();
    if (target != request().get_full_path()) return http::ResponseRedirect(target);
    return render(request(), template_name, get_context_data());
}

Dict LogoutView::get_context_data() {
    Dict context = titled("Logged out");
    add_site(context, request());
    add_all(context, extra_context);
    return context;
}

std::string LogoutView::get_default_redirect_url() {
    if (!next_page.empty()) return views::resolve_url(next_page);
    const std::string& setting = current_settings().logout_redirect_url;
    return setting.empty() ? std::string(request().path()) : views::resolve_url(setting);
}

std::string LogoutView::get_success_url() {
    std::string url = safe_redirect_url(request(), redirect_field_name, success_url_allowed_hosts);
    return url.empty() ? get_default_redirect_url() : url;
}

http::Response logout_then_login(http::Request& request, std::string_view login_url) {
    LogoutView view{
        {.next_page = std::string(login_url.empty() ? current_settings().login_url : login_url)}};
    return view(request, Kwargs());
}

// --- change of password ---

PasswordChangeView::PasswordChangeView(PasswordChangeViewOptions options)
    : PasswordChangeViewOptions(std::move(options)) {
    http_method_names = {"GET", "HEAD", "POST", "OPTIONS"};
}

http::Response PasswordChangeView::dispatch() {
    http::Response response = LoginRequiredMixin::dispatch();
    never_cached(response);
    return response;
}

http::Response PasswordChangeView::get() {
    PasswordChangeForm form(user(request()));
    return render(request(), template_name, get_context_data(form));
}

http::Response PasswordChangeView::post() {
    PasswordChangeForm form(user(request()), request());
    return form.is_valid() ? form_valid(form) : form_invalid(form);
}

http::Response PasswordChangeView::form_valid(PasswordChangeForm& form) {
    update_session_auth_hash(request(), form.save());
    return http::ResponseRedirect(views::resolve_url(success_url));
}

http::Response PasswordChangeView::form_invalid(PasswordChangeForm& form) {
    return render(request(), template_name, get_context_data(form));
}

Dict PasswordChangeView::get_context_data(PasswordChangeForm& form) {
    Dict context = titled("Password change");
    context.set("form", form);
    add_all(context, extra_context);
    return context;
}

PasswordChangeDoneView::PasswordChangeDoneView(PasswordChangeDoneViewOptions options)
    : PasswordChangeDoneViewOptions(std::move(options)) {}

http::Response PasswordChangeDoneView::get() {
    Dict context = titled("Password change successful");
    add_all(context, extra_context);
    return render(request(), template_name, std::move(context));
}

}  // namespace tatum::auth
