// The words are those of Django's catalogs, under the licence in LICENSES/django.txt.

#include <tatum/base/locale/locale_data.h>

#include <algorithm>
#include <array>

namespace tatum::impl {

namespace {

constexpr LocaleNames kEnglish = {
    .language = "en",
    .months =
        "January|February|March|April|May|June|July|August|September|October|November|"
        "December",
    .months_alt = "",
    .months_ap = "Jan.|Feb.|March|April|May|June|July|Aug.|Sept.|Oct.|Nov.|Dec.",
    .months_abbr = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec",
    .days = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    .days_abbr = "Mon|Tue|Wed|Thu|Fri|Sat|Sun",
    .day_parts = "a.m.|p.m.|AM|PM|midnight|noon",
};

// Languages that are not below.
#include <tatum/base/locale/names.inc>

constexpr LocaleNames kNames[] = {
    {.language = "de",
     .months = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
     .months_ap = "Jan.|Feb.|März|April|Mai|Juni|Juli|Aug.|Sept.|Okt.|Nov.|Dez.",
     .months_abbr = "Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez",
     .days = "Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag",
     .days_abbr = "Mo|Di|Mi|Do|Fr|Sa|So",
     .day_parts = "vorm.|nachm.|vorm.|nachm.|Mitternacht|Mittag"},
    {.language = "es",
     .months = "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|"
               "diciembre",
     .months_ap = "Ene.|Feb.|marzo|abril|mayo|junio|julio|ago.|sept.|oct.|nov.|dic.",
     .months_abbr = "ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic",
     .days = "lunes|martes|miércoles|jueves|viernes|sábado|domingo",
     .days_abbr = "lun|mar|mié|jue|vie|sáb|dom",
     .day_parts = "a.m.|p.m.|AM|PM|medianoche|mediodía"},
    {.language = "fr",
     .months = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|"
               "décembre",
     .months_alt = "Janvier|Février|Mars|Avril|Mai|Juin|Juillet|Août|Septembre|Octobre|Novembre|"
                   "Décembre",
     .months_ap = "jan.|fév.|mars|avr.|mai|juin|juil.|août|sept.|oct.|nov.|déc.",
     .months_abbr = "jan|fév|mar|avr|mai|jui|jul|aoû|sep|oct|nov|déc",
     .days = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
     .days_abbr = "lun|mar|mer|jeu|ven|sam|dim",
     .day_parts = "matin|après-midi|Matin|Après-midi|minuit|midi"},
    {.language = "it",
     .months = "Gennaio|Febbraio|Marzo|Aprile|Maggio|Giugno|Luglio|Agosto|Settembre|Ottobre|"
               "Novembre|Dicembre",
     .months_ap = "Gen.|Feb.|Marzo|Aprile|Maggio|Giugno|Luglio|Ago.|Set.|Ott.|Nov.|Dic.",
     .months_abbr = "gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic",
     .days = "Lunedì|Martedì|Mercoledì|Giovedì|Venerdì|Sabato|Domenica",
     .days_abbr = "Lun|Mar|Mer|Gio|Ven|Sab|Dom",
     .day_parts = "a.m.|p.m.|AM|PM|mezzanotte|mezzogiorno"},
    {.language = "ja",
     .months = "1月|2月|3月|4月|5月|6月|7月|8月|9月|10月|11月|12月",
     .days = "月曜日|火曜日|水曜日|木曜日|金曜日|土曜日|日曜日",
     .days_abbr = "月|火|水|木|金|土|日",
     .day_parts = "a.m.|p.m.|AM|PM|0時|12時"},
    {.language = "nl",
     .months = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|"
               "december",
     .months_ap = "jan|feb|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec",
     .months_abbr = "jan|feb|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec",
     .days = "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
     .days_abbr = "ma|di|wo|do|vr|za|zo",
     .day_parts = "a.m.|p.m.|AM|PM|middernacht|middag"},
    {.language = "pl",
     .months = "Styczeń|Luty|Marzec|Kwiecień|Maj|Czerwiec|Lipiec|Sierpień|Wrzesień|Październik|"
               "Listopad|Grudzień",
     .months_alt = "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|"
                   "października|listopada|grudnia",
     .months_ap = "Sty.|Lut.|Mar.|Kwi.|Maj|Cze.|Lip.|Sie.|Wrz.|Paź.|Lis.|Gru",
     .months_abbr = "sty|lut|mar|kwi|maj|cze|lip|sie|wrz|paź|lis|gru",
     .days = "Poniedziałek|Wtorek|Środa|Czwartek|Piątek|Sobota|Niedziela",
     .days_abbr = "Pon|Wt|Śr|Czw|Pt|So|Nd",
     .day_parts = "rano|po południu|rano|po południu|północ|południe"},
    {.language = "pt",
     .months = "Janeiro|Fevereiro|Março|Abril|Maio|Junho|Julho|Agosto|Setembro|Outubro|Novembro|"
               "Dezembro",
     .months_ap = "Jan.|Fev.|Março|Abril|Maio|Jun.|Jul.|Ago.|Set.|Out.|Nov.|Dez.",
     .months_abbr = "jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez",
     .days = "Segunda-feira|Terça-feira|Quarta-feira|Quinta-feira|Sexta-feira|Sábado|Domingo",
     .days_abbr = "Seg|Ter|Qua|Qui|Sex|Sáb|Dom",
     .day_parts = "a.m.|p.m.|AM|PM|meia-noite|meio-dia"},
    {.language = "pt-br",
     .months = "Janeiro|Fevereiro|Março|Abril|Maio|Junho|Julho|Agosto|Setembro|Outubro|Novembro|"
               "Dezembro",
     .months_ap = "Jan.|Fev.|Março|Abril|Maio|Junho|Julho|Ago.|Set.|Out.|Nov.|Dez.",
     .months_abbr = "jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez",
     .days = "Segunda-feira|Terça-feira|Quarta-feira|Quinta-feira|Sexta-feira|Sábado|Domingo",
     .days_abbr = "Seg|Ter|Qua|Qui|Sex|Sab|Dom",
     .day_parts = "a.m.|p.m.|AM|PM|meia-noite|meio-dia"},
    {.language = "ru",
     .months = "Январь|Февраль|Март|Апрель|Май|Июнь|Июль|Август|Сентябрь|Октябрь|Ноябрь|Декабрь",
     .months_alt = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|"
                   "декабря",
     .months_ap = "Янв.|Фев.|Март|Апрель|Май|Июнь|Июль|Авг.|Сен.|Окт.|Ноя.|Дек.",
     .months_abbr = "янв|фев|мар|апр|май|июн|июл|авг|сен|окт|ноя|дек",
     .days = "Понедельник|Вторник|Среда|Четверг|Пятница|Суббота|Воскресенье",
     .days_abbr = "Пн|Вт|Ср|Чт|Пт|Сб|Вс",
     .day_parts = "д.п.|п.п.|ДП|ПП|полночь|полдень"},
    {.language = "sv",
     .months = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|"
               "december",
     .months_ap = "jan|feb|mars|april|maj|juni|juli|aug|sep|okt|nov|dec",
     .months_abbr = "jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec",
     .days = "måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag",
     .days_abbr = "mån|tis|ons|tors|fre|lör|sön",
     .day_parts = "f.m.|e.m.|EM|FM|midnatt|middag"},  // as Django has them
    {.language = "es-mx",
     .months = "Enero|Febrero|Marzo|Abril|Mayo|Junio|Julio|Agosto|Septiembre|Octubre|Noviembre|"
               "Diciembre",
     .months_ap = "Ene.|Feb.|Marzo|Abril|Mayo|Junio|Julio|Ago.|Sep.|Oct.|Nov.|Dic.",
     .months_abbr = "ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic",
     .days = "Lunes|Martes|Miércoles|Jueves|Viernes|Sábado|Domingo",
     .days_abbr = "Lun|Mar|Mie|Jue|Vie|Sab|Dom",
     .day_parts = "a.m.|p.m.|AM|PM|medianoche|mediodía"},
    {.language = "sr-latn",
     .months = "januar|februar|mart|april|maj|jun|jul|avgust|septembar|oktobar|novembar|decembar",
     .months_alt = "Januar|Februar|Mart|April|Maj|Jun|Jul|Avgust|Septembar|Oktobar|Novembar|"
                   "Decembar",
     .months_ap = "Jan.|Feb.|Mart|April|Maj|Jun|Jul|Avg.|Sept.|Okt.|Nov.|Dec.",
     .months_abbr = "jan.|feb.|mar.|apr.|maj.|jun.|jul.|aug.|sep.|okt.|nov.|dec.",
     .days = "ponedeljak|utorak|sreda|četvrtak|petak|subota|nedelja",
     .days_abbr = "pon.|uto.|sre.|čet.|pet.|sub.|ned.",
     .day_parts = "pre p.|po p.|AM|PM|ponoć|podne"},
    {.language = "zh-hans",
     .months = "一月|二月|三月|四月|五月|六月|七月|八月|九月|十月|十一月|十二月",
     .days = "星期一|星期二|星期三|星期四|星期五|星期六|星期日",
     .days_abbr = "星期一|星期二|星期三|星期四|星期五|星期六|星期日",
     .day_parts = "a.m.|p.m.|AM|PM|午夜|中午"},
    {.language = "ckb",
     .months = "ڕێبەندان|ڕەشەمە|نەورۆز|گوڵان|جۆزەردان|پوشپەڕ|گەلاوێژ|خەرمانان|ڕەزبەر|گەڵاڕێزان|"
               "سەرماوەرز|بەفرانبار",
     .months_ap =
         "‎ڕێبەندان|ڕەشەمە|نەورۆز|گوڵان|جۆزەردان|پوشپەڕ|"
         "گەلاوێژ|"
         "خەرمانان|"
         "ڕەزبەر|"
         "‎گەڵاڕێزان|‎سەرماوەرز|‎بەفرانبار",
     .months_abbr = "‎ڕێبەندان|ڕەشەمە|نەورۆز|گوڵان|‎جۆزەردان|"
                    "پوشپەڕ|"
                    "‎گەلاوێژ|"
                    "خەرمانان|"
                    "‎ڕەزبەر|"
                    "‎گەڵاڕێزان|‎سەرماوەرز|‎بەفرانبار",
     .days = "دووشەممە|سێشەممە|چوارشەممە|پێنجشەممە|هەینی|شەممە|یەکشەممە",
     .days_abbr = "دوو|سێ|چوار|پێنج|هەین|شەم|یەک",
     .day_parts = "پ.ن|پ.ن|پ.ن|د.ن|نیوەشەو|نیوەڕۆ"},
    {.language = "ms",
     .months = "Januari|Februari|Mac|April|Mei|Jun|Julai|Ogos|September|Oktober|November|Disember",
     .months_ap = "Jan.|Feb|Mac|April|Mei|Jun|Julai|Ogo.|Sept.|Okt.|Nov.|Dis.",
     .months_abbr = "jan|feb|mar|apr|mei|jun|jul|ogo|sep|okt|nov|dis",
     .days = "Isnin|Selasa|Rabu|Khamis|Jumaat|Sabtu|Ahad",
     .days_abbr = "Isn|Sel|Rab|Kha|Jum|Sab|Aha",
     .day_parts = "pagi|malam|PAGI|MALAM|tengah malam|tengahari"},
    {.language = "ug",
     .months =
         "يانۋار|فېۋرال|مارت|ئاپرىل|ماي|ئىيۇن|ئىيۇل|ئاۋغۇست|سىنتەبىر|ئۆكتەبىر|نويابىر|دىكابىر",
     .months_ap =
         "يانۋار|فېۋرال|مارت|ئاپرىل|ماي|ئىيۇن|ئىيۇل|ئاۋغۇست|سېنتەبىر|ئۆكتەبىر|نويابىر|دىكابىر",
     .months_abbr =
         "يان|فېۋ|مار|ئاپ|ماي|ئ‍ىيۇن|ئىيۇل|ئاۋ|سېن|ئۆك|نوي|"
         "دىك",
     .days = "دۈشەنبە|سەيشەنبە|چارشەمبە|پەيشەمبە|جۈمە|شەنبە|يەكشەنبە",
     .days_abbr = "دۈش|سەي|چار|پەي|جۈ|شەن|يەك",
     .day_parts = "a.m.|p.m.|AM|PM|يېرىم كېچىدە|چۈشتە"},
};

constexpr auto kAllNames = [] {
    std::array<LocaleNames, std::size(kNames) + std::size(kMoreNames)> all;
    std::ranges::copy(kMoreNames, std::ranges::copy(kNames, all.begin()).out);
    return all;
}();

}  // namespace

const LocaleNames& english_names() { return kEnglish; }
std::span<const LocaleNames> locale_names() { return kAllNames; }

}  // namespace tatum::impl
