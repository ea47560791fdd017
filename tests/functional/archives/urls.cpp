#include "app.h"
#include "models.h"

#include <tatum/tatum.h>
#include <tatum/views/dates.h>

using namespace tatum;

namespace archives {

namespace {

/// All seven views with the same options. make_cases.py has the same addresses.
template <class T>
urls::Included group(views::ArchiveOptions options) {
    const views::DateDetailOptions single{.date_field = options.date_field,
                                          .allow_future = options.allow_future};
    return include(Urls{
        path<"">(ArchiveIndexView<T>{options}),
        path<"today/">(TodayArchiveView<T>{options}),
        path<"query/year/">(YearArchiveView<T>{options}),
        path<"query/month/">(MonthArchiveView<T>{options}),
        path<"query/week/">(WeekArchiveView<T>{options}),
        path<"query/day/">(DayArchiveView<T>{options}),
        path<"query/detail/<slug:slug>/">(DateDetailView<T>{single}),
        path<"<str:year>/">(YearArchiveView<T>{options}),
        path<"<str:year>/week/<str:week>/">(WeekArchiveView<T>{options}),
        path<"<str:year>/<str:month>/">(MonthArchiveView<T>{options}),
        path<"<str:year>/<str:month>/<str:day>/">(DayArchiveView<T>{options}),
        path<"<str:year>/<str:month>/<str:day>/<slug:slug>/">(DateDetailView<T>{single}),
        path<"<str:year>/<str:month>/<str:day>/pk/<int:pk>/">(DateDetailView<T>{single}),
    });
}

// [programme-begin]
/// The events of 2024; the staff also sees those to come.
struct Programme : YearArchiveView<Event> {
    Programme() {
        date_field = "moment";
        make_object_list = true;
        template_name = "archives/event_archive_year.html";
    }
    void setup() override {
        allow_future = request().GET().contains("staff");
        year = "2024";
    }
    QuerySet<Event> get_queryset() override {
        return YearArchiveView::get_queryset().exclude(F<&Event::slug> == "leap");
    }
    Dict get_context_data() override {
        Dict context = YearArchiveView::get_context_data();
        context.set("title", std::to_string(object_list().count()) + " events");
        return context;
    }
};

// [programme-end]

// [archives-begin]
const Urls diary{
    path<"">(ArchiveIndexView<Event>{{.date_field = "moment", .paginate_by = 20}}, "diary"),
    path<"<int:year>/">(YearArchiveView<Event>{{.date_field = "moment"}}, "diary_year"),
    path<"<int:year>/<str:month>/">(MonthArchiveView<Event>{{.date_field = "moment"}},
                                    "diary_month"),
    path<"<int:year>/<str:month>/<int:day>/">(DayArchiveView<Event>{{.date_field = "moment"}},
                                              "diary_day"),
    path<"<int:year>/<str:month>/<int:day>/<slug:slug>/">(
        DateDetailView<Event>{{.date_field = "moment"}}, "diary_event"),
};
// [archives-end]

template <class T>
Urls views_of(std::string field) {
    return {
        path<"monday/<str:year>/<str:week>/">(
            WeekArchiveView<T>{{.date_field = field, .week_format = "%W"}}),
        path<"iso/<str:year>/<str:week>/">(WeekArchiveView<T>{
            {.date_field = field, .allow_empty = true, .year_format = "%G", .week_format = "%V"}}),
        path<"wrong/<str:year>/<str:week>/">(
            WeekArchiveView<T>{{.date_field = field, .week_format = "%V"}}),
        path<"strange/<str:year>/<str:week>/">(
            WeekArchiveView<T>{{.date_field = field, .week_format = "%j"}}),
        path<"numbers/<int:year>/<int:month>/">(
            MonthArchiveView<T>{{.date_field = field, .month_format = "%m"}}),
        path<"numbers/<int:year>/<int:month>/<int:day>/">(
            DayArchiveView<T>{{.date_field = field, .month_format = "%m"}}),
        path<"joined/<str:year>/">(
            YearArchiveView<T>{{.date_field = field, .year_format = "%Y-%m"}}),
        path<"fixed/">(MonthArchiveView<T>{{.date_field = field, .year = "2024", .month = "feb"}}),
        path<"plain/">(group<T>({.date_field = field})),
        path<"empty/">(group<T>({.date_field = field, .allow_empty = true})),
        path<"future/">(group<T>({.date_field = field, .allow_future = true})),
        path<"all/">(group<T>({.date_field = field, .allow_future = true, .allow_empty = true})),
        path<"paged/">(group<T>({.date_field = field, .make_object_list = true, .paginate_by = 2})),
        path<"months/">(
            group<T>({.date_field = field, .date_list_period = "month", .paginate_by = 2})),
        path<"listed/">(group<T>({.date_field = field,
                                  .make_object_list = true,
                                  .date_list_period = "week",
                                  .ordering = {"title"},
                                  .context_object_name = "things",
                                  .extra_context = {{"year", "mine"}}})),
        path<"no-field/">(ArchiveIndexView<T>{}),
        path<"no-date/">(ArchiveIndexView<T>{{.date_field = "title"}}),
        path<"no-such-field/">(ArchiveIndexView<T>{{.date_field = "birthday"}}),
        path<"no-field/<slug:slug>/">(DateDetailView<T>{{.year = "2024", .month = "feb"}}),
    };
}

}  // namespace

const Urls urls{
    path<"books/">(include(views_of<Book>("published"))),
    path<"events/">(include(views_of<Event>("moment"))),
    path<"programme/">(Programme{}),
    path<"diary/">(include(diary)),
};

}  // namespace archives
