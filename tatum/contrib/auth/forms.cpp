#include "forms.h"

#include "login.h"
#include "passwords.h"
#include "username.h"

#include <tatum/base/error.h>
#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/passwords.h>
#include <tatum/base/text.h>
#include <tatum/base/unicode.h>
#include <tatum/db/exceptions.h>
#include <tatum/forms/fields.h>
#include <tatum/forms/widgets.h>

#include <algorithm>

namespace tatum::auth {

using forms::FormArguments;
using forms::PasswordInput;

namespace {

constexpr std::string_view kUsernameTaken = "A user with that username already exists.";
constexpr std::string_view kUsableHelp =
    "Whether the user will be able to authenticate using a password or not. If disabled, they may "
    "still be able to authenticate using other backends, such as Single Sign-On or LDAP.";

PasswordInput new_password_input() {
    return PasswordInput{{.attrs = {{"autocomplete", "new-password"}}}};
}

/// The two fields of a new password have the same options but for label and help.
forms::CharField password_field(std::string_view label, std::string_view help = {}) {
    return forms::CharField{{.strip = false,
                             .widget = new_password_input(),
                             .label = std::string(label),
                             .help_text = std::string(help)}};
}

constexpr std::string_view kSameAgain = "Enter the same password as before, for verification.";

void check_same(BaseForm& form, std::string_view first, std::string_view second) {
    const Value one = form.cleaned(first), two = form.cleaned(second);
    if (one.truth() && two.truth() && one != two) {
        form.add_error(second, gettext("The two password fields didn’t match."),
                       "password_mismatch");
    }
}

void check_rules(BaseForm& form, std::string_view field, const User* user) {
    const Value password = form.cleaned(field);
    if (!password.truth()) return;
    try {
        validate_password(password.as_string(), user);
    } catch (const ValidationError& error) {
        form.add_error(field, error);
    }
}

/// Both are needed once a password is wanted at all.
void require(BaseForm& form, std::string_view field) {
    if (form.cleaned(field).truth() || form.has_error(field)) return;
    form.add_error(field, form.find_field(field)->error_message("required"), "required");
}

void store(User& user, const std::string& password) {
    user.set_password(password);
    if (user.is_authenticated()) {
        user.save({.update_fields = {"password"}});
    } else {
        user.save();
    }
    password_changed(password, user);
}

void show_rules(BaseForm& form, std::string_view field) {
    form.field(field).help_text = password_validators_help_text_html();
}

forms::ChoiceField usable_password_field(std::string_view help) {
    return forms::ChoiceField{
        {.choices = {{"true", "Enabled"}, {"false", "Disabled"}},
         .required = false,
         .widget = forms::RadioSelect{{.attrs = {{"class", "radiolist inline"}}}},
         .label = "Password-based authentication",
         .initial = "true",
         .help_text = std::string(help)}};
}

}  // namespace

UsernameField::UsernameField(Options options) : CharField(std::move(options)) {
    apply_widget_attrs();
}

Owned<forms::Field> UsernameField::clone() const { return owned<UsernameField>(*this); }

Value UsernameField::to_python(const Value& value) const {
    const Value text = CharField::to_python(value);
    if (!text.is_string()) return text;
    // What is too long is not normalized, which could be slow; it is refused anyway.
    if (max_length && strings::length(text.as_string()) > static_cast<std::size_t>(*max_length)) {
        return text;
    }
    return Value(User::normalize_username(text.as_string()));
}

forms::Attributes UsernameField::widget_attrs(const forms::Widget& widget) const {
    forms::Attributes attrs = CharField::widget_attrs(widget);
    attrs.set("autocapitalize", "none");
    attrs.set("autocomplete", "username");
    return attrs;
}

ReadOnlyPasswordHashWidget::ReadOnlyPasswordHashWidget(forms::WidgetOptions options)
    : Widget(std::move(options.attrs)) {
    template_name = std::move(options.template_name);
}

Owned<forms::Widget> ReadOnlyPasswordHashWidget::clone() const {
    return owned<ReadOnlyPasswordHashWidget>(*this);
}

void ReadOnlyPasswordHashWidget::append_html(std::string& out, std::string_view, const Value& value,
                                             const forms::Attributes& extra_attrs) const {
    const std::string encoded = value.is_string() ? std::string(value.as_string()) : std::string();
    const bool usable = !encoded.empty() && passwords::is_password_usable(encoded);
    out += "<div";
    for (const auto& [name, setting] : build_attrs(extra_attrs)) {
        if (setting.kind() == Kind::Bool ? !setting.as_bool() : setting.is_none()) continue;
        out += ' ' + name.str();
        if (setting.kind() == Kind::Bool) continue;
        out += "=\"";
        html::append_escaped(out, setting.str());
        out += '"';
    }
    out += "><p>";
    const auto known = usable ? passwords::summary(encoded, password_policy())
                              : Result<passwords::Summary>(passwords::Summary{});
    if (!usable) {
        html::append_escaped(out, gettext("No password set."));
    } else if (!known) {
        html::append_escaped(out, gettext("Invalid password format or unknown hashing algorithm."));
    } else {
        for (const auto& [name, part] : *known) {
            out += "<strong>";
            html::append_escaped(out, gettext(std::string_view(name)));
            out += "</strong>: <bdi>";
            html::append_escaped(out, part.str());
            out += "</bdi> ";
        }
    }
    out += "</p><p><a role=\"button\" class=\"button\" href=\"";
    html::append_escaped(out, password_url);
    out += "\">";
    html::append_escaped(out, usable ? gettext("Reset password") : gettext("Set password"));
    out += "</a></p></div>";
}

namespace {

forms::FieldOptions read_only(forms::FieldOptions options) {
    options.required = false;
    options.disabled = true;
    return options;
}

}  // namespace

ReadOnlyPasswordHashField::ReadOnlyPasswordHashField(Options options)
    : Field(read_only(std::move(options)), ReadOnlyPasswordHashWidget{}) {}

Owned<forms::Field> ReadOnlyPasswordHashField::clone() const {
    return owned<ReadOnlyPasswordHashField>(*this);
}

// --- logging in ---

AuthenticationForm::AuthenticationForm(http::Request& from, const forms::FormOptions& options)
    : Form(FormArguments(from, options)), current_request(&from) {
    prepare();
}

void AuthenticationForm::define(forms::FormDefinition<AuthenticationForm>& d) {
    UsernameField name{{.widget = forms::TextInput{{.attrs = {{"autofocus", true}}}}}};
    name.max_length = User::kUsernameMax;
    name.widget().attrs.set("maxlength", std::to_string(User::kUsernameMax));
    d.field<&AuthenticationForm::username>(forms::form_field(name));
    d.field<&AuthenticationForm::password>(forms::form_field(forms::CharField{
        {.strip = false,
         .widget = PasswordInput{{.attrs = {{"autocomplete", "current-password"}}}},
         .label = "Password"}}));
}

void AuthenticationForm::prepare() {
    forms::Field& name = BaseForm::field("username");
    if (!name.label) name.label = strings::capfirst(gettext("username"));
}

void AuthenticationForm::clean() {
    if (!cleaned("username").is_string() || password.empty()) return;
    user = authenticate(current_request, {{"username", username}, {"password", password}});
    if (!user) throw get_invalid_login_error();
    try {
        confirm_login_allowed(*user);
    } catch (const ValidationError&) {
        user.reset();
        throw;
    }
}

void AuthenticationForm::confirm_login_allowed(const User& somebody) {
    if (!somebody.is_active) {
        throw ValidationError(gettext("This account is inactive."), "inactive");
    }
}

ValidationError AuthenticationForm::get_invalid_login_error() const {
    return ValidationError(gettext("Please enter a correct %(username)s and password. Note that "
                                   "both fields may be case-sensitive."),
                           "invalid_login", {{"username", gettext("username")}});
}

// --- new passwords ---

SetPasswordForm::SetPasswordForm(User& whose, const FormArguments& arguments)
    : Form(arguments), user(&whose) {
    prepare();
}

void SetPasswordForm::define(forms::FormDefinition<SetPasswordForm>& d) {
    d.field<&SetPasswordForm::new_password1>(forms::form_field(password_field("New password")));
    d.field<&SetPasswordForm::new_password2>(
        forms::form_field(password_field("New password confirmation", kSameAgain)));
}

void SetPasswordForm::prepare() { show_rules(*this, "new_password1"); }

void SetPasswordForm::clean() {
    check_same(*this, "new_password1", "new_password2");
    check_rules(*this, "new_password2", user);
}

User& SetPasswordForm::save() {
    store(*user, new_password1);
    return *user;
}

PasswordChangeForm::PasswordChangeForm(User& whose, const FormArguments& arguments)
    : Form(arguments) {
    user = &whose;
    prepare();
}

void PasswordChangeForm::define(forms::FormDefinition<PasswordChangeForm>& d) {
    d.field<&PasswordChangeForm::old_password>(forms::form_field(forms::CharField{
        {.strip = false,
         .widget =
             PasswordInput{{.attrs = {{"autocomplete", "current-password"}, {"autofocus", true}}}},
         .label = "Old password"}}));
    d.clean<&PasswordChangeForm::old_password, &PasswordChangeForm::clean_old_password>();
    d.defaults({.field_order = {"old_password", "new_password1", "new_password2"}});
}

void PasswordChangeForm::clean_old_password() {
    if (!user->check_password(old_password)) {
        throw ValidationError(
            gettext("Your old password was entered incorrectly. Please enter it again."),
            "password_incorrect");
    }
}

// --- new users ---

UserCreationForm::UserCreationForm(const FormArguments& arguments) : Form(arguments) { prepare(); }

void UserCreationForm::define(forms::FormDefinition<UserCreationForm>& d) {
    d.field<&UserCreationForm::username>(forms::form_field(UsernameField{
        {.max_length = User::kUsernameMax,
         .widget = forms::TextInput{{.attrs = {{"autofocus", true}}}},
         .help_text = "Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
         .validators = {[](const Value& value) {
             if (value.is_string()) check_username(value.as_string());
         }}}}));
    d.field<&UserCreationForm::password1>(forms::form_field(password_field("Password")));
    d.field<&UserCreationForm::password2>(
        forms::form_field(password_field("Password confirmation", kSameAgain)));
    d.clean<&UserCreationForm::username, &UserCreationForm::clean_username>();
}

void UserCreationForm::prepare() {
    forms::Field& name = BaseForm::field("username");
    if (!name.label) name.label = strings::capfirst(gettext("username"));
    show_rules(*this, "password1");
}

void UserCreationForm::clean_username() {
    if (User::objects.filter(F<&User::username>.iexact(username)).exists()) {
        throw ValidationError(gettext(kUsernameTaken), "unique");
    }
    instance.username = username;
}

void UserCreationForm::clean() {
    check_same(*this, "password1", "password2");
    check_rules(*this, "password2", &instance);
}

User& UserCreationForm::save() {
    instance.clean();
    store(instance, password1);
    return instance;
}

AdminUserCreationForm::AdminUserCreationForm(const FormArguments& arguments) : Form(arguments) {
    prepare();
    BaseForm::field("password1").set_required(false);
    BaseForm::field("password2").set_required(false);
}

void AdminUserCreationForm::define(forms::FormDefinition<AdminUserCreationForm>& d) {
    d.field<&AdminUserCreationForm::usable_password>(
        forms::form_field(usable_password_field(kUsableHelp)));
    d.defaults({.field_order = {"username", "usable_password", "password1", "password2"}});
}

void AdminUserCreationForm::clean() {
    if (usable_password == "false") return;
    require(*this, "password1");
    require(*this, "password2");
    UserCreationForm::clean();
}

User& AdminUserCreationForm::save() {
    if (usable_password != "false") return UserCreationForm::save();
    instance.clean();
    instance.set_unusable_password();
    instance.save();
    return instance;
}

AdminPasswordChangeForm::AdminPasswordChangeForm(User& whose, const FormArguments& arguments)
    : Form(arguments), user(&whose) {
    show_rules(*this, "password1");
    if (whose.has_usable_password()) {
        BaseForm::field("password1").set_required(false);
        BaseForm::field("password2").set_required(false);
    } else {
        remove_field("usable_password");
    }
}

void AdminPasswordChangeForm::define(forms::FormDefinition<AdminPasswordChangeForm>& d) {
    forms::CharField first = password_field("Password");
    first.widget().attrs.set("autofocus", true);
    d.field<&AdminPasswordChangeForm::password1>(forms::form_field(first));
    d.field<&AdminPasswordChangeForm::password2>(
        forms::form_field(password_field("Password confirmation", kSameAgain)));
    d.field<&AdminPasswordChangeForm::usable_password>(
        forms::form_field(usable_password_field(kUsableHelp)));
    d.defaults({.required_css_class = "required"});
}

void AdminPasswordChangeForm::clean() {
    if (usable_password == "false") return;
    require(*this, "password1");
    require(*this, "password2");
    check_same(*this, "password1", "password2");
    check_rules(*this, "password2", user);
}

User& AdminPasswordChangeForm::save() {
    if (usable_password == "false") {
        user->set_unusable_password();
        user->save({.update_fields = {"password"}});
    } else {
        store(*user, password1);
    }
    return *user;
}

std::vector<std::string> AdminPasswordChangeForm::changed_fields() const {
    const auto& changed = changed_data();
    const auto has = [&](std::string_view name) {
        return std::ranges::find(changed, name) != changed.end();
    };
    if (usable_password == "false" || (has("password1") && has("password2"))) return {"password"};
    return {};
}

}  // namespace tatum::auth
