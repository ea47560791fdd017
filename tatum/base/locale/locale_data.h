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

/// A message that Tatum itself prints.
struct WordId {
    std::string_view id;
    std::string_view place = {};  ///< what stands in it for a number or a text: "%(num)d"
    std::string_view context = {};
    bool has_plural = false;
};

/// The messages of one language in the order of their ids, separated by '|'; "" is not translated,
/// "=" is what the one before is. Plural forms are separated by ';'; those that are left out are
/// what the last one is. '#' is the place.
struct LocaleWords {
    std::string_view language, plural_forms;
    std::string_view words;
};

/// What one of Django's catalogs of messages holds of these, languages in the order of their codes.
/// The catalogs of a language may differ in their plural rules.
struct WordTable {
    std::span<const WordId> ids;
    std::span<const LocaleWords> languages;

    /// nullptr where nothing is translated.
    const LocaleWords* find(std::string_view language) const;
};
const WordTable& core_words();
const WordTable& humanize_words();

/// The ids of the messages of validators, forms and the contrib apps that one of Django's catalogs
/// holds, a line each, after '*' for those with a plural or else ' '.
struct MessageIds {
    std::string_view catalog, ids;
};
/// What a language has for them: for each catalog a line "[core] " and its plural rule, then a line
/// for each id, empty where it is not translated. Tabs separate plural forms, of which those that
/// are left out are what the last one is; U+2424 is a line feed.
struct LocaleMessages {
    std::string_view language, lines;
};
std::span<const MessageIds> message_ids();
/// nullptr where there is none.
const LocaleMessages* find_messages(std::string_view language);

}  // namespace tatum::impl
