#include <tatum/base/i18n.h>

#include <tatum/base/formats.h>
#include <tatum/base/locale/locale_data.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>

namespace tatum {

namespace {

/// Adds `translated` under the ids of `english`, both separated by '|'.
void add_list(Catalog& catalog, std::string_view context, std::string_view english,
              std::string_view translated) {
    const auto ids = strings::split(english, "|");
    const auto texts = strings::split(translated, "|");
    for (std::size_t i = 0; i < ids.size() && i < texts.size(); ++i) {
        catalog.add(context, ids[i], texts[i]);
    }
}

void add_names(Catalog& catalog, const impl::LocaleNames& names) {
    const impl::LocaleNames& english = impl::english_names();
    const auto or_months = [&](std::string_view list) {
        return list.empty() ? names.months : list;
    };
    add_list(catalog, {}, english.months_abbr, or_months(names.months_abbr));
    add_list(catalog, {}, english.months, names.months);
    add_list(catalog, "alt. month", english.months, or_months(names.months_alt));
    add_list(catalog, "abbrev. month", english.months_ap, or_months(names.months_ap));
    add_list(catalog, {}, english.days, names.days);
    add_list(catalog, {}, english.days_abbr, names.days_abbr);
    add_list(catalog, {}, english.day_parts, names.day_parts);
}

void add_words(Catalog& catalog, std::span<const impl::WordId> ids, std::string_view words) {
    std::string_view word;
    std::size_t i = 0;
    for (const std::string_view text : strings::split(words, "|")) {
        const impl::WordId& id = ids[i++];
        if (text != "=") word = text;
        if (word.empty()) continue;
        if (!id.has_plural) {
            catalog.add(id.context, id.id, strings::replace(word, "#", id.place));
            continue;
        }
        std::vector<std::string> forms;
        for (const std::string_view form : strings::split(word, ";")) {
            forms.push_back(strings::replace(form, "#", id.place));
        }
        const std::string last = forms.back();
        forms.resize(catalog.plural_rule().forms(), last);
        catalog.add_plural(id.context, id.id, std::move(forms));
    }
}

void add_titles(Catalog& catalog, const impl::LocaleTitles& titles) {
    std::size_t i = 0;
    for (const std::string_view title : strings::split(titles.titles, "|")) {
        const std::string_view english = default_languages()[i++].name;
        if (!title.empty()) catalog.add({}, english, title);
    }
}

using Catalogs = std::vector<std::shared_ptr<const Catalog>>;

/// Catalogs while they are filled: a new one begins where the plural rule changes.
class CatalogList {
public:
    explicit CatalogList(Catalogs& out) : out_(out) {}

    /// For messages without plurals.
    Catalog& last() { return last_; }
    Catalog& with_rule(std::string_view rule) {
        if (rule == rule_) return last_;
        if (!rule_.empty()) end();
        rule_ = rule;
        last_.set_plural_rule(PluralRule::parse(rule).value());
        return last_;
    }
    void end() {
        if (last_.size() != 0) out_.push_back(std::make_shared<const Catalog>(std::move(last_)));
        last_ = Catalog();
    }

private:
    Catalogs& out_;
    Catalog last_;
    std::string_view rule_;
};

/// The translations that start at `line` under their ids; returns the line behind them.
std::size_t add_messages(Catalog& catalog, std::string_view ids,
                         std::span<const std::string_view> lines, std::size_t line) {
    constexpr std::string_view kLineFeed = "\u2424";
    for (std::string_view id : strings::split(ids, "\n")) {
        if (id.empty()) break;
        const bool has_plural = id.front() == '*';
        id.remove_prefix(1);
        const std::string_view text = lines[line++];
        if (text.empty()) continue;
        std::vector<std::string> forms;
        for (const std::string_view form : strings::split(text, "\t")) {
            forms.push_back(strings::replace(form, kLineFeed, "\n"));
        }
        if (!has_plural) {
            catalog.add({}, id, forms.front());
            continue;
        }
        const std::string last = forms.back();
        forms.resize(catalog.plural_rule().forms(), last);
        catalog.add_plural({}, id, std::move(forms));
    }
    return line;
}

void add_messages(CatalogList& catalogs, const impl::LocaleMessages& messages) {
    const auto lines = strings::split(messages.lines, "\n");
    std::size_t line = 0;
    for (const impl::MessageIds& table : impl::message_ids()) {
        const std::string_view head = lines[line];  // "[core] nplurals=...", "" at the end
        if (!head.starts_with('[') || head.substr(1, head.find(']') - 1) != table.catalog) continue;
        Catalog& catalog = catalogs.with_rule(head.substr(head.find(' ') + 1));
        line = add_messages(catalog, table.ids, lines, line + 1);
    }
}

/// What Tatum itself can say in exactly this language: nothing, or a catalog for each plural rule.
void append_builtin_catalogs(Catalogs& out, std::string_view code) {
    CatalogList catalogs(out);
    for (const impl::LocaleNames& names : impl::locale_names()) {
        if (names.language == code) add_names(catalogs.last(), names);
    }
    for (const impl::LocaleTitles& titles : impl::locale_titles()) {
        if (titles.language == code) add_titles(catalogs.last(), titles);
    }
    for (const impl::WordTable* table : {&impl::core_words(), &impl::humanize_words()}) {
        if (const impl::LocaleWords* words = table->find(code)) {
            add_words(catalogs.with_rule(words->plural_forms), table->ids, words->words);
        }
    }
    if (const auto* messages = impl::find_messages(code)) add_messages(catalogs, *messages);
    catalogs.end();
}

template <std::size_t Size>
void read_list(const Language& language, std::array<std::string, Size>& names,
               std::string_view context, std::string_view english) {
    const auto ids = strings::split(english, "|");
    for (std::size_t i = 0; i < Size; ++i) names[i] = language.pgettext(context, ids[i]);
}

}  // namespace

struct Translations::Impl {
    LocaleFormats settings_formats;  ///< views into the options
    std::map<std::string, Catalogs, std::less<>> catalogs;
    mutable std::shared_mutex mutex;
    std::map<std::string, std::unique_ptr<const Language>, std::less<>> languages;
    std::atomic<const Language*> default_language{nullptr};  ///< once it was asked for

    /// The site's catalogs for exactly `code`, newest first, then Tatum's own.
    void append_catalogs(Catalogs& out, std::string_view code) const {
        const auto found = catalogs.find(code);
        if (found != catalogs.end()) {
            out.insert(out.end(), found->second.rbegin(), found->second.rend());
        }
        append_builtin_catalogs(out, code);
    }
    /// "zh-hant-tw", then "zh-hant", then "zh".
    void append_chain(Catalogs& out, std::string_view code) const {
        while (true) {
            append_catalogs(out, code);
            const std::size_t dash = code.rfind('-');
            if (dash == std::string_view::npos) return;
            code = code.substr(0, dash);
        }
    }
};

Language::Language(const Translations& translations, std::string_view code)
    : translations_(translations), code_(code) {
    if (const LanguageInfo* known = language_info(code_)) bidi_ = known->bidi;
    const LocaleFormats& open = translations.settings_formats();
    const LocaleFormats* formats = find_formats(code_);
    formats_ = std::make_unique<const LocaleFormats>(
        formats != nullptr ? impl::completed_formats(*formats, open) : open);
    if (translations.options().use_i18n && !code_.empty()) find_catalogs();
    read_names();
}

void Language::find_catalogs() {
    const Translations::Impl& all = *translations_.impl_;
    all.append_chain(catalogs_, code_);
    // English is what the ids are written in: nothing to fall back to. (Django does the same.)
    const std::string& fallback = translations_.options().language_code;
    if (code_ != fallback && !code_.starts_with("en")) {
        all.append_chain(catalogs_, strings::ascii_lower(fallback));
    }
}

Language::~Language() = default;

void Language::read_names() {
    const impl::LocaleNames& english = impl::english_names();
    read_list(*this, names_.months, {}, english.months);
    read_list(*this, names_.months_alt, "alt. month", english.months);
    read_list(*this, names_.months_ap, "abbrev. month", english.months_ap);
    read_list(*this, names_.months_abbr, {}, english.months_abbr);
    read_list(*this, names_.days, {}, english.days);
    read_list(*this, names_.days_abbr, {}, english.days_abbr);
    std::array<std::string, 6> parts;
    read_list(*this, parts, {}, english.day_parts);
    names_.am = parts[0];
    names_.pm = parts[1];
    names_.AM = parts[2];
    names_.PM = parts[3];
    names_.midnight = parts[4];
    names_.noon = parts[5];
}

std::string_view Language::pgettext(std::string_view context, std::string_view id) const {
    for (const auto& catalog : catalogs_) {
        if (const std::string* found = catalog->find(context, id)) return *found;
    }
    return id;
}

std::string_view Language::npgettext(std::string_view context, std::string_view singular,
                                     std::string_view plural, PluralCount n) const {
    for (const auto& catalog : catalogs_) {
        if (const std::string* found = catalog->find_plural(context, singular, n)) return *found;
    }
    // As in Django, and unlike pgettext(): what is not translated in a context is without it.
    if (!context.empty()) return ngettext(singular, plural, n);
    return n.is_one() ? singular : plural;
}

Translations::Translations() : Translations(Options{}) {}
Translations::Translations(Options options)
    : options_(std::move(options)), impl_(std::make_unique<Impl>()) {
    const FormatSettings& settings = options_.formats;
    LocaleFormats& formats = impl_->settings_formats;
    formats = impl::locale_formats().front();  // for what is typed into forms
    formats.date = settings.date;
    formats.time = settings.time;
    formats.datetime = settings.datetime;
    formats.year_month = settings.year_month;
    formats.month_day = settings.month_day;
    formats.short_date = settings.short_date;
    formats.short_datetime = settings.short_datetime;
    formats.first_day_of_week = settings.first_day_of_week;
    formats.decimal_separator = settings.decimal_separator;
    formats.thousand_separator = settings.thousand_separator;
    formats.number_grouping = settings.number_grouping;
}
Translations::~Translations() = default;

void Translations::add(std::string_view language, Catalog catalog) {
    TATUM_INVARIANT(impl_->languages.empty(), "catalogs are added before languages are used");
    impl_->catalogs[strings::ascii_lower(language)].push_back(
        std::make_shared<const Catalog>(std::move(catalog)));
}

const Language& Translations::language(std::string_view code) const {
    const std::string key = to_language(options_.use_i18n ? code : options_.language_code);
    {
        const std::shared_lock lock(impl_->mutex);
        const auto found = impl_->languages.find(key);
        if (found != impl_->languages.end()) return *found->second;
    }
    std::unique_ptr<const Language> language(new Language(*this, key));
    std::unique_lock lock(impl_->mutex);
    if (impl_->languages.size() >= kLanguagesMax && key != to_language(options_.language_code)) {
        lock.unlock();
        return default_language();
    }
    return *impl_->languages.try_emplace(key, std::move(language)).first->second;
}

const Language& Translations::default_language() const {
    if (const Language* known = impl_->default_language.load(std::memory_order_acquire)) {
        return *known;
    }
    const Language& found = language(options_.language_code);
    impl_->default_language.store(&found, std::memory_order_release);
    return found;
}

const LocaleFormats& Translations::settings_formats() const { return impl_->settings_formats; }

const Translations& Translations::builtin() {
    static const Translations& instance = *new Translations;
    return instance;
}

std::optional<std::string> Translations::supported_variant(std::string_view code,
                                                           Match match) const {
    if (code.size() > kLanguageCodeMax) {
        const std::size_t dash = code.substr(0, kLanguageCodeMax).rfind('-');
        if (match == Match::Strict || dash == std::string_view::npos || dash == 0) {
            return std::nullopt;
        }
        code = code.substr(0, dash);
    }
    if (code.empty()) return std::nullopt;
    if (!options_.use_i18n) {
        const bool is_it =
            strings::ascii_lower(code) == strings::ascii_lower(options_.language_code);
        return is_it ? std::optional(std::string(code)) : std::nullopt;
    }
    const auto is_offered = [&](std::string_view candidate) {
        if (!options_.languages.empty()) {
            return std::find(options_.languages.begin(), options_.languages.end(), candidate) !=
                   options_.languages.end();
        }
        const auto known = default_languages();
        return std::any_of(known.begin(), known.end(),
                           [&](const LanguageInfo& info) { return info.code == candidate; });
    };

    std::vector<std::string_view> candidates = {code};
    if (const std::string_view fallback = language_fallback(code); !fallback.empty()) {
        candidates.push_back(fallback);
    }
    for (std::size_t dash = code.rfind('-'); dash != std::string_view::npos && dash > 0;
         dash = code.rfind('-', dash - 1)) {
        candidates.push_back(code.substr(0, dash));
    }
    for (const std::string_view candidate : candidates) {
        if (is_offered(strings::ascii_lower(candidate))) return std::string(candidate);
    }
    if (match == Match::Strict) return std::nullopt;

    const std::string prefix = std::string(candidates.back()) + '-';
    const auto has_prefix = [&](std::string_view offered) { return offered.starts_with(prefix); };
    if (!options_.languages.empty()) {
        const auto found =
            std::find_if(options_.languages.begin(), options_.languages.end(), has_prefix);
        if (found != options_.languages.end()) return *found;
        return std::nullopt;
    }
    for (const LanguageInfo& info : default_languages()) {
        if (has_prefix(info.code)) return std::string(info.code);
    }
    return std::nullopt;
}

std::string Translations::language_for(std::string_view accept_language) const {
    for (const auto& [code, quality] : parse_accept_language(accept_language)) {
        if (code == "*") break;
        if (auto supported = supported_variant(code)) return *std::move(supported);
    }
    return supported_variant(options_.language_code).value_or(options_.language_code);
}

std::string to_locale(std::string_view language_code) {
    const std::string lower = strings::ascii_lower(language_code);
    const std::size_t dash = lower.find('-');
    if (dash == std::string::npos) return lower;
    std::string country = lower.substr(dash + 1);
    const std::size_t country_end = std::min(country.find('-'), country.size());
    // A country has two letters, a script four: "DE" and "Hans".
    for (std::size_t i = 0; i < country_end; ++i) {
        const bool capital = i == 0 || country_end <= 2;
        if (capital && country[i] >= 'a' && country[i] <= 'z') {
            country[i] = static_cast<char>(country[i] - 'a' + 'A');
        }
    }
    return lower.substr(0, dash) + '_' + country;
}

std::string to_language(std::string_view locale) {
    std::string code = strings::ascii_lower(locale);
    std::replace(code.begin(), code.end(), '_', '-');
    return code;
}

const Language& current_language() {
    if (const void* language = local(Slot::Language)) {
        return *static_cast<const Language*>(language);
    }
    return Translations::builtin().default_language();
}

std::string_view gettext(std::string_view id) { return current_language().gettext(id); }
std::string_view pgettext(std::string_view context, std::string_view id) {
    return current_language().pgettext(context, id);
}
std::string_view ngettext(std::string_view singular, std::string_view plural, PluralCount n) {
    return current_language().ngettext(singular, plural, n);
}
std::string_view npgettext(std::string_view context, std::string_view singular,
                           std::string_view plural, PluralCount n) {
    return current_language().npgettext(context, singular, plural, n);
}

}  // namespace tatum
