#include <tatum/base/dateformat.h>
#include <tatum/base/formats.h>
#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/base/timesince.h>
#include <tatum/base/timezone.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/filter_tools.h>
#include <tatum/template/impl/pretty_print.h>

namespace tatum::template_::impl {
namespace {

Value default_(const void*, const FilterCall& call) {
    return call.value.truth() ? call.value : *call.argument;
}

Value default_if_none(const void*, const FilterCall& call) {
    return call.value.is_none() ? *call.argument : call.value;
}

Value yesno(const void*, const FilterCall& call) {
    const std::string_view choices = call.argument == nullptr || call.argument->is_none()
                                         ? gettext("yes,no,maybe")
                                         : text_argument(call);
    const auto bits = strings::split(choices, ",");
    if (bits.size() < 2) return call.value;
    const std::string_view maybe = bits.size() == 3 ? bits[2] : bits[1];
    if (call.value.is_none()) return Value(maybe);
    return Value(call.value.truth() ? bits[0] : bits[1]);
}

Value pluralize(const void*, const FilterCall& call) {
    const std::string_view suffixes = call.argument != nullptr ? text_argument(call) : "s";
    auto bits = strings::split(suffixes, ",");
    if (bits.size() == 1) bits.insert(bits.begin(), std::string_view());
    if (bits.size() > 2) return Value("");
    const ToFloat number = to_float(call.value);
    if (number) return Value(number.value == 1 ? bits[0] : bits[1]);
    if (number.outcome == Conversion::OverflowError) {
        fail("template.E112", "int too large to convert to float");
    }
    if (number.outcome == Conversion::ValueError) return Value("");
    const auto size = call.value.size();
    if (!size) return Value("");
    return Value(*size == 1 ? bits[0] : bits[1]);
}

bool is_empty_text(const Value& value) {
    return value.is_none() || (value.is_string() && value.as_string().empty());
}

std::string format_argument(const FilterCall& call, std::string_view fallback) {
    if (call.argument == nullptr || !call.argument->truth()) return std::string(fallback);
    return call.argument->str();
}

/// What a format gives for something that is no date or time at all: its own text, if it asks for
/// nothing. Django formats before it looks. Fails where Python raises TypeError.
std::optional<std::string> undated(const Value& value, std::string_view format) {
    constexpr std::string_view kZone = "eITOZ";  // nothing without a zone
    constexpr std::string_view kParts = "aAbcdDEfFgGhHijlLmMnNoPrsStuUwWyYz";
    std::string text;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] == '\\' && i + 1 < format.size()) {
            text += format[++i];
        } else if (format[i] == 'r' || format[i] == 'U') {
            fail_type("combine() argument 1 must be datetime.date, not " + python_type_name(value));
        } else if (kParts.find(format[i]) != std::string_view::npos) {
            return std::nullopt;
        } else if (kZone.find(format[i]) == std::string_view::npos) {
            text += format[i];
        }
    }
    return text;
}

/// Whether `format` asks for nothing but parts of the clock. A backslash keeps a letter.
bool is_clock_format(std::string_view format) {
    constexpr std::string_view kCalendar = "bcdDEFIjlLmMnNorStUwWyYz";
    for (std::size_t i = 0; i < format.size(); ++i) {
        const bool kept = i > 0 && format[i - 1] == '\\';
        if (!kept && kCalendar.find(format[i]) != std::string_view::npos) return false;
    }
    return true;
}

bool is_dated(const Value& value) {
    return value.kind() == Kind::Date || value.kind() == Kind::Time ||
           value.kind() == Kind::DateTime;
}

/// The argument as a format, a named one looked up in the current language.
std::string resolved_format(const FilterCall& call, std::string_view fallback) {
    const std::string format = format_argument(call, fallback);
    return std::string(named_format(format, current_language().formats()).value_or(format));
}

/// Django's second try: the argument as a format, without looking for a named one.
Value undated_argument(const FilterCall& call) {
    if (call.argument == nullptr) return Value("");
    return Value(undated(call.value, call.argument->str()).value_or(""));
}

Value date(const void*, const FilterCall& call) {
    if (is_empty_text(call.value)) return Value("");
    if (!is_dated(call.value)) {
        if (auto text = undated(call.value, resolved_format(call, "DATE_FORMAT"))) {
            return Value(*text);
        }
        return undated_argument(call);
    }
    auto text = date_format(call.value, format_argument(call, "DATE_FORMAT"));
    if (text) return Value(*text);
    // A day has no hours, and the clock no day to count from: Python's TypeError. A time's missing
    // year prints nothing.
    if (text.error().code == "dateformat.E001" || text.error().code == "dateformat.E004") {
        throw TemplateRenderError(text.error());
    }
    return Value("");
}

Value time(const void*, const FilterCall& call) {
    if (is_empty_text(call.value)) return Value("");
    const std::string format = resolved_format(call, "TIME_FORMAT");
    if (!is_clock_format(format)) return Value("");
    if (is_dated(call.value)) {
        if (auto text = time_format(call.value, format)) return Value(*text);
    } else if (auto text = undated(call.value, format)) {
        return Value(*text);
    }
    return undated_argument(call);
}

/// A date counts from its midnight.
std::optional<DateTime> moment_of(const Value& value) {
    if (value.kind() == Kind::DateTime) return value.as_datetime();
    if (value.kind() == Kind::Date) return DateTime(value.as_date(), Time());
    return std::nullopt;
}

using Between = Result<std::string> (*)(const DateTime&, const DateTime&, int, const Language&,
                                        std::string_view context);

Value time_between(const FilterCall& call, Between between) {
    if (!call.value.truth()) return Value("");
    const auto moment = moment_of(call.value);
    if (!moment) {
        fail("template.E107",
             "'" + python_type_name(call.value) + "' object has no attribute 'year'");
    }
    DateTime other = moment->is_aware() ? now() : naive_now();
    if (call.argument != nullptr && call.argument->truth()) {
        const auto given = moment_of(*call.argument);
        if (!given) {
            fail("template.E107",
                 "'" + python_type_name(*call.argument) + "' object has no attribute 'year'");
        }
        if (given->is_aware() != moment->is_aware()) return Value("");
        other = *given;
    }
    return Value(between(*moment, other, 2, current_language(), {}).value_or(""));
}

Value timesince_filter(const void*, const FilterCall& call) {
    return time_between(call, &timesince);
}
Value timeuntil_filter(const void*, const FilterCall& call) {
    return time_between(call, &timeuntil);
}

Value pprint(const void*, const FilterCall& call) { return Value(pretty_print(call.value)); }

}  // namespace

void add_value_filters(Library& library) {
    const auto one = ArgumentRule::Required;
    const auto maybe = ArgumentRule::Optional;
    add_filter(library, "default", &default_, one);
    add_filter(library, "default_if_none", &default_if_none, one);
    add_filter(library, "yesno", &yesno, maybe);
    add_filter(library, "pluralize", &pluralize, maybe);
    add_filter(library, "date", &date, maybe, kLocaltime);
    add_filter(library, "time", &time, maybe, kLocaltime);
    add_filter(library, "timesince", &timesince_filter, maybe);
    add_filter(library, "timeuntil", &timeuntil_filter, maybe);
    add_filter(library, "pprint", &pprint, ArgumentRule::None, kSafe);
}

}  // namespace tatum::template_::impl
