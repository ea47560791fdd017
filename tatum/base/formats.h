#pragma once

#include <tatum/base/i18n.h>
#include <tatum/base/value.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tatum {

struct Settings;

/// How a language writes dates and numbers. The strings are static, or live as long as the
/// Translations whose formats they are. `date` and its siblings use the characters of dateformat.h,
/// the input formats those of strptime.
struct LocaleFormats {
    std::string_view language;  ///< "de"; empty: those of FormatSettings
    std::string_view date = "N j, Y";
    std::string_view time = "P";
    std::string_view datetime = "N j, Y, P";
    std::string_view year_month = "F Y";
    std::string_view month_day = "F j";
    std::string_view short_date = "m/d/Y";
    std::string_view short_datetime = "m/d/Y P";
    int first_day_of_week = 0;  ///< 0 is Sunday
    std::string_view decimal_separator = ".";
    std::string_view thousand_separator = ",";
    /// Sizes of the groups of digits from the point on; the last one repeats; 0: no groups.
    std::span<const std::int8_t> number_grouping = {};
    std::span<const std::string_view> date_input = {};
    std::span<const std::string_view> time_input = {};
    std::span<const std::string_view> datetime_input = {};
};

/// Whether a text follows the current language or is for machines: Django's use_l10n.
enum class UseL10n : std::uint8_t { On, Off };

/// What `settings` say of formats, for Translations::Options.
FormatSettings format_settings(const Settings& settings);
/// The formats of `language`, or with UseL10n::Off those of the settings.
const LocaleFormats& formats_of(const Language& language, UseL10n use_l10n = UseL10n::On);
/// The formats of a language code ("de-at" gives de's), with Django's defaults where the language
/// leaves something open; nullptr when none are known.
const LocaleFormats* find_formats(std::string_view language_code);
/// The format that Django calls "SHORT_DATE_FORMAT" and the like; nullopt when `name` is not such
/// a name (then it is a format itself).
std::optional<std::string_view> named_format(std::string_view name, const LocaleFormats& formats);

/// Options of format_number(), Django's utils.numberformat.format().
struct NumberFormat {
    std::string_view decimal_separator = ".";
    std::optional<int> decimal_pos = std::nullopt;  ///< digits after the point; cut, not rounded
    std::span<const std::int8_t> grouping = {};
    std::string_view thousand_separator = "";
    bool group = false;
};

/// Numbers longer than this are written with an exponent.
inline constexpr int kNumberDigitsMax = 200;

/// A Bool, Int, BigInt, Float, Decimal or the digits of a String, written so.
std::string format_number(const Value& number, const NumberFormat& format);
void append_format_number(std::string& out, const Value& number, const NumberFormat& format);
/// Does Django mark what format_number() gives as safe? It does for plain integers.
bool is_safe_number(const Value& number, const NumberFormat& format);

struct NumberOptions {
    std::optional<int> decimal_pos = std::nullopt;
    UseL10n use_l10n = UseL10n::On;
    bool force_grouping = false;
};
/// Django's formats.number_format(): in the current language, grouped when the setting
/// use_thousand_separator or `force_grouping` says so.
std::string number_format(const Value& number, const NumberOptions& options = {});
/// What number_format() would hand to format_number().
NumberFormat number_format_of(const NumberOptions& options, const Language& language);

/// A date, time or datetime in one of the named formats or in a format of its own.
/// Errors: as format_date().
Result<std::string> date_format(const Value& value, std::string_view format = "DATE_FORMAT",
                                UseL10n use_l10n = UseL10n::On);
Result<std::string> time_format(const Value& value, std::string_view format = "TIME_FORMAT",
                                UseL10n use_l10n = UseL10n::On);

/// What a template prints for `value`: numbers and dates as the current language writes them,
/// anything else unchanged. A string stays as it is, with its safety.
Value localize(const Value& value, UseL10n use_l10n = UseL10n::On);
/// True when localize() would change `value` in the current language: lets the hot path skip it.
bool is_localized(const Value& value);

/// What a person typed into a number field, in the current language: its separators replaced by
/// those of Decimal::parse().
std::string sanitize_separators(std::string_view text);

}  // namespace tatum
