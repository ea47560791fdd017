#!/usr/bin/env python3
"""Writes next_cases.inc and django_site.inc: what Django itself says and stores, for the tests beside this file.

    PYTHONPATH=path/to/django-5.2 python3 make_test_cases.py

With --check DATABASE KEY it does the reverse: prints the name of the user whom Django finds behind that session.
"""

import os
import sys

import django
from django.conf import settings

SECRET = "the secret key that both sites have"
HERE = os.path.dirname(os.path.abspath(__file__))

settings.configure(
    SECRET_KEY=SECRET,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.auth"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sys.argv[2] if len(sys.argv) > 2 else ":memory:",
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()


def c_string(text):
    """A C string literal in octal where it must be."""
    out = ""
    for byte in text.encode():
        out += chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else "\\%03o" % byte
    return '"' + out + '"'


ADDRESSES = [
    "/", "/members/", "/a?b=c#d", "members/", "?a=1", "#x", "http://testserver/", "https://testserver/x",
    "HTTP://testserver/", "http://testserver:80/", "http://TESTSERVER/", "http://user@testserver/",
    "http://testserver@evil.example/", "//testserver/x", "//evil.example/", "///evil.example", "////evil.example",
    "http:///evil.example", "http:/evil.example", "http:evil.example", "https:evil.example", "https:/testserver/",
    "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "ftp://testserver/", "mailto:a@b", "ssh://x",
    "\\\\evil.example", "/\\evil.example", "\\/evil.example", "http:\\\\evil.example", "http:\\\\testserver\\x",
    "http://evil.example\\@testserver/", "http://testserver\\@evil.example/", "/x\\y", "\x08//evil.example",
    "\x00//evil.example", "\x1f/x", " //evil.example", "\t//evil.example", "\n//evil.example", "/\t/evil.example",
    "/\n/evil.example", "java\nscript:alert(1)", "//\tevil.example", " /x ", "/x\r\nSet-Cookie: a=b",
    "//evil%2eexample", "/%2f%2fevil.example", "/%5cevil.example", "//[::1]/", "//[::1", "http://[testserver]/",
    "http://[fe80::1]/", "http://2001:cdba:0000:0000:0000:0000:3257:9652]/", "http://testserver.evil.example/",
    "http://eviltestserver/", "http://testserver:pw@evil.example", "//testserver:80/", ":", "://evil.example",
    "http://", "https://", "//", "/.//evil.example", "/..//evil.example", "./x", "../x", "..//evil.example",
    "\uff48ttp://evil.example", "//\uff45vil.example", "/\xfc", "//testserver\uff0fx", "\u200b//evil.example",
    "\xa0//evil.example", "\u2028//evil.example", "//\xe9vil", "http\u200b://x", "\ufeff//evil.example", "view:name",
    "home:x", "a:b/c", "1:2", "+x:y", "x+y://testserver/", "", "   ", "/" + "a" * 100, "http://testserver",
    "https://testserver#@evil.example", "http://evil.example#testserver", "//testserver?x",
    "//evil.example?testserver", "http://testserver%00.evil.example/", "\U000e0001//evil.example", "\ud7ff/x",
]


def write_addresses():
    from django.utils.http import url_has_allowed_host_and_scheme as allowed

    with open(os.path.join(HERE, "next_cases.inc"), "w") as file:
        file.write("// Made by make_test_cases.py: address, followed by http, followed by https.\n")
        for url in ADDRESSES:
            plain = "true" if allowed(url, {"testserver"}) else "false"
            secure = "true" if allowed(url, {"testserver"}, require_https=True) else "false"
            file.write(f"{{std::string_view({c_string(url)}, {len(url.encode())}), {plain}, {secure}}},\n")


def write_site():
    from django.contrib.auth.models import Permission, User
    from django.contrib.sessions.models import Session
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("ann", "ann@example.com", "s3cret-word", first_name="Ann")
    client = Client()
    assert client.login(username="ann", password="s3cret-word")
    session = Session.objects.get()
    lines = ["// Made by make_test_cases.py with Django %s." % django.get_version()]
    for name, value in [
        ("kSecret", SECRET),
        ("kPasswordHash", user.password),
        ("kSessionKey", session.session_key),
        ("kSessionData", session.session_data),
    ]:
        lines.append(f"constexpr std::string_view {name} =\n    {c_string(value)};")
    columns, indexes = [], []
    with connection.cursor() as cursor:
        tables = sorted(t for t in connection.introspection.table_names() if t.startswith("auth_"))
        for table in tables:
            cursor.execute("PRAGMA table_info(%s)" % table)
            for _, name, kind, not_null, _, pk in cursor.fetchall():
                columns.append(f"{table}.{name} {kind.lower()} {not_null} {pk}")
            cursor.execute("PRAGMA index_list(%s)" % table)
            indexes += [row[1] for row in cursor.fetchall() if not row[1].startswith("sqlite_")]
    permissions = [
        f"{p.content_type.app_label}.{p.content_type.model}.{p.codename}={p.name}"
        for p in Permission.objects.select_related("content_type")
    ]
    for name, items in [("kColumns", columns), ("kIndexes", indexes), ("kPermissions", permissions)]:
        lines.append(f"constexpr std::string_view {name}[] = {{")
        lines += [f"    {c_string(item)}," for item in sorted(items)]
        lines.append("};")
    with open(os.path.join(HERE, "django_site.inc"), "w") as file:
        file.write("\n".join(lines) + "\n")


def check(key):
    from django.contrib.auth import get_user
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = SessionStore(key)
    print(get_user(request))


if len(sys.argv) > 1 and sys.argv[1] == "--check":
    check(sys.argv[3])
else:
    write_addresses()
    write_site()
