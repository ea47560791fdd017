#pragma once

#include <tatum/base/formats.h>

#include <span>
#include <string_view>

/// What Tatum knows of languages by itself: facts of each language, typed into tables.
namespace tatum::impl {

/// The words of dates in one language, separated by '|'. An empty list stands for the one that it
/// falls back to: alt, ap and abbr to months.
struct LocaleNames {
    std::string_view language;
    std::string_view months, months_alt, months_ap, months_abbr;
    std::string_view days, days_abbr;
    std::string_view day_parts;  ///< a.m., p.m., AM, PM, midnight, noon
};

/// The English words in the same order; they are the ids of the messages.
const LocaleNames& english_names();
std::span<const LocaleNames> locale_names();
std::span<const LocaleFormats> locale_formats();

/// One message that Tatum itself prints. `forms` are separated by '|', in the order of the
/// language's plural rule; `id` is "singular|plural" for a message with forms.
struct LocaleMessage {
    std::string_view id, forms;
    std::string_view context = {};
};
struct LocaleMessages {
    std::string_view language, plural_forms;
    std::span<const LocaleMessage> messages;
};
std::span<const LocaleMessages> locale_messages();

}  // namespace tatum::impl
