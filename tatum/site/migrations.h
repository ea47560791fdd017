#pragma once

#include <tatum/base/owned.h>
#include <tatum/db/fwd.h>

#include <cstdint>

namespace tatum::db {
class ProjectState;
}
namespace tatum::db::migrations {
class MigrationGraph;
}

namespace tatum::site {

class Site;

enum class MigrationSource : std::uint8_t {
    Site,     ///< the apps' folders in debug mode, else what is embedded
    Folders,  ///< the apps' folders wherever they are there, for writing to them
};

/// The migrations of all installed apps. Throws ImproperlyConfigured with the file and line of what
/// cannot be read.
db::migrations::MigrationGraph migrations_of(const Site& site,
                                             MigrationSource from = MigrationSource::Site);

/// What App::on_migrated is told: a database whose tables are now as its migrations say. The site
/// is current meanwhile.
class Migrated {
public:
    Migrated(const Site& from, db::Database& to);
    ~Migrated();
    Migrated(const Migrated&) = delete;
    Migrated& operator=(const Migrated&) = delete;

    const Site& site;
    db::Database& database;

    /// Is the table of this model there? Not after `migrate otherapp`, or back to zero.
    bool has(const db::ModelMeta& model) const;
    bool has(const db::ModelType& type) const;

private:
    Owned<const db::ProjectState> state_;
};

/// Calls on_migrated of all apps; for what has changed a database's tables or emptied them.
/// Queries: 2, and those of the apps; none when no app has the hook.
void notify_migrated(const Site& site, db::Database& database);

/// Brings a database up to date without a word, for tests and for a site's first start.
void migrate_all(const Site& site, db::Database& database);

}  // namespace tatum::site
