#include <tatum/base/formats.h>

#include <tatum/base/dateformat.h>
#include <tatum/base/locale/locale_data.h>
#include <tatum/base/settings.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <cstdlib>

namespace tatum {

const LocaleFormats& formats_of(const Language& language, UseL10n use_l10n) {
    return use_l10n == UseL10n::On ? language.formats()
                                   : language.translations().settings_formats();
}

FormatSettings format_settings(const Settings& settings) {
    FormatSettings formats;
    formats.date = settings.date_format;
    formats.time = settings.time_format;
    formats.datetime = settings.datetime_format;
    formats.year_month = settings.year_month_format;
    formats.month_day = settings.month_day_format;
    formats.short_date = settings.short_date_format;
    formats.short_datetime = settings.short_datetime_format;
    formats.first_day_of_week = static_cast<int>(settings.first_day_of_week);
    formats.decimal_separator = settings.decimal_separator;
    formats.thousand_separator = settings.thousand_separator;
    for (const std::int64_t size : settings.number_grouping) {
        formats.number_grouping.push_back(static_cast<std::int8_t>(size));
    }
    return formats;
}

const LocaleFormats* find_formats(std::string_view language_code) {
    while (!language_code.empty()) {
        for (const LocaleFormats& formats : impl::locale_formats()) {
            if (formats.language == language_code) return &formats;
        }
        const std::size_t dash = language_code.rfind('-');
        language_code = language_code.substr(0, dash == std::string_view::npos ? 0 : dash);
    }
    return nullptr;
}

std::optional<std::string_view> named_format(std::string_view name, const LocaleFormats& formats) {
    if (!name.ends_with("_FORMAT")) return std::nullopt;
    if (name == "DATE_FORMAT") return formats.date;
    if (name == "TIME_FORMAT") return formats.time;
    if (name == "DATETIME_FORMAT") return formats.datetime;
    if (name == "YEAR_MONTH_FORMAT") return formats.year_month;
    if (name == "MONTH_DAY_FORMAT") return formats.month_day;
    if (name == "SHORT_DATE_FORMAT") return formats.short_date;
    if (name == "SHORT_DATETIME_FORMAT") return formats.short_datetime;
    return std::nullopt;
}

namespace {

/// A decimal number as text: [-]digits[.digits], or with an exponent when it is very long.
struct NumberText {
    std::string digits;
    std::string exponent;  ///< "e+300", or empty
};

/// Python's format(Decimal, 'e'): one digit, the point, the rest, the exponent.
NumberText scientific(const Decimal& number) {
    std::string coefficient = Decimal::make(false, number.coefficient(), 0).str();
    const int adjusted = number.adjusted();
    if (coefficient.size() > 1) coefficient.insert(1, 1, '.');
    if (number.is_negative()) coefficient.insert(0, 1, '-');
    std::string exponent = adjusted < 0 ? "e-" : "e+";
    exponent += std::to_string(std::abs(adjusted));
    return {std::move(coefficient), std::move(exponent)};
}

NumberText decimal_text(Decimal number, std::optional<int> decimal_pos) {
    if (!number.is_finite()) return {number.str(), {}};
    if (decimal_pos) {
        // Too small to show: written as zero, without a sign. Past the range of exponents a
        // number of places cannot cut anything.
        const Decimal cutoff = Decimal::make(false, 1, -std::clamp(*decimal_pos, 0, 6000));
        if (*decimal_pos > 0 ? number.abs() < cutoff : number.abs() < Decimal::make(false, 1, -1)) {
            number = Decimal(0);
        }
    }
    if (std::abs(number.exponent()) + number.digits() > kNumberDigitsMax) {
        return scientific(number);
    }
    return {number.fixed(), {}};
}

NumberText number_text(const Value& number, std::optional<int> decimal_pos) {
    if (number.kind() == Kind::Decimal) return decimal_text(number.as_decimal(), decimal_pos);
    std::string text = number.str();
    if (number.kind() == Kind::Float && text.find('e') != std::string::npos) {
        return decimal_text(Decimal::from_double(number.as_float()), decimal_pos);
    }
    return {std::move(text), {}};
}

/// Appends `digits` with a separator between groups, counted from the right.
void append_grouped(std::string& out, std::string_view digits, const NumberFormat& format) {
    // Where groups begin, found from the right; 0 as a size means: no more groups.
    std::vector<std::size_t> starts;
    std::size_t end = digits.size();
    std::size_t index = 0;
    while (true) {
        const std::int8_t size = format.grouping[index];
        if (size <= 0 || end <= static_cast<std::size_t>(size)) break;
        end -= static_cast<std::size_t>(size);
        starts.push_back(end);
        const bool has_next = index + 1 < format.grouping.size();
        if (has_next && format.grouping[index + 1] != 0) ++index;
    }
    std::size_t begin = 0;
    for (auto start = starts.rbegin(); start != starts.rend(); ++start) {
        out += digits.substr(begin, *start - begin);
        out += format.thousand_separator;
        begin = *start;
    }
    out += digits.substr(begin);
}

}  // namespace

bool is_safe_number(const Value& number, const NumberFormat& format) {
    const bool integer =
        number.kind() == Kind::Int || number.kind() == Kind::Bool || number.kind() == Kind::BigInt;
    const bool grouped = format.group && !format.grouping.empty() && format.grouping[0] != 0;
    return (integer && !grouped && format.decimal_pos.value_or(0) == 0) || number.is_none() ||
           (number.is_string() && number.as_string().empty());
}

void append_format_number(std::string& out, const Value& number, const NumberFormat& format) {
    if (number.kind() == Kind::Decimal &&
        (number.as_decimal().is_nan() || number.as_decimal().is_infinite())) {
        // Python's TypeError: it has no exponent.
        throw Exception("a decimal that is no number cannot be formatted: " + number.repr());
    }
    if (is_safe_number(number, format)) {
        number.append_str(out);
        return;
    }
    const NumberText text = number_text(number, format.decimal_pos);
    std::string_view digits = text.digits;
    if (digits.starts_with('-')) {
        out += '-';
        digits.remove_prefix(1);
    }
    const std::size_t point = std::min(digits.find('.'), digits.size());
    const std::string_view whole = digits.substr(0, point);
    std::string_view fraction = digits.substr(std::min(point + 1, digits.size()));
    std::size_t zeros = 0;
    if (format.decimal_pos) {
        const auto places = static_cast<std::size_t>(std::max(*format.decimal_pos, 0));
        fraction = fraction.substr(0, places);
        zeros = places - fraction.size();
    }
    if (format.group && !format.grouping.empty() && format.grouping[0] != 0) {
        append_grouped(out, whole, format);
    } else {
        out += whole;
    }
    if (!fraction.empty() || zeros > 0) {
        out += format.decimal_separator;
        out += fraction;
        out.append(zeros, '0');
    }
    out += text.exponent;
}

std::string format_number(const Value& number, const NumberFormat& format) {
    std::string out;
    append_format_number(out, number, format);
    return out;
}

NumberFormat number_format_of(const NumberOptions& options, const Language& language) {
    const LocaleFormats& formats = formats_of(language, options.use_l10n);
    const bool wanted =
        options.use_l10n == UseL10n::On && current_settings().use_thousand_separator;
    return {.decimal_separator = formats.decimal_separator,
            .decimal_pos = options.decimal_pos,
            .grouping = formats.number_grouping,
            .thousand_separator = formats.thousand_separator,
            .group = wanted || options.force_grouping};
}

std::string number_format(const Value& number, const NumberOptions& options) {
    return format_number(number, number_format_of(options, current_language()));
}

namespace {

Result<std::string> format_named(const Value& value, std::string_view format, UseL10n use_l10n) {
    const Language& language = current_language();
    const auto named = named_format(format, formats_of(language, use_l10n));
    return format_date(value, named.value_or(format), language);
}

}  // namespace

Result<std::string> date_format(const Value& value, std::string_view format, UseL10n use_l10n) {
    return format_named(value, format, use_l10n);
}

Result<std::string> time_format(const Value& value, std::string_view format, UseL10n use_l10n) {
    return format_named(value, format, use_l10n);
}

bool is_localized(const Value& value) {
    switch (value.kind()) {
        case Kind::Int:
        case Kind::BigInt: {
            return current_settings().use_thousand_separator &&
                   !current_language().formats().number_grouping.empty();
        }
        case Kind::Float:
        case Kind::Decimal:
        case Kind::Date:
        case Kind::Time:
        case Kind::DateTime:
            return true;
        default:
            return false;
    }
}

/// Django marks what it has no separators to put into as safe.
static Value localized_number(const Value& number) {
    const NumberFormat format = number_format_of({}, current_language());
    Value text(format_number(number, format));
    return is_safe_number(number, format) ? std::move(text).mark_safe() : text;
}

Value localize(const Value& value, UseL10n use_l10n) {
    const auto dated = [&](std::string_view format) {
        return Value(format_named(value, format, use_l10n).value());
    };
    switch (value.kind()) {
        case Kind::Int:
        case Kind::BigInt:
        case Kind::Float:
        case Kind::Decimal:
            if (use_l10n == UseL10n::Off) return Value(value.str());
            return localized_number(value);
        case Kind::Date:
            return dated("DATE_FORMAT");
        case Kind::Time:
            return dated("TIME_FORMAT");
        case Kind::DateTime:
            return dated("DATETIME_FORMAT");
        default:
            return value;
    }
}

std::string sanitize_separators(std::string_view text) {
    const LocaleFormats& formats = current_language().formats();
    std::string_view whole = text;
    std::optional<std::string_view> decimals;
    const std::size_t point = text.find(formats.decimal_separator);
    if (point != std::string_view::npos) {
        whole = text.substr(0, point);
        decimals = text.substr(point + formats.decimal_separator.size());
    }
    std::string out(whole);
    if (current_settings().use_thousand_separator) {
        const std::string_view separator = formats.thousand_separator;
        // One dot that is not followed by three digits was meant as a decimal point.
        const bool dot_is_point = separator == "." &&
                                  std::count(whole.begin(), whole.end(), '.') == 1 &&
                                  whole.size() - whole.find('.') - 1 != 3;
        if (!dot_is_point) {
            out = strings::replace(out, separator, "");
            // A person types an ordinary blank for a non-breaking one.
            if (separator == "\u00a0") out = strings::replace(out, " ", "");
        }
    }
    if (decimals) {
        out += '.';
        out += *decimals;
    }
    return out;
}

}  // namespace tatum
