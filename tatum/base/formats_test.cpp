#include <tatum/base/formats.h>

#include <tatum/base/locale/locale_data.h>
#include <tatum/base/locals.h>
#include <tatum/base/settings.h>
#include <tatum/base/text.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace tatum {
namespace {

constexpr std::int8_t kThousands[] = {3};
constexpr std::int8_t kIndian[] = {3, 2, 0};

Value decimal_value(std::string_view text) { return Value(Decimal::parse(text).value()); }

TEST(FormatNumber, CutsAndFillsThePlaces) {
    EXPECT_EQ(format_number(1234.2, {.decimal_pos = 1}), "1234.2");
    EXPECT_EQ(format_number(-99999.999, {.decimal_pos = 1}), "-99999.9");
    EXPECT_EQ(format_number(5, {.decimal_separator = ",", .decimal_pos = 2}), "5,00");
    EXPECT_EQ(format_number(decimal_value("0.005"), {.decimal_pos = 2}), "0.00");
    EXPECT_EQ(format_number(decimal_value("-0.005"), {.decimal_pos = 2}), "0.00");
    EXPECT_EQ(format_number("1234.5", {}), "1234.5");
}

TEST(FormatNumber, WritesExponentsOut) {
    EXPECT_EQ(format_number(1e21, {}), "1000000000000000000000");
    EXPECT_EQ(format_number(1e-5, {.decimal_pos = 8}), "0.00001000");
    EXPECT_EQ(format_number(decimal_value("1E-10"), {}), "0.0000000001");
    EXPECT_EQ(format_number(decimal_value("1.5E+250"), {.decimal_pos = 1}), "1.5e+250");
    EXPECT_THROW((void)format_number(decimal_value("NaN"), {}), Exception);
    EXPECT_THROW((void)format_number(decimal_value("-Infinity"), {}), Exception);
}

TEST(FormatNumber, GroupsFromThePoint) {
    const NumberFormat thousands{.grouping = kThousands, .thousand_separator = ",", .group = true};
    EXPECT_EQ(format_number(1234567, thousands), "1,234,567");
    EXPECT_EQ(format_number(-123, thousands), "-123");
    EXPECT_EQ(format_number(-1234.5, thousands), "-1,234.5");
    EXPECT_EQ(format_number(Value::big_int("123456789012345678901234567890"), thousands),
              "123,456,789,012,345,678,901,234,567,890");
    EXPECT_EQ(
        format_number(12345678, {.grouping = kIndian, .thousand_separator = ",", .group = true}),
        "1,23,45,678");
    EXPECT_EQ(format_number(1234567, {.thousand_separator = ",", .group = true}), "1234567");
}

TEST(NumberFormat, FollowsLanguageAndSettings) {
    Settings settings;
    const LocalScope german(Slot::Language, &Translations::builtin().language("de"));
    EXPECT_EQ(number_format(1234.5), "1234,5");
    EXPECT_EQ(number_format(1234.5, {.use_l10n = UseL10n::Off}), "1234.5");
    EXPECT_EQ(number_format(1234567, {.force_grouping = true}), "1.234.567");
    settings.use_thousand_separator = true;
    const LocalScope scope(Slot::Settings, &settings);
    EXPECT_EQ(number_format(1234.5, {.decimal_pos = 2}), "1.234,50");
    EXPECT_EQ(number_format(1234.5, {.use_l10n = UseL10n::Off}), "1234.5");
}

TEST(Localize, LeavesTextAndTruthAlone) {
    const LocalScope german(Slot::Language, &Translations::builtin().language("de"));
    EXPECT_EQ(localize(1.5).str(), "1,5");
    EXPECT_EQ(localize(1.5, UseL10n::Off).str(), "1.5");
    EXPECT_EQ(localize(Date::make(2024, 3, 9).value()).str(), "9. März 2024");
    EXPECT_EQ(localize(Date::make(2024, 3, 9).value(), UseL10n::Off).str(), "März 9, 2024");
    EXPECT_TRUE(localize(Value::safe("<b>")).is_safe());
    EXPECT_EQ(localize(true).kind(), Kind::Bool);
    EXPECT_FALSE(is_localized(Value(5)));
    EXPECT_TRUE(is_localized(Value(0.5)));
}

TEST(DateFormat, KnowsDjangosNames) {
    const Value day = Date::make(2024, 3, 9).value();
    EXPECT_EQ(date_format(day).value(), "March 9, 2024");
    EXPECT_EQ(date_format(day, "SHORT_DATE_FORMAT").value(), "03/09/2024");
    EXPECT_EQ(date_format(day, "Y").value(), "2024");
    EXPECT_FALSE(date_format(day, "TIME_FORMAT"));
    EXPECT_EQ(time_format(Time::make(14, 5).value()).value(), "2:05 p.m.");
}

TEST(Localize, KnowsTheLanguagesOfDjango) {
    struct Expected {
        const char *language, *moment, *words, *number;
    };
    constexpr Expected kCases[] = {
        {"lt", "2026 m. lapkričio 27 d., 14:05", "Lap P lapkr.", "1.234.567,5"},
        {"he", "27 בנובמבר 2026 14:05", "נוב שישי נוב'", "1234567.5"},
        {"cs", "27. listopadu 2026 14:05", "Lis pá Lis.", "1\u00a0234\u00a0567,5"},
        {"ko", "2026년 11월 27일 2:05 오후", "11월 금요일 11월", "1,234,567.5"},
        {"lv", "2026. gada 27. novembris, 14:05", "Nov pk nov.", "1\u00a0234\u00a0567,5"},
        {"tr", "27 Kasım 2026 14:05", "Kas Cum Kas.", "1.234.567,5"},
        {"en-au", "27 Nov 2026, 2:05 p.m.", "Nov Fri Nov.", "1,234,567.5"},
    };
    Settings settings;
    settings.use_thousand_separator = true;
    const LocalScope scope(Slot::Settings, &settings);
    const Value moment = DateTime(Date::make(2026, 11, 27).value(), Time::make(14, 5).value());
    for (const Expected& c : kCases) {
        const LocalScope language(Slot::Language, &Translations::builtin().language(c.language));
        EXPECT_EQ(date_format(moment, "DATETIME_FORMAT").value(), c.moment) << c.language;
        EXPECT_EQ(date_format(moment, "M D N").value(), c.words) << c.language;
        EXPECT_EQ(number_format(1234567.5), c.number) << c.language;
    }
}

TEST(LocaleFormats, AreThoseOfDjango6) {
    EXPECT_EQ(find_formats("ko")->short_date, "Y-n-j");
    EXPECT_EQ(find_formats("ca")->month_day, "j E");
    EXPECT_EQ(find_formats("fr-ca")->time, "H\u00a0\\h\u00a0i");
    EXPECT_EQ(find_formats("fr-ch")->short_date, "d.m.Y");
    EXPECT_EQ(find_formats("en-ie")->time, "H:i");
    EXPECT_EQ(find_formats("ckb")->first_day_of_week, 6);
    for (const std::string_view format : find_formats("fr")->date_input) {
        EXPECT_EQ(format.find('.'), std::string_view::npos) << format;
    }
}

TEST(LocaleFormats, TakeFromTheSettingsWhatTheLanguageLeavesOpen) {
    Settings settings;
    settings.use_thousand_separator = true;
    settings.date_format = "Y/n/j";
    settings.datetime_format = "Y/n/j H~i";
    settings.year_month_format = "Y+F";
    settings.decimal_separator = "_";
    settings.thousand_separator = "'";
    settings.number_grouping = {2, 3, 0};
    const LocalScope scope(Slot::Settings, &settings);
    const Translations translations({.formats = format_settings(settings)});
    struct Expected {
        const char *language, *date, *moment, *month, *number;
    };
    constexpr Expected kCases[] = {
        {"en-us", "March 1, 2024", "March 1, 2024, 1:05 p.m.", "March 2024", "12,345,678.25"},
        {"de", "1. März 2024", "1. März 2024 13:05", "März 2024", "12.345.678,25"},
        {"af", "2024/3/1", "2024/3/1 13~05", "2024+Maart", "123'456'78_25"},
        {"he", "1 במרץ 2024", "1 במרץ 2024 13:05", "מרץ 2024", "123,456,78.25"},
        {"ug", "1 مارت 2024", "2024/3/1 13~05", "مارت 2024", "12,345,678.25"},
        {"kn", "1 ಮಾರ್ಚ್ 2024", "2024/3/1 13~05", "2024+ಮಾರ್ಚ್", "123'456'78_25"},
        {"fy", "2024/3/1", "2024/3/1 13~05", "2024+March", "123'456'78_25"},
        {"", "2024/3/1", "2024/3/1 13~05", "2024+March", "123'456'78_25"},
    };
    const Value moment = DateTime(Date::make(2024, 3, 1).value(), Time::make(13, 5).value());
    for (const Expected& c : kCases) {
        const LocalScope language(Slot::Language, &translations.language(c.language));
        EXPECT_EQ(date_format(moment).value(), c.date) << c.language;
        EXPECT_EQ(date_format(moment, "DATETIME_FORMAT").value(), c.moment) << c.language;
        EXPECT_EQ(date_format(moment, "YEAR_MONTH_FORMAT").value(), c.month) << c.language;
        EXPECT_EQ(number_format(12345678.25), c.number) << c.language;
        EXPECT_EQ(date_format(moment, "DATE_FORMAT", UseL10n::Off).value(), "2024/3/1");
        EXPECT_EQ(number_format(1234.5, {.use_l10n = UseL10n::Off}), "1234_5");
    }
}

TEST(SanitizeSeparators, UndoesWhatTheLanguageWrites) {
    Settings settings;
    settings.use_thousand_separator = true;
    const LocalScope scope(Slot::Settings, &settings);
    const LocalScope german(Slot::Language, &Translations::builtin().language("de"));
    EXPECT_EQ(sanitize_separators("1.234.567,89"), "1234567.89");
    EXPECT_EQ(sanitize_separators("1.5"), "1.5");
    EXPECT_EQ(sanitize_separators("1.234"), "1234");
    const LocalScope french(Slot::Language, &Translations::builtin().language("fr"));
    EXPECT_EQ(sanitize_separators("1 234,5"), "1234.5");
    EXPECT_EQ(sanitize_separators("1\u00a0234,5"), "1234.5");
}

TEST(LocaleData, NamesEveryLanguageThatIsOffered) {
    for (const impl::LocaleTitles& titles : impl::locale_titles()) {
        EXPECT_EQ(strings::split(titles.titles, "|").size(), default_languages().size())
            << titles.language;
    }
    const auto named = [](const char* in, const char* english) {
        return std::string(Translations::builtin().language(in).gettext(english));
    };
    EXPECT_EQ(named("de", "German"), "Deutsch");
    EXPECT_EQ(named("ja", "Brazilian Portuguese"), "ブラジルポルトガル語");
    EXPECT_EQ(named("de-at", "Polish"), "Polnisch");
    EXPECT_EQ(named("pt-br", "Bengali"), "Bengali");
}

TEST(LocaleData, HasAllNamesOfEveryLanguage) {
    for (const impl::LocaleNames& names : impl::locale_names()) {
        for (const std::string_view months :
             {names.months, names.months_alt, names.months_ap, names.months_abbr}) {
            if (months.empty()) continue;
            EXPECT_EQ(strings::split(months, "|").size(), 12u) << months;
        }
        EXPECT_EQ(strings::split(names.days, "|").size(), 7u) << names.language;
        EXPECT_EQ(strings::split(names.days_abbr, "|").size(), 7u) << names.language;
        EXPECT_EQ(strings::split(names.day_parts, "|").size(), 6u) << names.language;
    }
}

TEST(LocaleData, HasWordsThatFitTheirIdsAndPluralRules) {
    for (const impl::WordTable* table : {&impl::core_words(), &impl::humanize_words()}) {
        EXPECT_TRUE(std::ranges::is_sorted(table->languages, {}, &impl::LocaleWords::language));
        for (const impl::LocaleWords& words : table->languages) {
            EXPECT_NE(language_info(words.language), nullptr) << words.language;
            const auto rule = PluralRule::parse(words.plural_forms);
            ASSERT_TRUE(rule) << words.language;
            const auto texts = strings::split(words.words, "|");
            ASSERT_LE(texts.size(), table->ids.size()) << words.language;
            for (std::size_t i = 0; i < texts.size(); ++i) {
                if (!table->ids[i].has_plural) continue;
                EXPECT_LE(strings::split(texts[i], ";").size(), rule->forms())
                    << words.language << ": " << table->ids[i].id;
            }
        }
        EXPECT_EQ(table->find(""), nullptr);
        EXPECT_EQ(table->find("en-us"), nullptr);
        EXPECT_EQ(table->find("zzz"), nullptr);
    }
    EXPECT_GT(impl::core_words().languages.size(), 90u);
    EXPECT_EQ(impl::core_words().find("uk")->language, "uk");
}

TEST(LocaleData, CountsByTheRuleOfEachCatalog) {
    const auto say = [](const char* language, const char* id, std::int64_t n) {
        return std::string(Translations::builtin().language(language).ngettext(id, id, n));
    };
    // Hebrew has a form for 20, 30, ... in the catalog of humanize only.
    EXPECT_EQ(say("he", "%(num)d year", 2), "שנתיים");
    EXPECT_EQ(say("he", "%(num)d year", 20), "%(num)d שנים");
    EXPECT_EQ(say("he", "an hour ago", 2), "לפני שעתיים");
    EXPECT_EQ(say("he", "an hour ago", 20), "לפני %(count)s\u00a0שעות");
    EXPECT_EQ(say("cs", "%(num)d week", 5), "%(num)d týdnů");
    EXPECT_EQ(say("ja", "%(num)d year", 1), "%(num)d年");
}

TEST(LocaleData, FallsBackFromTheVariantToTheLanguageToTheIds) {
    const auto say = [](const char* language, const char* id) {
        return std::string(Translations::builtin().language(language).gettext(id));
    };
    EXPECT_EQ(say("es-mx", "yes,no,maybe"), "sí,no,tal vez");
    EXPECT_EQ(say("es-mx", "%(delta)s ago"), "hace %(delta)s");  // of Spanish
    EXPECT_EQ(say("sr-latn", "%s KB"), "%s KB");
    EXPECT_EQ(say("de-li", "tomorrow"), "morgen");
    EXPECT_EQ(say("kab", "tomorrow"), "tomorrow");
    EXPECT_EQ(say("en-gb", "tomorrow"), "tomorrow");
}

}  // namespace
}  // namespace tatum
