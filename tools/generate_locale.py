#!/usr/bin/env python3
"""Writes the tables of dates and numbers of most languages in tatum/base/locale/.

Usage: tools/generate_locale.py formats > tatum/base/locale/formats.inc
       tools/generate_locale.py names > tatum/base/locale/names.inc
       tools/generate_locale.py titles > tatum/base/locale/titles.inc
       tools/generate_locale.py words > tatum/base/locale/words.inc
       tools/generate_locale.py messages > tatum/base/locale/messages.inc
Reads the Django that python3 imports, which is to be Django 6 (PYTHONPATH). The languages that
formats.cpp and names.cpp have themselves, as newer versions of Django do, are left out. The words
are those of Django's catalogs: see LICENSES/django.txt. The messages are those that locale_messages.txt lists,
each language's in a file of tatum/base/locale/messages/, which `messages` writes too.
"""
import gettext
import re
import sys
import unicodedata
from pathlib import Path

import django
from django.conf import settings

settings.configure(USE_I18N=True, USE_L10N=True)
django.setup()

from django.utils import dates, translation  # noqa: E402
from django.utils.formats import get_format  # noqa: E402

TEXTS = {"date": "DATE_FORMAT", "time": "TIME_FORMAT", "datetime": "DATETIME_FORMAT",
         "year_month": "YEAR_MONTH_FORMAT", "month_day": "MONTH_DAY_FORMAT",
         "short_date": "SHORT_DATE_FORMAT", "short_datetime": "SHORT_DATETIME_FORMAT",
         "decimal_separator": "DECIMAL_SEPARATOR", "thousand_separator": "THOUSAND_SEPARATOR"}
LISTS = {"date_input": "DATE_INPUT_FORMATS", "time_input": "TIME_INPUT_FORMATS",
         "datetime_input": "DATETIME_INPUT_FORMATS"}
GENERATED = "// Written by tools/generate_locale.py. Not edited by hand.\n"
MESSAGES = Path(__file__).parent / "locale_messages.txt"
# Who is asked first, as in a site that lists its apps as the tutorial does; core comes last.
MESSAGES_ORDER = ["admin", "auth", "contenttypes", "sessions", "core"]
LOCALE = Path(__file__).parents[1] / "tatum/base/locale"
DAY_PARTS = ["a.m.", "p.m.", "AM", "PM", "midnight", "noon"]


# What tags, filters and humanize say, as each of the two catalogs has it: the context, the id, what
# stands within for a number or a text, and "s" if there are plural forms.
UNITS = ["year", "month", "week", "day", "hour", "minute"]
CORE_WORDS = [
    *(("", f"%(num)d {unit}", "%(num)d", "s") for unit in UNITS),
    ("", "%(size)d byte", "%(size)d", "s"),
    *(("", f"%s {unit}", "%s", "") for unit in ("KB", "MB", "GB", "TB", "PB")),
    ("String to return when truncating text", "%(truncated_text)s…", "%(truncated_text)s", ""),
    *(("", text, "", "") for text in (", ", "or", "and", "yes,no,maybe")),
]
HUMANIZE_WORDS = [
    *((f"ordinal {end}", "{}" + {"1": "st", "2": "nd", "3": "rd"}.get(end, "th"), "{}", "")
      for end in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "11, 12, 13")),
    *(("", f"%(value)s {power}", "%(value)s", "s")
      for power in ("million", "billion", "trillion", "quadrillion", "quintillion", "sextillion",
                    "septillion", "octillion", "nonillion", "decillion", "googol")),
    *(("", number, "", "")
      for number in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")),
    *(("", day, "", "") for day in ("today", "tomorrow", "yesterday", "now")),
    *(("", f"{unit} {side}", "%(count)s", "s")
      for side in ("ago", "from now") for unit in ("a second", "a minute", "an hour")),
    *(("", f"%(delta)s {side}", "%(delta)s", "") for side in ("ago", "from now")),
    *((f"naturaltime-{side}", f"%(num)d {unit}", "%(num)d", "s")
      for unit in UNITS for side in ("past", "future")),
]


def literal(text):
    """In C++. What cannot be seen, or turns the direction of what follows, is written as a code."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + "".join(f"\\u{ord(c):04x}" if c == "\xa0" or unicodedata.category(c) == "Cf" else c
                         for c in text) + '"'


def languages(source, *files):
    """The codes of Django's languages that have `files` and that `source` does not have."""
    text = (LOCALE / source).read_text(encoding="utf-8")
    own = set(re.findall(r'language = "([a-z-]+)"', text))
    folder = Path(django.__file__).parent / "conf" / "locale"
    codes = {translation.to_language(entry.name) for entry in folder.iterdir()
             if all((entry / file).exists() for file in files)}
    return sorted(codes - own)


def formats_of(language):
    def get(name):
        return get_format(name, language, use_l10n=True)

    found = {field: get(name) for field, name in TEXTS.items()}
    found.update({field: tuple(get(name)) for field, name in LISTS.items()})
    grouping = get("NUMBER_GROUPING")
    found["number_grouping"] = tuple(grouping) if isinstance(grouping, (tuple, list)) else (
        (grouping,) if grouping else ())
    found["first_day_of_week"] = get("FIRST_DAY_OF_WEEK")
    return found


def names_of(language):
    def each(table):
        return "|".join(str(table[key]) for key in sorted(table))

    with translation.override(language):
        return {"months": each(dates.MONTHS), "months_alt": each(dates.MONTHS_ALT),
                "months_ap": each(dates.MONTHS_AP), "months_abbr": each(dates.MONTHS_3),
                "days": each(dates.WEEKDAYS), "days_abbr": each(dates.WEEKDAYS_ABBR),
                "day_parts": "|".join(translation.gettext(part) for part in DAY_PARTS)}


def write_formats():
    arrays = {}  # what a list holds -> its name
    entries = []
    for language in languages("formats.cpp", "formats.py"):
        found = formats_of(language)
        entry = [f".language = {literal(language)}"]
        entry += [f".{field} = {literal(found[field])}" for field in list(TEXTS)[:7]]
        entry.append(f".first_day_of_week = {found['first_day_of_week']}")
        entry += [f".{field} = {literal(found[field])}" for field in list(TEXTS)[7:]]
        for field, start in (("number_grouping", "kGrouping"), *((name, "kInputs") for name in LISTS)):
            if not found[field]:
                continue
            key = (start, found[field])
            number = sum(other[0] == start for other in arrays)
            entry.append(f".{field} = {arrays.setdefault(key, f'{start}{number}')}")
        entries.append("    {" + ",\n     ".join(entry) + "},")
    for (start, items), name in arrays.items():
        if start == "kGrouping":
            print(f"constexpr std::int8_t {name}[] = {{{', '.join(map(str, items))}}};")
        else:
            print(f"constexpr Text {name}[] = {{")
            print("\n".join(f"    {literal(item)}," for item in items))
            print("};")
    print("constexpr LocaleFormats kMoreFormats[] = {")
    print("\n".join(entries))
    print("};")


def write_names():
    print("constexpr LocaleNames kMoreNames[] = {")
    for language in languages("names.cpp", "LC_MESSAGES/django.mo"):
        names = names_of(language)
        fields = [f".language = {literal(language)}"]
        for field, words in names.items():
            same = field.startswith("months_") and words == names["months"]
            if not same:
                fields.append(f".{field} = {literal(words)}")
        print("    {" + ",\n     ".join(fields) + "},")
    print("};")


def write_titles():
    text = (LOCALE / "languages.cpp").read_text(encoding="utf-8")
    offered = text[text.index("kLanguages[]"):text.index("};")]
    english = re.findall(r'^    {"[a-z-]+", "([^"]+)"', offered, re.MULTILINE)
    print("constexpr LocaleTitles kTitles[] = {")
    for language in languages("titles.cpp", "LC_MESSAGES/django.mo"):
        with translation.override(language):
            titles = [translation.gettext(name) for name in english]
        if titles != english:
            # Territories say it all, for what they leave out is that of their language.
            own = "-" in language
            found = "|".join(title if own or title != name else ""
                             for title, name in zip(titles, english))
            print(f"    {{{literal(language)}, {literal(found)}}},")
    print("};")


def encoded(text, place):
    """`text` with '#' for what Python would write at `place`; None where Python would fail."""
    try:
        if place == "{}":
            text = text.format("#")
        elif place == "%s":
            text = text % "#"
        elif place.endswith(")s"):
            text = text % {place[2:-2]: "#"}
        elif place:
            text = text.replace(place, "#")
    except (IndexError, KeyError, TypeError, ValueError):
        return None
    if re.search(r"[|;=%{}]", text) or text.count("#") > 1:
        sys.exit(f"{text!r} holds a sign that has a meaning in words.inc")
    return text


def words_of(catalog, ids):
    """The messages of `catalog` as LocaleWords::words has them."""
    messages = catalog._catalog
    out = []
    last = ""
    for context, text, place, plural in ids:
        key = f"{context}\4{text}" if context else text
        if plural:
            forms = [messages[key, i] for i in range(catalog.forms) if (key, i) in messages]
        else:
            forms = [messages[key]] if key in messages else []
        forms = [encoded(form, place) for form in forms]
        while len(forms) > 1 and forms[-1] == forms[-2]:
            forms.pop()
        word = ";".join(forms) if None not in forms else ""
        out.append("=" if word and word == last else word)
        last = word
    while out and not out[-1]:
        out.pop()
    return out


def read_catalogs(folder):
    """(language, gettext's catalog with its plural_forms and forms) of each compiled file."""
    for path in folder.glob("*/LC_MESSAGES/django.mo"):
        with path.open("rb") as file:
            catalog = gettext.GNUTranslations(file)
        rule = catalog.info().get("plural-forms", "")
        catalog.plural_forms = re.sub(r"\s+", "", rule).rstrip(";") + ";"
        catalog.forms = int(re.match(r"nplurals=(\d+)", catalog.plural_forms)[1]) if rule else 2
        yield translation.to_language(path.parts[-3]), catalog


def write_word_ids(name, ids):
    print(f"constexpr WordId {name}[] = {{")
    for context, text, place, plural in ids:
        fields = [f".id = {literal(text)}"]
        if place:
            fields.append(f".place = {literal(place)}")
        if context:
            fields.append(f".context = {literal(context)}")
        if plural:
            fields.append(".has_plural = true")
        print(f"    {{{', '.join(fields)}}},")
    print("};")


def lines_of(words):
    """The list as literals of about a line each."""
    lines = [""]
    for number, word in enumerate(words):
        word = word if number == 0 else "|" + word
        if len(lines[-1]) + len(word) > 90 and lines[-1]:
            lines.append("")
        lines[-1] += word
    return [literal(line) for line in lines]


def write_words():
    folder = Path(django.__file__).parent
    tables = [("Core", CORE_WORDS, folder / "conf/locale"),
              ("Humanize", HUMANIZE_WORDS, folder / "contrib/humanize/locale")]
    found = {name: sorted((language, catalog.plural_forms, words)
                          for language, catalog in read_catalogs(place)
                          if (words := words_of(catalog, ids)))
             for name, ids, place in tables}
    rules = sorted({rule for languages in found.values() for _, rule, _ in languages})
    for number, rule in enumerate(rules):
        print(f"constexpr std::string_view kRule{number} = {literal(rule)};")
    for name, ids, _ in tables:
        write_word_ids(f"k{name}Ids", ids)
        print(f"constexpr LocaleWords k{name}Words[] = {{")
        for language, rule, words in found[name]:
            lines = "\n     ".join(lines_of(words))
            print(f"    {{{literal(language)}, kRule{rules.index(rule)},\n     {lines}}},")
        print("};")


def read_message_ids():
    """The ids that locale_messages.txt lists, by the name of their catalog."""
    ids = {}
    for line in MESSAGES.read_text(encoding="utf-8").splitlines():
        if re.fullmatch(r"\[[a-z]+\]", line):
            here = ids.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            here.append(line)
    listed = [text for group in ids.values() for text in group]
    if len(set(listed)) != len(listed):
        sys.exit(f"listed twice: {sorted(text for text in listed if listed.count(text) > 1)}")
    return ids


def message_line(language, catalogs, name, text, is_plural):
    """The translation of `text`, its plural forms between tabs and U+2424 for a line feed; empty
    where there is none. What the catalog `name` lacks, another may have."""
    if is_plural:
        messages = catalogs[name][language]._catalog
        forms = [messages[text, i] for i in range(catalogs[name][language].forms)
                 if messages.get((text, i))]
    else:
        found = (catalogs[other][language]._catalog.get(text)
                 for other in MESSAGES_ORDER if language in catalogs[other])
        forms = [form for form in found if form][:1]
    while len(forms) > 1 and forms[-1] == forms[-2]:
        forms.pop()
    if language.startswith("en") and forms[:1] == [text]:
        return ""  # the id says it as well, and no other language is asked after English
    line = "\t".join(forms).replace("\n", "\u2424")
    if line.count("\t") != max(0, len(forms) - 1) or ')~"' in line:
        sys.exit(f"{line!r} does not fit into a line of messages/")
    return line


def write_messages():
    """messages.inc, and a file of raw literals for each language: for each catalog that it has, a
    line with the rule of its plurals, and one for each id."""
    ids = read_message_ids()
    catalogs = {}  # name -> language -> catalog
    for name in ids:
        place = "conf" if name == "core" else f"contrib/{name}"
        catalogs[name] = dict(read_catalogs(Path(django.__file__).parent / place / "locale"))
    plurals = {key[0] for languages in catalogs.values() for catalog in languages.values()
               for key in catalog._catalog if isinstance(key, tuple)}
    sections = {}  # language -> its lines
    found_ids = set()
    for name, texts in ids.items():
        for language, catalog in sorted(catalogs[name].items()):
            lines = [message_line(language, catalogs, name, text, text in plurals)
                     for text in texts]
            found_ids.update(text for text, line in zip(texts, lines) if line)
            if any(lines):
                lines = [f"[{name}] {catalog.plural_forms}", *lines]
                sections.setdefault(language, []).append("\n".join(lines) + "\n")
    missing = [text for group in ids.values() for text in group if text not in found_ids]
    if missing:
        sys.exit(f"in no catalog: {missing}")
    target = LOCALE / "messages"
    target.mkdir(exist_ok=True)
    for old in target.glob("*.inc"):
        old.unlink()
    for language, parts in sections.items():
        # "sv" knows the length of a literal; a compiler that counts takes seconds for all of them.
        text = GENERATED + "".join(f'R"~({part})~"sv\n' for part in parts)
        (target / f"{language}.inc").write_text(text, encoding="utf-8")
    print("// A message with plural forms begins with '*'.")
    for name, texts in ids.items():
        lines = "".join(f"{'*' if text in plurals else ' '}{text}\n" for text in texts)
        print(f'constexpr std::string_view k{name.capitalize()}MessageIds = R"~({lines})~"sv;')
    print("constexpr MessageIds kMessageIds[] = {")
    for name in ids:
        print(f"    {{{literal(name)}, k{name.capitalize()}MessageIds}},")
    print("};")
    print("constexpr LocaleMessages kMessages[] = {")
    for language in sorted(sections):
        print(f"    {{{literal(language)},")
        print(f"#include <tatum/base/locale/messages/{language}.inc>")
        print("    },")
    print("};")


def main():
    print(GENERATED, end="")
    {"formats": write_formats, "names": write_names, "titles": write_titles,
     "words": write_words, "messages": write_messages}[sys.argv[1]]()


if __name__ == "__main__":
    main()
