#include "commands.h"

#include "models.h"
#include "passwords.h"
#include "username.h"

#include <tatum/base/error.h>
#include <tatum/base/settings.h>
#include <tatum/base/text.h>
#include <tatum/base/unicode.h>
#include <tatum/base/validators.h>
#include <tatum/db/database.h>
#include <tatum/site/site.h>

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace tatum::auth {

namespace {

constexpr int kTriesMax = 3;

std::string joined(const ValidationError& error, std::string_view separator) {
    std::string text;
    for (const ValidationFault& fault : error.faults()) {
        if (!text.empty()) text += separator;
        text += fault.message;
    }
    return text;
}

/// The alias that --database names. Throws CommandError when there is none.
std::string alias_in(const CommandCall& call) {
    const std::string alias = call.arguments.get("--database");
    if (call.site->settings().database(alias) == nullptr) {
        throw CommandError("There is no database \"" + alias + "\" in DATABASES");
    }
    return alias;
}

/// Who runs the process; empty when nobody knows.
std::string system_username() {
    const passwd* entry = ::getpwuid(::geteuid());
    return entry != nullptr ? entry->pw_name : "";
}

std::optional<std::string> variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

/// Somebody has pressed ^D, or the input ends.
[[noreturn]] void cancelled() { throw CommandError("Operation cancelled."); }

/// What is wrong with the name of a new user; empty when nothing is.
std::string name_fault(const std::string& username, const UserManager& users) {
    if (username.empty()) return "Username cannot be blank.";
    try {
        check_username(username);
    } catch (const ValidationError& error) {
        return joined(error, "; ");
    }
    if (users.filter(F<&User::username> == User::normalize_username(username)).exists()) {
        return "Error: That username is already taken.";
    }
    return {};
}

std::string email_fault(const std::string& email) {
    if (email.empty()) return {};
    try {
        validators::validate_email(email);
    } catch (const ValidationError& error) {
        return joined(error, "; ");
    }
    return {};
}

/// The name of who runs the command, where it would do.
std::string default_username(const UserManager& users) {
    std::string name =
        strings::ascii_lower(strings::normalize(system_username(), strings::Normalization::NFKD));
    std::erase_if(name, [](char c) { return c == ' ' || static_cast<unsigned char>(c) >= 0x80; });
    return name_fault(name, users).empty() ? name : std::string();
}

std::string ask_name(impl::Asker& asker, const CommandCall& call, const UserManager& users) {
    const std::string suggested = default_username(users);
    const std::string question =
        suggested.empty() ? "Username: " : "Username (leave blank to use '" + suggested + "'): ";
    while (true) {
        std::optional<std::string> answer = asker.ask(question);
        if (!answer) cancelled();
        if (answer->empty()) answer = suggested;
        const std::string fault = name_fault(*answer, users);
        if (fault.empty()) return *answer;
        call.err.line(fault, site::Style::Error);
    }
}

std::string ask_email(impl::Asker& asker, const CommandCall& call) {
    while (true) {
        const std::optional<std::string> answer = asker.ask("Email address: ");
        if (!answer) cancelled();
        const std::string fault = email_fault(*answer);
        if (fault.empty()) return *answer;
        call.err.line("Error: " + fault, site::Style::Error);
    }
}

std::string ask_secret(impl::Asker& asker, std::string_view question) {
    std::optional<std::string> answer = asker.ask_secretly(question);
    if (!answer) cancelled();
    return *std::move(answer);
}

std::string ask_new_password(impl::Asker& asker, const CommandCall& call, const User& user) {
    while (true) {
        std::string password = ask_secret(asker, "Password: ");
        if (password != ask_secret(asker, "Password (again): ")) {
            call.err.line("Error: Your passwords didn't match.", site::Style::Error);
            continue;
        }
        if (strings::strip(password).empty()) {
            call.err.line("Error: Blank passwords aren't allowed.", site::Style::Error);
            continue;
        }
        try {
            validate_password(password, &user);
        } catch (const ValidationError& error) {
            call.err.line(joined(error, "\n"), site::Style::Error);
            if (password.size() > passwords::kPasswordBytesMax) continue;
            const auto answer =
                asker.ask("Bypass password validation and create user anyway? [y/N]: ");
            if (!answer) cancelled();
            if (*answer != "y" && *answer != "Y") continue;
        }
        return password;
    }
}

/// An option, else its variable; nullopt when neither is there.
std::optional<std::string> given(const CommandCall& call, std::string_view option,
                                 const char* name) {
    if (call.arguments.has(option)) return call.arguments.get(option);
    return variable(name);
}

struct NewUser {
    std::string username, email;
    std::optional<std::string> password;
};

NewUser ask_user(CommandCall& call, impl::Asker& asker, const UserManager& users) {
    NewUser made;
    std::string fault = "?";
    if (call.arguments.has("--username")) {
        made.username = call.arguments.get("--username");
        if (made.username.empty()) throw CommandError("Username cannot be blank.");
        fault = name_fault(made.username, users);
        if (!fault.empty()) call.err.line(fault, site::Style::Error);
    }
    if (!fault.empty()) made.username = ask_name(asker, call, users);
    if (call.arguments.has("--email")) {
        made.email = call.arguments.get("--email");
        if (const std::string wrong = email_fault(made.email); !wrong.empty()) {
            throw CommandError(wrong);
        }
    } else {
        made.email = ask_email(asker, call);
    }
    User user;
    user.username = made.username;
    user.email = made.email;
    made.password = ask_new_password(asker, call, user);
    return made;
}

NewUser given_user(const CommandCall& call, const UserManager& users) {
    NewUser made;
    const auto username = given(call, "--username", "DJANGO_SUPERUSER_USERNAME");
    if (!username) throw CommandError("You must use --username with --noinput.");
    if (const std::string fault = name_fault(*username, users); !fault.empty()) {
        throw CommandError(fault);
    }
    const auto email = given(call, "--email", "DJANGO_SUPERUSER_EMAIL");
    if (!email) throw CommandError("You must use --email with --noinput.");
    if (const std::string fault = email_fault(*email); !fault.empty()) throw CommandError(fault);
    made.username = *username;
    made.email = *email;
    made.password = variable("DJANGO_SUPERUSER_PASSWORD");
    return made;
}

}  // namespace

namespace impl {

int create_superuser(CommandCall& call, Asker& asker) {
    const std::string alias = alias_in(call);
    const UserManager users = User::objects.db_manager(alias);
    const bool interactive = !call.arguments.has("--noinput");
    if (interactive && !asker.is_terminal()) {
        call.out.line(
            "Superuser creation skipped due to not running in a TTY. You can run "
            "`createsuperuser` at a terminal, or with --noinput.");
        return 0;
    }
    const NewUser made = interactive ? ask_user(call, asker, users) : given_user(call, users);
    try {
        users.create_superuser(
            made.username, made.email,
            made.password ? std::optional<std::string_view>(*made.password) : std::nullopt);
    } catch (const db::IntegrityError&) {
        // Somebody was faster.
        throw CommandError("Error: That username is already taken.");
    }
    call.out.line("Superuser created successfully.", site::Style::Success);
    return 0;
}

int change_password(CommandCall& call, Asker& asker) {
    const std::string alias = alias_in(call);
    const UserManager users = User::objects.db_manager(alias);
    std::string username = call.arguments.get("username");
    if (username.empty()) username = system_username();
    std::optional<User> user = users.find(F<&User::username> == username);
    if (!user) throw CommandError("user '" + username + "' does not exist");
    call.out.line("Changing password for user '" + username + "'");
    for (int tries = 0; tries < kTriesMax; ++tries) {
        const std::string password = ask_secret(asker, "Password: ");
        if (password.empty()) throw CommandError("aborted");
        if (password != ask_secret(asker, "Password (again): ")) {
            call.out.line("Passwords do not match. Please try again.");
            continue;
        }
        try {
            validate_password(password, &*user);
        } catch (const ValidationError& error) {
            call.err.line(joined(error, "\n"), site::Style::Error);
            continue;
        }
        user->set_password(password);
        user->save({.update_fields = {"password"}});
        password_changed(password, *user);
        call.out.line("Password changed successfully for user '" + username + "'",
                      site::Style::Success);
        return 0;
    }
    throw CommandError("Aborting password change for user '" + username + "' after " +
                       std::to_string(kTriesMax) + " attempts");
}

}  // namespace impl

std::vector<Command> commands() {
    const auto database = [] {
        return site::option("--database", "ALIAS", "The database.", "default");
    };
    return {
        Command{.name = "createsuperuser",
                .help = "Makes a user who may do everything.",
                .arguments = {site::option("--username", "NAME", "The name to log in with."),
                              site::option("--email", "ADDRESS", "The email address."),
                              site::flag("--noinput, --no-input",
                                         "Asks nothing: takes the options, else "
                                         "DJANGO_SUPERUSER_USERNAME, _EMAIL and _PASSWORD. "
                                         "Without a password nobody can log in with one."),
                              database()},
                .run =
                    [](CommandCall& call) {
                        impl::TerminalAsker asker(call.out);
                        return impl::create_superuser(call, asker);
                    }},
        Command{.name = "changepassword",
                .help = "Sets a user's password.",
                .arguments = {site::optional("username", "Whose; by default who runs the command."),
                              database()},
                .run = [](CommandCall& call) {
                    impl::TerminalAsker asker(call.out);
                    return impl::change_password(call, asker);
                }}};
}

}  // namespace tatum::auth
