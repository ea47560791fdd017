#!/usr/bin/env python3
"""Writes the tables of dates and numbers of most languages in tatum/base/locale/.

Usage: tools/generate_locale.py formats > tatum/base/locale/formats.inc
       tools/generate_locale.py names > tatum/base/locale/names.inc
       tools/generate_locale.py titles > tatum/base/locale/titles.inc
Reads the Django that python3 imports, which is to be Django 6 (PYTHONPATH). The languages that
formats.cpp and names.cpp have themselves, as newer versions of Django do, are left out. The words
are those of Django's catalogs: see LICENSES/django.txt.
"""
import re
import sys
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
LOCALE = Path(__file__).parents[1] / "tatum/base/locale"
DAY_PARTS = ["a.m.", "p.m.", "AM", "PM", "midnight", "noon"]


def literal(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\xa0", "\\u00a0").replace("\n", "\\n") + '"'


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


def main():
    print("// Written by tools/generate_locale.py. Not edited by hand.")
    {"formats": write_formats, "names": write_names, "titles": write_titles}[sys.argv[1]]()


if __name__ == "__main__":
    main()
