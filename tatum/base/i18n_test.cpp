#include <tatum/base/i18n.h>

#include <tatum/base/formats.h>
#include <tatum/base/locals.h>

#include <gtest/gtest.h>

#include <random>

namespace tatum {
namespace {

TEST(PluralRule, EvaluatesAsPythonsGettext) {
    const auto polish = PluralRule::parse(
        "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);");
    ASSERT_TRUE(polish);
    EXPECT_EQ(polish->forms(), 3u);
    const std::pair<std::int64_t, std::size_t> expected[] = {{0, 2},  {1, 0},  {2, 1},  {5, 2},
                                                             {12, 2}, {22, 1}, {-1, 2}, {112, 2}};
    for (const auto& [n, form] : expected) EXPECT_EQ(polish->form(n), form) << n;
    EXPECT_EQ(PluralRule::parse("nplurals=1; plural=0;")->form(7), 0u);
    EXPECT_EQ(PluralRule::parse("nplurals=2; plural=!(n-1)*2/2;")->form(1), 1u);
    EXPECT_EQ(PluralRule().form(1), 0u);
    EXPECT_EQ(PluralRule().form(0), 1u);
}

TEST(PluralRule, SeesTheFractionOfACount) {
    const auto form = [](const char* rule, double n) {
        return PluralRule::parse("nplurals=3; plural=" + std::string(rule) + ";")
            ->form(PluralCount::fraction(n));
    };
    EXPECT_EQ(form("n != 1", 1.5), 1u);
    EXPECT_EQ(form("n > 1", 0.5), 0u);  // French: half a thing is singular
    EXPECT_EQ(form("n % 10 >= 2 && n % 10 <= 4 ? 1 : 2", 12.5), 1u);
    EXPECT_EQ(form("n / 2", 3.5), 1u);            // rounded down, as Python's //
    EXPECT_EQ(form("n % 3 - n == 3", -0.5), 1u);  // 2.5, of the sign of 3, as Python's %
    EXPECT_EQ(form("n % 0 + n / 0", 1.5), 0u);
}

TEST(PluralRule, HasNoFormBeyondItsForms) {
    EXPECT_EQ(PluralRule::parse("nplurals=2; plural=n;")->form(9), std::nullopt);
    EXPECT_EQ(PluralRule::parse("nplurals=2; plural=n;")->form(-1), std::nullopt);
    EXPECT_EQ(PluralRule::parse("nplurals=2; plural=n/0+n%0;")->form(9), 0u);
    EXPECT_EQ(PluralRule::parse("nplurals=2; plural=n*n*n*n;")->form(INT64_MIN), 0u);
}

TEST(PluralRule, RefusesWhatIsNoExpression) {
    for (const char* text :
         {"", "nplurals=2", "nplurals=0; plural=0;", "nplurals=2; plural=;",
          "nplurals=2; plural=(n;", "nplurals=2; plural=n n;", "nplurals=2; plural=x;",
          "nplurals=99; plural=0;", "nplurals=2; plural=n?1;", "nplurals=2; plural=n = 1;"}) {
        const auto rule = PluralRule::parse(text);
        ASSERT_FALSE(rule) << text;
        EXPECT_EQ(rule.error().code, "i18n.E001");
    }
    const std::string deep(PluralRule::kDepthMax + 1, '(');
    EXPECT_FALSE(PluralRule::parse("nplurals=2; plural=" + deep + "n" +
                                   std::string(deep.size(), ')') + ";"));
    std::string wide = "nplurals=2; plural=n";
    for (std::size_t i = 0; i < PluralRule::kNodesMax; ++i) wide += "+n";
    EXPECT_FALSE(PluralRule::parse(wide + ";"));
}

constexpr std::string_view kPo = R"(# comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

#: file.html:3
msgid "Welcome"
msgstr "Bien"
"venue"

msgctxt "month"
msgid "May"
msgstr "mai"

msgid "%(n)s apple"
msgid_plural "%(n)s apples"
msgstr[0] "%(n)s pomme"
msgstr[1] "%(n)s pommes"

#, fuzzy, python-format
msgid "Guess"
msgstr "Peut-être"

msgid "Untranslated"
msgstr ""

#~ msgid "Old"
#~ msgstr "Vieux"
)";

TEST(Catalog, ReadsPoFiles) {
    const auto catalog = Catalog::from_po(kPo);
    ASSERT_TRUE(catalog) << catalog.error().str();
    EXPECT_EQ(catalog->size(), 3u);
    EXPECT_EQ(*catalog->find("", "Welcome"), "Bienvenue");
    EXPECT_EQ(*catalog->find("month", "May"), "mai");
    EXPECT_EQ(catalog->find("", "May"), nullptr);
    EXPECT_EQ(*catalog->find_plural("", "%(n)s apple", 0), "%(n)s pomme");
    EXPECT_EQ(*catalog->find_plural("", "%(n)s apple", 2), "%(n)s pommes");
    EXPECT_EQ(catalog->find("", "Guess"), nullptr);
    EXPECT_EQ(catalog->find("", "Untranslated"), nullptr);
}

TEST(Catalog, NamesTheLineOfAFault) {
    const auto catalog = Catalog::from_po("msgid \"a\"\nmsgstr \"b\"\nmsgfoo \"c\"\n", "de.po");
    ASSERT_FALSE(catalog);
    EXPECT_EQ(catalog.error().code, "i18n.E003");
    EXPECT_EQ(catalog.error().where.line, 3u);
    EXPECT_EQ(catalog.error().where.file, "de.po");
    for (const char* bad : {"\"text\"", "msgid \"a", "msgid a", "msgid \"a\" \"b\"",
                            "msgstr[1] \"x\"", "msgid \"a\\"}) {
        EXPECT_FALSE(Catalog::from_po(bad)) << bad;
    }
}

/// A .mo file with these entries, in the machine-independent little-endian form.
std::string mo_file(const std::vector<std::pair<std::string, std::string>>& entries) {
    std::string head, texts;
    const auto number = [](std::string& out, std::size_t value) {
        for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 255);
    };
    const std::size_t tables = entries.size() * 16;
    number(head, 0x950412de);
    number(head, 0);
    number(head, entries.size());
    number(head, 28);
    number(head, 28 + entries.size() * 8);
    number(head, 0);
    number(head, 28 + tables);
    std::string ids, translations;
    for (const auto* side : {&ids, &translations}) {
        for (const auto& [id, translation] : entries) {
            const std::string& text = side == &ids ? id : translation;
            number(side == &ids ? ids : translations, text.size());
            number(side == &ids ? ids : translations, 28 + tables + texts.size());
            texts += text + '\0';
        }
    }
    return head + ids + translations + texts;
}

TEST(Catalog, ReadsMoFiles) {
    const std::string file =
        mo_file({{"", "Plural-Forms: nplurals=2; plural=(n > 1);\n"},
                 {"Welcome", "Bienvenue"},
                 {std::string("apple\0apples", 12), std::string("pomme\0pommes", 12)},
                 {"month\4May", "mai"}});
    const auto catalog = Catalog::from_mo(file);
    ASSERT_TRUE(catalog) << catalog.error().str();
    EXPECT_EQ(*catalog->find("", "Welcome"), "Bienvenue");
    EXPECT_EQ(*catalog->find("month", "May"), "mai");
    EXPECT_EQ(*catalog->find_plural("", "apple", 5), "pommes");
    for (std::size_t size = 0; size < file.size(); ++size) {
        static_cast<void>(Catalog::from_mo(std::string_view(file).substr(0, size)));
    }
    EXPECT_EQ(Catalog::from_mo("nonsense").error().code, "i18n.E002");
}

TEST(Catalog, SurvivesGarbage) {
    std::mt19937 random(11);  // the seed is part of the test
    const std::string mo =
        mo_file({{"", "Plural-Forms: nplurals=2; plural=(n > 1);\n"}, {"a", "b"}});
    for (int round = 0; round < 3'000; ++round) {
        std::string bytes = mo;
        for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
        static_cast<void>(Catalog::from_mo(bytes));
        std::string po(kPo);
        for (int i = 0; i < 3; ++i) po[random() % po.size()] = static_cast<char>(random() % 128);
        static_cast<void>(Catalog::from_po(po));
    }
}

TEST(Translations, FallBackFromTheVariantToTheDefaultLanguage) {
    Translations translations({.language_code = "fr"});
    Catalog german, austrian, french;
    german.add("", "Welcome", "Willkommen");
    german.add("", "January", "Januar!");
    austrian.add("", "January", "Jänner");
    french.add("", "Only French", "Seulement");
    translations.add("de", std::move(german));
    translations.add("de-at", std::move(austrian));
    translations.add("fr", std::move(french));
    const Language& language = translations.language("de-AT");
    EXPECT_EQ(language.code(), "de-at");
    EXPECT_EQ(language.gettext("Welcome"), "Willkommen");
    EXPECT_EQ(language.gettext("January"), "Jänner");
    EXPECT_EQ(language.names().months[0], "Jänner");
    EXPECT_EQ(language.names().months[1], "Februar");
    EXPECT_EQ(language.gettext("Only French"), "Seulement");
    EXPECT_EQ(language.gettext("Nowhere"), "Nowhere");
    EXPECT_EQ(translations.language("en-gb").gettext("Only French"), "Only French");
    EXPECT_EQ(&translations.language("de-at"), &language);
}

TEST(Translations, KnowNoWordsWithoutALanguageOrUseI18n) {
    const auto with_german = [](Translations& translations) {
        Catalog german;
        german.add("", "Welcome", "Willkommen");
        translations.add("de", std::move(german));
    };
    Translations used({.language_code = "de"}), unused({.language_code = "de", .use_i18n = false});
    with_german(used);
    with_german(unused);
    EXPECT_EQ(used.no_language().code(), "");
    EXPECT_EQ(used.no_language().gettext("Welcome"), "Welcome");
    EXPECT_EQ(used.no_language().names().months[2], "March");
    EXPECT_EQ(used.language("de").gettext("Welcome"), "Willkommen");

    EXPECT_EQ(&unused.language("fr"), &unused.default_language());
    EXPECT_EQ(&unused.no_language(), &unused.default_language());
    EXPECT_EQ(unused.default_language().code(), "de");
    EXPECT_EQ(unused.default_language().gettext("Welcome"), "Welcome");
    EXPECT_EQ(unused.default_language().names().months[2], "March");
    EXPECT_EQ(unused.language_for("fr;q=1, en"), "de");
    EXPECT_EQ(unused.supported_variant("fr"), std::nullopt);
    EXPECT_EQ(unused.supported_variant("DE"), "DE");
}

TEST(Translations, TakeTheCatalogThatWasAddedLast) {
    Translations translations;
    Catalog first, second;
    first.add("", "a", "1");
    first.add("", "b", "1");
    second.add("", "a", "2");
    translations.add("de", std::move(first));
    translations.add("de", std::move(second));
    EXPECT_EQ(translations.language("de").gettext("a"), "2");
    EXPECT_EQ(translations.language("de").gettext("b"), "1");
}

TEST(Gettext, UsesTheCurrentLanguage) {
    Translations translations;
    Catalog german;
    german.add("verb", "May", "darf");
    german.add_plural("", "apple", {"Apfel", "Äpfel"});
    translations.add("de", std::move(german));
    const LocalScope scope(Slot::Language, &translations.language("de"));
    EXPECT_EQ(tatum::pgettext("verb", "May"), "darf");
    EXPECT_EQ(tatum::ngettext("apple", "apples", 1), "Apfel");
    EXPECT_EQ(tatum::ngettext("apple", "apples", 3), "Äpfel");
    EXPECT_EQ(tatum::ngettext("apple", "apples", -1), "Äpfel");
    // What has no translation in a context has that of no context, but only where there are
    // plurals.
    EXPECT_EQ(tatum::npgettext("fruit", "apple", "apples", 3), "Äpfel");
    EXPECT_EQ(tatum::pgettext("fruit", "apple"), "apple");
    EXPECT_EQ(tatum::npgettext("verb", "May", "Mays", 1), "May");  // of another kind
    EXPECT_EQ(tatum::ngettext("pear", "pears", 3), "pears");
    EXPECT_EQ(tatum::gettext("May"), "Mai");
}

TEST(AcceptLanguage, IsSortedByQuality) {
    using Accepted = std::vector<std::pair<std::string, double>>;
    EXPECT_EQ(parse_accept_language("de;q=0.5, fr;q=0.5,en-US"),
              (Accepted{{"en-us", 1.0}, {"de", 0.5}, {"fr", 0.5}}));
    for (const char* quality : {"0.001", "0.123", "0.3", "0.7", "0.999"}) {
        EXPECT_EQ(parse_accept_language(std::string("en;q=") + quality).at(0).second,
                  std::stod(quality));
    }
    for (const char* bad :
         {"en;q=2", "en;;q=1", ",en", "toolonglanguage", "en q=1", "en;q=0.1234"}) {
        EXPECT_TRUE(parse_accept_language(bad).empty()) << bad;
    }
    EXPECT_EQ(parse_accept_language("en," + std::string(600, 'x')).size(), 1u);
}

TEST(Translations, ChooseALanguageThatIsOffered) {
    const Translations all;
    EXPECT_EQ(all.language_for("de-AT,en;q=0.5"), "de");
    EXPECT_EQ(all.language_for("xx,*;q=0.1"), "en");
    EXPECT_EQ(all.language_for("zh-TW"), "zh-hant");
    const Translations few({.language_code = "fr", .languages = {"fr", "pt-br"}});
    EXPECT_EQ(few.language_for("pt"), "pt-br");
    EXPECT_EQ(few.language_for("de"), "fr");
    EXPECT_EQ(few.supported_variant("pt", Translations::Match::Strict), std::nullopt);
    EXPECT_EQ(few.supported_variant(std::string(1'000, 'a')), std::nullopt);
}

TEST(Languages, AreThoseOfDjango) {
    EXPECT_EQ(language_info("de")->name_local, "Deutsch");
    EXPECT_TRUE(language_info("he")->bidi);
    EXPECT_EQ(language_info("de-at")->code, "de");
    EXPECT_EQ(language_info("xx"), nullptr);
    EXPECT_TRUE(Translations::builtin().language("ar").is_bidi());
    EXPECT_EQ(to_locale("de-at"), "de_AT");
    EXPECT_EQ(to_locale("zh-hans"), "zh_Hans");
    EXPECT_EQ(to_language("zh_Hans"), "zh-hans");
}

}  // namespace
}  // namespace tatum
