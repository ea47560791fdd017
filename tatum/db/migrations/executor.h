#pragma once

#include <tatum/db/fwd.h>
#include <tatum/db/migrations/migration.h>

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::db::migrations {

/// The models that are installed, as migrations see them. Tables of pairs that the framework makes
/// are left out: they come with their fields.
ProjectState declared_state(const ModelRegistry& registry);

/// An applied migration depends on one that is not, or is recorded in part (Migration::stands_for).
struct InconsistentMigrationHistory : Exception {
    using Exception::Exception;
};

enum class Direction : std::uint8_t { Forwards, Backwards };

/// One migration to run.
struct PlanStep {
    const Migration* migration;
    Direction direction = Direction::Forwards;
};

/// Told how a migrate() goes on; for the command's output.
class Progress {
public:
    virtual ~Progress() = default;
    virtual void started(const PlanStep& step) { static_cast<void>(step); }
    /// `faked`: only recorded, because it was asked for or the tables were there.
    virtual void finished(const PlanStep& step, bool faked) {
        static_cast<void>(step);
        static_cast<void>(faked);
    }
};

struct MigrateOptions {
    bool fake = false;          ///< record without running
    bool fake_initial = false;  ///< record initial migrations whose tables exist already
};

/// Brings a database to a point of the graph, as Django's does, and shares its table
/// `django_migrations` with it. The database and the graph outlive it.
///
/// Every migration and its record are one transaction, so that a crash leaves it applied or not at
/// all. Two processes that migrate at once take turns: the second finds the work done.
class Executor {
public:
    Executor(Database& database, const MigrationGraph& graph)
        : database_(database), graph_(graph) {}

    /// What the database has recorded. Queries: 2; nothing is created.
    std::set<MigrationKey> applied() const;
    /// Throws InconsistentMigrationHistory. Queries: as applied().
    void check_history() const;
    /// The models of the migrations that are applied. Queries: as applied().
    ProjectState state() const;

    /// Everything that is missing, or with `app` only what its last migration needs.
    std::vector<PlanStep> plan(std::string_view app = {}) const;
    /// What leads to `target` being its app's last applied migration: forwards or back.
    std::vector<PlanStep> plan_to(const MigrationKey& target) const;
    /// What unapplies all of an app's migrations.
    std::vector<PlanStep> plan_to_zero(std::string_view app) const;

    /// Runs the steps in order. Throws what the database reports, with the migration's name in
    /// front, and IrreversibleError; steps before the one that failed stay done.
    void migrate(std::span<const PlanStep> steps, const MigrateOptions& options,
                 Progress& progress) const;

    /// The SQL of one migration, for sqlmigrate; runs nothing.
    std::vector<std::string> sql(const Migration& migration, Direction direction) const;

private:
    std::vector<PlanStep> forwards(const std::set<MigrationKey>& wanted) const;
    std::vector<PlanStep> backwards(const std::set<MigrationKey>& unwanted) const;
    std::vector<std::string> sql(const PlanStep& step, const ProjectState& before) const;
    bool run(const PlanStep& step, const ProjectState& before, const MigrateOptions& options) const;
    bool is_recorded(const MigrationKey& key) const;
    void record(const PlanStep& step) const;
    bool has_tables_of(const Migration& migration, const ProjectState& before) const;

    Database& database_;
    const MigrationGraph& graph_;
};

}  // namespace tatum::db::migrations
