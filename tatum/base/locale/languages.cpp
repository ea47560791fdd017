#include <tatum/base/i18n.h>

#include <algorithm>

namespace tatum {

namespace {

/// By code. The names are those of CLDR and of each language's own speakers.
constexpr LanguageInfo kLanguages[] = {
    {"af", "Afrikaans", "Afrikaans"},
    {"ar", "Arabic", "العربيّة", true},
    {"ar-dz", "Algerian Arabic", "العربية الجزائرية", true},
    {"ast", "Asturian", "asturianu"},
    {"az", "Azerbaijani", "Azərbaycanca", true},
    {"bg", "Bulgarian", "български"},
    {"be", "Belarusian", "беларуская"},
    {"bn", "Bengali", "বাংলা"},
    {"br", "Breton", "brezhoneg"},
    {"bs", "Bosnian", "bosanski"},
    {"ca", "Catalan", "català"},
    {"ckb", "Central Kurdish (Sorani)", "کوردی", true},
    {"cs", "Czech", "česky"},
    {"cy", "Welsh", "Cymraeg"},
    {"da", "Danish", "dansk"},
    {"de", "German", "Deutsch"},
    {"dsb", "Lower Sorbian", "dolnoserbski"},
    {"el", "Greek", "Ελληνικά"},
    {"en", "English", "English"},
    {"en-au", "Australian English", "Australian English"},
    {"en-gb", "British English", "British English"},
    {"eo", "Esperanto", "Esperanto"},
    {"es", "Spanish", "español"},
    {"es-ar", "Argentinian Spanish", "español de Argentina"},
    {"es-co", "Colombian Spanish", "español de Colombia"},
    {"es-mx", "Mexican Spanish", "español de Mexico"},
    {"es-ni", "Nicaraguan Spanish", "español de Nicaragua"},
    {"es-ve", "Venezuelan Spanish", "español de Venezuela"},
    {"et", "Estonian", "eesti"},
    {"eu", "Basque", "Basque"},
    {"fa", "Persian", "فارسی", true},
    {"fi", "Finnish", "suomi"},
    {"fr", "French", "français"},
    {"fy", "Frisian", "frysk"},
    {"ga", "Irish", "Gaeilge"},
    {"gd", "Scottish Gaelic", "Gàidhlig"},
    {"gl", "Galician", "galego"},
    {"he", "Hebrew", "עברית", true},
    {"hi", "Hindi", "हिंदी"},
    {"hr", "Croatian", "Hrvatski"},
    {"hsb", "Upper Sorbian", "hornjoserbsce"},
    {"ht", "Haitian Creole", "kreyòl ayisyen"},
    {"hu", "Hungarian", "Magyar"},
    {"hy", "Armenian", "հայերեն"},
    {"ia", "Interlingua", "Interlingua"},
    {"id", "Indonesian", "Bahasa Indonesia"},
    {"ig", "Igbo", "Asụsụ Ìgbò"},
    {"io", "Ido", "ido"},
    {"is", "Icelandic", "Íslenska"},
    {"it", "Italian", "italiano"},
    {"ja", "Japanese", "日本語"},
    {"ka", "Georgian", "ქართული"},
    {"kab", "Kabyle", "taqbaylit"},
    {"kk", "Kazakh", "Қазақ"},
    {"km", "Khmer", "Khmer"},
    {"kn", "Kannada", "Kannada"},
    {"ko", "Korean", "한국어"},
    {"ky", "Kyrgyz", "Кыргызча"},
    {"lb", "Luxembourgish", "Lëtzebuergesch"},
    {"lt", "Lithuanian", "Lietuviškai"},
    {"lv", "Latvian", "latviešu"},
    {"mk", "Macedonian", "Македонски"},
    {"ml", "Malayalam", "മലയാളം"},
    {"mn", "Mongolian", "Mongolian"},
    {"mr", "Marathi", "मराठी"},
    {"ms", "Malay", "Bahasa Melayu"},
    {"my", "Burmese", "မြန်မာဘာသာ"},
    {"nb", "Norwegian Bokmål", "norsk (bokmål)"},
    {"ne", "Nepali", "नेपाली"},
    {"nl", "Dutch", "Nederlands"},
    {"nn", "Norwegian Nynorsk", "norsk (nynorsk)"},
    {"os", "Ossetic", "Ирон"},
    {"pa", "Punjabi", "Punjabi"},
    {"pl", "Polish", "polski"},
    {"pt", "Portuguese", "Português"},
    {"pt-br", "Brazilian Portuguese", "Português Brasileiro"},
    {"ro", "Romanian", "Română"},
    {"ru", "Russian", "Русский"},
    {"sk", "Slovak", "slovenčina"},
    {"sl", "Slovenian", "Slovenščina"},
    {"sq", "Albanian", "shqip"},
    {"sr", "Serbian", "српски"},
    {"sr-latn", "Serbian Latin", "srpski (latinica)"},
    {"sv", "Swedish", "svenska"},
    {"sw", "Swahili", "Kiswahili"},
    {"ta", "Tamil", "தமிழ்"},
    {"te", "Telugu", "తెలుగు"},
    {"tg", "Tajik", "тоҷикӣ"},
    {"th", "Thai", "ภาษาไทย"},
    {"tk", "Turkmen", "Türkmençe"},
    {"tr", "Turkish", "Türkçe"},
    {"tt", "Tatar", "Татарча"},
    {"udm", "Udmurt", "Удмурт"},
    {"ug", "Uyghur", "ئۇيغۇرچە", true},
    {"uk", "Ukrainian", "Українська"},
    {"ur", "Urdu", "اردو", true},
    {"uz", "Uzbek", "oʻzbek tili"},
    {"vi", "Vietnamese", "Tiếng Việt"},
    {"zh-hans", "Simplified Chinese", "简体中文"},
    {"zh-hant", "Traditional Chinese", "繁體中文"},
};

/// Known by name, but not offered unless a site lists them.
constexpr LanguageInfo kMoreLanguages[] = {
    {"no", "Norwegian", "norsk"},
};

const LanguageInfo* find_exactly(std::string_view code) {
    const auto has_code = [&](const LanguageInfo& language) { return language.code == code; };
    for (const std::span<const LanguageInfo> known :
         {std::span<const LanguageInfo>(kLanguages),
          std::span<const LanguageInfo>(kMoreLanguages)}) {
        const auto found = std::find_if(known.begin(), known.end(), has_code);
        if (found != known.end()) return &*found;
    }
    return nullptr;
}

}  // namespace

std::span<const LanguageInfo> default_languages() { return kLanguages; }

std::string_view language_fallback(std::string_view code) {
    for (const std::string_view simplified : {"zh-cn", "zh-my", "zh-sg"}) {
        if (code == simplified) return "zh-hans";
    }
    for (const std::string_view traditional : {"zh-hk", "zh-mo", "zh-tw"}) {
        if (code == traditional) return "zh-hant";
    }
    return {};
}

const LanguageInfo* language_info(std::string_view code) {
    const std::string_view fallback = language_fallback(code);
    const LanguageInfo* exact = find_exactly(fallback.empty() ? code : fallback);
    return exact != nullptr ? exact : find_exactly(code.substr(0, code.find('-')));
}

}  // namespace tatum
