#pragma once

#include <tatum/db/migrations/operation.h>

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::db::migrations {

/// Which migration: app and name.
struct MigrationKey {
    std::string app, name;

    std::string str() const { return app + "." + name; }
    friend auto operator<=>(const MigrationKey&, const MigrationKey&) = default;
};

/// One step in the history of an app's tables: a TOML file that a person reviews.
struct Migration {
    MigrationKey key;
    std::vector<MigrationKey> dependencies;
    /// Migrations of a Django app of the same label that this one does the work of; their names are
    /// recorded with its own, and a database that has recorded all of them needs none of it.
    std::vector<std::string> stands_for = {};
    std::vector<Operation> operations;
    bool initial = false;
    /// False: run outside a transaction, for statements that cannot be in one.
    bool atomic = true;
};

/// Reads a migration's file. The form is in docs/reference/migrations.md; what is misspelt or of
/// the wrong type is an error that names the line. Errors: migrations.E001 not TOML,
/// migrations.E002 not a migration.
Result<Migration> parse_migration(std::string_view text, MigrationKey key);

/// The file's text; parse_migration() reads the same migration from it.
std::string write_migration(const Migration& migration);

/// All migrations of a site and their order. Immutable once made.
class MigrationGraph {
public:
    /// Throws ImproperlyConfigured for a dependency that is not there and for a circle.
    explicit MigrationGraph(std::vector<Migration> migrations);

    /// Each after all that it depends on, else by app and name.
    const std::vector<Migration>& ordered() const { return ordered_; }
    const Migration* find(const MigrationKey& key) const;
    /// By app and the beginning of a name, as commands are given it: "0002". Throws
    /// ImproperlyConfigured when none or several begin so.
    const Migration& by_prefix(std::string_view app, std::string_view prefix) const;
    /// The migrations of an app that none of its own depends on; more than one is a conflict.
    std::vector<MigrationKey> leaves(std::string_view app) const;
    /// The apps that have migrations.
    std::vector<std::string> apps() const;
    /// `key` and everything that depends on it.
    std::vector<MigrationKey> dependants(const MigrationKey& key) const;
    /// `key` and everything that it depends on.
    std::vector<MigrationKey> requirements(const MigrationKey& key) const;

    /// The models after all migrations.
    ProjectState state() const;

private:
    std::vector<Migration> ordered_;
};

}  // namespace tatum::db::migrations
