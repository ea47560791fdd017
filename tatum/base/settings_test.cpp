#include <tatum/base/settings.h>

#include <tatum/base/locals.h>

#include <gtest/gtest.h>

namespace tatum {
namespace {

Settings parse(std::string_view toml, const Environment& environment = {}) {
    return Settings::parse(toml, "settings.toml", "/site", environment);
}

/// The message of the fault that parse() throws; empty when there is none.
std::string fault(std::string_view toml, const Environment& environment = {}) {
    try {
        parse(toml, environment);
        return "";
    } catch (const ImproperlyConfigured& error) {
        return error.what();
    }
}

TEST(Settings, ReadDjangosNamesInEitherCase) {
    const Settings settings = parse(R"(
        SECRET_KEY = "s3cret"
        debug = true
        ALLOWED_HOSTS = ["a.example", ".b.example"]
        SESSION_COOKIE_AGE = 60
        LANGUAGES = [["en", "English"], ["fr", "French"]]
        SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]
        DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
        SHOP_NAME = "CranStore"
        [SECURE_CSP]
        default-src = ["'self'"]
        [TEMPLATES]
        DIRS = ["templates", "/abs"]
        [LOGGING]
        level = "debug"
        loggers = {"tatum.db" = "warning"}
        [DATABASES.default]
        ENGINE = "django.db.backends.postgresql"
        NAME = "shop"
        PORT = 5433
        CONN_MAX_AGE = 60
        [DATABASES.archive]
        NAME = "data/archive.db"
    )");
    EXPECT_EQ(settings.secret_key, "s3cret");
    EXPECT_TRUE(settings.debug);
    EXPECT_EQ(settings.allowed_hosts, (Strings{"a.example", ".b.example"}));
    EXPECT_EQ(settings.session_cookie_age, 60);
    EXPECT_EQ(settings.languages[1].second, "French");
    EXPECT_EQ(settings.secure_proxy_ssl_header->second, "https");
    EXPECT_EQ(settings.default_auto_field, "AutoField");
    EXPECT_EQ(settings.get("SHOP_NAME"), Value("CranStore"));
    EXPECT_EQ(settings.secure_csp.get("default-src"), Value(List{"'self'"}));
    EXPECT_EQ(settings.templates.dirs, (Strings{"/site/templates", "/abs"}));
    EXPECT_EQ(settings.logging.loggers[0].first, "tatum.db");
    const DatabaseSettings& shop = *settings.database();
    EXPECT_EQ(shop.engine, "postgresql");
    EXPECT_EQ(shop.name, "shop");
    EXPECT_EQ(shop.port, 5433);
    EXPECT_EQ(shop.conn_max_age, 60);
    EXPECT_EQ(settings.database("archive")->name, "/site/data/archive.db");
    EXPECT_EQ(settings.database("other"), nullptr);
    EXPECT_TRUE(settings.warnings.empty());
}

TEST(Settings, ReadTheSizesOfGroupsAsANumberOrAList) {
    const std::string key = "SECRET_KEY = 'x'\n";
    using Sizes = std::vector<std::int64_t>;
    EXPECT_EQ(parse(key).number_grouping, Sizes());
    EXPECT_EQ(parse(key + "NUMBER_GROUPING = 0").number_grouping, Sizes());
    EXPECT_EQ(parse(key + "NUMBER_GROUPING = 3").number_grouping, Sizes{3});
    EXPECT_EQ(parse(key + "NUMBER_GROUPING = [3, 2, 0]").number_grouping, (Sizes{3, 2, 0}));
    EXPECT_EQ(parse(key, {{"TATUM_NUMBER_GROUPING", "3,2"}}).number_grouping, (Sizes{3, 2}));
    EXPECT_EQ(parse(key + "NUMBER_GROUPING = [3]").get("number_grouping"), Value(List{3}));
    EXPECT_EQ(parse(key + "DATE_FORMAT = 'Y'\nTHOUSAND_SEPARATOR = ' '").date_format, "Y");
    for (const char* wrong : {"-1", "101", "'3'", "[[3]]", "{a = 3}"}) {
        EXPECT_THROW(parse(key + "NUMBER_GROUPING = " + wrong), ImproperlyConfigured) << wrong;
    }
}

TEST(Settings, HaveDjangosDefaults) {
    const Settings settings = parse("SECRET_KEY = 'x'");
    EXPECT_FALSE(settings.debug);
    EXPECT_TRUE(settings.append_slash);
    EXPECT_EQ(settings.csrf_cookie_age, 31449600);
    EXPECT_EQ(settings.x_frame_options, "DENY");
    EXPECT_EQ(settings.data_upload_max_number_fields, 1000);
    EXPECT_EQ(settings.database()->engine, "sqlite3");
    EXPECT_EQ(settings.database()->name, "/site/db.sqlite3");
    EXPECT_TRUE(settings.get("NO_SUCH_THING").is_none());
    EXPECT_EQ(settings.get("append_slash"), Value(true));
}

TEST(Settings, AreOverriddenByTheEnvironment) {
    const Settings settings =
        parse("SECRET_KEY = 'file'\nDEBUG = true\nPAGE_SIZE = 24\nFLAG = false\nTAGS = ['x']\n",
              {{"PATH", "/bin"},
               {"SECRET_KEY", "environment"},
               {"DEBUG", "1"},
               {"TATUM_DEBUG", "off"},
               {"ALLOWED_HOSTS", "a.example, b.example ,"},
               {"TATUM_SESSION_COOKIE_AGE", "90"},
               {"TATUM_LOGGING__LEVEL", "error"},
               {"TATUM_DATABASES__archive__NAME", ":memory:"},
               {"TATUM_SECURE_CSP", R"({"img-src": ["*"]})"},
               {"TATUM_PAGE_SIZE", "48"},
               {"TATUM_FLAG", "yes"},
               {"TATUM_TAGS", "a,b"},
               {"TATUM_MOTTO", "5"},
               {"DATABASE_URL", "postgres://u:p%40ss@db:6432/shop?sslmode=require"}});
    EXPECT_EQ(settings.secret_key, "environment");
    EXPECT_FALSE(settings.debug);
    EXPECT_EQ(settings.allowed_hosts, (Strings{"a.example", "b.example"}));
    EXPECT_EQ(settings.session_cookie_age, 90);
    EXPECT_EQ(settings.logging.level, "error");
    EXPECT_EQ(settings.database("archive")->name, ":memory:");
    EXPECT_EQ(settings.secure_csp.get("img-src"), Value(List{"*"}));
    EXPECT_EQ(settings.get("PAGE_SIZE"), Value(48));
    EXPECT_EQ(settings.get("FLAG"), Value(true));
    EXPECT_EQ(settings.get("TAGS"), Value(List{"a", "b"}));
    EXPECT_EQ(settings.get("MOTTO"), Value("5"));
    EXPECT_EQ(settings.database()->password, "p@ss");
    EXPECT_EQ(settings.database()->options.get("sslmode"), Value("require"));
}

TEST(Settings, ReportAllFaultsAtOnceWithFileAndLine) {
    const std::string message = fault(
        "DEBUG = 'yes'\n"
        "ALLOWED_HOSTS = [1]\n"
        "TIME_ZONE = 'Mars/Olympus'\n"
        "SESSION_COOKIE_AGE = -1\n"
        "X_FRAME_OPTIONS = 3\n"
        "[DATABASES.default]\n"
        "ENGINE = 'oracle'\n"
        "PORT = 'x'\n"
        "COLOUR = 'red'\n",
        {{"TATUM_APPEND_SLASH", "maybe"}, {"DATABASE_URL_", "ignored"}});
    for (const std::string_view part :
         {"settings.toml:1: DEBUG: true or false expected, not 'yes' (settings.E003)",
          "settings.toml:2: ALLOWED_HOSTS: a list of strings expected, not [1] (settings.E003)",
          "settings.toml:3: TIME_ZONE: no time zone is called 'Mars/Olympus' (settings.E004)",
          "settings.toml:4: SESSION_COOKIE_AGE: zero or more expected, not -1 (settings.E004)",
          "settings.toml:5: X_FRAME_OPTIONS: a string expected, not 3 (settings.E003)",
          "settings.toml:7: DATABASES.DEFAULT.ENGINE: one of 'sqlite3', 'postgresql' expected",
          "settings.toml:8: DATABASES.DEFAULT.PORT: a whole number expected",
          "settings.toml:9: DATABASES.DEFAULT.COLOUR: a database has no such option",
          "APPEND_SLASH: true or false expected, not 'maybe', in the environment's "
          "TATUM_APPEND_SLASH",
          "SECRET_KEY: must be set where DEBUG is off (settings.E005)"}) {
        EXPECT_NE(message.find(part), std::string::npos) << part << "\n---\n" << message;
    }
}

TEST(Settings, ReportWhatTheEnvironmentHasSetAsItsFault) {
    const std::string message = fault(
        "SECRET_KEY = 'x'\nTIME_ZONE = 'UTC'\n",
        {{"TATUM_TIME_ZONE", "Mars/Olympus"}, {"TATUM_DATABASES__default__ENGINE", "oracle"}});
    for (const std::string_view part : {"TIME_ZONE: no time zone is called 'Mars/Olympus', in the "
                                        "environment's TATUM_TIME_ZONE",
                                        "in the environment's TATUM_DATABASES__default__ENGINE"}) {
        EXPECT_NE(message.find(part), std::string::npos) << part << "\n---\n" << message;
    }
    EXPECT_EQ(message.find("settings.toml"), std::string::npos) << message;
    EXPECT_NE(fault("SECRET_KEY = 'x'", {{"ALLOWED_HOSTS", R"(["a.example"])"}})
                  .find("ALLOWED_HOSTS: a list as a,b,c expected"),
              std::string::npos);
}

TEST(Settings, NeedASecretKeyUnlessTheyDebug) {
    EXPECT_NE(fault("").find("settings.E005"), std::string::npos);
    EXPECT_NE(fault("SECRET_KEY = ''").find("settings.E005"), std::string::npos);
    EXPECT_EQ(fault("DEBUG = true"), "");
    EXPECT_EQ(fault("", {{"SECRET_KEY", "x"}}), "");
}

TEST(Settings, DoNotTellSecretsInFaults) {
    const std::string message = fault("SECRET_KEY = ['hush']\n[DATABASES.default]\nPASSWORD = 77");
    EXPECT_EQ(message.find("hush"), std::string::npos) << message;
    EXPECT_EQ(message.find("77"), std::string::npos) << message;
    const std::string url = fault("SECRET_KEY='x'", {{"DATABASE_URL", "mysql://u:hush@h/n"}});
    EXPECT_NE(url.find("settings.E010"), std::string::npos);
    EXPECT_EQ(url.find("hush"), std::string::npos) << url;
}

TEST(Settings, WarnOfMisspeltNamesOnly) {
    const Settings settings = parse(
        "SECRET_KEY = 'x'\nALOWED_HOSTS = []\nDEBGU = true\nSTORE_COLOURS = 1\nCACHES = {}\n"
        "SESION_COKIE_AGE = 5\n");
    ASSERT_EQ(settings.warnings.size(), 3u);
    EXPECT_EQ(settings.warnings[0].str(),
              "settings.toml:2: ALOWED_HOSTS: there is no such setting (settings.W001)\n"
              "Did you mean ALLOWED_HOSTS?");
    for (const Error& warning : settings.warnings) EXPECT_EQ(warning.code, "settings.W001");
    EXPECT_EQ(settings.get("ALOWED_HOSTS"), Value(List{}));
}

TEST(Settings, SayWhereTheTomlIsBroken) {
    const std::string message = fault("DEBUG = true\nX = \n");
    EXPECT_NE(message.find("settings.toml:2:"), std::string::npos) << message;
    EXPECT_NE(message.find("settings.E002"), std::string::npos) << message;
    EXPECT_THROW(Settings::load("/nonexistent/settings.toml", {}), ImproperlyConfigured);
}

TEST(Settings, CanBeCopiedAndChanged) {
    const Settings before = parse("SECRET_KEY = 'x'");
    Settings after = before;
    EXPECT_TRUE(after.set("APPEND_SLASH", false));
    EXPECT_TRUE(after.set("my_own", 5));
    EXPECT_EQ(after.set("DEBUG", "yes").error().code, "settings.E003");
    EXPECT_TRUE(before.append_slash);
    EXPECT_FALSE(after.append_slash);
    EXPECT_EQ(after.get("MY_OWN"), Value(5));
    EXPECT_TRUE(before.get("MY_OWN").is_none());
    const LocalScope scope(Slot::Settings, &after);
    EXPECT_FALSE(current_settings().append_slash);
}

TEST(DatabaseUrl, NamesEngineAndPlace) {
    EXPECT_EQ(parse_database_url("sqlite:///a/b.db")->name, "a/b.db");
    EXPECT_EQ(parse_database_url("sqlite:////a/b.db")->name, "/a/b.db");
    EXPECT_EQ(parse_database_url("sqlite://:memory:")->name, ":memory:");
    EXPECT_EQ(parse_database_url("sqlite://")->name, ":memory:");
    const auto url = parse_database_url("postgresql://[::1]:5433/my%20db?conn_max_age=-1").value();
    EXPECT_EQ(url.host, "::1");
    EXPECT_EQ(url.port, 5433);
    EXPECT_EQ(url.name, "my db");
    EXPECT_EQ(url.conn_max_age, std::nullopt);
    EXPECT_EQ(parse_database_url("postgres://host/n")->port, 0);
    for (const std::string_view bad :
         {"", "sqlite", "mysql://h/n", "postgres://h", "postgres://h/", "postgres://h:x/n",
          "postgres://h:70000/n", "sqlite://relative.db", "postgres://h/n?conn_max_age=x"}) {
        const auto result = parse_database_url(bad);
        ASSERT_FALSE(result) << bad;
        EXPECT_EQ(result.error().code, "settings.E010") << bad;
    }
}

}  // namespace
}  // namespace tatum
