// The words are those of Django's catalogs, under the licence in LICENSES/django.txt.

#include <tatum/base/locale/locale_data.h>

namespace tatum::impl {

namespace {

constexpr LocaleWords kWords[] = {
    {.language = "de",
     .bytes = "%(size)d Byte|%(size)d Bytes",
     .ordinals = "{}.",
     .numbers = "eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun",
     .days = "heute|morgen|gestern|jetzt",
     .powers = "# Million|# Millionen;# Milliarde|# Milliarden;# Billion|# Billionen;# Billiarde|"
               "# Billiarden;# Trillion|# Trillionen;# Trilliarde|# Trilliarden;# Quadrillion|"
               "# Quadrillionen;# Quadrilliarde|# Quadrilliarden;# Quintillion|# Quintillionen;"
               "# Quintilliarde|# Quintilliarden;# Sedezilliarde|# Sedezilliarden",
     .times = "vor einer Sekunde|vor #\u00a0Sekunden;vor einer Minute|vor # Minuten;"
              "vor einer Stunde|vor # Stunden;in einer Sekunde|in # Sekunden;in einer Minute|"
              "in # Minuten;in einer Stunde|in # Stunden",
     .far = "%(delta)s her|%(delta)s von jetzt an"},
    {.language = "es",
     .bytes = "%(size)d byte|%(size)d bytes",
     .ordinals = "{}º",
     .numbers = "uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve",
     .days = "hoy|mañana|ayer|ahora",
     .powers = "# millon|# millones;# millardo|# millardos;# billón|# billones;# billardos|"
               "# billardos;# trillón|# trillones;# trillardo|# trillardos;# cuatrillón|"
               "# cuatrillones;# cuatrillardo|# cuatrillardos;# quintillón|# quintillones;"
               "# quintillardo|# quintillardos; #  googol| #  gúgoles",
     .times = "hace un segundo|hace # segundos;hace un minuto|hace # minutos;hace una hora|"
              "hace # horas;un segundo a partir de ahora|# segundos a partir de ahora;"
              "un minuto a partir de ahora|# minutos a partir de ahora;una hora a partir de ahora|"
              "# horas a partir de ahora",
     .far = "hace %(delta)s|%(delta)s desde ahora"},
    {.language = "es-mx",
     .bytes = "%(size)d byte|%(size)d bytes",
     .comma = ",",
     .numbers = "uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve",
     .days = "hoy|mañana|ayer|ahora",
     .powers = "# millones|# millones;# billiones|# billiones;# trilliones|# trilliones;"
               "# cuatrillón|# cuatrillones;# quintillón|# quintillones;# sextillón|# sextillones;"
               "# septillón|# septillones;# octillón|# octillones;# nonillón|# nonillones;"
               "# decillón|# decillones;# googol|# googoles"},
    {.language = "fr",
     .bytes = "%(size)d octet|%(size)d octets",
     .sizes = "%s Kio|%s Mio|%s Gio|%s Tio|%s Pio",
     .ordinals = "{}<sup>e</sup>|{}<sup>e</sup>|{}<sup>er</sup>|{}<sup>e</sup>|{}<sup>e</sup>|"
                 "{}<sup>e</sup>|{}<sup>e</sup>|{}<sup>e</sup>|{}<sup>e</sup>|{}<sup>e</sup>|"
                 "{}<sup>e</sup>",
     .numbers = "un|deux|trois|quatre|cinq|six|sept|huit|neuf",
     .days = "aujourd'hui|demain|hier|maintenant",
     .powers = "#\u00a0million|#\u00a0millions;#\u00a0milliard|#\u00a0milliards;#\u00a0billion|"
               "#\u00a0billions;# quadrillion|# quadrillions;# quintillion|# quintillions;"
               "# sextillion|# sextillion;# septillion|# septillions;# octillion|# octillions;"
               "# nonillion|# nonillions;# décillion|# décillions;# gogol|# gogols",
     .times = "il y a une\u00a0seconde|il y a #\u00a0secondes;il y a une minute|"
              "il y a #\u00a0minutes;il y a une heure|il y a #\u00a0heures;dans une seconde|"
              "dans #\u00a0secondes;dans une minute|dans #\u00a0minutes;dans une heure|"
              "dans #\u00a0heures",
     .far = "il y a %(delta)s|dans %(delta)s"},
    {.language = "it",
     .bytes = "%(size)d byte|%(size)d bytes",
     .ordinals = "{}esimo",
     .numbers = "uno|due|tre|quattro|cinque|sei|sette|otto|nove",
     .days = "oggi|domani|ieri|adesso",
     .powers = "# milione|# milioni;# miliardo|# miliardi;# migliaio di miliardi|"
               "# migliaia di miliardi;# milione di miliardi|# milioni di miliardi;"
               "# miliardo di miliardi|# miliardi di miliardi;# migliaio di miliardi di miliardi|"
               "# migliaia di miliardi di miliardi;# milione di miliardi di miliardi|"
               "# milioni di miliardi di miliardi;# miliardo di miliardi di miliardi|"
               "# miliardi di miliardi di miliardi;# migliaio di miliardi di miliardi di miliardi|"
               "# migliaia di miliardi di miliardi di miliardi;"
               "# milione di miliardi di miliardi di miliardi|"
               "# milioni di miliardi di miliardi di miliardi;# googol|# googol",
     .times = "un secondo fa|# secondi fa;un minuto fa|# minuti fa;un ora fa|# ore fa;"
              "tra un secondo|tra # secondi;tra un minuto|tra # minuti;tra un'ora|tra # ore",
     .far = "%(delta)s fa|%(delta)s da adesso"},
    {.language = "ja",
     .bytes = "%(size)d バイト",
     .ordinals = "{}番目",
     .numbers = "1|2|3|4|5|6|7|8|9",
     .days = "今日|明日|昨日|今",
     .powers = "# ミリオン;# ビリオン;# トリリオン; # クァドリリオン;# クインテリオン;# "
               "セクスティリオン;# セプティリオン;# オクティリオン;# ノニリオン;"
               "# デシリオン;# グーゴル",
     .times = "#秒前;#分前;#時間前;今から#秒;今から#分;今から#時間",
     .far = "%(delta)s前|今から%(delta)s"},
    {.language = "nl",
     .bytes = "%(size)d byte|%(size)d bytes",
     .ordinals = "{}e",
     .numbers = "één|twee|drie|vier|vijf|zes|zeven|acht|negen",
     .days = "vandaag|morgen|gisteren|nu",
     .powers = "# miljoen|# miljoen;# miljard|# miljard;# biljoen|# biljoen;# biljard|# biljard;"
               "# triljoen|# triljoen;# triljard|# triljard;# quadriljoen|# quadriljoen;"
               "# quadriljard|# quadriljard;# quintiljoen|# quintiljoen;# quintiljard|"
               "# quintiljard;# googol|# googol",
     .times = "een seconde geleden|#\u00a0seconden geleden;een minuut geleden|"
              "#\u00a0minuten geleden;een uur geleden|#\u00a0uur geleden;over een seconde|"
              "over #\u00a0seconden;over een minuut|over #\u00a0minuten;over een uur|over # uur",
     .far = "%(delta)s geleden|over %(delta)s"},
    {.language = "pl",
     .bytes = "%(size)d bajt|%(size)d bajty|%(size)d bajtów|%(size)d bajtów",
     .ordinals = "{}.",
     .numbers = "jeden|dwa|trzy|cztery|pięć|sześć|siedem|osiem|dziewięć",
     .days = "dzisiaj|jutro|wczoraj|teraz",
     .powers = "# milion|# miliony|# milionów|# milionów;# miliard|# miliardy|# miliardów|"
               "# miliardów;# kwintylion|# biliony|# kwintylionów|# kwintylionów;# kwadrylion|"
               "# biliardy|# kwadrylionów|# kwadrylionów;# trylion|# tryliony|# trylionyów|"
               "# trylionyów; # tryliard|# tryliardy|# tryliardów|# tryliardów;# septylion|"
               "# septyliony|# septylionów|# septylionów;# kwadryliard|# kwardyliardy|"
               "# kwadryliardów|# kwadryliardów;# kwintylion|# kwintyliony|# kwintylionów|"
               "# kwintylionów;# kwintyliard|# kwintyliardy|# kwintyliardów|# kwintyliardów;"
               "# googol|# googole|# googolów|# googolów",
     .times = "sekundę temu|#\u00a0sekundy temu|#\u00a0sekund temu|#\u00a0sekund temu;"
              "minutę\u00a0temu|#\u00a0minuty temu|#\u00a0minut temu|#\u00a0minut temu;"
              "godzinę\u00a0temu|#\u00a0godziny\u00a0temu|#\u00a0godzin\u00a0temu|"
              "#\u00a0godzin\u00a0temu;za sekundę|za\u00a0# sekundy|za\u00a0# sekund|"
              "za\u00a0# sekund;za minutę|za\u00a0# minuty|za\u00a0# minut|za\u00a0# minut;"
              "za godzinę|za\u00a0#\u00a0godziny|za\u00a0#\u00a0godzin|za\u00a0#\u00a0godzin",
     .far = "%(delta)s temu|za %(delta)s"},
    {.language = "pt",
     .bytes = "%(size)d byte|%(size)d bytes",
     .ordinals = "{}.º",
     .numbers = "um|dois|três|quatro|cinco|seis|sete|oito|nove",
     .days = "hoje|amanhã|ontem|agora",
     .powers = "# milhão|# milhões;# bilião|# biliões;# trilião|# triliões;# quadrilião|"
               "# quatriliões;# quintilião|# quintiliões;# sextilião|# sextiliões;# septilião|"
               "# septiliões;# octilião|# octiliões;# nonilião|# noniliões;# decilião|# deciliões;"
               "# googol|# googol",
     .times = "há um segundo atrás|há # segundos atrás;há um minuto atrás|há # minutos atrás;"
              "há uma hora atrás|há # horas atrás;daqui a um segundo|daqui a # segundos;"
              "daqui a um minuto|daqui a # minutos;daqui a uma hora|daqui a # horas",
     .far = "%(delta)s atrás|%(delta)s a partir de agora"},
    {.language = "pt-br",
     .bytes = "%(size)d byte|%(size)d bytes",
     .truncated = " %(truncated_text)s…",
     .ordinals = "{}º",
     .numbers = "um|dois|três|quatro|cinco|seis|sete|oito|nove",
     .days = "hoje|amanhã|ontem|agora",
     .powers = "# milhão|# milhões;# bilhão|# bilhões;# trilhão|# trilhões;# quadrilhão|"
               "# quadrilhões;# quintilhão|# quintilhões;# sextilhão|# sextilhões;# septilhão|"
               "# septilhões;# octilhão|# octilhões;# nonilhão|# nonilhões;# decilhão|# decilhões;"
               "# googol|# googol",
     .times = "um segundo atrás|#\u00a0segundos atrás;um minuto atrás|#\u00a0minutos atrás;"
              "uma hora atrás|#\u00a0horas atrás;um segundo a partir de agora|"
              "#\u00a0segundos a partir de agora;um minuto a partir de agora|"
              "#\u00a0minutos a partir de agora;uma hora a partir de agora|"
              "#\u00a0horas a partir de agora",
     .far = "%(delta)s atrás|%(delta)s a partir de agora"},
    {.language = "ru",
     .bytes = "%(size)d байт|%(size)d байта|%(size)d байт|%(size)d байт",
     .sizes = "%s КБ|%s МБ|%s ГБ|%s ТБ|%s ПБ",
     .ordinals = "{}-й",
     .numbers = "один|два|три|четыре|пять|шесть|семь|восемь|девять",
     .days = "сегодня|завтра|вчера|сейчас",
     .powers = "# миллион|# миллиона|# миллионов|# миллионов;# миллиард|# миллиарда|# миллиардов|"
               "# миллиардов;# триллион|# триллиона|# триллионов|# триллионов;# квадриллион|"
               "# квадриллиона|# квадриллионов|# квадриллионов;# квинтиллион|# квинтиллиона|"
               "# квинтиллионов|# квинтиллионов;# секстиллион|# секстиллиона|# секстиллионов|"
               "# секстиллионов;# септиллион|# септиллиона|# септиллионов|# септиллионов;"
               "# октиллион|# октиллиона|# октиллионов|# октиллионов;# нониллион|# нониллиона|"
               "# нониллионов|# нониллионов;# дециллион|# дециллиона|# дециллионов|# дециллионов;"
               "# гугол|# гугола|# гуголов|# гуголов",
     .times = "#\u00a0секунду назад|#\u00a0секунды назад|#\u00a0секунд назад|#\u00a0секунд назад;"
              "#\u00a0минуту назад|#\u00a0минуты назад|#\u00a0минут назад|#\u00a0минут назад;"
              "#\u00a0час назад|#\u00a0часа назад|#\u00a0часов назад|#\u00a0часов назад;"
              "через #\u00a0секунду|через #\u00a0секунды|через #\u00a0секунд|через #\u00a0секунд;"
              "через #\u00a0минуту|через #\u00a0минуты|через #\u00a0минут|через #\u00a0минут;"
              "через #\u00a0час|через #\u00a0часа|через #\u00a0часов|через #\u00a0часов",
     .far = "%(delta)s назад|через %(delta)s"},
    {.language = "sr-latn",
     .bytes = "%(size)d bajt|%(size)d bajta|%(size)d bajtova",
     .truncated = "%(truncated_text)s...",
     .comma = ",",
     .ordinals = "{}-ti|{}-ti|{}-i|{}-i|{}-i|{}-i|{}-i|{}-i|{}-i|{}-i|{}-i",
     .numbers = "jedan|dva|tri|četiri|pet|šest|sedam|osam|devet",
     .days = "danas|sutra|juče|sada",
     .powers = "# milion|# miliona|# miliona;# milijarda|# milijarde|# milijardi;# bilion|"
               "# biliona|# biliona;# bilijarda|# bilijarde|# bilijardi;# trilion|# triliona|"
               "# triliona;# trilijarda|# trilijarde|# trilijardi;# kvadrilion|# kvadriliona|"
               "# kvadriliona;# kvadrilijarda|# kvadrilijarde|# kvadrilijardi;# kvantilion|"
               "# kvantiliona|# kvantiliona;# kvantilijarda|# kvantilijarde|# kvantilijardi;"
               "# gugol|# gugola|# gugola",
     .times = "pre sekund|pre #\u00a0sekunde|pre #\u00a0sekundi;pre minut|pre #\u00a0minuta|"
              "pre #\u00a0minuta;pre sat|pre #\u00a0sata|pre #\u00a0sati;sekund od sad|"
              "#\u00a0sekunde od sada|#\u00a0sekundi od sada;minut od sad|#\u00a0minuta od sada|"
              "#\u00a0minuta od sada;sat od sad|#\u00a0sata od sada|#\u00a0sati od sada",
     .far = "pre %(delta)s|%(delta)s od sad"},
    {.language = "sv",
     .bytes = "%(size)d byte|%(size)d byte",
     .sizes = "%s kB|%s MB|%s GB|%s TB|%s PB",
     .ordinals = "{}:e|{}:e|{}:a|{}:a|{}:e|{}:e|{}:e|{}:e|{}:e|{}:e|{}:e",
     .numbers = "ett|två|tre|fyra|fem|sex|sju|åtta|nio",
     .days = "i dag|i morgon|i går|nu",
     .powers = "# miljon|# miljoner;# miljard|# miljarder;# triljon|# triljoner;# biljard|"
               "# biljarder;# kvintiljon|# kvintiljoner;# triljard|# triljarder;# kvadriljon|"
               "# kvadriljoner;# kvadriljard|# kvadriljarder;# kvintiljon|# kvintiljoner;"
               "# kvintiljard|# kvintiljarder;# googol|# googoler",
     .times = "en sekund sedan|#\u00a0sekunder sedan;en minut sedan|#\u00a0minuter sedan;"
              "en timme sedan|#\u00a0timmar sedan;en sekund från nu|om # sekunder;"
              "en minut från nu|om # minuter;en timme från nu|om # timmar",
     .far = "%(delta)s sedan|om %(delta)s"},
    {.language = "zh-hans",
     .bytes = "%(size)d 字节",
     .truncated = "%(truncated_text)s...",
     .comma = "，",
     .ordinals = "第{}",
     .numbers = "一|二|三|四|五|六|七|八|九",
     .days = "今天|明天|昨天|现在",
     .powers = "# 百万;# 十亿;# 万亿;# 1000的5次方;# 1000的4次方;# 1000的7次方;# 1000的8次方;# "
               "1000的9次方;# 1000的10次方;"
               "# 1000的11次方;# 10的100次方",
     .times = "#秒之前;#分钟之前;#小时之前;#秒以后;#分钟以后;#小时以后",
     .far = "%(delta)s前|%(delta)s之后"},
};

}  // namespace

std::span<const LocaleWords> locale_words() { return kWords; }

}  // namespace tatum::impl
