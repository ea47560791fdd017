#include <tatum/base/dateformat.h>

#include <tatum/base/impl/civil.h>
#include <tatum/base/impl/digits.h>
#include <tatum/base/timezone.h>
#include <tatum/base/unicode.h>

#include <array>
#include <optional>

namespace tatum {

namespace {

using impl::append_padded;
using impl::kMicrosecondsPerSecond;

constexpr std::string_view kTimeCharacters = "aAefgGhHiOPsTuZ";
constexpr std::string_view kDateCharacters = "bcdDEFIjlLmMnNorStUwWyYz";

/// What a format character means: a table by its byte.
enum class Part : std::uint8_t { Text, OfTime, OfDate };

constexpr std::array<Part, 128> kParts = [] {
    std::array<Part, 128> parts{};
    for (const char c : kTimeCharacters) parts[static_cast<std::size_t>(c)] = Part::OfTime;
    for (const char c : kDateCharacters) parts[static_cast<std::size_t>(c)] = Part::OfDate;
    return parts;
}();

Part part_of(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < kParts.size() ? kParts[byte] : Part::Text;
}

/// "st", "nd", "rd", "th": of the English day of the month.
std::string_view ordinal_suffix(int day) {
    if (day >= 11 && day <= 13) return "th";
    switch (day % 10) {
        case 1:
            return "st";
        case 2:
            return "nd";
        case 3:
            return "rd";
        default:
            return "th";
    }
}

/// One value that is being written: a date, a time, or both with or without a zone.
class Writer {
public:
    Writer(std::string& out, const Language& language) : out_(out), language_(language) {}

    void set_date(Date date) {
        date_ = date;
        civil_ = impl::civil_from_days(date.days());
        has_date_ = true;
    }
    void set_time(Time time) {
        time_ = time;
        has_time_ = true;
    }
    /// A naive value is taken to be in the default zone.
    void set_moment(const DateTime& moment) {
        set_date(moment.date());
        set_time(moment.time());
        is_aware_ = moment.is_aware();
        moment_ = is_aware_ ? moment : in_default_zone();
        has_moment_ = true;
    }

    Result<void> write(std::string_view format) {
        for (std::size_t i = 0; i < format.size(); ++i) {
            const char c = format[i];
            const Part part = part_of(c);
            if (c == '\\' && i + 1 < format.size() && format[i + 1] != '\n') {
                i = write_escaped(format, i);
            } else if (part == Part::Text) {
                out_ += c;
            } else if (part == Part::OfTime && !has_time_) {
                return Error{.code = "dateformat.E001",
                             .message = std::string("The format for date objects may not contain "
                                                    "time-related format specifiers (found '") +
                                        c + "')."};
            } else if (c == 'c' && !has_date_) {
                out_ += time_.isoformat();
            } else if ((c == 'r' || c == 'U') && !has_date_) {
                return Error{.code = "dateformat.E004",
                             .message = std::string("a time has no day to give '") + c + "'"};
            } else if (part == Part::OfDate && !has_date_) {
                return Error{.code = "dateformat.E002",
                             .message = std::string("a time has no part '") + c + "'"};
            } else if (part == Part::OfTime) {
                write_time(c);
            } else {
                write_date(c);
            }
        }
        return {};
    }

private:
    /// After a backslash, one character stands for itself. Two backslashes give one, and the
    /// character behind them is text as well, since a backslash stands before it.
    std::size_t write_escaped(std::string_view format, std::size_t backslash) {
        std::size_t next = backslash + 1;
        out_ += format[next];
        if (format[next] == '\\' && next + 1 < format.size() &&
            part_of(format[next + 1]) != Part::Text) {
            out_ += format[++next];
        }
        return next;
    }
    int hour12() const { return time_.hour() % 12 == 0 ? 12 : time_.hour() % 12; }
    void write_time(char c) {
        const DateNames& names = language_.names();
        const int hour = time_.hour();
        switch (c) {
            case 'a':
                out_ += hour > 11 ? names.pm : names.am;
                break;
            case 'A':
                out_ += hour > 11 ? names.PM : names.AM;
                break;
            case 'f':
                append_padded(out_, hour12(), 1);
                if (time_.minute() != 0) {
                    out_ += ':';
                    append_padded(out_, time_.minute(), 2);
                }
                break;
            case 'g':
                append_padded(out_, hour12(), 1);
                break;
            case 'G':
                append_padded(out_, hour, 1);
                break;
            case 'h':
                append_padded(out_, hour12(), 2);
                break;
            case 'H':
                append_padded(out_, hour, 2);
                break;
            case 'i':
                append_padded(out_, time_.minute(), 2);
                break;
            case 's':
                append_padded(out_, time_.second(), 2);
                break;
            case 'u':
                append_padded(out_, time_.microsecond(), 6);
                break;
            case 'P':
                write_prose_time(names);
                break;
            default:
                if (has_moment_) write_zone(c);
        }
    }
    void write_prose_time(const DateNames& names) {
        if (time_.minute() == 0 && time_.hour() == 0) {
            out_ += names.midnight;
        } else if (time_.minute() == 0 && time_.hour() == 12) {
            out_ += names.noon;
        } else {
            write_time('f');
            out_ += ' ';
            write_time('a');
        }
    }
    /// "eOTZ", of values that have a date and a time. Nothing where the zone would be a guess.
    void write_zone(char c) {
        if (is_ambiguous()) return;
        switch (c) {
            case 'e':
                if (is_aware_) out_ += zone_name();
                break;
            case 'O':
                impl::append_offset(out_, moment_.utc_offset() / 60 * 60, '\0');
                break;
            case 'T':
                out_ += zone_name();
                break;
            default:  // 'Z'
                out_ += std::to_string(moment_.utc_offset());
        }
    }
    std::string zone_name() const {
        return moment_.zone()->abbreviation(moment_.utc_microseconds());
    }
    /// The clock reading happens twice or never.
    bool is_ambiguous() const {
        const std::int64_t local = moment_.local_microseconds();
        return moment_.zone()->offset_at_local(local, 0) !=
               moment_.zone()->offset_at_local(local, 1);
    }
    void write_date(char c) {
        if (const std::optional<std::string_view> name = name_of(c)) {
            out_ += *name;
            return;
        }
        switch (c) {
            case 'c':
                write_iso();
                break;
            case 'I':
                write_dst();
                break;
            case 'M':
                out_ += strings::title(*name_of('b'));
                break;
            case 'r':
                write_rfc5322();
                break;
            case 'U':
                write_epoch();
                break;
            default:
                write_number(c);
        }
    }
    /// What is written by a word.
    std::optional<std::string_view> name_of(char c) const {
        const DateNames& names = language_.names();
        const auto month = static_cast<std::size_t>(civil_.month - 1);
        const auto weekday = static_cast<std::size_t>(date_.weekday());
        switch (c) {
            case 'b':
                return names.months_abbr[month];
            case 'D':
                return names.days_abbr[weekday];
            case 'E':
                return names.months_alt[month];
            case 'F':
                return names.months[month];
            case 'l':
                return names.days[weekday];
            case 'L':
                return impl::is_leap_year(civil_.year) ? "True" : "False";
            case 'N':
                return names.months_ap[month];
            case 'S':
                return ordinal_suffix(civil_.day);
            default:
                return std::nullopt;
        }
    }
    void write_number(char c) {
        const auto put = [this](int value, int width) { append_padded(out_, value, width); };
        switch (c) {
            case 'd':
                return put(civil_.day, 2);
            case 'j':
                return put(civil_.day, 1);
            case 'm':
                return put(civil_.month, 2);
            case 'n':
                return put(civil_.month, 1);
            case 'o':
                return put(iso_week().year, 1);
            case 't':
                return put(impl::days_in_month(civil_.year, civil_.month), 1);
            case 'w':
                return put(date_.isoweekday() % 7, 1);
            case 'W':
                return put(iso_week().week, 1);
            case 'y':
                return put(civil_.year % 100, 2);
            case 'Y':
                return put(civil_.year, 4);
            default:
                return put(date_.day_of_year(), 1);  // 'z'
        }
    }
    void write_iso() {
        if (!has_time_) {
            out_ += date_.isoformat();
        } else {
            out_ += is_aware_ ? moment_.isoformat() : DateTime(date_, time_).isoformat();
        }
    }
    void write_dst() {
        if (has_moment_ && !is_ambiguous()) {
            out_ += moment_.zone()->is_dst(moment_.utc_microseconds()) ? '1' : '0';
        }
    }
    /// RFC 5322 §3.3, always in English.
    void write_rfc5322() {
        constexpr std::string_view kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
        constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        out_ += kDays[date_.weekday()];
        out_ += ", ";
        append_padded(out_, civil_.day, 2);
        out_ += ' ';
        out_ += kMonths[civil_.month - 1];
        out_ += ' ';
        append_padded(out_, civil_.year, 4);
        out_ += ' ';
        append_padded(out_, time_.hour(), 2);
        out_ += ':';
        append_padded(out_, time_.minute(), 2);
        out_ += ':';
        append_padded(out_, time_.second(), 2);
        out_ += ' ';
        // A date alone begins at midnight in the default zone.
        if (!has_moment_) moment_ = in_default_zone();
        impl::append_offset(out_, moment_.utc_offset(), '\0');
    }
    /// Seconds since 1970 UTC; a naive value is read in the default zone.
    void write_epoch() {
        const std::int64_t microseconds =
            (is_aware_ ? moment_ : in_default_zone()).utc_microseconds();
        // A part of a second is cut off towards 1970, as Python's int() does; far from 1970
        // Python's float has lost the last digits of it.
        const auto seconds =
            static_cast<double>(static_cast<long double>(microseconds) / kMicrosecondsPerSecond);
        out_ += std::to_string(static_cast<std::int64_t>(seconds));
    }

    /// The zone of the settings, not the current one, as in Django.
    DateTime in_default_zone() const { return DateTime(date_, time_, default_time_zone()); }

    struct IsoWeek {
        int year, week;
    };
    /// ISO 8601: the week belongs to the year that its Thursday is in.
    IsoWeek iso_week() const {
        const Date thursday = date_ + (3 - date_.weekday());
        return {impl::civil_from_days(thursday.days()).year, (thursday.day_of_year() - 1) / 7 + 1};
    }

    std::string& out_;
    const Language& language_;
    Date date_;
    Time time_;
    impl::Civil civil_;
    DateTime moment_;
    bool has_date_ = false, has_time_ = false, has_moment_ = false, is_aware_ = false;
};

}  // namespace

Result<void> append_date(std::string& out, const DateTime& value, std::string_view format,
                         const Language& language) {
    Writer writer(out, language);
    writer.set_moment(value);
    return writer.write(format);
}

Result<void> append_date(std::string& out, Date value, std::string_view format,
                         const Language& language) {
    Writer writer(out, language);
    writer.set_date(value);
    return writer.write(format);
}

Result<void> append_date(std::string& out, Time value, std::string_view format,
                         const Language& language) {
    Writer writer(out, language);
    writer.set_time(value);
    return writer.write(format);
}

Result<std::string> format_date(const Value& value, std::string_view format,
                                const Language& language) {
    std::string out;
    Result<void> written;
    switch (value.kind()) {
        case Kind::DateTime:
            written = append_date(out, value.as_datetime(), format, language);
            break;
        case Kind::Date:
            written = append_date(out, value.as_date(), format, language);
            break;
        case Kind::Time:
            written = append_date(out, value.as_time(), format, language);
            break;
        default:
            return Error{.code = "dateformat.E003",
                         .message = "not a date, time or datetime: " + value.repr()};
    }
    if (!written) return std::move(written).error();
    return out;
}

}  // namespace tatum
