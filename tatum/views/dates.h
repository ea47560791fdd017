#pragma once

#include <tatum/views/generic.h>

/// Django's archives by date. Each takes the year, month, week and day from what the route has
/// captured, or else from the query string:
///
///     path<"<int:year>/<str:month>/">(MonthArchiveView<Post>{{.date_field = "posted"}}, "month")
///
/// `date_field` is a DateField or DateTimeField of the model; days are those of the current time
/// zone. Newer than now is shown only where `allow_future`, and a period without objects only where
/// `allow_empty`; otherwise it is a 404. As with all views that are classes, setup() may set any
/// member for the one request: `year = "2024"`, `allow_future = true` for some users.
namespace tatum::views {

/// What concerns dates in all of these views: Django's names and defaults.
struct DateOptions {
    std::string date_field = {};
    bool allow_future = false;
    // How strptime reads what the address says (see parse_with_format()).
    std::string year_format = "%Y";
    std::string month_format = "%b";
    std::string day_format = "%d";
    // Empty: what the address says.
    std::string year = {}, month = {}, day = {};
};

/// What an archive can be told: Django's names and defaults. Each view heeds what it has a use for.
struct ArchiveOptions {
    std::string date_field = {};  ///< must be given, here or by a member
    bool allow_future = false;
    bool allow_empty = false;
    bool make_object_list = false;      ///< a YearArchiveView shows objects too, not only months
    std::string date_list_period = {};  ///< "year", "month", "week" or "day"; empty: the view's own
    std::string year_format = "%Y";     ///< "%G" where week_format is "%V"
    std::string month_format = "%b";
    std::string week_format = "%U";  ///< or "%W" or "%V", whose weeks begin on Monday
    std::string day_format = "%d";
    std::string year = {}, month = {}, week = {}, day = {};  ///< empty: what the address says
    // As in ListOptions.
    std::string template_name = {};
    Function<db::AnyQuerySet()> queryset = {};
    std::int64_t paginate_by = 0;
    std::int64_t paginate_orphans = 0;
    std::string page_kwarg = "page";
    std::vector<db::OrderBy> ordering = {};  ///< empty: newest first
    std::string context_object_name = {};   ///< empty: "post_list", of an ArchiveIndexView "latest"
    std::string template_name_suffix = {};  ///< empty: the view's own, "_archive_year"
    Dict extra_context = {};
    std::string content_type = {};
};

/// What a DateDetailView can be told: Django's names and defaults.
struct DateDetailOptions {
    std::string date_field = {};  ///< must be given, here or by a member
    bool allow_future = false;
    std::string year_format = "%Y";
    std::string month_format = "%b";
    std::string day_format = "%d";
    std::string year = {}, month = {}, day = {};  ///< empty: what the address says
    // As in DetailOptions.
    std::string template_name = {};
    Function<db::AnyQuerySet()> queryset = {};
    std::string slug_field = "slug";
    std::string slug_url_kwarg = "slug";
    std::string pk_url_kwarg = "pk";
    bool query_pk_and_slug = false;
    std::string context_object_name = {};
    std::string template_name_suffix = "_detail";
    Dict extra_context = {};
    std::string content_type = {};
};

namespace impl {

enum class Archive : std::uint8_t { Index, Year, Month, Week, Day, Today };

/// All six archives, without the C++ type of the model, so that they are compiled once.
class ArchiveViewBase : public ListViewBase, public DateOptions {
public:
    ArchiveViewBase(Archive archive, const db::ModelType& model, ArchiveOptions options);
    ArchiveViewBase(const ArchiveViewBase&);
    ArchiveViewBase& operator=(const ArchiveViewBase&) = delete;
    ~ArchiveViewBase() override;

    // As in ArchiveOptions.
    std::string week_format, week;
    std::string date_list_period;
    bool make_object_list;

protected:
    // The first day of the period after or before that of `date`: the next one with objects or,
    // where `allow_empty`, just the next one; nullopt where there is none, or it lies in the future
    // and may not be shown. Queries: 1, or 0 where `allow_empty`. Throw Http404 at the end of 9999.
    std::optional<Date> get_next_year(Date date) { return next(Period::Year, date); }
    std::optional<Date> get_previous_year(Date date) { return previous(Period::Year, date); }
    std::optional<Date> get_next_month(Date date) { return next(Period::Month, date); }
    std::optional<Date> get_previous_month(Date date) { return previous(Period::Month, date); }
    std::optional<Date> get_next_week(Date date) { return next(Period::Week, date); }
    std::optional<Date> get_previous_week(Date date) { return previous(Period::Week, date); }
    std::optional<Date> get_next_day(Date date) { return next(Period::Day, date); }
    std::optional<Date> get_previous_day(Date date) { return previous(Period::Day, date); }

    Dict get_context_data() override;
    http::Response get() override;
    /// As that of a ListView; newest first unless `ordering` says otherwise.
    db::AnyQuerySet optional_queryset() const;

private:
    enum class Period : std::uint8_t { Year, Month, Week, Day };
    struct Span {
        Period period;
        std::string_view name;
    };

    Span span() const;  ///< of all but the index
    db::AnyQuerySet dated_objects();
    db::AnyQuerySet objects_between(Date first, Date end);
    db::AnyQuerySet until_now(const db::AnyQuerySet& objects) const;
    /// Puts the list into the context; 404 where it is empty and may not be.
    db::ValuesQuerySet list_dates(const db::AnyQuerySet& objects, std::string_view order);
    void list_neighbours(Period period, std::string_view name, Date date);

    std::optional<Date> next(Period period, Date date);
    std::optional<Date> previous(Period period, Date date);
    std::optional<Date> end_of(const db::AnyQuerySet& objects, Period period, bool newest);
    Date first_day(Period period, Date date) const;
    Date following(Period period, Date date) const;
    Date named_date() const;

    Archive archive_;
    Dict dated_;  ///< what the dates add to the context
};

template <class T>
class ArchiveView : public ArchiveViewBase {
public:
    ArchiveView(Archive archive, ArchiveOptions options)
        : ArchiveViewBase(archive, db::model_type<T>, std::move(options)) {}

protected:
    virtual QuerySet<T> get_queryset() { return QuerySet<T>(optional_queryset()); }
    /// Those of get_queryset() that the page shows; there once get() has found them.
    QuerySet<T> object_list() const { return QuerySet<T>(objects()); }

    db::AnyQuerySet any_queryset() final { return get_queryset().any(); }
};

DetailOptions detail_options(DateDetailOptions& options);
DateOptions date_options(DateDetailOptions& options);
/// Those of `objects` whose date is the one that the address names. Throws Http404.
db::AnyQuerySet on_named_day(const db::AnyQuerySet& objects, const DateOptions& options,
                             const http::Request& request, const Kwargs& kwargs);

}  // namespace impl

/// The newest objects, `latest`, and the years that have some, `date_list`, in
/// "blog/post_archive.html". Queries: 2, or 3 with pages.
template <class T>
class ArchiveIndexView : public impl::ArchiveView<T> {
public:
    explicit ArchiveIndexView(ArchiveOptions options = {})
        : impl::ArchiveView<T>(impl::Archive::Index, std::move(options)) {}
};

/// The months of a year that have objects, `date_list`, with `year`, `next_year` and
/// `previous_year`, in "blog/post_archive_year.html". Queries: 1 for the months, 1 for each
/// neighbour unless allow_empty; with make_object_list 1 more, or 2 with pages.
template <class T>
class YearArchiveView : public impl::ArchiveView<T> {
public:
    explicit YearArchiveView(ArchiveOptions options = {})
        : impl::ArchiveView<T>(impl::Archive::Year, std::move(options)) {}
};

/// The objects of a month, and its days that have some, `date_list`, with `month`, `next_month` and
/// `previous_month`, in "blog/post_archive_month.html". Queries: 2, or 3 with pages, and 1 for each
/// neighbour unless allow_empty.
template <class T>
class MonthArchiveView : public impl::ArchiveView<T> {
public:
    explicit MonthArchiveView(ArchiveOptions options = {})
        : impl::ArchiveView<T>(impl::Archive::Month, std::move(options)) {}
};

/// The objects of a week, with `week` (its first day), `next_week` and `previous_week`, in
/// "blog/post_archive_week.html". Queries: 1, or 2 with pages; unless allow_empty also 1 for each
/// neighbour, and 1 more with pages.
template <class T>
class WeekArchiveView : public impl::ArchiveView<T> {
public:
    explicit WeekArchiveView(ArchiveOptions options = {})
        : impl::ArchiveView<T>(impl::Archive::Week, std::move(options)) {}
};

/// The objects of a day, with `day`, `next_day`, `previous_day`, `next_month` and `previous_month`,
/// in "blog/post_archive_day.html". Queries: as a WeekArchiveView, with four neighbours.
template <class T>
class DayArchiveView : public impl::ArchiveView<T> {
public:
    explicit DayArchiveView(ArchiveOptions options = {})
        : impl::ArchiveView<T>(impl::Archive::Day, std::move(options)) {}
};

/// A DayArchiveView of today. Unlike Django: of the current time zone, not of the setting's.
template <class T>
class TodayArchiveView : public impl::ArchiveView<T> {
public:
    explicit TodayArchiveView(ArchiveOptions options = {})
        : impl::ArchiveView<T>(impl::Archive::Today, std::move(options)) {}
};

/// A DetailView whose address also names the object's year, month and day: 404 when they are not
/// its own. Queries: 1. Unlike Django: today is that of the current time zone.
template <class T>
class DateDetailView : public DetailView<T>, public DateOptions {
public:
    explicit DateDetailView(DateDetailOptions options = {})
        : DetailView<T>(impl::detail_options(options)), DateOptions(impl::date_options(options)) {}

protected:
    T get_object() override {
        return db::impl::take<T>(this->named_row(impl::on_named_day(
            this->get_queryset().any(), *this, this->request(), this->kwargs())));
    }
};

}  // namespace tatum::views

namespace tatum {
using views::ArchiveIndexView;
using views::DateDetailView;
using views::DayArchiveView;
using views::MonthArchiveView;
using views::TodayArchiveView;
using views::WeekArchiveView;
using views::YearArchiveView;
}  // namespace tatum
