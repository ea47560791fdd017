"""What visitors do: name, who has entered, and steps of (method, path, form).

`python3 flows.py` (with Django 5.2 in PYTHONPATH) runs them by Django and writes what it answered to
../flows.json, which notes_test.cpp holds Tatum to. Only the tokens against forgery are made alike.
"""

import json
import os
import re
import sys

NOTE = {"title": "Third", "slug": "third", "published": "2024-05-06", "topic": "2",
        "body": "Good & well", "state": "2", "grade": "7.5", "tags": ["3", "1"]}
SAMPLE = {"flag": "on", "agreed": "true", "small": "5", "number": "42", "positive": "7",
          "big": "9007199254740993", "real": "2.25", "amount": "3.50", "word": "w", "nick": "n",
          "words": "text", "slug": "a-slug", "email": "x@example.com", "address": "10.0.0.1",
          "day": "2024-01-02", "clock": "10:11", "moment": "2024-01-02 03:04:05", "span": "1 00:00:01",
          "uuid": "00000000-0000-0000-0000-000000000001", "extra": '{"k": [1, 2]}', "level": "1",
          "size": "l", "shade": "red", "tags": ["2", "3"], "writer": "Ann", "topic": "2"}
MINIMAL = {"small": "5", "number": "1", "amount": "2", "word": "w", "level": "2", "tags": "1", "topic": "1"}


def changed(form, **changes):
    return {k: v for k, v in {**form, **changes}.items() if v is not None}


def formset(total, initial, prefix="links", **fields):
    form = {f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": initial,
            f"{prefix}-MIN_NUM_FORMS": "0", f"{prefix}-MAX_NUM_FORMS": "1000"}
    for key, value in fields.items():
        number, name = key[1:].split("_", 1)
        form[f"{prefix}-{number}-{name}"] = value
    return form


ROWS = dict(_0_id="1", _0_note="1", _0_label="Home", _0_address="https://example.com/",
            _1_id="2", _1_note="1", _1_label="Shop", _1_address="https://shop.example.com/",
            _2_id="", _2_note="1", _2_label="", _2_address="")
TAGS = dict(_0_id="1", _0_word="red", _1_id="2", _1_word="sour", _2_id="3", _2_word="wet",
            _3_id="", _3_word="", _4_id="", _4_word="")


def links(total="3", initial="2", **changes):
    return formset(total, initial, **changed(ROWS, **changes))


def tags(total="5", initial="3", **changes):
    return formset(total, initial, "form", **changed(TAGS, **changes))


FLOWS = [
    ("enter", "", [
        ("GET", "/enter/", None),
        ("POST", "/enter/", {"name": ""}),
        ("POST", "/enter/", {"name": "Nobody <b>", "stay": "on"}),
        ("POST", "/enter/", {"name": "x" * 41}),
        ("POST", "/enter/", {"name": "Bob"}),
        ("GET", "/notes/", None),
        ("PUT", "/enter/", None),
        ("DELETE", "/enter/", None),
    ]),
    ("nobody", "", [("GET", "/notes/", None), ("GET", "/notes/add/", None), ("GET", "/profile/", None)]),
    ("add", "Ann", [
        ("GET", "/notes/add/", None),
        ("POST", "/notes/add/", NOTE),
        ("GET", "/notes/4/", None),
        ("GET", "/notes/", None),
        ("GET", "/notes/4/edit/", None),
    ]),
    ("add with faults", "Ann", [
        ("POST", "/notes/add/", {}),
        ("POST", "/notes/add/", changed(NOTE, title="x" * 81, slug="no slug", published="2024-13-01",
                                        topic="99", body=" ", state="3", grade="123.456",
                                        tags=["1", "99"])),
        ("POST", "/notes/add/", changed(NOTE, topic="x", tags=["x"], grade="11", state="")),
        ("POST", "/notes/add/", changed(NOTE, topic="3", grade="-1")),
        ("POST", "/notes/add/", changed(NOTE, title="First")),
        ("POST", "/notes/add/", changed(NOTE, body="Third")),
        ("POST", "/notes/add/", changed(NOTE, slug="first", published="2024-02-29")),
        ("POST", "/notes/add/", changed(NOTE, slug="first", published="2024-02-28")),
        ("POST", "/notes/add/", changed(NOTE, title="a\0b")),
        ("POST", "/notes/add/", changed(NOTE, title="Without", slug="without", state=None, grade=None,
                                        tags=None, topic="")),
        ("GET", "/notes/5/", None),
        ("POST", "/notes/add/", changed(NOTE, writer="2", id="1", is_pinned="on", title="Sneaky")),
        ("GET", "/notes/6/", None),
    ]),
    ("edit", "Ann", [
        ("GET", "/notes/1/edit/", None),
        ("POST", "/notes/1/edit/", {"title": "First", "body": "Changed.", "grade": "", "tags": "2"}),
        ("GET", "/notes/1/", None),
        ("POST", "/notes/1/edit/", {"title": "Second", "body": "Changed."}),
        ("POST", "/notes/1/edit/", {"title": "", "body": ""}),
        ("POST", "/notes/1/edit/", {"title": "Same", "body": "Same", "is_pinned": "1", "grade": "10.01"}),
        ("GET", "/notes/3/edit/", None),
        ("POST", "/notes/3/edit/", {"title": "Stolen", "body": "x"}),
        ("GET", "/notes/99/edit/", None),
        ("GET", "/notes/99999999999999999999/edit/", None),
    ]),
    ("delete", "Ann", [
        ("GET", "/notes/1/delete/", None),
        ("POST", "/notes/3/delete/", {}),
        ("POST", "/notes/1/delete/", {}),
        ("POST", "/notes/1/delete/", {}),
        ("DELETE", "/notes/2/delete/", None),
        ("GET", "/notes/", None),
    ]),
    ("profile", "Bob", [
        ("GET", "/profile/", None),
        ("POST", "/profile/", {"name": "Ann", "email": "bob", "born": "yesterday", "about": ""}),
        ("POST", "/profile/", {"name": "Bob", "email": "bob@example.com", "born": "01/02/1999"}),
        ("GET", "/profile/", None),
    ]),
    ("topics", "", [
        ("GET", "/topics/add/", None),
        ("POST", "/topics/add/", {"parent": "1", "name": "Dry bogs", "slug": "bogs"}),
        ("POST", "/topics/add/", {"parent": "1", "name": "Dry bogs", "slug": "dry-bogs"}),
        ("GET", "/topics/dry-bogs/delete/", None),
        ("POST", "/topics/dry-bogs/delete/", {}),
        ("GET", "/topics/dry-bogs/delete/", None),
    ]),
    ("samples", "", [
        ("GET", "/samples/add/", None),
        ("POST", "/samples/add/", {}),
        ("POST", "/samples/add/", SAMPLE),
        ("GET", "/samples/2/", None),
        ("GET", "/samples/2/edit/", None),
        ("POST", "/samples/2/edit/", MINIMAL),
        ("GET", "/samples/2/", None),
        ("GET", "/samples/1/", None),
        ("GET", "/samples/1/edit/", None),
        ("POST", "/samples/add/", {k: "bad!" if not isinstance(v, list) else ["bad"] for k, v in SAMPLE.items()}),
        ("POST", "/samples/add/", changed(SAMPLE, small="1.5", positive="-1", real="nan", amount="12345.678",
                                          slug="ü", address="1.2.3", span="x", extra="{", nick="x" * 11,
                                          tags=["1", "7"], writer="Zoe", topic="0")),
        ("POST", "/samples/add/", MINIMAL),
        ("GET", "/samples/3/", None),
        ("POST", "/samples/add/", changed(MINIMAL, word="", amount="", small="")),
        ("POST", "/samples/add/", changed(MINIMAL, word=None, amount=None, small=None)),
    ]),
    ("links", "Ann", [
        ("GET", "/notes/1/links/", None),
        ("GET", "/notes/2/links/", None),
        ("POST", "/notes/1/links/", links()),
        ("POST", "/notes/1/links/", links(_0_label="House", _2_label="New", _2_address="a")),
        ("GET", "/notes/1/", None),
        ("POST", "/notes/1/links/", formset("4", "3", **changed(
            ROWS, _0_label="House", _2_id="4", _2_label="New", _2_address="a", _1_DELETE="on",
            _3_id="", _3_note="1", _3_label="", _3_address=""))),
        ("GET", "/notes/1/", None),
    ]),
    ("links with faults", "Ann", [
        ("POST", "/notes/1/links/", {}),
        ("POST", "/notes/1/links/", links(_0_label="")),
        ("POST", "/notes/1/links/", links(_2_label="Home", _2_address="b")),
        ("POST", "/notes/1/links/", links(_0_id="3", _0_label="Stolen")),
        ("POST", "/notes/1/links/", links(_0_id="99")),
        ("POST", "/notes/1/links/", links(_0_id="x")),
        ("POST", "/notes/1/links/", links(_0_id=None)),
        ("POST", "/notes/1/links/", links(_0_note="3")),
        ("POST", "/notes/1/links/", links(_0_note=None, _0_label="Fine")),
        ("POST", "/notes/1/links/", links(_2_id="3", _2_label="Moved", _2_address="c")),
        ("POST", "/notes/1/links/", links(total="x")),
        ("POST", "/notes/1/links/", links(total="3", initial="5")),
        ("POST", "/notes/3/links/", links()),
        ("GET", "/notes/1/", None),
    ]),
    ("tags", "", [
        ("GET", "/tags/", None),
        ("POST", "/tags/", tags(_0_word="crimson", _1_DELETE="on", _3_word="new", _4_word="twin",
                                _4_DELETE="on")),
        ("GET", "/tags/", None),
        ("POST", "/tags/", tags(_0_word="", _3_word="x" * 21)),
        ("POST", "/tags/", formset("2", "0", "form", _0_id="", _0_word="a", _1_id="", _1_word="b")),
        ("GET", "/tags/", None),
    ]),
]


def plain(body):
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1TOKEN", body)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, here)
    import django
    from django.conf import settings
    settings.configure(
        SECRET_KEY="test", ROOT_URLCONF="urls", INSTALLED_APPS=["notes"], USE_TZ=True, TIME_ZONE="UTC",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", ALLOWED_HOSTS=["*"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates",
                    "DIRS": [os.path.join(here, "..", "templates")],
                    "OPTIONS": {"context_processors": ["django.template.context_processors.request"]}}])
    django.setup()
    import types
    from django.urls import include, path
    root = types.ModuleType("urls")
    root.urlpatterns = [path("", include("notes.views"))]
    sys.modules["urls"] = root
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment
    setup_test_environment()
    call_command("migrate", run_syncdb=True, verbosity=0)

    answers = []
    for name, who, steps in FLOWS:
        call_command("flush", interactive=False, verbosity=0)
        call_command("loaddata", os.path.join(here, "..", "fixtures", "notes.json"), verbosity=0)
        client = Client(raise_request_exception=False)
        if who:
            client.post("/enter/", {"name": who})
        done = []
        for method, address, form in steps:
            with CaptureQueriesContext(connection) as queries:
                response = client.generic(method, address) if form is None else client.post(address, form)
            expected = {"status": response.status_code, "queries": len(queries)}
            if response.status_code == 302:
                expected["location"] = response["Location"]
            elif response.status_code == 200:
                expected["content"] = plain(response.content.decode())
            pairs = None if form is None else [
                [key, value] for key, values in form.items()
                for value in (values if isinstance(values, list) else [values])]
            done.append({"method": method, "path": address, "form": pairs, "expect": expected})
        answers.append({"name": name, "as": who, "steps": done})
    with open(os.path.join(here, "..", "flows.json"), "w", encoding="utf-8") as out:
        json.dump(answers, out, indent=1, ensure_ascii=False)
        out.write("\n")
    print(sum(len(flow["steps"]) for flow in answers), "steps")


if __name__ == "__main__":
    main()
