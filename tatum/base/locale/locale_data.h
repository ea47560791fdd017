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
/// `formats`, one of those above, with what its language leaves open taken from `settings`.
LocaleFormats completed_formats(const LocaleFormats& formats, const LocaleFormats& settings);

/// What default_languages() are called in one language, in their order, separated by '|'; "" is as
/// in English.
struct LocaleTitles {
    std::string_view language, titles;
};
std::span<const LocaleTitles> locale_titles();

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

/// What humanize, sizes of files and cut texts say in one language. Lists are separated by '|',
/// lists of plural forms by ';'. '#' is where the number goes. "" says what English says.
struct LocaleWords {
    std::string_view language;
    std::string_view bytes;  ///< plural forms of "%(size)d bytes"
    std::string_view sizes = {};
    std::string_view truncated = {};
    std::string_view comma = {};
    std::string_view ordinals = {};  ///< of 11 to 13, then of what ends in 0 to 9; or one for all
    std::string_view numbers;        ///< one to nine
    std::string_view days;           ///< today, tomorrow, yesterday, now
    std::string_view powers;         ///< million to decillion, googol
    std::string_view times = {};     ///< seconds, minutes, hours ago; the same from now
    std::string_view far = {};       ///< "%(delta)s ago", "%(delta)s from now"
};
std::span<const LocaleWords> locale_words();

}  // namespace tatum::impl
