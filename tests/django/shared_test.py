"""shared_test.py SITE: a Tatum site and a Django site on one database, each with what the other has made.

The Django is that of this python, or one that PYTHONPATH leads to. Ends with `N passed, N failed`.
"""
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parent.parent / "serving"))
from harness import Site, ask, run  # noqa: E402

try:
    import django  # noqa: F401
except ImportError:
    print("0 passed, 0 failed (there is no Django here)")
    sys.exit(0)

PROGRAM = os.path.abspath(sys.argv[1])
KEY = "a-key-that-both-sites-have-0123456789-0123456789-abcdef"

DJANGO = '''
import sys
from django.conf import settings
settings.configure(
    SECRET_KEY={key!r}, USE_TZ=True, ALLOWED_HOSTS=["testserver"], ROOT_URLCONF=__name__,
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": {path!r}}}}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"])
import django
django.setup()
from django.contrib import messages
from django.http import HttpResponse
from django.test import Client
from django.urls import path

def view_set(request, name, value):
    request.session[name] = value
    return HttpResponse(request.session.session_key or "")
def view_get(request, name):
    return HttpResponse(str(request.session.get(name)))
def view_note(request, text):
    messages.success(request, text, extra_tags="from django")
    return HttpResponse("noted")
def view_show(request):
    return HttpResponse("".join("[%s]%s;" % (m.tags, m) for m in messages.get_messages(request)))

urlpatterns = [path("set/<name>/<value>/", view_set), path("get/<name>/", view_get),
               path("note/<text>/", view_note), path("show/", view_show)]

def ask(target, **cookies):
    client = Client()
    for name, value in cookies.items():
        client.cookies[name] = value
    response = client.get(target)
    for name, morsel in response.cookies.items():
        print("cookie", name, morsel.value)
    print(response.content.decode(), end="")
'''


class Both:
    """A folder with one database, and both sites on it."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "db.sqlite3")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def django(self, code):
        program = DJANGO.format(key=KEY, path=self.path) + code
        return subprocess.run([sys.executable, "-c", program], check=True, text=True, capture_output=True).stdout

    def environment(self):
        return {"DATABASE_URL": f"sqlite:///{self.path}", "DEBUG": "false", "SECRET_KEY": KEY}

    def tatum(self, *words):
        done = subprocess.run([PROGRAM, *words], cwd=self.folder.name, env=dict(os.environ, **self.environment()),
                              text=True, capture_output=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def serve(self):
        return Site(PROGRAM, "--port", "0", environment=self.environment(), cwd=self.folder.name)

    def tables(self):
        with sqlite3.connect(self.path) as database:
            return sorted(database.execute(
                "SELECT name, replace(replace(sql, 'CREATE TABLE IF NOT EXISTS', 'CREATE TABLE'), '  ', ' ') "
                "FROM sqlite_master WHERE tbl_name LIKE 'django_%' AND sql IS NOT NULL"))

    def rows(self, sql):
        with sqlite3.connect(self.path) as database:
            return database.execute(sql).fetchall()


MIGRATE = "from django.core.management import call_command\ncall_command('migrate', verbosity=1)"


def a_database_that_django_made_is_migrated():
    with Both() as both:
        both.django(MIGRATE)
        tables, types = both.tables(), both.rows("SELECT * FROM django_content_type ORDER BY id")
        assert "No migrations to apply." in both.tatum("migrate")
        assert "[ ]" not in both.tatum("showmigrations")
        assert both.tables() == tables
        assert both.rows("SELECT * FROM django_content_type ORDER BY id") == types


def a_database_that_tatum_made_is_migrated_for_django():
    with Both() as both:
        both.tatum("migrate")
        tables, types = both.tables(), both.rows("SELECT * FROM django_content_type ORDER BY id")
        assert "No migrations to apply" in both.django(MIGRATE)
        assert both.tables() == tables
        assert both.rows("SELECT * FROM django_content_type ORDER BY id") == types
        both.tatum("migrate", "sessions", "zero")
        assert "sessions.0001_initial" in both.django(MIGRATE)


def the_tables_are_the_same():
    with Both() as first, Both() as second:
        first.django(MIGRATE)
        second.tatum("migrate")
        assert first.tables() == second.tables(), (first.tables(), second.tables())


def cookies_of(output):
    return dict(line.split(" ", 2)[1:] for line in output.splitlines() if line.startswith("cookie "))


def cookie_of(headers, name):
    for part in headers.get("set-cookie", "").split(", "):
        if part.startswith(name + "="):
            return part.split(";")[0].split("=", 1)[1].strip('"')
    return None


def sessions_are_shared():
    with Both() as both:
        both.tatum("migrate")
        with both.serve() as site:
            port = site.serving().port
            _, headers, _ = ask(port, "/set/cart/" + quote("zwölf") + "/")
            key = cookie_of(headers, "sessionid")
            assert key and len(key) == 32, headers
            assert "zwölf" in both.django(f"ask('/get/cart/', sessionid={key!r})")
            both.django(f"ask('/set/basket/7/', sessionid={key!r})")
            _, _, body = ask(port, "/get/basket/", f"Cookie: sessionid={key}\r\n")
            assert body == b"7", body

            theirs = cookies_of(both.django("ask('/set/theirs/yes/')"))["sessionid"]
            assert ask(port, "/get/theirs/", f"Cookie: sessionid={theirs}\r\n")[2] == b"yes"
            ask(port, "/flush/", f"Cookie: sessionid={theirs}\r\n")
            assert "None" in both.django(f"ask('/get/theirs/', sessionid={theirs!r})")


def messages_are_shared():
    with Both() as both:
        both.tatum("migrate")
        with both.serve() as site:
            port = site.serving().port
            mine = cookie_of(ask(port, "/note/Saved./")[1], "messages")
            assert "[from tatum success]Saved.;" in both.django(f"ask('/show/', messages={mine!r})")
            theirs = cookies_of(both.django("ask('/note/Done./')"))["messages"]
            body = ask(port, "/show/", f"Cookie: messages={theirs}\r\n")[2]
            assert body == b"[from django success]Done.;", body


def long_messages_go_to_the_session_that_both_read():
    with Both() as both:
        both.tatum("migrate")
        text = os.urandom(900).hex()
        with both.serve() as site:
            port = site.serving().port
            output = both.django(f"ask('/note/{text}/')")
            found = cookies_of(output)
            cookies = "; ".join(f"{name}={value}" for name, value in found.items())
            _, _, body = ask(port, "/show/", f"Cookie: {cookies}\r\n")
            assert body.decode() == f"[from django success]{text};"


if __name__ == "__main__":
    run([
        a_database_that_django_made_is_migrated, a_database_that_tatum_made_is_migrated_for_django,
        the_tables_are_the_same, sessions_are_shared, messages_are_shared,
        long_messages_go_to_the_session_that_both_read,
    ])
