#pragma once

#include "models.h"

#include <mutex>
#include <optional>
#include <vector>

namespace tatum::contenttypes {

/// The content types that a site has met, by database. Kept in Site::extensions(). Any thread may
/// use it.
class ContentTypeCache {
public:
    ContentTypeCache() = default;
    ContentTypeCache(ContentTypeCache&&) noexcept {}  // for Extensions::set(), while it is empty

    struct Entry {
        std::int64_t id = 0;
        std::string app_label, model;
    };

    std::optional<Entry> find(const db::Database& database, std::int64_t id) const;
    std::optional<Entry> find(const db::Database& database, std::string_view app_label,
                              std::string_view model) const;
    /// At once, or with the commit of the transaction that the caller is in, which may have made
    /// it.
    void add(const db::Database& database, const ContentType& type);
    void clear();

    /// That of the current site. Throws ImproperlyConfigured where the app is not installed.
    static ContentTypeCache& current();

private:
    struct OfDatabase {
        const db::Database* database;
        std::vector<Entry> entries;  // a few dozen
    };
    const std::vector<Entry>* entries_of(const db::Database& database) const;

    mutable std::mutex mutex_;  // guards what follows; held for a look only
    std::vector<OfDatabase> databases_;
};

}  // namespace tatum::contenttypes
