#pragma once

#include <cstdint>

namespace tatum::db {
class Database;
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

/// Brings a database up to date without a word, for tests and for a site's first start.
void migrate_all(const Site& site, db::Database& database);

}  // namespace tatum::site
