// What Tatum says by itself in the languages of Django: validators, forms, the contrib apps.

#include <tatum/base/i18n.h>
#include <tatum/base/locale/locale_data.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/base/validators.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace tatum {
namespace {

std::string_view digits_in(std::string_view language, std::int64_t n) {
    return Translations::builtin().language(language).ngettext(
        "Ensure that there are no more than %(max)s digit in total.",
        "Ensure that there are no more than %(max)s digits in total.", n);
}

TEST(BuiltinMessages, AreTranslatedWithoutACatalogOfTheSite) {
    const Translations& all = Translations::builtin();
    const auto in = [&](std::string_view language, std::string_view id) {
        return all.language(language).gettext(id);
    };
    EXPECT_EQ(in("de", "This field is required."), "Dieses Feld ist zwingend erforderlich.");
    EXPECT_EQ(in("de-at", "This field is required."), "Dieses Feld ist zwingend erforderlich.");
    EXPECT_EQ(in("ja", "Log out"), "ログアウト");
    EXPECT_EQ(in("pt-br", "username"), "usuário");
    EXPECT_EQ(in("pl", "content type"), "typ zawartości");
    EXPECT_EQ(in("ru", "sessions"), "сессии");
    EXPECT_EQ(in("zh-hans", "Messages"), "消息");
    EXPECT_EQ(in("en-gb", "This field is required."), "This field is required.");
}

TEST(BuiltinMessages, HaveThePluralsOfTheirLanguage) {
    EXPECT_EQ(digits_in("pl", 1), "Upewnij się, że łącznie nie ma więcej niż %(max)s cyfry.");
    EXPECT_EQ(digits_in("pl", 5), "Upewnij się, że łącznie nie ma więcej niż %(max)s cyfr.");
    EXPECT_EQ(digits_in("ja", 1), "この値は合計 %(max)s 桁以内でなければなりません。");
    EXPECT_EQ(digits_in("ja", 2), digits_in("ja", 1));
    EXPECT_EQ(digits_in("ar", 2), "تحقق من أن تدخل %(max)s رقمين لا أكثر.");
    EXPECT_EQ(digits_in("en", 1), "Ensure that there are no more than %(max)s digit in total.");
}

TEST(BuiltinMessages, GiveWayToThoseOfTheSite) {
    Translations translations;
    Catalog own;
    own.add({}, "This field is required.", "Fehlt noch.");
    translations.add("de", std::move(own));
    EXPECT_EQ(translations.language("de").gettext("This field is required."), "Fehlt noch.");
    EXPECT_EQ(translations.language("de").gettext("Enter a number."), "Bitte eine Zahl eingeben.");
}

TEST(BuiltinMessages, AreWhatValidatorsSay) {
    const LocalScope scope(Slot::Language, &Translations::builtin().language("de"));
    try {
        validators::MaxValueValidator{5}(6);
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_EQ(error.faults()[0].message, "Dieser Wert muss kleiner oder gleich 5 sein.");
    }
    try {
        validators::validate_ipv46_address("x");
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_EQ(error.faults()[0].message, "Bitte eine gültige IPv4 oder IPv6-Adresse eingeben.");
    }
}

TEST(BuiltinMessages, HaveALineForEachIdInEveryLanguage) {
    std::size_t languages = 0;
    for (const LanguageInfo& info : default_languages()) {
        const impl::LocaleMessages* messages = impl::find_messages(info.code);
        if (messages == nullptr) continue;
        ++languages;
        auto lines = strings::split(messages->lines, "\n");
        ASSERT_TRUE(lines.back().empty()) << info.code;
        lines.pop_back();
        std::size_t line = 0;
        for (const impl::MessageIds& table : impl::message_ids()) {
            const std::string head = '[' + std::string(table.catalog) + "] nplurals=";
            if (line == lines.size() || !lines[line].starts_with(head)) continue;
            line +=
                1 + static_cast<std::size_t>(std::count(table.ids.begin(), table.ids.end(), '\n'));
        }
        EXPECT_EQ(line, lines.size()) << info.code;
    }
    EXPECT_GT(languages, 90U);
}

}  // namespace
}  // namespace tatum
