// The words are those of Django's catalogs, under the licence in LICENSES/django.txt.

#include <tatum/base/locale/locale_data.h>

namespace tatum::impl {

namespace {

constexpr LocaleMessage kGerman[] = {
    {"%(num)d year", "%(num)d Jahr|%(num)d Jahre"},
    {"%(num)d month", "%(num)d Monat|%(num)d Monate"},
    {"%(num)d week", "%(num)d Woche|%(num)d Wochen"},
    {"%(num)d day", "%(num)d Tag|%(num)d Tage"},
    {"%(num)d hour", "%(num)d Stunde|%(num)d Stunden"},
    {"%(num)d minute", "%(num)d Minute|%(num)d Minuten"},
    {"or", "oder"},
    {"and", "und"},
    {"yes,no,maybe", "Ja,Nein,Vielleicht"},
};
constexpr LocaleMessage kSpanish[] = {
    {"%(num)d year", "%(num)d año|%(num)d años"},
    {"%(num)d month", "%(num)d mes|%(num)d meses"},
    {"%(num)d week", "%(num)d semana|%(num)d semanas"},
    {"%(num)d day", "%(num)d día|%(num)d días"},
    {"%(num)d hour", "%(num)d hora|%(num)d horas"},
    {"%(num)d minute", "%(num)d minuto|%(num)d minutos"},
    {"or", "o"},
    {"and", "y"},
    {"yes,no,maybe", "sí,no,quizás"},
};
constexpr LocaleMessage kFrench[] = {
    {"%(num)d year", "%(num)d année|%(num)d ans"},
    {"%(num)d month", "%(num)d mois|%(num)d mois"},
    {"%(num)d week", "%(num)d semaine|%(num)d semaines"},
    {"%(num)d day", "%(num)d jour|%(num)d jours"},
    {"%(num)d hour", "%(num)d heure|%(num)d heures"},
    {"%(num)d minute", "%(num)d minute|%(num)d minutes"},
    {"or", "ou"},
    {"and", "et"},
    {"yes,no,maybe", "oui,non,peut-être"},
};
constexpr LocaleMessage kItalian[] = {
    {"%(num)d year", "%(num)d anno|%(num)d anni"},
    {"%(num)d month", "%(num)d mese|%(num)d mesi"},
    {"%(num)d week", "%(num)d settimana|%(num)d settimane"},
    {"%(num)d day", "%(num)d giorno|%(num)d giorni"},
    {"%(num)d hour", "%(num)d ora|%(num)d ore"},
    {"%(num)d minute", "%(num)d minuto|%(num)d minuti"},
    {"or", "o"},
    {"and", "e"},
    {"yes,no,maybe", "sì,no,forse"},
};
constexpr LocaleMessage kJapanese[] = {
    {"%(num)d year", "%(num)d年"},
    {"%(num)d month", "%(num)dヶ月"},
    {"%(num)d week", "%(num)d週間"},
    {"%(num)d day", "%(num)d日"},
    {"%(num)d hour", "%(num)d時間"},
    {"%(num)d minute", "%(num)d分"},
    {"or", "または"},
    {"and", "と"},
    {"yes,no,maybe", "はい,いいえ,たぶん"},
};
constexpr LocaleMessage kDutch[] = {
    {"%(num)d year", "%(num)d jaar|%(num)d jaar"},
    {"%(num)d month", "%(num)d maand|%(num)d maanden"},
    {"%(num)d week", "%(num)d week|%(num)d weken"},
    {"%(num)d day", "%(num)d dag|%(num)d dagen"},
    {"%(num)d hour", "%(num)d uur|%(num)d uur"},
    {"%(num)d minute", "%(num)d minuut|%(num)d minuten"},
    {"or", "of"},
    {"and", "en"},
    {"yes,no,maybe", "ja,nee,misschien"},
};
constexpr LocaleMessage kPolish[] = {
    {"%(num)d year", "%(num)d rok|%(num)d lata|%(num)d lat|%(num)d roku"},
    {"%(num)d month", "%(num)d miesiąc|%(num)d miesiące|%(num)d miesięcy|%(num)d miesiąca"},
    {"%(num)d week", "%(num)d tydzień|%(num)d tygodnie|%(num)d tygodni|%(num)d tygodnia"},
    {"%(num)d day", "%(num)d dzień|%(num)d dni|%(num)d dni|%(num)d dnia"},
    {"%(num)d hour", "%(num)d godzina|%(num)d godziny|%(num)d godzin|%(num)d godziny"},
    {"%(num)d minute", "%(num)d minuta|%(num)d minuty|%(num)d minut|%(num)d minuty"},
    {"or", "lub"},
    {"and", "i"},
    {"yes,no,maybe", "tak,nie,może"},
};
constexpr LocaleMessage kPortuguese[] = {
    {"%(num)d year", "%(num)d ano|%(num)d anos"},
    {"%(num)d month", "%(num)d mês|%(num)d meses"},
    {"%(num)d week", "%(num)d semana|%(num)d semanas"},
    {"%(num)d day", "%(num)d dia|%(num)d dias"},
    {"%(num)d hour", "%(num)d hora|%(num)d horas"},
    {"%(num)d minute", "%(num)d minuto|%(num)d minutos"},
    {"or", "ou"},
    {"and", "e"},
    {"yes,no,maybe", "sim,não,talvez"},
};
constexpr LocaleMessage kRussian[] = {
    {"%(num)d year", "%(num)d год|%(num)d года|%(num)d лет|%(num)d года"},
    {"%(num)d month", "%(num)d месяц|%(num)d месяца|%(num)d месяцев|%(num)d месяца"},
    {"%(num)d week", "%(num)d неделя|%(num)d недели|%(num)d недель|%(num)d недели"},
    {"%(num)d day", "%(num)d день|%(num)d дня|%(num)d дней|%(num)d дня"},
    {"%(num)d hour", "%(num)d час|%(num)d часа|%(num)d часов|%(num)d часа"},
    {"%(num)d minute", "%(num)d минута|%(num)d минуты|%(num)d минут|%(num)d минуты"},
    {"or", "или"},
    {"and", "и"},
    {"yes,no,maybe", "да,нет,может быть"},
};
constexpr LocaleMessage kSwedish[] = {
    {"%(num)d year", "%(num)d år|%(num)d år"},
    {"%(num)d month", "%(num)d månad|%(num)d månader"},
    {"%(num)d week", "%(num)d vecka|%(num)d veckor"},
    {"%(num)d day", "%(num)d dag|%(num)d dagar"},
    {"%(num)d hour", "%(num)d timme|%(num)d timmar"},
    {"%(num)d minute", "%(num)d minut|%(num)d minuter"},
    {"or", "eller"},
    {"and", "och"},
    {"yes,no,maybe", "ja,nej,kanske"},
};

constexpr LocaleMessage kSpanishMexican[] = {{"yes,no,maybe", "sí,no,tal vez"}};
constexpr LocaleMessage kSerbianLatin[] = {
    {"%(num)d year", "%(num)d godina|%(num)d godine|%(num)d godina"},
    {"%(num)d month", "%(num)d mesec|%(num)d meseca|%(num)d meseci"},
    {"%(num)d week", "%(num)d nedelja|%(num)d nedelje|%(num)d nedelja"},
    {"%(num)d day", "%(num)d dan|%(num)d dana|%(num)d dana"},
    {"%(num)d hour", "%(num)d sat|%(num)d sata|%(num)d sati"},
    {"%(num)d minute", "%(num)d minut|%(num)d minuta|%(num)d minuta"},
    {"or", "ili"},
    {"and", "i"},
    {"yes,no,maybe", "da,ne,možda"},
};
constexpr LocaleMessage kChinese[] = {
    {"%(num)d year", "%(num)d 年"},
    {"%(num)d month", "%(num)d 月"},
    {"%(num)d week", "%(num)d 周"},
    {"%(num)d day", "%(num)d 日"},
    {"%(num)d hour", "%(num)d 小时"},
    {"%(num)d minute", "%(num)d 分钟"},
    {"or", "或"},
    {"and", "和"},
    {"yes,no,maybe", "是,否,也许"},
};

constexpr std::string_view kOneOther = "nplurals=2; plural=(n != 1);";
constexpr std::string_view kZeroOneOther = "nplurals=2; plural=(n > 1);";
constexpr std::string_view kSlavicRussian =
    "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) "
    "? 1 : n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14) ? 2 : 3);";
constexpr std::string_view kSlavicPolish =
    "nplurals=4; plural=(n==1 ? 0 : (n%10>=2 && n%10<=4) && (n%100<12 || n%100>14) ? 1 : n!=1 && "
    "(n%10>=0 && n%10<=1) || (n%10>=5 && n%10<=9) || (n%100>=12 && n%100<=14) ? 2 : 3);";

constexpr LocaleMessages kMessages[] = {
    {"de", kOneOther, kGerman},
    {"es", kOneOther, kSpanish},
    {"es-mx", kOneOther, kSpanishMexican},
    {"fr", kZeroOneOther, kFrench},
    {"it", kOneOther, kItalian},
    {"ja", "nplurals=1; plural=0;", kJapanese},
    {"nl", kOneOther, kDutch},
    {"pl", kSlavicPolish, kPolish},
    {"pt", kZeroOneOther, kPortuguese},
    {"pt-br", kZeroOneOther, kPortuguese},
    {"ru", kSlavicRussian, kRussian},
    {"sr-latn",
     "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) "
     "? 1 : 2);",
     kSerbianLatin},
    {"sv", kOneOther, kSwedish},
    {"zh-hans", "nplurals=1; plural=0;", kChinese},
};

}  // namespace

std::span<const LocaleMessages> locale_messages() { return kMessages; }

}  // namespace tatum::impl
