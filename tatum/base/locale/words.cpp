// The words are those of Django's catalogs, under the licence in LICENSES/django.txt.

#include <tatum/base/locale/locale_data.h>

#include <algorithm>

namespace tatum::impl {

namespace {

#include <tatum/base/locale/words.inc>

constexpr WordTable kCore = {kCoreIds, kCoreWords};
constexpr WordTable kHumanize = {kHumanizeIds, kHumanizeWords};

}  // namespace

const LocaleWords* WordTable::find(std::string_view language) const {
    const auto found = std::lower_bound(
        languages.begin(), languages.end(), language,
        [](const LocaleWords& words, std::string_view code) { return words.language < code; });
    return found != languages.end() && found->language == language ? &*found : nullptr;
}

const WordTable& core_words() { return kCore; }
const WordTable& humanize_words() { return kHumanize; }

}  // namespace tatum::impl
