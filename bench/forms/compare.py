#!/usr/bin/env python3
"""Makes, shows and checks a form of ten fields with Tatum and with Django, and prints the ratios.

    compare.py BUILD_DIR [--seconds 1] [--rounds 5]

Needs Debian's python3-django, or another Django on PYTHONPATH. The HTML of both is compared first. Rounds are
interleaved; the figure is the best of each, in microseconds of CPU.
"""
import argparse
import json
import os
import subprocess
import time

DATA = ("name=Ann+%3CLee%3E&message=Hello&email=ann%40tatum.example&site=https://tatum.example/"
        "&age=30&price=9.90&day=2024-02-29&agreed=on&size=7&extras=2&extras=3")


def django_form():
    from django.conf import settings
    settings.configure(USE_TZ=True, LANGUAGE_CODE="en-us", FORM_RENDERER="django.forms.renderers.DjangoTemplates")
    import django
    django.setup()
    from django import forms

    def numbered(count):
        return [(i, f"Choice {i}") for i in range(1, count + 1)]

    class TenFields(forms.Form):
        name = forms.CharField(max_length=100, help_text="As on your passport.")
        message = forms.CharField(widget=forms.Textarea)
        email = forms.EmailField()
        site = forms.URLField(required=False)
        age = forms.IntegerField(max_value=150, min_value=0)
        price = forms.DecimalField(max_digits=8, decimal_places=2)
        day = forms.DateField(label="Day of arrival")
        agreed = forms.BooleanField()
        size = forms.ChoiceField(choices=numbered(20))
        extras = forms.MultipleChoiceField(choices=numbered(10), required=False)

    return TenFields


def microseconds(call, seconds):
    call()
    count, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        call()
        count += 1
    return (time.process_time() - start) / count * 1e6


def tatum_microseconds(binary, seconds):
    out = subprocess.run([binary, "--benchmark_format=json", f"--benchmark_min_time={seconds}"],
                         check=True, capture_output=True, text=True).stdout
    return {entry["name"]: entry["cpu_time"] / 1e3 for entry in json.loads(out)["benchmarks"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    binary = os.path.join(arguments.build, "bin", "form_bench")
    Form = django_form()
    from django.http import QueryDict
    data = QueryDict(DATA)
    calls = {"show_unbound": lambda: str(Form()), "check_bound": lambda: Form(data).is_valid(),
             "show_bound": lambda: str(Form(data))}
    for which, html in (("unbound", str(Form())), ("bound", str(Form(data)))):
        ours = subprocess.run([binary, "--print", which], check=True, capture_output=True, text=True).stdout
        assert ours == html, f"the HTML of the {which} form differs"
    assert calls["check_bound"]()
    best = {name: [float("inf"), float("inf")] for name in calls}
    for _ in range(arguments.rounds):
        tatum = tatum_microseconds(binary, arguments.seconds)
        for name, call in calls.items():
            best[name][0] = min(best[name][0], tatum[name])
            best[name][1] = min(best[name][1], microseconds(call, arguments.seconds))
    for name, (ours, theirs) in best.items():
        print(f"{name:14} Tatum {ours:8.1f} us   Django {theirs:8.1f} us   {theirs / ours:5.1f} times")


if __name__ == "__main__":
    main()
