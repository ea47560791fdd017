#include <tatum/testing/overrides.h>

#include <tatum/base/i18n.h>
#include <tatum/site/site.h>
#include <tatum/urls/resolver.h>

#include <gtest/gtest.h>

namespace tatum::testing {
namespace {

Settings english() {
    Settings settings;
    settings.secret_key = "not-secret";
    return settings;
}
void german(Settings& settings) { settings.language_code = "de"; }

TEST(OverrideSettingsTest, AreThoseOfTheSiteUntilTheEndOfTheBlock) {
    site::Site site{english()};
    {
        const OverrideSettings other(site, german);
        EXPECT_EQ(site.settings().language_code, "de");
        EXPECT_EQ(views::current_site_or_null(), nullptr);
    }
    EXPECT_EQ(site.settings().language_code, "en-us");
}

TEST(OverrideSettingsTest, AreCurrentWhereTheSiteIs) {
    site::Site site{english()};
    site.setup();
    const SiteScope scope(site);
    const Language& before = current_language();
    {
        const OverrideSettings other(site, german);
        EXPECT_EQ(gettext("This field is required."), "Dieses Feld ist zwingend erforderlich.");
    }
    EXPECT_EQ(&current_language(), &before);
    EXPECT_EQ(gettext("This field is required."), "This field is required.");
}

}  // namespace
}  // namespace tatum::testing
