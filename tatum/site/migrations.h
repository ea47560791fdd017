#pragma once

#include <string_view>

namespace tatum::db {
class Database;
}
namespace tatum::db::migrations {
class MigrationGraph;
}

namespace tatum::site {

class Site;

/// The migrations of all installed apps: from their folders in debug mode, else as embedded.
/// Throws ImproperlyConfigured with the file and line of what cannot be read.
db::migrations::MigrationGraph migrations_of(const Site& site);

/// Brings a database up to date without a word, for tests and for a site's first start.
void migrate_all(const Site& site, db::Database& database);

}  // namespace tatum::site
