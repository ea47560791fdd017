#!/usr/bin/env python3
"""Writes fields.jsonl: what Django's form fields make of values, and what its widgets show and read.

    PYTHONPATH=DJANGO python3 generate_fields.py > fields.jsonl

Made with Django 6.0.0; left out is where versions differ (the spelling of a URL's scheme, weeks of a duration). Of all
combinations, those that are clean and a sample of the others are kept.
"""
import datetime
import decimal
import json
import sys
import uuid
import zlib

from django.conf import settings

settings.configure(USE_I18N=False, USE_TZ=True, TIME_ZONE="UTC", LANGUAGE_CODE="en-us")
import django  # noqa: E402

django.setup()
from django import forms  # noqa: E402
from django.core.exceptions import ValidationError  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.utils.safestring import SafeString  # noqa: E402

CHOICES = [["1", "One"], ["2", "Two & <Two>"], ["3", "Three"]]
GROUPS = [["Audio", [["vinyl", "Vinyl"], ["cd", "CD"]]], ["Video", [["vhs", "VHS"]]], ["unknown", "Unknown"]]
UTC = datetime.timezone.utc
TEXTS = [
    '', 'x', ' x ', '\t\n', 'abc', 'aBc-d_e', 'é', 'ß', '日本', '\x00', 'a\x00b', '\ufeff', '0', '1', '-1', '+1', '00',
    '1.0', '1.', '1.50', '.5', '5.', '-.5', '1e5', '1E-3', '1e400', '1_0', '_1', '1__0', '1_', '١٢', '1 2', '0x1f',
    '0b1', '1,5', '1,000.5', '1.000,5', 'nan', 'NaN', 'inf', '-inf', 'Infinity', '-Infinity', 'sNaN', 'NaN123', '1e',
    'e1', '--1', '+-1', '½', '²', '1\n', '\n1\n', '1.0\n', '1.00 ', '999999999999999999999999999999',
    '-9999999999999999999999999', '0.11111111111111111111', '99999.999', '12345.67', '123.456', '1e2', '1e-2', '-0',
    '-0.0', '0.00', 'true', 'True', 'false', 'False', 'FALSE', 'on', 'off', 'None', 'null', '2024-02-29',
    '2023-02-29', '24-2-9', '02/29/2024', '2/9/24', '02/29/24', 'Feb 29 2024', 'Feb 29, 2024', '29 Feb 2024',
    '29 Feb, 2024', 'February 29 2024', '29 February, 2024', '2024-2-9', '0001-01-01', '9999-12-31', '10000-01-01',
    '2024-13-01', '2024-02-29 10:30', '2024-02-29T10:30', '2024-02-29 10:30:05.123456', '2024-02-29T10:30:05Z',
    '2024-02-29T10:30:05+05:30', '2024-02-29 25:00', '02/29/2024 10:30', '02/29/24 10:30:05.5', '10:30', '10:30:05',
    '10:30:05.123', '10:30:05.1234567', '24:00', '23:59:60', '1:2', '10:30 PM', '1 day', '4 days 15:30:00',
    '4 15:30:00.1', 'P4DT15H30M', 'PT1M', '-1:00', '30', '1:00:00:00', '3.5', '99999999999 00:00', 'a@b.org', 'a@b',
    'A.B+c@x-y.co.uk', 'a@[127.0.0.1]', 'a@localhost', '@x.org', 'a b@x.org', 'a@x..org', '"a b"@x.org', 'é@x.org',
    'a@é.org', 'x.org', 'http://x.org', 'https://x.org:8000/p q', '//x.org/y', 'http:///x', 'http://', 'ftp://x.org',
    'javascript:alert(1)', 'http://127.0.0.1/', 'http://[::1]:80/', 'http://[::1', 'x.org/y?z', 'localhost',
    'http://localhost/', 'http://-x.org', 'mailto:a@b.org', 'x:80', '127.0.0.1', '256.1.1.1', '01.2.3.4', '1.2.3',
    '::1', '::ffff:1.2.3.4', '2001:DB8::0:1', 'fe80::1%eth0', '::g', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9',
    '12345678-1234-5678-1234-567812345678', '{12345678123456781234567812345678}',
    'urn:uuid:12345678-1234-5678-1234-567812345678', '1234', 'cd', 'vinyl', 'Audio', '[]', '{}', '[1, 2]',
    '{"a": [1, {"b": null}]}', '"text"', '1.5e3', 'NaN', '-Infinity', '[1,]', "{'a': 1}", '01', '"\\u00e9"', 'tru',
    '  1  ', '[1] x', '١', 'a,b', 'slug-x_1', 'slug é', '--', '<script>', '&amp;', '\'"', 'aaaaaaaaaaaa', 'aaaaaa',
    'éééééé'
]
OTHERS = [
    None, True, False, 0, 1, 5, -3, 2**70, 1.0, 2.5, float("nan"), float("inf"), decimal.Decimal("1.50"), decimal.Decimal("NaN"),
    decimal.Decimal("1E+3"), datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 10, 30, 5),
    datetime.datetime(2024, 2, 29, 10, 30, 5, tzinfo=UTC), datetime.time(10, 30), datetime.timedelta(days=1, seconds=5), [],
    ["1"], ["1", "3"], ["1", "9"], ["cd", "vhs"], [1, 2], (), ("1",), {}, {"a": 1}, ["2024-02-29", "10:30"], ["2024-02-29", ""],
    ["", "10:30"], ["", ""], ["x", "y"], [None, None], ["2024-02-29"], uuid.UUID(int=5)
]
FIELDS = [
    ("CharField", {}), ("CharField", {"required": False, "strip": False}), ("CharField", {"max_length": 6, "min_length": 2}),
    ("CharField", {"required": False, "empty_value": None}), ("IntegerField", {}),
    ("IntegerField", {"required": False, "min_value": 1, "max_value": 10}), ("IntegerField", {"step_size": 3, "min_value": 1}),
    ("FloatField", {}), ("FloatField", {"min_value": 0.5, "max_value": 100, "required": False}), ("FloatField", {"step_size": 0.5}),
    ("DecimalField", {}), ("DecimalField", {"max_digits": 5, "decimal_places": 2}), ("DecimalField", {"max_digits": 4, "required": False}),
    ("DecimalField", {"decimal_places": 1}), ("DateField", {}),
    ("DateField", {"required": False, "input_formats": ["%d %b %Y", "%Y-%m-%d"]}), ("TimeField", {}), ("TimeField", {"required": False}),
    ("DateTimeField", {}), ("DateTimeField", {"required": False, "input_formats": ["%Y-%m-%d %H:%M"]}), ("DurationField", {}),
    ("DurationField", {"required": False}), ("UUIDField", {}), ("UUIDField", {"required": False}), ("BooleanField", {}),
    ("BooleanField", {"required": False}), ("NullBooleanField", {}), ("EmailField", {}), ("EmailField", {"required": False, "max_length": 10}),
    ("URLField", {"assume_scheme": "https"}), ("URLField", {"assume_scheme": "http", "required": False}), ("SlugField", {}),
    ("SlugField", {"allow_unicode": True}), ("RegexField", {"regex": "^[a-c]+$"}),
    ("RegexField", {"regex": "b", "required": False, "max_length": 3}), ("GenericIPAddressField", {}),
    ("GenericIPAddressField", {"protocol": "IPv4"}), ("GenericIPAddressField", {"protocol": "IPv6", "required": False}),
    ("GenericIPAddressField", {"unpack_ipv4": True}), ("ChoiceField", {"choices": CHOICES}),
    ("ChoiceField", {"choices": GROUPS, "required": False}), ("TypedChoiceField", {"choices": CHOICES, "coerce": "int", "required": False}),
    ("TypedChoiceField", {"choices": CHOICES, "coerce": "int", "required": False, "empty_value": None}),
    ("MultipleChoiceField", {"choices": CHOICES}), ("MultipleChoiceField", {"choices": GROUPS, "required": False}),
    ("TypedMultipleChoiceField", {"choices": CHOICES, "coerce": "int"}), ("JSONField", {}), ("JSONField", {"required": False}),
    ("FileField", {}), ("SplitDateTimeField", {}), ("SplitDateTimeField", {"required": False})
]
WIDGETS = [
    ("TextInput", {}), ("NumberInput", {}), ("PasswordInput", {}), ("PasswordInput", {"render_value": True}), ("HiddenInput", {}),
    ("MultipleHiddenInput", {}), ("FileInput", {}), ("ClearableFileInput", {}), ("Textarea", {}), ("DateInput", {}),
    ("DateInput", {"format": "%d/%m/%Y"}), ("DateTimeInput", {}), ("TimeInput", {}), ("CheckboxInput", {}), ("Select", {"choices": CHOICES}),
    ("Select", {"choices": GROUPS}), ("Select", {"choices": [["", "---"], *CHOICES]}), ("RadioSelect", {"choices": CHOICES}),
    ("RadioSelect", {"choices": GROUPS}), ("SelectMultiple", {"choices": GROUPS}), ("CheckboxSelectMultiple", {"choices": GROUPS}),
    ("NullBooleanSelect", {}), ("SelectDateWidget", {"years": [2023, 2024]}), ("SplitDateTimeWidget", {}), ("SplitHiddenDateTimeWidget", {})
]
ATTRIBUTES = [
    None, {"id": "id_n"}, {"id": "x", "class": "a b", "required": True, "disabled": False, "data-x": "<&\"'>"}, {"type": "email", "id": "y"},
    {"selected": True, "multiple": True}
]
SHOWN = [
    "", "x", " a<b>&\"'", "1", "2", "cd", "vhs", "unknown", "true", "false", "2024-05-06", "2024-0-0", "0-5-6", "2024-5-6", "05/06/2024",
    "2024-13-40", None, True, False, 0, 1, 2, 1.5, decimal.Decimal("1.50"), datetime.date(2024, 5, 6), datetime.datetime(2024, 5, 6, 7, 8, 9),
    datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC), datetime.time(7, 8, 9), ["1", "3"], ["cd", "vhs"], [1, None], [], ("a", "b"),
    SafeString("<b>&amp;")
]
SENT = [
    "", "n=", "n=a", "n=a&n=b", "n=on", "n=False", "n=false", "n=True", "n=true", "n=2", "n=3", "n=unknown", "m=1", "n=1&n=3", "n_0=a",
    "n_1=b", "n_0=2024-01-02&n_1=10:30", "n_0=&n_1=", "n_year=2024&n_month=5&n_day=6", "n_year=2024&n_month=2&n_day=31",
    "n_year=&n_month=&n_day=", "n_year=2024&n_month=&n_day=", "n_year=2024&n_month=5", "n_year=x&n_month=5&n_day=6",
    "n_year=99999999999&n_month=5&n_day=6", "n_year=20000&n_month=5&n_day=6", "n_year=0&n_month=0&n_day=0",
    "n_year=+2024&n_month=05&n_day= 6", "n=2024-05-06"
]


def encoded(value):
    """As the README of the cases says."""
    if isinstance(value, SafeString):
        return {"$safe": str(value)}
    if isinstance(value, int) and not isinstance(value, bool) and not -2**63 <= value < 2**63:
        return {"$int": str(value)}
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return {"$float": str(value)}
    if isinstance(value, datetime.timedelta):
        return {"$duration": (value.days * 86400 + value.seconds) * 10**6 + value.microseconds}
    for kind, tag, write in ((decimal.Decimal, "$decimal", str), (datetime.datetime, "$datetime", datetime.datetime.isoformat),
                             (datetime.date, "$date", datetime.date.isoformat), (datetime.time, "$time", datetime.time.isoformat),
                             (uuid.UUID, "$uuid", str)):
        if isinstance(value, kind):
            return {tag: write(value)}
    if isinstance(value, tuple):
        return {"$tuple": [encoded(each) for each in value]}
    if isinstance(value, list):
        return [encoded(each) for each in value]
    if isinstance(value, dict):
        return {"$dict": [[encoded(key), encoded(each)] for key, each in value.items()]}
    return str(value) if isinstance(value, str) else value


def cleaned(field, value):
    """The expectation; None where Python fails in its own way."""
    try:
        return {"ok": encoded(field.clean(value))}
    except ValidationError as error:
        errors = [{"code": each.code, "message": "".join(each.messages)} for each in error.error_list]
        return {"error": "ValidationError", "errors": errors}
    except Exception:
        return None


def field_cases():
    for name, kwargs in FIELDS:
        field = getattr(forms, name)(**{**kwargs, **({"coerce": int} if "coerce" in kwargs else {})})
        for value in TEXTS + OTHERS:
            expect = cleaned(field, value)
            if expect is not None:
                yield expect.get("error") is None, {"kind": "form", "group": name, "field": name, "kwargs": kwargs,
                                                    "value": encoded(value), "expect": expect}


def widget_cases():
    for name, kwargs in WIDGETS:
        case = {"kind": "widget", "group": name, "widget": name, "kwargs": kwargs, "name": "n"}
        for attrs in ATTRIBUTES:
            for value in SHOWN:
                try:
                    html = str(getattr(forms, name)(**kwargs).render("n", value, attrs))
                except Exception:
                    continue
                yield False, {**case, "value": encoded(value), **({"attrs": attrs} if attrs else {}), "expect": {"ok": html}}
        for query in SENT:
            widget, data = getattr(forms, name)(**kwargs), QueryDict(query)
            read = {"value": encoded(widget.value_from_datadict(data, {}, "n")), "omitted": widget.value_omitted_from_data(data, {}, "n")}
            yield False, {**case, "data": query, "expect": {"ok": read}}


def state_cases():
    """Whether a value changes an initial one, and what a form that was sent it shows again."""
    for name, kwargs in FIELDS:
        if "coerce" in kwargs:  # what int() reads is no matter of fields
            continue
        field = getattr(forms, name)(**kwargs)
        for initial in ["", "1", "true", "2024-02-29", "cd", "[1, 2]", "a", *OTHERS]:
            for value in TEXTS + [each for each in OTHERS if each is None or isinstance(each, list)]:
                try:
                    state = {"changed": field.has_changed(initial, value), "shown": field.prepare_value(field.bound_data(value, initial))}
                except Exception:
                    continue
                yield False, {
                    "kind": "field_state", "group": name, "field": name, "kwargs": kwargs, "initial": encoded(initial),
                    "value": encoded(value), "expect": {"ok": encoded_state(state)}}


def encoded_state(state):
    return {"changed": state["changed"], "shown": encoded(state["shown"])}


def main():
    number = 0
    for source, one_in in ((field_cases, 12), (widget_cases, 9), (state_cases, 500)):
        for is_kept, case in source():
            line = json.dumps(case)
            if is_kept or zlib.crc32(line.encode()) % one_in == 0:
                number += 1
                print(json.dumps({"id": f"fields/{case['group']}-{number}", **case}))
    print(number, "cases", file=sys.stderr)


if __name__ == "__main__":
    main()
