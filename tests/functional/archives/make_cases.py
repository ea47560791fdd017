"""Asks Django for the expectations of archives_test.cpp:

    PYTHONPATH=... python3 make_cases.py > cases.jsonl

Each line is a case: a moment, a time zone, an address, and what came back. "context" holds what the template got,
"queries" how many statements it took with both lists shown. "error" is the text of a 404; a view that failed has the
name of the exception as its status. urls.cpp has the same addresses.
"""
import datetime
import json
import os
from urllib.parse import unquote

import django
from django.conf import settings

FOLDER = os.path.dirname(os.path.abspath(__file__))
settings.configure(
    USE_TZ=True, TIME_ZONE="UTC", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], INSTALLED_APPS=[], DEBUG=False,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()

from django.db import connection, models  # noqa: E402
from django.http import Http404  # noqa: E402
from django.test import RequestFactory, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import include, path, resolve  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.views.generic import dates  # noqa: E402


class Book(models.Model):
    title = models.CharField(max_length=50)
    slug = models.SlugField()
    published = models.DateField(null=True)

    class Meta:
        app_label = "archives"
        ordering = ["title"]


class Event(models.Model):
    title = models.CharField(max_length=50)
    slug = models.SlugField()
    moment = models.DateTimeField(null=True)

    class Meta:
        app_label = "archives"
        ordering = ["title"]


def group(model, field, **options):
    base = {"model": model, "date_field": field}
    shown = base | {k: v for k, v in options.items() if k != "make_object_list"}
    detail = base | {k: v for k, v in options.items() if k == "allow_future"}
    views = {
        "index": dates.ArchiveIndexView.as_view(**shown),
        "year": dates.YearArchiveView.as_view(**base, **options),
        "month": dates.MonthArchiveView.as_view(**shown),
        "week": dates.WeekArchiveView.as_view(**shown),
        "day": dates.DayArchiveView.as_view(**shown),
        "today": dates.TodayArchiveView.as_view(**shown),
        "detail": dates.DateDetailView.as_view(**detail),
    }
    return include([
        path("", views["index"]),
        path("today/", views["today"]),
        path("query/year/", views["year"]),
        path("query/month/", views["month"]),
        path("query/week/", views["week"]),
        path("query/day/", views["day"]),
        path("query/detail/<slug:slug>/", views["detail"]),
        path("<str:year>/", views["year"]),
        path("<str:year>/week/<str:week>/", views["week"]),
        path("<str:year>/<str:month>/", views["month"]),
        path("<str:year>/<str:month>/<str:day>/", views["day"]),
        path("<str:year>/<str:month>/<str:day>/<slug:slug>/", views["detail"]),
        path("<str:year>/<str:month>/<str:day>/pk/<int:pk>/", views["detail"]),
    ])


def groups(model, field):
    return include([
        path("plain/", group(model, field)),
        path("empty/", group(model, field, allow_empty=True)),
        path("future/", group(model, field, allow_future=True)),
        path("all/", group(model, field, allow_empty=True, allow_future=True)),
        path("paged/", group(model, field, paginate_by=2, make_object_list=True)),
        path("months/", group(model, field, paginate_by=2, date_list_period="month")),
        path("listed/", group(model, field, make_object_list=True, date_list_period="week", ordering="title",
                              context_object_name="things", extra_context={"year": "mine"})),
    ])


def variants(model, field):
    base = {"model": model, "date_field": field}
    return [
        path("monday/<str:year>/<str:week>/", dates.WeekArchiveView.as_view(week_format="%W", **base)),
        path("iso/<str:year>/<str:week>/",
             dates.WeekArchiveView.as_view(week_format="%V", year_format="%G", allow_empty=True, **base)),
        path("wrong/<str:year>/<str:week>/", dates.WeekArchiveView.as_view(week_format="%V", **base)),
        path("strange/<str:year>/<str:week>/", dates.WeekArchiveView.as_view(week_format="%j", **base)),
        path("numbers/<int:year>/<int:month>/", dates.MonthArchiveView.as_view(month_format="%m", **base)),
        path("numbers/<int:year>/<int:month>/<int:day>/", dates.DayArchiveView.as_view(month_format="%m", **base)),
        path("joined/<str:year>/", dates.YearArchiveView.as_view(year_format="%Y-%m", **base)),
        path("fixed/", dates.MonthArchiveView.as_view(year="2024", month="feb", **base)),
    ]


urlpatterns = [
    path("books/", include(variants(Book, "published"))),
    path("events/", include(variants(Event, "moment"))),
    path("books/", groups(Book, "published")),
    path("events/", groups(Event, "moment")),
]


class Clock:
    """Stands in for the module `datetime` in django.views.generic.dates."""

    class date(datetime.date):
        @classmethod
        def today(cls):
            return timezone.localdate(timezone=timezone.get_default_timezone())

    timedelta, time, datetime = datetime.timedelta, datetime.time, datetime.datetime


def plain(value):
    if isinstance(value, datetime.datetime):
        # A clock reading that a day of summer time leaves out becomes the one that there is.
        zone = timezone.get_default_timezone()
        return value.astimezone(datetime.timezone.utc).astimezone(zone).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return value.title
    if isinstance(value, (models.QuerySet, list)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return getattr(value, "number", None)


def ask(address):
    url, _, _ = address.partition("?")
    match = resolve(unquote(url))
    request = RequestFactory().get(address)
    out = {}
    with CaptureQueriesContext(connection) as queries:
        try:
            response = match.func(request, *match.args, **match.kwargs)
            context = {k: plain(v) for k, v in response.context_data.items() if k not in ("view", "paginator")}
            out = {"status": 200, "template": response.template_name[-1], "context": context}
        except Http404 as error:
            out = {"status": 404, "error": str(error)}
        except Exception as error:
            out = {"status": type(error).__name__}
    out["queries"] = len(queries)
    return out


def both(*addresses):
    for address in addresses:
        yield "/books/" + address
        yield "/events/" + address


GROUPS = ["plain", "empty", "future", "all", "paged", "months", "listed"]
INSIDE = ["", "2024/", "2023/", "2020/", "2030/", "2024/feb/", "2024/dec/", "2024/mar/", "2024/week/9/", "2024/week/0/",
          "2024/week/08/", "2024/feb/29/", "2024/feb/28/", "2024/jun/15/", "today/"]
REST = [
    "plain/query/year/?year=2024", "plain/query/year/", "plain/query/year/?year=", "plain/query/month/?year=2024&month=feb",
    "plain/query/month/?year=2024", "plain/query/month/?month=feb", "plain/query/week/?year=2024&week=9",
    "plain/query/week/?year=2024", "plain/query/day/?year=2024&month=feb&day=29", "plain/query/day/?year=2024&month=feb",
    "plain/query/detail/leap/?year=2024&month=feb&day=29", "plain/query/detail/leap/?year=2024&month=feb",
    "plain/query/year/?year=2020&year=2024",
    "plain/2024/feb/29/leap/", "plain/2024/FEB/29/leap/", "plain/2024/feb/28/leap/", "plain/2024/feb/29/other/",
    "plain/2024/feb/29/pk/1/", "plain/2024/feb/29/pk/2/", "plain/2031/jan/1/later/", "future/2031/jan/1/later/",
    "plain/2031/feb/30/later/", "plain/2024/jun/15/today/",
    "plain/24/", "plain/20240/", "plain/0/", "plain/0000/", "plain/0001/", "all/0001/", "plain/9999/", "all/9998/",
    "all/9999/", "all/9999/dec/", "all/9999/nov/", "all/9999/dec/30/", "all/9999/nov/30/", "all/0001/jan/",
    "plain/x/", "plain/-024/", "plain/99999999999999999999/", "plain/2024/february/", "plain/2024/2/", "plain/2023/feb/29/",
    "plain/2024/week/53/", "plain/2024/week/54/", "plain/2024/week/x/", "all/2024/week/53/", "all/2024/week/00/",
    "all/9999/week/52/", "all/9999/week/53/", "all/0001/week/0/", "all/0001/week/1/", "all/2024/feb/0/", "all/2024/feb/031/",
    "plain/2024/%3Cb%3E/", "paged/?page=2", "paged/?page=last", "paged/?page=9", "paged/?page=x", "paged/2024/?page=2",
    "paged/2024/feb/?page=2", "months/?page=2",
    "monday/2024/9/", "monday/2024/0/", "monday/2024/8/", "iso/2024/09/", "iso/2024/9/", "iso/2020/53/", "iso/2024/1/",
    "iso/2025/1/", "iso/24/1/", "wrong/2024/9/", "strange/2024/9/", "numbers/2024/2/", "numbers/2024/02/",
    "numbers/2024/13/", "numbers/2024/2/29/", "numbers/24/2/29/", "joined/2024-02/", "joined/2024/", "fixed/",
    "fixed/?year=2023",
]
NOON = "2024-06-15T12:00:00+00:00"


def addresses():
    for name in GROUPS:
        for inside in INSIDE:
            yield from both(name + "/" + inside)
    yield from both(*REST)


def fill():
    with open(os.path.join(FOLDER, "fixtures", "archives.json")) as file:
        for item in json.load(file):
            model = {"archives.book": Book, "archives.event": Event}[item["model"]]
            model.objects.create(pk=item["pk"], **item["fields"])


def cases():
    for address in addresses():
        yield NOON, "UTC", address
    for name in ("plain", "all"):
        # The days of events are those of the zone; a day may begin at one o'clock, and one at half past two.
        for inside in ("", "2023/", "2024/", "2024/jan/", "2024/mar/", "2024/mar/31/", "2024/apr/1/", "2024/oct/27/",
                       "2024/feb/29/leap/", "2024/mar/1/leap/", "2023/dec/31/eve/", "2024/jan/1/eve/"):
            for zone in ("Europe/Berlin", "Pacific/Auckland", "America/New_York"):
                yield "2024-12-01T12:00:00+00:00", zone, f"/events/{name}/{inside}"
        for inside in ("2018/nov/4/", "2018/nov/3/", "2018/nov/", "2018/feb/17/", "2018/feb/18/", "2018/week/44/"):
            yield "2024-12-01T12:00:00+00:00", "America/Sao_Paulo", f"/events/{name}/{inside}"
    for moment in ("2024-03-31T10:30:00+00:00", "2024-03-31T12:30:00+00:00", "2024-12-31T23:59:59+00:00"):
        for zone in ("UTC", "Pacific/Auckland", "America/New_York"):
            for inside in ("plain/today/", "all/today/", "empty/today/", "empty/2024/mar/30/", "empty/2024/mar/",
                           "empty/2024/", "empty/2024/week/12/", "plain/2024/mar/31/bells/", "plain/2024/apr/1/bells/"):
                for address in both(inside):
                    yield moment, zone, address


def main():
    with connection.schema_editor() as editor:
        editor.create_model(Book)
        editor.create_model(Event)
    fill()
    dates.datetime = Clock
    for moment, zone, address in cases():
        timezone.now = lambda: datetime.datetime.fromisoformat(moment)
        with override_settings(TIME_ZONE=zone):
            case = {"now": moment, "zone": zone, "address": address}
            print(json.dumps(case | ask(address), ensure_ascii=False))


if __name__ == "__main__":
    main()
