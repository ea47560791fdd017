#include <tatum/views/dates.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/locals.h>
#include <tatum/base/timezone.h>
#include <tatum/db/meta.h>

#include <algorithm>

namespace tatum::views {

namespace {

constexpr Date kFirstDate = Date::from_days(-719'162);  // 0001-01-01
constexpr Date kLastDate = Date::from_days(2'932'896);  // 9999-12-31

[[noreturn]] void throw_out_of_range() { throw Http404("Date out of range"); }

[[noreturn]] void throw_none_available(const db::ModelMeta& model) {
    throw Http404("No " + model.verbose_name_plural + " available");
}

/// The name of the view, the suffix of its template and its period of dates, by impl::Archive.
struct ArchiveKind {
    std::string_view view, suffix, period;
};
constexpr ArchiveKind kArchives[] = {
    {"ArchiveIndexView", "_archive", "year"},      {"YearArchiveView", "_archive_year", "month"},
    {"MonthArchiveView", "_archive_month", "day"}, {"WeekArchiveView", "_archive_week", "year"},
    {"DayArchiveView", "_archive_day", "year"},    {"TodayArchiveView", "_archive_day", "year"}};

const ArchiveKind& kind_of(impl::Archive archive) {
    return kArchives[static_cast<std::size_t>(archive)];
}

void check_date_field(const std::string& date_field, std::string_view view) {
    if (date_field.empty()) throw ImproperlyConfigured(std::string(view) + " needs a date_field");
}

/// Is the field a moment? Otherwise it is a date.
bool is_moment(const db::ModelMeta& model, const std::string& date_field) {
    const db::FieldKind kind = model.field(date_field).kind;
    if (kind == db::FieldKind::DateTimeField) return true;
    if (kind == db::FieldKind::DateField) return false;
    throw ImproperlyConfigured("The date_field of a view, " + model.name + "." + date_field +
                               ", is neither a DateField nor a DateTimeField");
}

/// What the field of an object is at the beginning of `date` on the current time zone's clock.
Value beginning(const db::ModelMeta& model, const std::string& date_field, Date date) {
    if (!is_moment(model, date_field)) return Value(date);
    const DateTime moment = make_aware(DateTime(date, Time()), current_time_zone());
    // East of Greenwich year 1 begins before all moments that there are.
    if (moment.utc_microseconds() < DateTime(kFirstDate, Time()).local_microseconds()) {
        throw_out_of_range();
    }
    return Value(moment);
}

/// A part of a date, by the view, the route or the query string.
std::string part(std::string_view name, const std::string& chosen, const http::Request& request,
                 const Kwargs& kwargs) {
    if (!chosen.empty()) return chosen;
    if (auto captured = kwargs.text(name)) return *std::move(captured);
    if (request.GET().contains(name)) return std::string(request.GET().get(name));
    throw Http404("No " + std::string(name) + " specified");
}

/// A part of a date as text, and how to read it.
struct Part {
    std::string text, format;
};

/// Absent parts are empty: the texts are those that Django's messages show.
Date date_of(const Part& first, const Part& second = {}, const Part& third = {}) {
    const std::string text = first.text + "__" + second.text + "__" + third.text;
    const std::string format = first.format + "__" + second.format + "__" + third.format;
    const auto read = parse_with_format(text, format);
    if (!read) throw Http404("Invalid date string “" + text + "” given format “" + format + "”");
    return read->date();
}

/// The year, the month and the day that the address names.
struct Parts {
    const DateOptions& options;
    const http::Request& request;
    const Kwargs& kwargs;

    Part year() const { return {part("year", options.year, request, kwargs), options.year_format}; }
    Part month() const {
        return {part("month", options.month, request, kwargs), options.month_format};
    }
    Part day() const { return {part("day", options.day, request, kwargs), options.day_format}; }
};

ListOptions list_options(impl::Archive archive, ArchiveOptions& options) {
    const bool is_index = archive == impl::Archive::Index;
    if (is_index && options.context_object_name.empty()) options.context_object_name = "latest";
    if (options.template_name_suffix.empty()) {
        options.template_name_suffix = kind_of(archive).suffix;
    }
    return {.template_name = std::move(options.template_name),
            .queryset = std::move(options.queryset),
            .paginate_by = options.paginate_by,
            .paginate_orphans = options.paginate_orphans,
            .page_kwarg = std::move(options.page_kwarg),
            .ordering = std::move(options.ordering),
            .context_object_name = std::move(options.context_object_name),
            .allow_empty = options.allow_empty,
            .template_name_suffix = std::move(options.template_name_suffix),
            .extra_context = std::move(options.extra_context),
            .content_type = std::move(options.content_type)};
}

template <class Options>
DateOptions moved_date_options(Options& options) {
    return {.date_field = std::move(options.date_field),
            .allow_future = options.allow_future,
            .year_format = std::move(options.year_format),
            .month_format = std::move(options.month_format),
            .day_format = std::move(options.day_format),
            .year = std::move(options.year),
            .month = std::move(options.month),
            .day = std::move(options.day)};
}

Value or_none(const std::optional<Date>& date) { return date ? Value(*date) : Value(); }

}  // namespace

namespace impl {

ArchiveViewBase::ArchiveViewBase(Archive archive, const db::ModelType& model,
                                 ArchiveOptions options)
    : ListViewBase(model, list_options(archive, options)),
      DateOptions(moved_date_options(options)),
      week_format(std::move(options.week_format)),
      week(std::move(options.week)),
      date_list_period(std::move(options.date_list_period)),
      make_object_list(options.make_object_list),
      archive_(archive) {
    if (date_list_period.empty()) date_list_period = kind_of(archive).period;
}
ArchiveViewBase::ArchiveViewBase(const ArchiveViewBase&) = default;
ArchiveViewBase::~ArchiveViewBase() = default;

db::AnyQuerySet ArchiveViewBase::optional_queryset() const {
    check_date_field(date_field, kind_of(archive_).view);
    db::AnyQuerySet objects = ListViewBase::optional_queryset();
    if (!ordering.empty()) return objects;
    const db::OrderBy newest_first[] = {"-" + date_field};
    return objects.order_by(newest_first);
}

http::Response ArchiveViewBase::get() {
    check_date_field(date_field, kind_of(archive_).view);
    return show(dated_objects());
}

Dict ArchiveViewBase::get_context_data() {
    Dict context = ListViewBase::get_context_data();
    for (const auto& [key, value] : dated_) {
        if (!extra_context.contains(key.as_string())) context.set(key, value);
    }
    return context;
}

ArchiveViewBase::Span ArchiveViewBase::span() const {
    if (archive_ == Archive::Year) return {Period::Year, "year"};
    if (archive_ == Archive::Month) return {Period::Month, "month"};
    if (archive_ == Archive::Week) return {Period::Week, "week"};
    return {Period::Day, "day"};
}

db::AnyQuerySet ArchiveViewBase::dated_objects() {
    if (archive_ == Archive::Index) {
        db::AnyQuerySet objects = until_now(any_queryset());
        return list_dates(objects, "DESC").rows().empty() ? objects.none() : objects;
    }
    const Date date = named_date();
    const auto [period, name] = span();
    db::AnyQuerySet objects = objects_between(date, following(period, date));
    if (period == Period::Year || period == Period::Month) {
        list_dates(objects, "ASC");
    } else {
        if (!allow_empty && is_empty(objects)) throw_none_available(objects.model());
        dated_.set("date_list", Value());
    }
    dated_.set(name, Value(date));
    list_neighbours(period, name, date);
    if (period == Period::Day) list_neighbours(Period::Month, "month", date);
    return period == Period::Year && !make_object_list ? objects.none() : objects;
}

db::AnyQuerySet ArchiveViewBase::objects_between(Date first, Date end) {
    const db::AnyQuerySet objects = any_queryset();
    const db::Q since(date_field + "__gte", beginning(objects.model(), date_field, first));
    const db::Q before(date_field + "__lt", beginning(objects.model(), date_field, end));
    return until_now(objects.filter({&since, &before}));
}

db::AnyQuerySet ArchiveViewBase::until_now(const db::AnyQuerySet& objects) const {
    if (allow_future) return objects;
    const bool moment = is_moment(objects.model(), date_field);
    return objects.filter(db::Q(date_field + "__lte", moment ? Value(now()) : Value(local_date())));
}

// A list without dates tells that there are no objects, so that nothing else has to ask for them.
db::ValuesQuerySet ArchiveViewBase::list_dates(const db::AnyQuerySet& objects,
                                               std::string_view order) {
    db::ValuesQuerySet dates = is_moment(objects.model(), date_field)
                                   ? objects.datetimes(date_field, date_list_period, order)
                                   : objects.dates(date_field, date_list_period, order);
    if (!allow_empty && dates.rows().empty()) throw_none_available(objects.model());
    dated_.set("date_list", to_value(dates));
    return dates;
}

void ArchiveViewBase::list_neighbours(Period period, std::string_view name, Date date) {
    dated_.set("next_" + std::string(name), or_none(next(period, date)));
    dated_.set("previous_" + std::string(name), or_none(previous(period, date)));
}

std::optional<Date> ArchiveViewBase::next(Period period, Date date) {
    const Date end = following(period, date);
    if (allow_empty) return allow_future || end <= local_date() ? std::optional(end) : std::nullopt;
    const db::AnyQuerySet objects = any_queryset();
    const db::Q later(date_field + "__gte", beginning(objects.model(), date_field, end));
    return end_of(until_now(objects.filter(later)), period, false);
}

std::optional<Date> ArchiveViewBase::previous(Period period, Date date) {
    const Date start = first_day(period, date);
    if (allow_empty) {
        if (start == kFirstDate) return std::nullopt;
        const Date before = first_day(period, start - 1);
        return allow_future || before <= local_date() ? std::optional(before) : std::nullopt;
    }
    const db::AnyQuerySet objects = any_queryset();
    const db::Q earlier(date_field + "__lt", beginning(objects.model(), date_field, start));
    return end_of(until_now(objects.filter(earlier)), period, true);
}

/// The first day of the period of the newest or the oldest of `objects`.
std::optional<Date> ArchiveViewBase::end_of(const db::AnyQuerySet& objects, Period period,
                                            bool newest) {
    const db::OrderBy order[] = {newest ? "-" + date_field : date_field};
    const auto found = objects.order_by(order).values_flat(date_field).first();
    if (!found) return std::nullopt;
    if (found->kind() == Kind::Date) return first_day(period, found->as_date());
    // On the clocks of some zones the first moments lie before year 1, the last after 9999.
    const std::int64_t utc = found->as_datetime().utc_microseconds();
    const std::int64_t offset_seconds = current_time_zone().offset_at_utc(utc);
    const Date date = DateTime::from_local(utc + offset_seconds * 1'000'000).date();
    return first_day(period, std::clamp(date, kFirstDate, kLastDate));
}

Date ArchiveViewBase::first_day(Period period, Date date) const {
    switch (period) {
        case Period::Year:
            return date - (date.day_of_year() - 1);
        case Period::Month:
            return date - (date.day() - 1);
        case Period::Week: {
            const int days = week_format == "%U" ? date.isoweekday() % 7 : date.weekday();
            return std::max(date - days, kFirstDate);
        }
        case Period::Day:
            break;
    }
    return date;
}

/// The first day of the next period. Throws Http404 after the year 9999.
Date ArchiveViewBase::following(Period period, Date date) const {
    // Far enough to be in the next period, and not in the one after.
    constexpr int kDays[] = {366, 31, 7, 1};
    const Date inside = first_day(period, date) + kDays[static_cast<std::size_t>(period)];
    if (inside > kLastDate) throw_out_of_range();
    return first_day(period, inside);
}

Date ArchiveViewBase::named_date() const {
    const Parts parts{*this, request(), kwargs()};
    switch (archive_) {
        case Archive::Year:
            return date_of(parts.year());
        case Archive::Month: {
            const Part first = parts.year();
            return date_of(first, parts.month());
        }
        case Archive::Day: {
            const Part first = parts.year(), second = parts.month();
            return date_of(first, second, parts.day());
        }
        case Archive::Week:
            break;
        default:
            return local_date();
    }
    const Part first = parts.year();
    const Part last{part("week", week, request(), kwargs()), week_format};
    if (week_format != "%U" && week_format != "%W" && week_format != "%V") {
        throw ImproperlyConfigured("The week_format of a WeekArchiveView is %U, %W or %V, not " +
                                   week_format);
    }
    if (week_format == "%V" && year_format != "%G") {
        throw ImproperlyConfigured(
            "A WeekArchiveView whose week_format is %V needs %G as its year_format, not " +
            year_format);
    }
    return date_of(first, {week_format == "%U" ? "0" : "1", "%w"}, last);
}

DateOptions date_options(DateDetailOptions& options) { return moved_date_options(options); }

DetailOptions detail_options(DateDetailOptions& options) {
    return {.template_name = std::move(options.template_name),
            .queryset = std::move(options.queryset),
            .slug_field = std::move(options.slug_field),
            .slug_url_kwarg = std::move(options.slug_url_kwarg),
            .pk_url_kwarg = std::move(options.pk_url_kwarg),
            .query_pk_and_slug = options.query_pk_and_slug,
            .context_object_name = std::move(options.context_object_name),
            .template_name_suffix = std::move(options.template_name_suffix),
            .extra_context = std::move(options.extra_context),
            .content_type = std::move(options.content_type)};
}

db::AnyQuerySet on_named_day(const db::AnyQuerySet& objects, const DateOptions& options,
                             const http::Request& request, const Kwargs& kwargs) {
    check_date_field(options.date_field, "DateDetailView");
    const Parts parts{options, request, kwargs};
    const Part year = parts.year(), month = parts.month();
    const Date date = date_of(year, month, parts.day());
    const db::ModelMeta& model = objects.model();
    if (!options.allow_future && date > local_date()) {
        throw Http404("Future " + model.verbose_name_plural +
                      " not available because DateDetailView.allow_future is False.");
    }
    if (!is_moment(model, options.date_field)) {
        return objects.filter(db::Q(options.date_field, Value(date)));
    }
    if (date == kLastDate) throw_out_of_range();
    const db::Q since(options.date_field + "__gte", beginning(model, options.date_field, date));
    const db::Q before(options.date_field + "__lt", beginning(model, options.date_field, date + 1));
    return objects.filter({&since, &before});
}

}  // namespace impl

}  // namespace tatum::views
