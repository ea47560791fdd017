#pragma once

#include <tatum/contrib/auth/models.h>
#include <tatum/forms/form_definition.h>
#include <tatum/forms/text_fields.h>
#include <tatum/forms/widget.h>

#include <optional>
#include <string>
#include <string_view>

/// Django's forms of accounts, with its fields, texts and codes. Passwords that were typed are
/// never shown again, and appear in no log.
namespace tatum::auth {

/// A name to log in with: in Unicode's form NFKC, as names are stored.
class UsernameField : public forms::CharField {
public:
    UsernameField(Options options = {});
    TATUM_FORM_FIELD(UsernameField)
    Value to_python(const Value& value) const override;
    forms::Attributes widget_attrs(const forms::Widget& widget) const override;
};

/// Shows what is known of a stored hash (algorithm, costs, stars) and a link to where it is
/// changed, `password_url` ("../password/"); takes nothing.
class ReadOnlyPasswordHashWidget : public forms::Widget {
public:
    std::string password_url = "../password/";

    ReadOnlyPasswordHashWidget(forms::WidgetOptions options = {});
    Owned<forms::Widget> clone() const override;
    std::string_view type_name() const override { return "ReadOnlyPasswordHashWidget"; }
    std::string_view default_template_name() const override {
        return "auth/widgets/read_only_password_hash.html";
    }
    std::string id_for_label(std::string_view) const override { return {}; }

protected:
    void append_html(std::string& out, std::string_view name, const Value& value,
                     const forms::Attributes& extra_attrs) const override;
};
class ReadOnlyPasswordHashField : public forms::Field {
public:
    ReadOnlyPasswordHashField(Options options = {});
    TATUM_FORM_FIELD(ReadOnlyPasswordHashField)
    bool has_changed(const Value&, const Value&) const override { return false; }
};

/// Checks a name and a password:
///
///     auth::AuthenticationForm form(request);
///     if (form.is_valid()) auth::login(request, *form.user);
///
/// A form of one's own derives: struct OwnLogin : Form<OwnLogin, auth::AuthenticationForm>.
struct AuthenticationForm : forms::Form<AuthenticationForm> {
    using Form::Form;
    AuthenticationForm(http::Request& from, const forms::FormOptions& options = {});
    virtual ~AuthenticationForm() = default;

    std::string username, password;

    /// Given to the backends; may be null.
    http::Request* current_request = nullptr;
    /// Who it is; there once the form is valid.
    std::optional<User> user;

    static void define(forms::FormDefinition<AuthenticationForm>&);
    void clean();
    /// Throws ValidationError for a user who has given the right password and still may not log
    /// in: "inactive" unless is_active.
    virtual void confirm_login_allowed(const User& user);
    /// "invalid_login", for a wrong name as for a wrong password.
    virtual ValidationError get_invalid_login_error() const;
    /// Puts the label into the current language; constructors with a request have done it.
    void prepare();
};

/// Sets a password without asking for the old one, by whoever may do that.
struct SetPasswordForm : forms::Form<SetPasswordForm> {
    using Form::Form;
    /// `user` outlives the form.
    SetPasswordForm(User& user, const forms::FormArguments& arguments = {});

    std::string new_password1, new_password2;

    User* user = nullptr;

    static void define(forms::FormDefinition<SetPasswordForm>&);
    void clean();
    /// Saves the user's password. Queries: 1.
    User& save();
    /// Tells the rules for passwords beside the field.
    void prepare();
};

/// The same, for somebody who knows the old one.
struct PasswordChangeForm : forms::Form<PasswordChangeForm, SetPasswordForm> {
    using Form::Form;
    PasswordChangeForm(User& user, const forms::FormArguments& arguments = {});

    std::string old_password;

    static void define(forms::FormDefinition<PasswordChangeForm>&);
    void clean_old_password();
};

/// Makes a user without any rights. Names that differ from another's only in case are refused.
/// Unlike Django: no model form; a form with more fields derives, and fills `instance` in its
/// clean().
struct UserCreationForm : forms::Form<UserCreationForm> {
    using Form::Form;
    UserCreationForm(const forms::FormArguments& arguments);

    std::string username, password1, password2;

    /// What save() stores.
    User instance;

    static void define(forms::FormDefinition<UserCreationForm>&);
    void clean_username();
    void clean();
    /// Queries: 1. Throws IntegrityError when somebody has just taken the name.
    User& save();
    void prepare();
};

/// With the choice that nobody can log in by password. For those who manage users.
struct AdminUserCreationForm : forms::Form<AdminUserCreationForm, UserCreationForm> {
    using Form::Form;
    AdminUserCreationForm(const forms::FormArguments& arguments);

    std::string usable_password;

    static void define(forms::FormDefinition<AdminUserCreationForm>&);
    void clean();
    User& save();
};

/// Sets anybody's password, or makes it unusable. For those who manage users.
struct AdminPasswordChangeForm : forms::Form<AdminPasswordChangeForm> {
    using Form::Form;
    /// `user` outlives the form.
    AdminPasswordChangeForm(User& user, const forms::FormArguments& arguments = {});

    std::string password1, password2, usable_password;

    User* user = nullptr;

    static void define(forms::FormDefinition<AdminPasswordChangeForm>&);
    void clean();
    User& save();
    /// {"password"} when it is to be changed: for the admin's history.
    std::vector<std::string> changed_fields() const;
};

}  // namespace tatum::auth
