#include "commands.h"

#include "app.h"
#include "auth_test.h"
#include "passwords.h"

#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/contrib/sessions/session.h>

#include <gmock/gmock.h>

#include <deque>

namespace tatum::auth {

using namespace tatum::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace {

/// Gives the answers that a test has written down, and notes the questions.
class Answers final : public impl::Asker {
public:
    explicit Answers(std::deque<std::string> list) : list_(std::move(list)) {}
    bool is_terminal() const override { return terminal; }
    std::optional<std::string> ask(std::string_view question) override { return next(question); }
    std::optional<std::string> ask_secretly(std::string_view question) override {
        return next("*" + std::string(question));
    }

    bool terminal = true;
    std::vector<std::string> questions;

private:
    std::optional<std::string> next(std::string_view question) {
        questions.emplace_back(question);
        if (list_.empty()) return std::nullopt;
        std::string answer = list_.front();
        list_.pop_front();
        return answer;
    }
    std::deque<std::string> list_;
};

class CommandsTest : public AuthTest {
protected:
    using Run = int (*)(CommandCall&, impl::Asker&);

    /// What the command prints, errors behind it.
    std::string call(std::string_view name, Run run, std::vector<std::string> words,
                     Answers& answers) {
        const std::vector<Command> all = commands();
        const auto command = std::ranges::find(all, name, &Command::name);
        const site::Arguments arguments = site::CommandLine::parse(*command, words);
        std::string printed, faults;
        site::Output out(printed), err(faults);
        CommandCall what{.site = site_.get(), .arguments = arguments, .out = out, .err = err};
        try {
            run(what, answers);
        } catch (const CommandError& error) {
            faults += std::string("stopped: ") + error.what();
        }
        return printed + faults;
    }
    std::string create(std::vector<std::string> words, std::deque<std::string> answers = {}) {
        Answers list(std::move(answers));
        return call("createsuperuser", impl::create_superuser, std::move(words), list);
    }
    std::string change(std::vector<std::string> words, std::deque<std::string> answers) {
        Answers list(std::move(answers));
        return call("changepassword", impl::change_password, std::move(words), list);
    }
    void TearDown() override {
        for (const char* name :
             {"DJANGO_SUPERUSER_USERNAME", "DJANGO_SUPERUSER_EMAIL", "DJANGO_SUPERUSER_PASSWORD"}) {
            ::unsetenv(name);
        }
    }
};

TEST_F(CommandsTest, CreatesuperuserAsksUntilAllIsRight) {
    make_user("taken");
    const std::string text =
        create({}, {"taken", "a b", "boss", "no-address", "boss@Example.COM", "one", "two", " ",
                    " ", "12345", "12345", "n", "korb-19-tuesday", "korb-19-tuesday"});
    EXPECT_THAT(text, HasSubstr("Superuser created successfully."));
    EXPECT_THAT(text, HasSubstr("Error: That username is already taken."));
    EXPECT_THAT(text, HasSubstr("Enter a valid username."));
    EXPECT_THAT(text, HasSubstr("Error: Enter a valid email address."));
    EXPECT_THAT(text, HasSubstr("Error: Your passwords didn't match."));
    EXPECT_THAT(text, HasSubstr("Error: Blank passwords aren't allowed."));
    EXPECT_THAT(text, HasSubstr("This password is too short."));
    EXPECT_THAT(text, Not(HasSubstr("korb")));
    User boss = User::objects.get_by_natural_key("boss");
    EXPECT_TRUE(boss.is_superuser && boss.is_staff);
    EXPECT_EQ(boss.email, "boss@example.com");
    EXPECT_TRUE(boss.check_password("korb-19-tuesday"));
}

TEST_F(CommandsTest, CreatesuperuserAsksForPasswordsWithoutEchoAndMayBypassTheRules) {
    Answers list({"12345", "12345", "y"});
    call("createsuperuser", impl::create_superuser,
         {"--username", "boss", "--email", "b@example.com"}, list);
    EXPECT_THAT(list.questions,
                ElementsAre("*Password: ", "*Password (again): ",
                            "Bypass password validation and create user anyway? [y/N]: "));
    EXPECT_TRUE(User::objects.get_by_natural_key("boss").check_password("12345"));
}

TEST_F(CommandsTest, CreatesuperuserEndsWithTheInput) {
    EXPECT_THAT(create({}, {"boss"}), HasSubstr("stopped: Operation cancelled."));
    EXPECT_EQ(User::objects.count(), 0);
}

TEST_F(CommandsTest, CreatesuperuserDoesNotAskWhereNobodyListens) {
    Answers list({});
    list.terminal = false;
    EXPECT_THAT(call("createsuperuser", impl::create_superuser, {}, list),
                HasSubstr("Superuser creation skipped due to not running in a TTY."));
    EXPECT_THAT(list.questions, IsEmpty());
}

TEST_F(CommandsTest, NoinputTakesOptionsAndVariables) {
    EXPECT_THAT(create({"--noinput"}), HasSubstr("You must use --username with --noinput."));
    EXPECT_THAT(create({"--noinput", "--username", "boss"}),
                HasSubstr("You must use --email with --noinput."));
    EXPECT_THAT(create({"--noinput", "--username", "boss", "--email", "x"}),
                HasSubstr("Enter a valid email address."));
    create({"--noinput", "--username", "silent", "--email", "s@example.com"});
    EXPECT_FALSE(User::objects.get_by_natural_key("silent").has_usable_password());
    ::setenv("DJANGO_SUPERUSER_USERNAME", "boss", 1);
    ::setenv("DJANGO_SUPERUSER_EMAIL", "", 1);
    ::setenv("DJANGO_SUPERUSER_PASSWORD", "pw", 1);
    EXPECT_THAT(create({"--noinput"}), HasSubstr("Superuser created successfully."));
    EXPECT_TRUE(User::objects.get_by_natural_key("boss").check_password("pw"));
    EXPECT_THAT(create({"--no-input"}), HasSubstr("That username is already taken."));
}

TEST_F(CommandsTest, ChangepasswordChecksAndGivesUpAfterThreeAttempts) {
    make_user();
    EXPECT_THAT(change({"nobody"}, {}), HasSubstr("stopped: user 'nobody' does not exist"));
    EXPECT_THAT(change({"ann"}, {""}), HasSubstr("stopped: aborted"));
    EXPECT_THAT(change({"ann"}, {"a", "b", "1", "1", "a", "b"}),
                HasSubstr("Aborting password change for user 'ann' after 3 attempts"));
    EXPECT_TRUE(User::objects.get().check_password("s3cret-word"));
    EXPECT_THAT(change({"ann"}, {"a", "b", "korb-19-tuesday", "korb-19-tuesday"}),
                HasSubstr("Password changed successfully for user 'ann'"));
    EXPECT_TRUE(User::objects.get().check_password("korb-19-tuesday"));
}

TEST_F(CommandsTest, AnUnknownDatabaseIsToldOf) {
    EXPECT_THAT(change({"ann", "--database", "other"}, {}),
                HasSubstr("stopped: There is no database \"other\""));
}

// --- checks

struct Clash : Model<Clash> {
    std::string name;
    static void define(Definition<Clash>& d) {
        d.field<&Clash::name>(max_length(20));
        d.permission("add_clash", "Can add");
        d.permission("see", "Can see");
        d.permission("see", "Can see again");
        d.permission("long", std::string(256, 'x'));
        d.permission(std::string(101, 'y'), "Can");
    }
};

TEST(AuthChecks, FindPermissionsThatClashOrDoNotFit) {
    Settings settings = test_settings();
    ASSERT_TRUE(settings.set("AUTH_USER_MODEL", "shop.Customer"));
    site::Site site(settings);
    static const App shop{.label = "shop", .models = models<Clash>()};
    site.install(contenttypes::app, sessions::app, auth::app, shop);
    site.setup();
    std::vector<std::string> ids;
    for (const CheckMessage& message : site.check({.tags = {"auth", "models"}})) {
        if (message.id.starts_with("auth.")) ids.push_back(message.id);
    }
    EXPECT_THAT(ids, ::testing::UnorderedElementsAre("auth.E005", "auth.E006", "auth.E008",
                                                     "auth.E012", "auth.W101"));
}

}  // namespace
}  // namespace tatum::auth
