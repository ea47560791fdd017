#include <tatum/db/migrations/executor.h>

#include <tatum/base/datetime.h>
#include <tatum/base/locals.h>
#include <tatum/db/database.h>
#include <tatum/db/schema/sqlite_editor.h>
#include <tatum/db/transaction.h>

#include <algorithm>

namespace tatum::db::migrations {

namespace {

constexpr std::string_view kCreateTable =
    "CREATE TABLE IF NOT EXISTS \"django_migrations\" (\"id\" integer NOT NULL PRIMARY KEY "
    "AUTOINCREMENT, \"app\" varchar(255) NOT NULL, \"name\" varchar(255) NOT NULL, \"applied\" "
    "datetime NOT NULL)";

bool has_table(Database& database, const std::string& table) {
    return !database
                .execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", {table})
                .empty();
}

/// The state in which `applied` are, operations in the graph's order.
ProjectState state_of(const MigrationGraph& graph, const std::set<MigrationKey>& applied) {
    ProjectState project;
    for (const auto& migration : graph.ordered()) {
        if (!applied.contains(migration.key)) continue;
        for (const auto& operation : migration.operations) {
            apply(operation, migration.key.app, project);
        }
    }
    return project;
}

void apply_all(const Migration& migration, ProjectState& project) {
    for (const auto& operation : migration.operations) {
        apply(operation, migration.key.app, project);
    }
}

/// Foreign keys are not enforced while tables are made anew. SQLite heeds the switch outside
/// transactions only.
class WithoutForeignKeys {
public:
    explicit WithoutForeignKeys(Database& database) : database_(database) {
        database_.execute("PRAGMA foreign_keys = OFF");
    }
    ~WithoutForeignKeys() {
        try {
            database_.execute("PRAGMA foreign_keys = ON");
        } catch (const DatabaseError&) {
            database_.close();  // a connection opened later enforces them again
        }
    }
    WithoutForeignKeys(const WithoutForeignKeys&) = delete;
    WithoutForeignKeys& operator=(const WithoutForeignKeys&) = delete;

private:
    Database& database_;
};

void check_foreign_keys(Database& database) {
    const auto broken = database.execute("PRAGMA foreign_key_check");
    if (broken.empty()) return;
    const auto& row = broken.front();
    throw IntegrityError(std::to_string(broken.size()) +
                         " row(s) refer to rows that do not exist, the first in table '" +
                         row[0].str() + "' (row " + row[1].str() + ") to table '" + row[2].str() +
                         "'.");
}

struct Trigger {
    std::string name, table, sql;
};

std::vector<Trigger> triggers_of(Database& database) {
    std::vector<Trigger> triggers;
    for (const auto& row :
         database.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")) {
        triggers.push_back({row[0].str(), row[1].str(), row[2].str()});
    }
    return triggers;
}

/// SQLite drops a table's triggers with it, so a table that is made anew has lost those that a
/// RunSQL gave it. They are made again, but for those that a statement of this migration names.
void restore_triggers(Database& database, const std::vector<Trigger>& before,
                      std::span<const std::string> statements) {
    const auto kept = triggers_of(database);
    for (const auto& trigger : before) {
        const auto names_it = [&](const std::string& sql) {
            return sql.find(trigger.name) != std::string::npos;
        };
        if (std::ranges::find(kept, trigger.name, &Trigger::name) != kept.end()) continue;
        if (std::ranges::any_of(statements, names_it)) continue;
        if (has_table(database, trigger.table)) database.execute_script(trigger.sql);
    }
}

}  // namespace

std::set<MigrationKey> Executor::applied() const {
    std::set<MigrationKey> keys;
    if (!has_table(database_, "django_migrations")) return keys;
    for (const auto& row : database_.execute("SELECT app, name FROM django_migrations")) {
        keys.insert({row[0].str(), row[1].str()});
    }
    return keys;
}

void Executor::check_history() const {
    const auto done = applied();
    for (const auto& migration : graph_.ordered()) {
        if (!done.contains(migration.key)) continue;
        for (const auto& dependency : migration.dependencies) {
            if (done.contains(dependency)) continue;
            throw InconsistentMigrationHistory(
                "Migration " + migration.key.str() + " is applied before its dependency " +
                dependency.str() + " on database '" + std::string(database_.alias()) + "'.");
        }
    }
}

std::vector<PlanStep> Executor::forwards(const std::set<MigrationKey>& wanted) const {
    const auto done = applied();
    std::vector<PlanStep> steps;
    for (const auto& migration : graph_.ordered()) {
        if (wanted.contains(migration.key) && !done.contains(migration.key)) {
            steps.push_back({&migration, Direction::Forwards});
        }
    }
    return steps;
}

std::vector<PlanStep> Executor::backwards(const std::set<MigrationKey>& unwanted) const {
    const auto done = applied();
    std::vector<PlanStep> steps;
    for (auto migration = graph_.ordered().rbegin(); migration != graph_.ordered().rend();
         ++migration) {
        if (unwanted.contains(migration->key) && done.contains(migration->key)) {
            steps.push_back({&*migration, Direction::Backwards});
        }
    }
    return steps;
}

std::vector<PlanStep> Executor::plan(std::string_view app) const {
    std::set<MigrationKey> wanted;
    for (const auto& migration : graph_.ordered()) {
        if (!app.empty() && migration.key.app != app) continue;
        const auto needed = graph_.requirements(migration.key);
        wanted.insert(needed.begin(), needed.end());
    }
    return forwards(wanted);
}

std::vector<PlanStep> Executor::plan_to(const MigrationKey& target) const {
    // What comes after the target in its own app, and whatever depends on that.
    std::set<MigrationKey> later;
    for (const auto& key : graph_.dependants(target)) {
        if (key.app != target.app || key == target) continue;
        const auto dependants = graph_.dependants(key);
        later.insert(dependants.begin(), dependants.end());
    }
    if (auto steps = backwards(later); !steps.empty()) return steps;
    const auto needed = graph_.requirements(target);
    return forwards({needed.begin(), needed.end()});
}

std::vector<PlanStep> Executor::plan_to_zero(std::string_view app) const {
    std::set<MigrationKey> unwanted;
    for (const auto& migration : graph_.ordered()) {
        if (migration.key.app != app) continue;
        const auto dependants = graph_.dependants(migration.key);
        unwanted.insert(dependants.begin(), dependants.end());
    }
    return backwards(unwanted);
}

std::vector<std::string> Executor::sql(const PlanStep& step, const ProjectState& before) const {
    const auto& [migration, direction] = step;
    std::vector<ProjectState> states{before};
    for (const auto& operation : migration->operations) {
        states.push_back(states.back());
        apply(operation, migration->key.app, states.back());
    }
    schema::SqliteEditor editor;
    const auto count = migration->operations.size();
    for (std::size_t n = 0; n < count; ++n) {
        const auto i = direction == Direction::Forwards ? n : count - 1 - n;
        const auto run =
            direction == Direction::Forwards ? migrations::forwards : migrations::backwards;
        run(migration->operations[i], migration->key.app, states[i], states[i + 1], editor);
    }
    return editor.statements();
}

std::vector<std::string> Executor::sql(const Migration& migration, Direction direction) const {
    auto before = graph_.requirements(migration.key);
    std::erase(before, migration.key);
    return sql(PlanStep{&migration, direction}, state_of(graph_, {before.begin(), before.end()}));
}

void Executor::migrate(std::span<const PlanStep> steps, const MigrateOptions& options,
                       Progress& progress) const {
    if (steps.empty()) return;
    database_.execute(kCreateTable);
    auto done = applied();
    auto project = state_of(graph_, done);
    for (const auto& step : steps) {
        progress.started(step);
        const auto& key = step.migration->key;
        if (step.direction == Direction::Backwards) {
            done.erase(key);
            project = state_of(graph_, done);
        }
        bool faked = false;
        try {
            faked = run(step, project, options);
        } catch (const DatabaseError& fault) {
            // Without a transaction, the statements before the one that failed stay.
            throw OperationalError("The migration " + key.str() + " failed" +
                                   (step.migration->atomic ? " and changed nothing: " : ": ") +
                                   fault.what());
        }
        if (step.direction == Direction::Forwards) {
            apply_all(*step.migration, project);
            done.insert(key);
        }
        progress.finished(step, faked);
    }
}

bool Executor::run(const PlanStep& step, const ProjectState& before,
                   const MigrateOptions& options) const {
    const auto& migration = *step.migration;
    const bool fake =
        options.fake || (options.fake_initial && migration.initial &&
                         step.direction == Direction::Forwards && has_tables_of(migration, before));
    const auto statements = fake ? std::vector<std::string>() : sql(step, before);
    const transaction::AtomicOptions where{.using_ = database_.alias()};
    const auto execute_all = [&] {
        const auto triggers = triggers_of(database_);
        for (const auto& statement : statements) database_.execute_script(statement);
        restore_triggers(database_, triggers, statements);
    };
    if (!migration.atomic) {
        execute_all();
        transaction::atomic(where, [&] { record(step); });
        return fake;
    }
    const WithoutForeignKeys off(database_);
    transaction::atomic(where, [&] {
        // Before looking: an update takes the write lock, so that of two processes one waits here
        // and then finds the work done.
        database_.execute("DELETE FROM django_migrations WHERE 0");
        if (is_recorded(migration.key) == (step.direction == Direction::Forwards)) return;
        execute_all();
        record(step);
        check_foreign_keys(database_);
    });
    return fake;
}

bool Executor::is_recorded(const MigrationKey& key) const {
    return !database_
                .execute("SELECT 1 FROM django_migrations WHERE app = ? AND name = ?",
                         {key.app, key.name})
                .empty();
}

void Executor::record(const PlanStep& step) const {
    const auto& key = step.migration->key;
    if (step.direction == Direction::Backwards) {
        database_.execute("DELETE FROM django_migrations WHERE app = ? AND name = ?",
                          {key.app, key.name});
        return;
    }
    const auto now = DateTime::from_utc(current_clock().now());
    const auto text = DateTime(now.date(), now.time()).isoformat(' ');
    database_.execute("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)",
                      {key.app, key.name, text});
}

bool Executor::has_tables_of(const Migration& migration, const ProjectState& before) const {
    auto after = before;
    apply_all(migration, after);
    return std::ranges::all_of(migration.operations, [&](const Operation& operation) {
        const auto* create = std::get_if<CreateModel>(&operation);
        return create == nullptr ||
               has_table(database_, after.at(migration.key.app + "." + create->model.name).table());
    });
}

}  // namespace tatum::db::migrations
