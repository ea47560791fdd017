#pragma once

#include <tatum/base/datetime.h>
#include <tatum/base/i18n.h>
#include <tatum/base/value.h>

#include <string>
#include <string_view>

namespace tatum {

/// Writes a date or time by the characters of Django's `date` filter (Django docs:
/// ref/templates/builtins#date), with the names of `language`. A backslash keeps the character
/// after it. A naive datetime is taken to be in the settings' time zone where one is asked for.
///
/// Errors: dateformat.E001 a date has no such part ("H" for a date), dateformat.E002 a time has no
/// such part ("Y" for a time).
Result<void> append_date(std::string& out, const DateTime& value, std::string_view format,
                         const Language& language = current_language());
Result<void> append_date(std::string& out, Date value, std::string_view format,
                         const Language& language = current_language());
Result<void> append_date(std::string& out, Time value, std::string_view format,
                         const Language& language = current_language());

/// The same for a Date, Time or DateTime in a Value. Errors
/// dateformat.E003: it is something else; E004: 'r' or 'U' of a Time.
Result<std::string> format_date(const Value& value, std::string_view format,
                                const Language& language = current_language());

}  // namespace tatum
