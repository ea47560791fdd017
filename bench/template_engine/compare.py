#!/usr/bin/env python3
"""Renders the pages with Tatum, by hand, with Django's engine and with Jinja2, and prints the ratios.

    compare.py BUILD_DIR [--seconds 2] [--rounds 12]

Needs Debian's python3-django and python3-jinja2 (/usr/bin/python3). All outputs are compared first.
Rounds are short and interleaved; the figure is the best of each engine, in microseconds of CPU a page: what
other processes do to the cache and to the clock disturbs some of the rounds, not all.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PAGES = ["list", "product", "table", "deep"]


def django_renderers(context):
    from django.conf import settings
    settings.configure(USE_TZ=True, USE_L10N=True, LANGUAGE_CODE="en-us", TEMPLATES=[])
    import django
    django.setup()
    from django.template import Context, Engine
    engine = Engine(dirs=[os.path.join(HERE, "pages")], app_dirs=False, loaders=[
        ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])])
    templates = {page: engine.get_template(page + ".html") for page in PAGES}
    return {page: (lambda t=template: t.render(Context(context))) for page, template in templates.items()}


def jinja_renderers(context):
    import jinja2
    import markupsafe
    engine = jinja2.Environment(loader=jinja2.FileSystemLoader(os.path.join(HERE, "jinja2")),
                                autoescape=True, keep_trailing_newline=True, auto_reload=False)
    templates = {page: engine.get_template(page + ".html") for page in PAGES}
    # Jinja2 has no way to say "not set" apart from its own: empty is enough for these pages.
    return {page: (lambda t=template: t.render(context)) for page, template in templates.items()}, markupsafe


def microseconds(render, seconds):
    render()
    count, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        render()
        count += 1
    return (time.process_time() - start) / count * 1e6


def tatum_microseconds(binary, data, seconds):
    out = subprocess.run([binary, data, "--benchmark_format=json", f"--benchmark_min_time={seconds}"],
                         check=True, capture_output=True, text=True).stdout
    found = {}
    for entry in json.loads(out)["benchmarks"]:
        unit = {"ns": 1e-3, "us": 1, "ms": 1e3}[entry["time_unit"]]
        found[entry["name"]] = (entry["cpu_time"] * unit, entry.get("allocations"))
    return found


def normalized(text):
    """Jinja2 writes quotes as numeric references."""
    return text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    binary = os.path.join(options.build, "bin", "template_bench")

    sys.path.insert(0, HERE)
    from context import context as make_context
    context = make_context()
    data = os.path.join(tempfile.mkdtemp(), "context.json")
    with open(data, "w", encoding="utf-8") as file:
        json.dump(context, file, ensure_ascii=False)

    django, (jinja, _) = django_renderers(context), jinja_renderers(context)
    for page in PAGES:
        ours = subprocess.run([binary, data, "--print", page], check=True, capture_output=True,
                              text=True).stdout
        for name, engine in (("django", django), ("jinja2", jinja)):
            if normalized(engine[page]()) != ours:
                sys.exit(f"{page}: {name} renders another page than Tatum")

    best = {}
    for _ in range(options.rounds):
        share = options.seconds / options.rounds
        for name, (cost, allocations) in tatum_microseconds(binary, data, share).items():
            engine, _, page = name.partition("/")
            before = best.get((engine, page), (cost, allocations))
            best[(engine, page)] = (min(cost, before[0]), allocations)
        for name, engine in (("django", django), ("jinja2", jinja)):
            for page in PAGES:
                cost = microseconds(engine[page], share)
                best[(name, page)] = (min(cost, best.get((name, page), (cost,))[0]),)

    print(f"{'page':10}{'tatum':>10}{'by hand':>10}{'django':>12}{'jinja2':>12}"
          f"{'django/t':>10}{'jinja2/t':>10}{'t/hand':>8}{'allocs':>8}")
    for page in PAGES:
        tatum, allocations = best[("template", page)]
        hand, slow, fast = (best[(e, page)][0] for e in ("by_hand", "django", "jinja2"))
        print(f"{page:10}{tatum:10.1f}{hand:10.1f}{slow:12.1f}{fast:12.1f}"
              f"{slow / tatum:9.0f}x{fast / tatum:9.0f}x{tatum / hand:7.1f}x{allocations:8.0f}")
    store, admin = (best[("parse", which)][0] for which in ("store", "admin"))
    print(f"parsing all templates: CranStore {store:.0f} us, a stand-in for an admin {admin:.0f} us "
          f"(goal: 10,000 us together)")


if __name__ == "__main__":
    main()
