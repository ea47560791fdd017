#pragma once

#include <tatum/base/result.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum {

struct LocaleFormats;
class Translations;

/// How many things a message speaks of.
struct PluralCount {
    PluralCount(std::int64_t n) : whole(n) {}  // implicit: most counts are whole numbers
    /// Not whole; finite.
    static PluralCount fraction(double n);

    std::int64_t whole = 0;            ///< where there is no `exact`
    std::optional<double> exact = {};  ///< a number with a fraction
    bool is_one() const { return !exact && whole == 1; }
};

/// A gettext Plural-Forms value, "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && ... ? 1 : 2);": which
/// of a message's forms is for n things. A value; immutable.
class PluralRule {
public:
    static constexpr std::size_t kNodesMax = 256;
    static constexpr int kDepthMax = 40;

    /// English and most Germanic languages: n != 1.
    PluralRule();
    /// C's operators `?: || && == != < <= > >= + - * / % !` over n, as in gettext.
    /// Errors: i18n.E001 the expression is malformed or longer or deeper than the limits above.
    static Result<PluralRule> parse(std::string_view plural_forms);

    /// The form for `n`, less than forms(); nullopt where the rule gives none of them, for which
    /// Python's gettext has no text. Evaluated as there: of -1 the rule sees -1, of 0.5 it sees
    /// 0.5.
    std::optional<std::size_t> form(PluralCount n) const;
    std::size_t forms() const { return forms_; }

    friend bool operator==(const PluralRule&, const PluralRule&) = default;

private:
    struct Node {
        std::uint8_t operation = 0;
        std::uint16_t a = 0, b = 0, c = 0;
        std::int64_t constant = 0;
        friend bool operator==(const Node&, const Node&) = default;
    };
    friend struct PluralParser;
    template <class Number>
    Number evaluate(std::size_t node, Number n) const;

    std::vector<Node> nodes_;  ///< the last one is the root
    std::size_t forms_ = 2;
};

/// The messages of one language, as one .mo or .po file holds them. Built once, then shared.
class Catalog {
public:
    static constexpr std::size_t kBytesMax = 64u << 20;

    Catalog();
    ~Catalog();
    Catalog(Catalog&&) noexcept;
    Catalog& operator=(Catalog&&) noexcept;

    /// GNU gettext's binary form, either byte order. Errors: i18n.E002 not such a file or broken.
    static Result<Catalog> from_mo(std::string_view bytes);
    /// GNU gettext's text form. Fuzzy and untranslated messages are left out, as msgfmt does.
    /// Errors: i18n.E003 with line.
    static Result<Catalog> from_po(std::string_view text, std::string_view file = {});

    void set_plural_rule(PluralRule rule);
    const PluralRule& plural_rule() const;
    /// `context` is empty for messages without one. Replaces a message of the same key.
    void add(std::string_view context, std::string_view id, std::string_view translation);
    void add_plural(std::string_view context, std::string_view id,
                    std::vector<std::string> translations);
    std::size_t size() const;

    /// nullptr when there is no such message. A plural message answers with its first form; one
    /// without plurals is nothing to find_plural().
    const std::string* find(std::string_view context, std::string_view id) const;
    const std::string* find_plural(std::string_view context, std::string_view id,
                                   PluralCount n) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Names that dates are written with, in the order of the year and of the week (Monday first).
struct DateNames {
    std::array<std::string, 12> months;       ///< "March"
    std::array<std::string, 12> months_alt;   ///< as a date is written: "marca" in Polish
    std::array<std::string, 12> months_ap;    ///< Associated Press: "Sept."
    std::array<std::string, 12> months_abbr;  ///< "mar"
    std::array<std::string, 7> days;          ///< "Monday"
    std::array<std::string, 7> days_abbr;     ///< "Mon"
    std::string am, pm, AM, PM, midnight, noon;
};

/// What the settings DATE_FORMAT, NUMBER_GROUPING and their like say: for languages that leave it
/// open, and for what follows no language. The defaults are Django's.
struct FormatSettings {
    std::string date = "N j, Y", time = "P", datetime = "N j, Y, P";
    std::string year_month = "F Y", month_day = "F j";
    std::string short_date = "m/d/Y", short_datetime = "m/d/Y P";
    int first_day_of_week = 0;  ///< 0 is Sunday
    std::string decimal_separator = ".", thousand_separator = ",";
    std::vector<std::int8_t> number_grouping;  ///< as in LocaleFormats
};

/// What is current in Slot::Language: a language with its messages, formats and names. Immutable;
/// belongs to a Translations and lives as long.
class Language {
public:
    ~Language();
    /// Lower case: "de-at". Empty: no language at all, whose messages and names are the ids.
    const std::string& code() const { return code_; }
    bool is_bidi() const { return bidi_; }
    /// The formats of the language, or those of the language it falls back to; what neither says
    /// is FormatSettings'.
    const LocaleFormats& formats() const { return *formats_; }
    const DateNames& names() const { return names_; }
    const Translations& translations() const { return translations_; }

    /// The translation, or `id` itself. The result views into the catalog or is `id`.
    std::string_view gettext(std::string_view id) const { return pgettext({}, id); }
    std::string_view pgettext(std::string_view context, std::string_view id) const;
    std::string_view ngettext(std::string_view singular, std::string_view plural,
                              PluralCount n) const {
        return npgettext({}, singular, plural, n);
    }
    std::string_view npgettext(std::string_view context, std::string_view singular,
                               std::string_view plural, PluralCount n) const;

private:
    friend class Translations;
    Language(const Translations& translations, std::string_view code);
    void find_catalogs();
    void read_names();

    const Translations& translations_;
    std::string code_;
    bool bidi_ = false;
    std::unique_ptr<const LocaleFormats> formats_;
    std::vector<std::shared_ptr<const Catalog>> catalogs_;  ///< in the order of asking
    DateNames names_;
};

/// A language as sites offer it: Django's LANGUAGES.
struct LanguageInfo {
    std::string_view code;        ///< "de"
    std::string_view name;        ///< "German"
    std::string_view name_local;  ///< "Deutsch"
    bool bidi = false;            ///< written from right to left
};

/// Django's default LANGUAGES, in its order.
std::span<const LanguageInfo> default_languages();
/// The language that Django lets `code` fall back to, zh-hans for zh-cn; empty for most.
std::string_view language_fallback(std::string_view code);
/// By exact code or its fallback, then by the part before the first '-'; nullptr when neither is
/// known. Also knows the languages that are not among the default ones ("no").
const LanguageInfo* language_info(std::string_view code);

/// What a site (or a test) translates with: its catalogs and the languages that it offers. Set up
/// once, then used by any thread; languages are made when first asked for (that part is locked).
class Translations {
public:
    struct Options {
        std::string language_code = "en-us";      ///< LANGUAGE_CODE: what all else falls back to
        std::vector<std::string> languages = {};  ///< LANGUAGES by code; empty: the default ones
        /// USE_I18N: without, all is in language_code's formats and in no language's words.
        bool use_i18n = true;
        FormatSettings formats = {};
    };

    Translations();
    explicit Translations(Options options);
    ~Translations();
    Translations(const Translations&) = delete;
    Translations& operator=(const Translations&) = delete;

    /// Adds messages to a language; catalogs that were added later are asked first. Only before
    /// the first call of language().
    void add(std::string_view language, Catalog catalog);

    const Options& options() const { return options_; }
    /// Any code is accepted, as in Django's activate(), "pt_BR" too: an unknown one behaves as
    /// language_code, and is that once kLanguagesMax codes have been asked for. de-at looks for
    /// messages in de-at, de, then language_code's. The reference lives as long as this object.
    static constexpr std::size_t kLanguagesMax = 1000;
    const Language& language(std::string_view code) const;
    /// The language that LANGUAGE_CODE names.
    const Language& default_language() const;
    /// That of Django's deactivate_all().
    const Language& no_language() const { return language({}); }
    /// Options::formats.
    const LocaleFormats& settings_formats() const;

    /// Is `code` offered? Django's get_supported_language_variant(): the code itself, its
    /// documented fallbacks (zh-hk: zh-hant), its generic part, and unless `strict` any other
    /// variant of that. nullopt when nothing fits or `code` is longer than kLanguageCodeMax.
    static constexpr std::size_t kLanguageCodeMax = 500;
    enum class Match { Loose, Strict };
    std::optional<std::string> supported_variant(std::string_view code,
                                                 Match match = Match::Loose) const;
    /// The best language for an Accept-Language header, else language_code's.
    std::string language_for(std::string_view accept_language) const;

    /// Without catalogs of a site, for code that runs outside of any site.
    static const Translations& builtin();

private:
    friend class Language;
    struct Impl;
    Options options_;
    std::unique_ptr<Impl> impl_;
};

/// Accept-Language as (code in lower case, quality), best first; empty when it is malformed.
std::vector<std::pair<std::string, double>> parse_accept_language(std::string_view header);
/// "de-at" as gettext's folders spell it, "de_AT"; "zh-hans" gives "zh_Hans".
std::string to_locale(std::string_view language_code);
/// The reverse: "de_AT" gives "de-at".
std::string to_language(std::string_view locale);

/// The language of the nearest LocalScope(Slot::Language, ...), else Translations::builtin()'s
/// en-us.
const Language& current_language();

/// Translations into the current language. The overloads for literals exist so that a call that
/// would meet the C library's gettext() is ambiguous instead of silently untranslated.
std::string_view gettext(std::string_view id);
inline std::string_view gettext(const char* id) { return gettext(std::string_view(id)); }
std::string_view pgettext(std::string_view context, std::string_view id);
std::string_view ngettext(std::string_view singular, std::string_view plural, PluralCount n);
std::string_view npgettext(std::string_view context, std::string_view singular,
                           std::string_view plural, PluralCount n);

}  // namespace tatum
