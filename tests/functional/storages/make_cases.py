"""Asks Django for the expectations of storages_test.cpp:

    PYTHONPATH=... python3 make_cases.py > cases.jsonl

Each line is a call of a storage and what came back: "result", or the text of the "error". Addresses are asked for names as
a storage gives them, without "." and "//"; for others Django resolves them as a browser would. Random parts of names are
"rand001", "rand002", ... A name with several suffixes ("a.tar.gz") is not among the cases: Django 3.2, which wrote
them, keeps only the last one together, Django 5.1 and later all of them.
"""
import datetime
import json
import posixpath

from django.conf import settings

settings.configure(USE_TZ=True, TIME_ZONE="UTC", INSTALLED_APPS=[], MEDIA_ROOT="/srv/media", MEDIA_URL="/media/")

import django  # noqa: E402

django.setup()

from django.core.files import storage as storage_module  # noqa: E402
from django.core.files.storage import FileSystemStorage, Storage  # noqa: E402
from django.db import models  # noqa: E402

NAMES = [
    "a.txt", "a b.txt", "a/b.txt", "a/b/c.txt", "a//b.txt", "a/./b.txt", "./a.txt", "../a.txt", "a/../b.txt", "a/../../b.txt",
    "/a.txt", "//a.txt", "a\\b.txt", "..\\a.txt", "a\\..\\b.txt", "", ".", "..", "a/", "a/.", "a/..", ".hidden", "a/.hidden",
    "a", "noext/a", "dot.ted/a", "a.", "Grüße.png", "写真.png", "a%b.txt", "a&b=c.txt", "%2e%2e/a.txt", "a;b.txt", "-a.txt",
    "a\tb.txt", "a\nb.txt", "a'b\"c.txt", "C:\\a.txt", "a:b.txt", "<b>.txt", "~/a.txt", "x" * 120 + ".png", "...", "a/...",
    " a.txt ", "$$$", "$$$.txt",
]


def case(call, run, **given):
    try:
        outcome = {"result": run()}
    except Exception as error:
        outcome = {"error": str(error)}
    print(json.dumps({"call": call, **given, **outcome}, ensure_ascii=False))


class Names(Storage):
    def __init__(self, taken):
        self.taken = set(taken)

    def exists(self, name):
        return name in self.taken


def available(name, taken, max_length):
    numbers = iter(range(1, 100))
    storage_module.get_random_string = lambda length: "rand%03d" % next(numbers)
    return Names(taken).get_available_name(name, max_length)


def main():
    for name in NAMES:
        case("get_valid_name", lambda: Names([]).get_valid_name(name), name=name)
        case("generate_filename", lambda: Names([]).generate_filename(name), name=name)
        case("get_available_name", lambda: available(name, [], None), name=name, taken=[], max_length=0)
        case("path", lambda: FileSystemStorage().path(name), name=name)
        path = name.replace("\\", "/")
        if posixpath.normpath("/" + path).lstrip("/") != path:
            continue
        case("url", lambda: FileSystemStorage().url(name), name=name)
        case("url", lambda: FileSystemStorage(base_url="https://files.example/x").url(name), name=name,
             base_url="https://files.example/x")
    twice = ["a.txt", "a_rand001.txt"]
    for name, taken, max_length in [
        ("a.txt", ["a.txt"], None), ("a.txt", twice, None), ("f/a.txt", ["f/a.txt"], None), ("a", ["a"], None),
        ("d.t/a", ["d.t/a"], None), (".hidden", [".hidden"], None), ("写真.png", ["写真.png"], None),
        ("a.txt", [], 5), ("a.txt", [], 4), ("a.txt", ["a.txt"], 5), ("abcdefgh.txt", ["abcdefgh.txt"], 20),
        ("abcdefgh.txt", ["abcdefgh.txt"], 19), ("abcdefgh.txt", ["abcdefgh.txt"], 13), ("abcdefgh.txt", ["abcdefgh.txt"], 12),
        ("folder/abcdefgh.txt", [], 19), ("folder/abcdefgh.txt", [], 18), ("folder/abcdefgh.txt", [], 20),
        ("folder/abcdefghijklmnop.txt", [], 20), ("写真写真写真写真.png", ["写真写真写真写真.png"], 14),
        ("x" * 200 + ".png", [], 100), ("product_photo/" + "x" * 96 + ".png", [], 100),
    ]:
        case("get_available_name", lambda: available(name, taken, max_length), name=name, taken=taken,
             max_length=max_length or 0)

    class Moment(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 3, 5, 14, 7, 9)

    models.fields.files.datetime.datetime = Moment
    for folder in ["", "photos", "photos/", "photos/%Y/%m/%d", "%Y-%j", "%%", "../up", "a/../b", "%H.%M.%S"]:
        for name in ["a b.txt", "写真.png", "../a.txt", "a/b.txt"]:
            field = models.FileField(upload_to=folder, storage=Names([]))
            case("upload_to", lambda: field.generate_filename(None, name), folder=folder, name=name)


main()
