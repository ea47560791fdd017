#include "cache.h"

#include <tatum/db/database.h>
#include <tatum/db/transaction.h>
#include <tatum/site/site.h>

#include <algorithm>

namespace tatum::contenttypes {

ContentTypeCache& ContentTypeCache::current() {
    if (auto* cache = site::current_site().extensions().find<ContentTypeCache>()) return *cache;
    throw ImproperlyConfigured("The site has no contenttypes: main() installs contenttypes::app.");
}

const std::vector<ContentTypeCache::Entry>* ContentTypeCache::entries_of(
    const db::Database& database) const {
    const auto found = std::ranges::find(databases_, &database, &OfDatabase::database);
    return found == databases_.end() ? nullptr : &found->entries;
}

std::optional<ContentTypeCache::Entry> ContentTypeCache::find(const db::Database& database,
                                                              std::int64_t id) const {
    const std::lock_guard lock(mutex_);
    const auto* entries = entries_of(database);
    if (entries == nullptr) return std::nullopt;
    const auto found = std::ranges::find(*entries, id, &Entry::id);
    return found == entries->end() ? std::nullopt : std::optional(*found);
}

std::optional<ContentTypeCache::Entry> ContentTypeCache::find(const db::Database& database,
                                                              std::string_view app_label,
                                                              std::string_view model) const {
    const std::lock_guard lock(mutex_);
    const auto* entries = entries_of(database);
    if (entries == nullptr) return std::nullopt;
    const auto found = std::ranges::find_if(*entries, [&](const Entry& entry) {
        return entry.model == model && entry.app_label == app_label;
    });
    return found == entries->end() ? std::nullopt : std::optional(*found);
}

void ContentTypeCache::add(const db::Database& database, const ContentType& type) {
    const auto keep = [this, &database, entry = Entry{type.id, type.app_label, type.model}] {
        const std::lock_guard lock(mutex_);
        auto place = std::ranges::find(databases_, &database, &OfDatabase::database);
        if (place == databases_.end()) {
            place = databases_.insert(databases_.end(), OfDatabase{&database, {}});
        }
        std::erase_if(place->entries, [&](const Entry& old) {
            return old.id == entry.id ||
                   (old.model == entry.model && old.app_label == entry.app_label);
        });
        place->entries.push_back(entry);
    };
    on_commit(keep, database.alias());
}

void ContentTypeCache::clear() {
    const std::lock_guard lock(mutex_);
    databases_.clear();
}

}  // namespace tatum::contenttypes
