// The words are those of Django's catalogs, under the licence in LICENSES/django.txt.

#include <tatum/base/locale/locale_data.h>

namespace tatum::impl {

namespace {

#include <tatum/base/locale/titles.inc>

}  // namespace

std::span<const LocaleTitles> locale_titles() { return kTitles; }

}  // namespace tatum::impl
