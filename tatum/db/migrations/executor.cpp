#include <tatum/db/migrations/executor.h>

#include <tatum/base/ascii.h>
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

/// A switch of SQLite's that is set for the length of a block.
class Switched {
public:
    Switched(Database& database, std::string name, const char* during, const char* after)
        : database_(database), name_(std::move(name)), after_(after) {
        set(during);
    }
    ~Switched() {
        try {
            set(after_);
        } catch (const DatabaseError&) {
            database_.close();  // a connection opened later has what is usual
        }
    }
    Switched(const Switched&) = delete;
    Switched& operator=(const Switched&) = delete;

private:
    void set(const char* state) { database_.execute("PRAGMA " + name_ + " = " + state); }

    Database& database_;
    std::string name_;
    const char* after_;
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

/// The words of a statement, quotes and punctuation left out.
std::vector<std::string> words_of(std::string_view sql) {
    std::vector<std::string> words(1);
    for (const char c : sql) {
        const bool of_word = ascii::is_letter(c) || ascii::is_digit(c) || c == '_' ||
                             static_cast<unsigned char>(c) >= 0x80;
        if (of_word) {
            words.back() += c;
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    return words;
}

/// Does a statement make a trigger of this name, without having dropped one?
bool makes_trigger(std::string_view sql, std::string_view name) {
    const auto is = ascii::equals_ignoring_case;
    const auto words = words_of(sql);
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (!is(words[i], "TRIGGER")) continue;
        auto named = i + 1;
        while (named < words.size() &&
               (is(words[named], "IF") || is(words[named], "NOT") || is(words[named], "EXISTS"))) {
            ++named;
        }
        if (named < words.size() && is(words[named], name)) return !is(words[i - 1], "DROP");
    }
    return false;
}

/// SQLite drops a table's triggers with it, so a table that is made anew has lost those that a
/// RunSQL gave it. They are made again, but for those that this migration goes on to make itself.
void restore_triggers(Database& database, const std::vector<Trigger>& before,
                      std::span<const std::string> to_come) {
    const auto kept = triggers_of(database);
    for (const auto& trigger : before) {
        const auto makes_it = [&](const std::string& sql) {
            return makes_trigger(sql, trigger.name);
        };
        if (std::ranges::find(kept, trigger.name, &Trigger::name) != kept.end()) continue;
        if (std::ranges::none_of(to_come, makes_it)) database.execute_script(trigger.sql);
    }
}

/// How SqliteEditor begins and ends the statements that make a table anew.
constexpr std::string_view kMakesAnew = "CREATE TABLE \"new__";
constexpr std::string_view kTakesOver = "ALTER TABLE \"new__";

/// Each table that is made anew is one transaction, in a migration without one too: half of it
/// would be in the way of the next try.
void execute_all(Database& database, std::span<const std::string> statements) {
    while (!statements.empty()) {
        const auto end = statements.front().starts_with(kMakesAnew)
                             ? std::ranges::find_if(statements,
                                                    [](const std::string& sql) {
                                                        return sql.starts_with(kTakesOver);
                                                    })
                             : statements.end();
        if (end == statements.end()) {
            database.execute_script(statements.front());
            statements = statements.subspan(1);
            continue;
        }
        const auto count = static_cast<std::size_t>(end - statements.begin()) + 1;
        transaction::atomic({.using_ = database.alias()}, [&] {
            // Else SQLite refuses the renaming when triggers or views elsewhere mention the table,
            // which is not there yet.
            const Switched unchecked(database, "legacy_alter_table", "ON", "OFF");
            const auto triggers = triggers_of(database);
            for (const auto& sql : statements.first(count)) database.execute_script(sql);
            restore_triggers(database, triggers, statements.subspan(count));
        });
        statements = statements.subspan(count);
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

ProjectState Executor::state() const { return state_of(graph_, applied()); }

void Executor::check_history() const {
    const auto done = applied();
    for (const auto& migration : graph_.ordered()) {
        const bool recorded = done.contains(migration.key);
        for (const auto& name : migration.stands_for) {
            const MigrationKey part{migration.key.app, name};
            if (done.contains(part) == recorded) continue;
            throw InconsistentMigrationHistory(
                "The database '" + std::string(database_.alias()) + "' has the migration " +
                (recorded ? migration.key : part).str() + " but not " +
                (recorded ? part : migration.key).str() +
                ", which belongs to it. If a Django older than 3.1 has made it, run the migrate of "
                "a newer one first.");
        }
        if (!recorded) continue;
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
    // SQLite heeds this switch outside transactions only.
    const Switched not_enforced(database_, "foreign_keys", "OFF", "ON");
    if (!migration.atomic) {
        execute_all(database_, statements);
        if (!fake) check_foreign_keys(database_);
        transaction::atomic(where, [&] { record(step); });
        return fake;
    }
    transaction::atomic(where, [&] {
        // Before looking: an update takes the write lock, so that of two processes one waits here
        // and then finds the work done.
        database_.execute("DELETE FROM django_migrations WHERE 0");
        if (is_recorded(migration.key) == (step.direction == Direction::Forwards)) return;
        execute_all(database_, statements);
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
    std::vector<std::string> names{key.name};
    names.insert(names.end(), step.migration->stands_for.begin(), step.migration->stands_for.end());
    const auto now = DateTime::from_utc(current_clock().now());
    const auto text = DateTime(now.date(), now.time()).isoformat(' ');
    for (const auto& name : names) {
        if (step.direction == Direction::Backwards) {
            database_.execute("DELETE FROM django_migrations WHERE app = ? AND name = ?",
                              {key.app, name});
        } else {
            database_.execute("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)",
                              {key.app, name, text});
        }
    }
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
