#include <tatum/base/impl/tzif.h>

#include <tatum/base/impl/civil.h>

#include <utility>

namespace tatum::impl {

namespace {

Error broken(std::string message) {
    return Error{.code = "datetime.E005", .message = "time zone file: " + std::move(message)};
}

/// Big-endian numbers from a byte string; reading past the end gives zeros and sets failed().
class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::uint64_t number(std::size_t size) {
        std::uint64_t value = 0;
        for (const char c : take(size)) value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }
    std::int64_t signed_number(std::size_t size) {
        const std::uint64_t value = number(size);
        return size == 4 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value))
                         : static_cast<std::int64_t>(value);
    }
    std::string_view take(std::size_t size) {
        if (size > bytes_.size()) {
            failed_ = true;
            bytes_ = {};
            return {};
        }
        const std::string_view taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }
    std::string_view rest() const { return bytes_; }
    bool failed() const { return failed_; }

private:
    std::string_view bytes_;
    bool failed_ = false;
};

/// RFC 9636 §3.1.
struct Header {
    char version = 0;
    std::uint64_t ut_flags = 0, standard_flags = 0, leaps = 0, times = 0, types = 0, characters = 0;

    std::size_t block_size(std::size_t time_size) const {
        return times * time_size + times + types * 6 + characters + leaps * (time_size + 4) +
               standard_flags + ut_flags;
    }
};

Result<Header> read_header(Reader& reader) {
    if (reader.take(4) != "TZif") return broken("does not begin with TZif");
    Header header;
    const std::string_view version = reader.take(16);
    header.version = version.empty() ? '\0' : version[0];
    for (std::uint64_t* count : {&header.ut_flags, &header.standard_flags, &header.leaps,
                                 &header.times, &header.types, &header.characters}) {
        *count = reader.number(4);
    }
    if (reader.failed()) return broken("ends within its header");
    if (header.times > ZoneFile::kTransitionsMax || header.types == 0 || header.types > 256 ||
        header.characters > 4096 || header.leaps > 4096 || header.standard_flags > 256 ||
        header.ut_flags > 256) {
        return broken("has counts beyond the limits");
    }
    return header;
}

/// RFC 9636 §3.2: the data block.
Result<ZoneFile> read_block(Reader& reader, const Header& header, std::size_t time_size) {
    ZoneFile file;
    for (std::uint64_t i = 0; i < header.times; ++i) {
        file.transitions.push_back(reader.signed_number(time_size));
    }
    for (std::uint64_t i = 0; i < header.times; ++i) {
        file.period_after.push_back(static_cast<std::uint8_t>(reader.number(1)));
    }
    std::vector<std::size_t> designations;
    for (std::uint64_t i = 0; i < header.types; ++i) {
        ZonePeriod period;
        period.offset_seconds = static_cast<std::int32_t>(reader.signed_number(4));
        period.is_dst = reader.number(1) != 0;
        designations.push_back(reader.number(1));
        file.periods.push_back(std::move(period));
    }
    const std::string_view characters = reader.take(header.characters);
    reader.take(header.leaps * (time_size + 4) + header.standard_flags + header.ut_flags);
    if (reader.failed()) return broken("ends within its data");

    for (std::size_t i = 0; i < designations.size(); ++i) {
        if (designations[i] >= characters.size()) return broken("names an abbreviation it lacks");
        const std::string_view tail = characters.substr(designations[i]);
        file.periods[i].abbreviation = std::string(tail.substr(0, tail.find('\0')));
        const std::int32_t offset = file.periods[i].offset_seconds;
        if (offset <= -kSecondsPerDay || offset >= kSecondsPerDay) {
            return broken("has an offset of a day or more");
        }
    }
    for (std::size_t i = 0; i < file.transitions.size(); ++i) {
        if (file.period_after[i] >= file.periods.size()) return broken("names a type it lacks");
        if (i > 0 && file.transitions[i] <= file.transitions[i - 1]) {
            return broken("has transitions out of order");
        }
    }
    return file;
}

/// A cursor over a POSIX TZ string. Each function answers nullopt when its form is not there.
class RuleReader {
public:
    explicit RuleReader(std::string_view text) : text_(text) {}

    bool at_end() const { return text_.empty(); }
    bool skip(char c) {
        if (text_.empty() || text_[0] != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    std::optional<int> integer(int max) {
        int value = 0;
        std::size_t count = 0;
        while (count < text_.size() && text_[count] >= '0' && text_[count] <= '9' && count < 4) {
            value = value * 10 + (text_[count++] - '0');
        }
        if (count == 0 || value > max) return std::nullopt;
        text_.remove_prefix(count);
        return value;
    }
    /// "CET" or "<+03>".
    std::optional<std::string> abbreviation() {
        const bool quoted = skip('<');
        std::size_t count = 0;
        const auto belongs = [&](char c) {
            const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            return letter || (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
        };
        while (count < text_.size() && belongs(text_[count])) ++count;
        if (count == 0) return std::nullopt;
        std::string name(text_.substr(0, count));
        text_.remove_prefix(count);
        if (quoted && !skip('>')) return std::nullopt;
        return name;
    }
    /// "[+-]hh[:mm[:ss]]" in seconds.
    std::optional<std::int32_t> time(int hours_max) {
        const bool negative = skip('-');
        if (!negative) skip('+');
        const auto hours = integer(hours_max);
        if (!hours) return std::nullopt;
        std::int32_t seconds = *hours * 3600;
        for (const std::int32_t unit : {60, 1}) {
            if (!skip(':')) break;
            const auto part = integer(59);
            if (!part) return std::nullopt;
            seconds += *part * unit;
        }
        return negative ? -seconds : seconds;
    }
    std::optional<ZoneRule::Change> change() {
        using Form = ZoneRule::Change::Form;
        ZoneRule::Change change;
        if (skip('M')) {
            change.form = Form::MonthWeekDay;
            const auto month = integer(12);
            if (!month || *month == 0 || !skip('.')) return std::nullopt;
            const auto week = integer(5);
            if (!week || *week == 0 || !skip('.')) return std::nullopt;
            const auto day = integer(6);
            if (!day) return std::nullopt;
            change.month = *month;
            change.week = *week;
            change.day = *day;
        } else {
            change.form = skip('J') ? Form::JulianNoLeap : Form::ZeroBased;
            const auto day = integer(365);
            if (!day || (change.form == Form::JulianNoLeap && *day == 0)) return std::nullopt;
            change.day = *day;
        }
        if (skip('/')) {
            const auto seconds = time(167);
            if (!seconds) return std::nullopt;
            change.time_seconds = *seconds;
        }
        return change;
    }

private:
    std::string_view text_;
};

}  // namespace

std::int64_t ZoneRule::Change::local_seconds(int year) const {
    std::int64_t days = 0;
    switch (form) {
        case Form::MonthWeekDay: {
            const std::int32_t first = days_from_civil(year, month, 1);
            const int first_weekday = static_cast<int>(floor_mod(first + 4, 7));  // Sunday is 0
            int day_of_month = (day - first_weekday + 7) % 7 + (week - 1) * 7;
            while (day_of_month >= days_in_month(year, month)) day_of_month -= 7;
            days = first + day_of_month;
            break;
        }
        case Form::JulianNoLeap:
            days = days_from_civil(year, 1, 1) + day - 1;
            if (day >= 60 && is_leap_year(year)) ++days;
            break;
        case Form::ZeroBased:
            days = days_from_civil(year, 1, 1) + day;
            break;
    }
    return days * kSecondsPerDay + time_seconds;
}

Result<ZoneRule> ZoneRule::parse(std::string_view text) {
    const Error malformed{.code = "datetime.E006",
                          .message = "not a POSIX time zone: " + std::string(text)};
    RuleReader reader(text);
    ZoneRule rule;
    auto name = reader.abbreviation();
    auto west = name ? reader.time(24) : std::nullopt;
    if (!west) return malformed;
    rule.standard = {.offset_seconds = -*west, .abbreviation = std::move(*name)};
    if (reader.at_end()) return rule;

    name = reader.abbreviation();
    if (!name) return malformed;
    ZonePeriod daylight{.offset_seconds = rule.standard.offset_seconds + 3'600,
                        .is_dst = true,
                        .abbreviation = std::move(*name)};
    if (!reader.skip(',')) {
        west = reader.time(24);
        if (!west || !reader.skip(',')) return malformed;
        daylight.offset_seconds = -*west;
    }
    const auto to_daylight = reader.change();
    if (!to_daylight || !reader.skip(',')) return malformed;
    const auto to_standard = reader.change();
    if (!to_standard || !reader.at_end()) return malformed;
    rule.daylight = std::move(daylight);
    rule.to_daylight = *to_daylight;
    rule.to_standard = *to_standard;
    return rule;
}

Result<ZoneFile> ZoneFile::parse(std::string_view bytes) {
    if (bytes.size() > kBytesMax) return broken("is larger than a time zone can be");
    Reader reader(bytes);
    TATUM_TRY(Header header, read_header(reader));
    if (header.version < '2') return read_block(reader, header, 4);

    reader.take(header.block_size(4));
    TATUM_TRY(header, read_header(reader));
    TATUM_TRY(ZoneFile file, read_block(reader, header, 8));
    const std::string_view footer = reader.rest();
    const std::size_t end = footer.find('\n', 1);
    if (footer.empty() || footer[0] != '\n' || end == std::string_view::npos) {
        return broken("has no footer");
    }
    const std::string_view rule_text = footer.substr(1, end - 1);
    if (!rule_text.empty()) {
        TATUM_TRY(file.rule, ZoneRule::parse(rule_text));
    }
    return file;
}

}  // namespace tatum::impl
