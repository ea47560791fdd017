#include <tatum/site/migrations.h>

#include <tatum/db/database.h>
#include <tatum/db/migrations/autodetector.h>
#include <tatum/db/migrations/executor.h>
#include <tatum/site/commands/commands.h>
#include <tatum/site/impl/command_tools.h>
#include <tatum/site/site.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

namespace tatum::site::commands {

namespace {

using impl::database_of;

using namespace db::migrations;

constexpr std::size_t kAnswerBytesMax = 4096;

const App& app_of(const CommandCall& call, const std::string& label) {
    const App* app = call.site->app(label);
    if (app == nullptr) throw CommandError("No installed app has the label \"" + label + "\"");
    return *app;
}

/// Tells of each migration on a line of its own.
class ShownProgress final : public Progress {
public:
    explicit ShownProgress(Output& out) : out_(out) {}
    void started(const PlanStep& step) override {
        out_.write(step.direction == Direction::Forwards ? "  Applying " : "  Unapplying ");
        out_.write(step.migration->key.str() + "... ");
    }
    void finished(const PlanStep&, bool faked) override {
        out_.line(faked ? "FAKED" : "OK", Style::Success);
    }

private:
    Output& out_;
};

std::vector<PlanStep> plan_of(const CommandCall& call, const MigrationGraph& graph,
                              const Executor& executor) {
    const std::string label = call.arguments.get("app");
    const std::string name = call.arguments.get("migration");
    if (label.empty()) return executor.plan();
    app_of(call, label);
    if (name == "zero") return executor.plan_to_zero(label);
    if (name.empty()) return executor.plan(label);
    return executor.plan_to(graph.by_prefix(label, name).key);
}

std::string describe(const PlanStep& step) {
    std::string text = step.migration->key.str();
    if (step.direction == Direction::Backwards) text += " (unapply)";
    return text;
}

/// The apps whose models are ahead of their migrations.
std::vector<std::string> changed_apps(const Site& site, const MigrationGraph& graph) {
    Questioner nobody;
    std::vector<std::string> apps;
    try {
        for (const Migration& migration :
             detect_changes(graph, declared_state(site.models()), nobody)) {
            apps.push_back(migration.key.app);
        }
    } catch (const NeedsDefault&) {
        apps.emplace_back("an app with a new field");
    }
    return apps;
}

int migrate(CommandCall& call) {
    const MigrationGraph graph = migrations_of(*call.site);
    const Executor executor(database_of(call), graph);
    executor.check_history();
    const std::vector<PlanStep> plan = plan_of(call, graph, executor);
    if (call.arguments.has("--plan") || call.arguments.has("--check")) {
        if (call.arguments.has("--plan")) {
            call.out.line("Planned operations:", Style::Heading);
            for (const PlanStep& step : plan) call.out.line("  " + describe(step));
            if (plan.empty()) call.out.line("  None.");
        }
        return call.arguments.has("--check") && !plan.empty() ? 1 : 0;
    }
    if (plan.empty()) {
        call.out.line("No migrations to apply.", Style::Success);
        if (!changed_apps(*call.site, graph).empty()) {
            call.out.line(
                "Some models have changes that no migration tells of: run makemigrations.",
                Style::Notice);
        }
        notify_migrated(*call.site, database_of(call));
        return 0;
    }
    ShownProgress progress(call.out);
    executor.migrate(plan,
                     {.fake = call.arguments.has("--fake"),
                      .fake_initial = call.arguments.has("--fake-initial")},
                     progress);
    notify_migrated(*call.site, database_of(call));
    return 0;
}

/// Asks on the terminal what only a person can know.
class Asking final : public Questioner {
public:
    explicit Asking(Output& out) : out_(out) {}

    bool is_rename(const db::ModelState& model, const db::FieldState& removed,
                   const db::FieldState& added) override {
        return yes("Was " + model.name + "." + removed.name + " renamed to " + added.name +
                   "? [y/N] ");
    }
    bool is_rename(const db::ModelState& removed, const db::ModelState& added) override {
        return yes("Was the model " + removed.name + " renamed to " + added.name + "? [y/N] ");
    }
    std::optional<Value> default_for(const db::ModelState& model,
                                     const db::FieldState& field) override {
        const std::string value =
            answer("The new field " + model.name + "." + field.name +
                   " may not be null. What do rows that exist get? (empty: stop) ");
        if (value.empty()) return std::nullopt;
        return Value(value);
    }

private:
    std::string answer(const std::string& question) {
        out_.write(question, Style::Notice);
        std::fflush(stdout);
        std::string line(kAnswerBytesMax, '\0');
        if (std::fgets(line.data(), static_cast<int>(line.size()), stdin) == nullptr) return {};
        line.resize(line.find_first_of(std::string_view("\n\0", 2)));
        return line;
    }
    bool yes(const std::string& question) {
        const std::string line = answer(question);
        return !line.empty() && (line[0] == 'y' || line[0] == 'Y');
    }

    Output& out_;
};

void write_migration_file(const CommandCall& call, const Migration& migration) {
    const App& app = app_of(call, migration.key.app);
    if (app.files == nullptr || !app.files->is_live()) {
        throw CommandError("The source folder of the app \"" + app.label +
                           "\" is not on this machine, so no migration can be written to it");
    }
    const std::filesystem::path folder = std::string(app.files->folder()) + "/migrations";
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::filesystem::path path = folder / (migration.key.name + ".toml");
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << write_migration(migration);
    file.close();
    if (!file) throw CommandError(path.string() + " cannot be written");
    call.out.line("  " + path.string(), Style::Label);
}

Migration empty_migration(const MigrationGraph& graph, const std::string& app) {
    Migration migration;
    const auto leaves = graph.leaves(app);
    migration.dependencies = leaves;
    migration.initial = leaves.empty();
    const int number = leaves.empty() ? 1 : std::atoi(leaves[0].name.substr(0, 4).c_str()) + 1;
    migration.key = {app, migration_name({}, number, migration.initial)};
    return migration;
}

int makemigrations(CommandCall& call) {
    const auto labels = call.arguments.all("app");
    for (const std::string& label : labels) app_of(call, label);
    const MigrationGraph graph = migrations_of(*call.site, MigrationSource::Folders);
    std::vector<Migration> migrations;
    if (call.arguments.has("--empty")) {
        if (labels.empty()) throw CommandUsageError("--empty needs the label of an app");
        for (const std::string& label : labels) migrations.push_back(empty_migration(graph, label));
    } else {
        Questioner nobody;
        Asking person(call.out);
        const bool asks = !call.arguments.has("--noinput") && call.out.has_colors();
        migrations = detect_changes(graph, declared_state(call.site->models()),
                                    asks ? static_cast<Questioner&>(person) : nobody);
        std::erase_if(migrations, [&](const Migration& migration) {
            return !labels.empty() && std::ranges::find(labels, migration.key.app) == labels.end();
        });
    }
    if (migrations.empty()) {
        call.out.line("No changes detected.", Style::Success);
        return 0;
    }
    const std::string name = call.arguments.get("--name");
    const bool shows_only = call.arguments.has("--dry-run") || call.arguments.has("--check");
    for (Migration& migration : migrations) {
        if (!name.empty()) migration.key.name = migration.key.name.substr(0, 5) + name;
        call.out.line("Migrations for '" + migration.key.app + "':", Style::Heading);
        if (shows_only)
            call.out.line("  " + migration.key.name);
        else
            write_migration_file(call, migration);
        for (const Operation& operation : migration.operations) {
            call.out.line("    " + describe(operation));
        }
    }
    return call.arguments.has("--check") ? 1 : 0;
}

int showmigrations(CommandCall& call) {
    const MigrationGraph graph = migrations_of(*call.site);
    const std::set<MigrationKey> applied = Executor(database_of(call), graph).applied();
    const auto labels = call.arguments.all("app");
    for (const std::string& label : labels) app_of(call, label);
    const auto mark = [&](const Migration& migration) {
        return applied.contains(migration.key) ? "[X] " : "[ ] ";
    };
    if (call.arguments.has("--plan")) {
        for (const Migration& migration : graph.ordered()) {
            call.out.line(mark(migration) + migration.key.str());
        }
        return 0;
    }
    for (const App& app : call.site->apps()) {
        if (!labels.empty() && std::ranges::find(labels, app.label) == labels.end()) continue;
        call.out.line(app.label, Style::Label);
        bool any = false;
        for (const Migration& migration : graph.ordered()) {
            if (migration.key.app != app.label) continue;
            any = true;
            call.out.line(" " + std::string(mark(migration)) + migration.key.name);
        }
        if (!any) call.out.line(" (no migrations)");
    }
    return 0;
}

int sqlmigrate(CommandCall& call) {
    const std::string label = call.arguments.get("app");
    app_of(call, label);
    const MigrationGraph graph = migrations_of(*call.site);
    const Migration& migration = graph.by_prefix(label, call.arguments.get("migration"));
    const auto direction =
        call.arguments.has("--backwards") ? Direction::Backwards : Direction::Forwards;
    call.out.line("BEGIN;", Style::Sql);
    for (const std::string& statement :
         Executor(database_of(call), graph).sql(migration, direction)) {
        call.out.line(statement + (statement.ends_with(';') ? "" : ";"), Style::Sql);
    }
    call.out.line("COMMIT;", Style::Sql);
    return 0;
}

}  // namespace

std::vector<Command> migrations() {
    const Argument database = option("--database", "ALIAS", "Which database.", "default");
    const Argument noinput = flag("--noinput, --no-input", "Asks nothing.");
    return {
        {.name = "migrate",
         .help = "Brings the database's tables to the state of the models.",
         .arguments = {optional("app", "Only this app's."),
                       optional("migration", "To this one, forwards or back; \"zero\" undoes all."),
                       database, flag("--fake", "Records them without running them."),
                       flag("--fake-initial", "Records first migrations whose tables are there."),
                       flag("--plan", "Shows what would be done."),
                       flag("--check", "Fails when there is something to do."), noinput},
         .run = migrate},
        {.name = "makemigrations",
         .help = "Writes migrations for the models that have changed.",
         .arguments = {rest("app", "Only these apps'."),
                       flag("--dry-run", "Shows what would be written."),
                       flag("--check", "Writes nothing, and fails when there are changes."),
                       flag("--empty", "Writes one without operations."),
                       option("--name, -n", "NAME", "What the migration is called."), noinput},
         .run = makemigrations},
        {.name = "showmigrations",
         .help = "Lists migrations, and which are applied.",
         .arguments = {rest("app", "Only these apps'."), database,
                       flag("--plan, -p", "In the order of application."),
                       flag("--list, -l", "By app; the default.")},
         .run = showmigrations},
        {.name = "sqlmigrate",
         .help = "Shows the SQL of a migration.",
         .arguments = {positional("app", "The app's label."),
                       positional("migration", "Its name, or how it begins."), database,
                       flag("--backwards", "That which undoes it.")},
         .run = sqlmigrate},
    };
}

}  // namespace tatum::site::commands
