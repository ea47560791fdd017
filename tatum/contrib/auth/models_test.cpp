#include "app.h"
#include "auth_test.h"
#include "passwords.h"

#include <tatum/base/passwords.h>
#include <tatum/base/signing.h>
#include <tatum/base/validation.h>
#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/contrib/sessions/session.h>
#include <tatum/db/database.h>
#include <tatum/site/migrations.h>

#include <gmock/gmock.h>

namespace tatum::auth {

using namespace tatum::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace {

class UserTest : public AuthTest {};

TEST_F(UserTest, CreateUserNormalizesNameAndAddress) {
    const User user =
        User::objects.create_user("ﬀann", "Ann@EXAMPLE.Com", "pw", {.first_name = "A"});
    EXPECT_EQ(user.username, "ffann");
    EXPECT_EQ(user.email, "Ann@example.com");
    EXPECT_EQ(user.first_name, "A");
    EXPECT_FALSE(user.is_staff);
    EXPECT_TRUE(user.is_active);
    EXPECT_FALSE(user.last_login.has_value());
    EXPECT_EQ(User::objects.get_by_natural_key("ffann"), user);
}

TEST_F(UserTest, CreateUserWithoutPasswordMakesNoneUsable) {
    User user = User::objects.create_user("ann");
    EXPECT_FALSE(user.has_usable_password());
    EXPECT_EQ(user.password.size(), 41u);
    EXPECT_FALSE(user.check_password(""));
    EXPECT_FALSE(user.check_password(user.password));
}

TEST_F(UserTest, CreateUserNeedsAName) {
    EXPECT_THROW(User::objects.create_user(""), ValueError);
    User::objects.create_user("ann");
    EXPECT_THROW(User::objects.create_user("ann"), db::IntegrityError);
}

TEST_F(UserTest, CreateSuperuserMayDoEverything) {
    const User user = User::objects.create_superuser("root", "r@example.com", "pw");
    EXPECT_TRUE(user.is_staff && user.is_superuser);
    EXPECT_TRUE(user.has_perm("no.such_permission"));
    EXPECT_TRUE(user.has_module_perms("nothing"));
}

TEST_F(UserTest, NormalizesOnlyTheDomainOfAnAddress) {
    EXPECT_EQ(UserManager::normalize_email("Ann@EXAMPLE.com"), "Ann@example.com");
    EXPECT_EQ(UserManager::normalize_email("A@B@EXAMPLE.com"), "A@B@example.com");
    EXPECT_EQ(UserManager::normalize_email(" Ann@EXAMPLE.com "), "Ann@example.com");
    EXPECT_EQ(UserManager::normalize_email("NOBODY"), "NOBODY");
    EXPECT_EQ(UserManager::normalize_email(""), "");
}

TEST_F(UserTest, FullNameHasNoSpareBlanks) {
    EXPECT_EQ((User{.first_name = "Ann"}.get_full_name()), "Ann");
    EXPECT_EQ((User{.first_name = "Ann", .last_name = "Lee"}.get_full_name()), "Ann Lee");
    EXPECT_EQ((User{.last_name = "Lee"}.get_full_name()), "Lee");
}

TEST_F(UserTest, NobodyIsAUserWithoutAKey) {
    const User nobody{};
    EXPECT_TRUE(nobody.is_anonymous());
    EXPECT_FALSE(nobody.is_authenticated());
    EXPECT_EQ(nobody.str(), "AnonymousUser");
    EXPECT_EQ((User{.username = "ann"}.str()), "ann");
}

TEST_F(UserTest, FullCleanRefusesWhatDjangoRefuses) {
    const auto faults_of = [](User user) {
        try {
            user.full_clean();
        } catch (const ValidationError& error) {
            std::string text;
            for (const auto& fault : error.faults()) text += fault.field + ":" + fault.code + " ";
            return text;
        }
        return std::string();
    };
    EXPECT_EQ(faults_of({.password = "x", .username = "ann.b+c@d-e_f"}), "");
    EXPECT_EQ(faults_of({.password = "x", .username = "jürgen"}), "");
    EXPECT_EQ(faults_of({.password = "x", .username = "a b"}), "username:invalid ");
    EXPECT_EQ(faults_of({.password = "x", .username = "a\n"}), "username:invalid ");
    EXPECT_EQ(faults_of({.username = "ann"}), "password:blank ");
    EXPECT_EQ(faults_of({.password = "x", .username = "ann", .email = "a"}), "email:invalid ");
    EXPECT_EQ(faults_of({.password = "x", .username = std::string(151, 'a')}),
              "username:max_length ");
}

// --- passwords

TEST_F(UserTest, ChecksAndStoresPasswords) {
    User user = make_user();
    EXPECT_TRUE(user.check_password("s3cret-word"));
    EXPECT_FALSE(user.check_password("S3cret-word"));
    EXPECT_FALSE(user.check_password(""));
    user.set_password("other");
    EXPECT_TRUE(user.check_password("other"));
    user.refresh_from_db();
    EXPECT_FALSE(user.check_password("other")) << "set_password() does not save";
}

TEST_F(UserTest, AZeroByteEndsNoPassword) {
    User user;
    user.set_password(std::string_view("ab\0cd", 5));
    EXPECT_FALSE(user.check_password("ab"));
    EXPECT_TRUE(user.check_password(std::string_view("ab\0cd", 5)));
}

TEST_F(UserTest, HugePasswordsAreRefusedWithoutHashing) {
    User user = make_user();
    EXPECT_THROW(user.set_password(std::string(passwords::kPasswordBytesMax + 1, 'x')), ValueError);
    EXPECT_NO_THROW(user.set_password(std::string(passwords::kPasswordBytesMax, 'x')));
    EXPECT_FALSE(user.check_password(std::string(1 << 20, 'x')));
}

TEST_F(UserTest, ARightPasswordRenewsAWeakHash) {
    User user = make_user();
    user.password =
        passwords::make_password("old", {.algorithms = {"pbkdf2_sha1"}, .pbkdf2_iterations = 10})
            .value();
    user.save();
    const OverrideSettings both(*site_,
                                [](Settings& s) { s.password_hashers = {"md5", "pbkdf2_sha1"}; });
    EXPECT_FALSE(user.check_password("wrong"));
    EXPECT_TRUE(user.password.starts_with("pbkdf2_sha1$10$"));
    EXPECT_TRUE(user.check_password("old"));
    EXPECT_TRUE(user.password.starts_with("md5$"));
    EXPECT_EQ(User::objects.get_pk(user.id).password, user.password);
}

TEST_F(UserTest, RenewingAHashDoesNotBringBackAPasswordThatWasChangedMeanwhile) {
    User user = make_user();
    user.password =
        passwords::make_password("old", {.algorithms = {"pbkdf2_sha1"}, .pbkdf2_iterations = 10})
            .value();
    user.save();
    User::objects.update(F<&User::password> = "!changed");
    const OverrideSettings both(*site_,
                                [](Settings& s) { s.password_hashers = {"md5", "pbkdf2_sha1"}; });
    EXPECT_TRUE(user.check_password("old"));
    EXPECT_EQ(User::objects.get_pk(user.id).password, "!changed");
}

TEST_F(UserTest, ABrokenHashIsNobodysPassword) {
    User user{.password = "md5$"};
    EXPECT_FALSE(user.check_password("x"));
    user.password = "";
    EXPECT_FALSE(user.check_password(""));
    user.password = "plain";
    EXPECT_FALSE(user.check_password("plain"));
}

TEST_F(UserTest, SessionHashIsDjangos) {
    const User user{.password = "pbkdf2_sha256$1$salt$hash"};
    EXPECT_EQ(user.get_session_auth_hash(),
              signing::session_auth_hash(user.password, site_->settings().secret_key));
    EXPECT_THAT(user.get_session_auth_fallback_hash(), IsEmpty());
}

// --- permissions

TEST_F(UserTest, MigrateMakesFourPermissionsForEachModelAndThoseDeclared) {
    std::vector<std::string> names;
    for (const Permission& p :
         Permission::objects.filter(Q("content_type__model", Value("order")))) {
        names.push_back(p.codename + "=" + p.name);
    }
    EXPECT_THAT(
        names,
        ElementsAre("add_order=Can add customer order", "change_order=Can change customer order",
                    "delete_order=Can delete customer order", "ship_order=Can send an order off",
                    "view_order=Can view customer order"));
    EXPECT_EQ(permission("add_permission").str(),
              "Authentication and Authorization | permission | Can add permission");
    EXPECT_EQ(Permission::objects.filter(Q("codename__contains", Value("user_groups"))).count(), 0);
    EXPECT_EQ(Permission::objects.get_by_natural_key("add_order", "shop", "order").codename,
              "add_order");
}

TEST_F(UserTest, MakingPermissionsAgainChangesNothing) {
    const std::int64_t before = Permission::objects.count();
    Permission::objects.filter(Q("codename", Value("ship_order"))).delete_();
    create_permissions(site::Migrated(*site_, site_->databases().get("default")));
    create_permissions(site::Migrated(*site_, site_->databases().get("default")));
    EXPECT_EQ(Permission::objects.count(), before);
}

TEST_F(UserTest, PermissionsComeFromTheUserAndFromGroupsAndAreReadOnce) {
    User user = make_user();
    user.user_permissions.add(permission("ship_order"));
    Group group{.name = "packers"};
    group.save();
    group.permissions.add(permission("view_order"));
    user.groups.add(group);
    const User again = User::objects.get_pk(user.id);
    {
        const db::QueryLog queries;
        EXPECT_TRUE(again.has_perm("shop.ship_order"));
        EXPECT_TRUE(again.has_perm("shop.view_order"));
        EXPECT_FALSE(again.has_perm("shop.add_order"));
        EXPECT_TRUE(again.has_perms({"shop.ship_order", "shop.view_order"}));
        EXPECT_FALSE(again.has_perms({"shop.ship_order", "shop.add_order"}));
        EXPECT_TRUE(again.has_module_perms("shop"));
        EXPECT_FALSE(again.has_module_perms("sho"));
        EXPECT_EQ(queries.statements().size(), 2u);
    }
    EXPECT_THAT(again.get_user_permissions(), ElementsAre("shop.ship_order"));
    EXPECT_THAT(again.get_group_permissions(), ElementsAre("shop.view_order"));
    EXPECT_THAT(again.get_all_permissions(), ElementsAre("shop.ship_order", "shop.view_order"));
    EXPECT_FALSE(again.has_perm("shop.ship_order", Value(1))) << "none for single objects";
}

TEST_F(UserTest, InactiveUsersAndNobodyMayDoNothing) {
    User user = make_user();
    user.user_permissions.add(permission("ship_order"));
    user.is_active = false;
    user.is_superuser = true;
    EXPECT_FALSE(user.has_perm("shop.ship_order"));
    EXPECT_FALSE(user.has_module_perms("shop"));
    EXPECT_THAT(user.get_all_permissions(), IsEmpty());
    const User nobody{};
    EXPECT_FALSE(nobody.has_perm("shop.ship_order"));
}

TEST_F(UserTest, WithPermFindsUsers) {
    const User own = make_user("own"), grouped = make_user("grouped"), other = make_user("other");
    const User idle = make_user("idle", {.is_active = false});
    User::objects.create_superuser("root");
    Group group{.name = "packers"};
    group.save();
    group.permissions.add(permission("ship_order"));
    own.user_permissions.add(permission("ship_order"));
    idle.user_permissions.add(permission("ship_order"));
    grouped.groups.add(group);
    const auto names = [](const QuerySet<User>& users) {
        std::vector<std::string> list;
        for (const User& user : users.order_by("username")) list.push_back(user.username);
        return list;
    };
    EXPECT_THAT(names(User::objects.with_perm("shop.ship_order")),
                ElementsAre("grouped", "own", "root"));
    EXPECT_THAT(names(User::objects.with_perm(
                    "shop.ship_order", {.is_active = std::nullopt, .include_superusers = false})),
                ElementsAre("grouped", "idle", "own"));
    EXPECT_THAT(names(User::objects.with_perm("shop.ship_order", {.is_active = false})),
                ElementsAre("idle"));
    EXPECT_THROW(User::objects.with_perm("ship_order"), ValueError);
    EXPECT_THROW(User::objects.with_perm("shop.ship_order", {.backend = "no.such"}), ValueError);
}

// --- rules for passwords

std::vector<std::string> faults(std::string_view password, const User* user = nullptr) {
    try {
        validate_password(password, user);
    } catch (const ValidationError& error) {
        std::vector<std::string> codes;
        for (const auto& fault : error.faults()) codes.push_back(fault.code);
        return codes;
    }
    return {};
}

class PasswordRulesTest : public AuthTest {};

TEST_F(PasswordRulesTest, AllFourRulesHoldUnlessTheSettingSaysOtherwise) {
    const User user{.username = "annabelle", .email = "annabelle@example.com"};
    EXPECT_THAT(faults("korb-19-tuesday", &user), IsEmpty());
    EXPECT_THAT(faults("1234567"), ElementsAre("password_too_short", "password_too_common",
                                               "password_entirely_numeric"));
    EXPECT_THAT(faults("annabelle1", &user), ElementsAre("password_too_similar"));
    EXPECT_THAT(faults("Password1"), ElementsAre("password_too_common"));
    EXPECT_THAT(faults(std::string(passwords::kPasswordBytesMax + 1, 'x')),
                ElementsAre("password_too_long"));
}

TEST_F(PasswordRulesTest, CommonPasswordsAreKnownByListAndByPattern) {
    for (const char* common : {"password", "QWERTYUIOP", "letmein1", "aaaaaaaaaa", "abcdefgh",
                               "87654321", "poiuytre", "abcabcabc", "1q2w3e4r", " password "}) {
        EXPECT_THAT(faults(common), ::testing::Contains("password_too_common")) << common;
    }
    for (const char* rare : {"correct horse", "tatum-1909-piano", "aaaaaaab-x", "zwölfzehn"}) {
        EXPECT_THAT(faults(rare), IsEmpty()) << rare;
    }
}

TEST_F(PasswordRulesTest, MessagesAreDjangos) {
    const User user{.username = "annabelle"};
    try {
        validate_password("annabel", &user);
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_THAT(
            error.messages(""),
            ElementsAre("The password is too similar to the username.",
                        "This password is too short. It must contain at least 8 characters."));
    }
    EXPECT_EQ(password_validators_help_texts().at(1),
              "Your password must contain at least 8 characters.");
    EXPECT_THAT(password_validators_help_text_html(), HasSubstr("<li>Your password can’t be"));
}

TEST_F(PasswordRulesTest, ASettingChoosesAndConfigures) {
    const OverrideSettings rules(*site_, [](Settings& s) {
        ASSERT_TRUE(
            s.set("AUTH_PASSWORD_VALIDATORS", List{Dict{{"NAME",
                                                         "django.contrib.auth.password_validation."
                                                         "MinimumLengthValidator"},
                                                        {"OPTIONS", Dict{{"min_length", 3}}}}}));
    });
    EXPECT_THAT(faults("abc"), IsEmpty());
    EXPECT_THAT(faults("ab"), ElementsAre("password_too_short"));
    const OverrideSettings none(
        *site_, [](Settings& s) { ASSERT_TRUE(s.set("AUTH_PASSWORD_VALIDATORS", List{})); });
    EXPECT_THAT(faults(""), IsEmpty());
    EXPECT_EQ(password_validators_help_text_html(), "");
}

TEST_F(PasswordRulesTest, AWrongSettingIsToldOfAtTheStart) {
    const auto start = [](const char* name, Value value) {
        Settings wrong = AuthTest::settings();
        EXPECT_TRUE(wrong.set(name, std::move(value)));
        site::Site site(wrong);
        site.install(contenttypes::app, sessions::app, auth::app);
        site.setup();
    };
    EXPECT_THROW(start("AUTH_PASSWORD_VALIDATORS", List{Dict{{"NAME", "NoSuch"}}}),
                 ImproperlyConfigured);
    EXPECT_THROW(
        start("AUTH_PASSWORD_VALIDATORS",
              List{Dict{{"NAME", "MinimumLengthValidator"}, {"OPTIONS", Dict{{"min_lenght", 3}}}}}),
        ImproperlyConfigured);
    EXPECT_THROW(start("AUTH_PASSWORD_VALIDATORS",
                       List{Dict{{"NAME", "CommonPasswordValidator"},
                                 {"OPTIONS", Dict{{"password_list_path", "/no/such"}}}}}),
                 ImproperlyConfigured);
    EXPECT_THROW(start("AUTHENTICATION_BACKENDS", List{"no.such.Backend"}), ImproperlyConfigured);
    EXPECT_THROW(start("AUTHENTICATION_BACKENDS", List{}), ImproperlyConfigured);
    EXPECT_THROW(start("PASSWORD_HASHERS", List{"rot13"}), ImproperlyConfigured);
}

}  // namespace
}  // namespace tatum::auth
