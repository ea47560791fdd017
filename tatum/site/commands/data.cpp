#include <tatum/db/database.h>
#include <tatum/db/meta.h>
#include <tatum/db/serializers/fixtures.h>
#include <tatum/db/transaction.h>
#include <tatum/site/commands/commands.h>
#include <tatum/site/impl/command_tools.h>
#include <tatum/site/impl/process.h>
#include <tatum/site/migrations.h>
#include <tatum/site/site.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

namespace tatum::site::commands {

namespace {

using impl::database_of;

std::optional<std::string> content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

/// A fixture by its path, or by its name among the fixtures of the site and its apps, with or
/// without ".json".
std::string fixture_of(const Site& site, const std::string& name) {
    if (name == "-") {
        std::string text;
        for (int c = std::getchar(); c != EOF; c = std::getchar()) text += static_cast<char>(c);
        return text;
    }
    std::vector<const AppFiles*> places;
    if (const SiteBuild* build = site.build()) places.push_back(build->files);
    for (const App& app : site.apps()) {
        if (app.files != nullptr) places.push_back(app.files);
    }
    for (const std::string& file : {name, name + ".json"}) {
        if (auto text = content_of(file)) return *std::move(text);
        for (const AppFiles* files : places) {
            if (site.debug() && files->is_live()) {
                const std::string path = std::string(files->folder()) + "/fixtures/" + file;
                if (auto text = content_of(path)) return *std::move(text);
            }
            if (const EmbeddedFile* found = files->find("fixtures/" + file)) {
                return std::string(found->content());
            }
        }
    }
    throw CommandError("There is no fixture \"" + name +
                       "\": neither such a file nor one in an app's fixtures");
}

int loaddata(CommandCall& call) {
    const auto names = call.arguments.all("fixture");
    if (names.empty()) throw CommandUsageError("loaddata needs the name of a fixture");
    db::Database& database = database_of(call);
    std::size_t objects = 0;
    for (const std::string& name : names) {
        objects +=
            db::serializers::load(database, call.site->models(), fixture_of(*call.site, name),
                                  {.name = name,
                                   .ignore_nonexistent = call.arguments.has("--ignorenonexistent"),
                                   .exclude = call.arguments.all("--exclude")});
    }
    call.out.line("Installed " + std::to_string(objects) + (objects == 1 ? " object" : " objects") +
                      " from " + std::to_string(names.size()) +
                      (names.size() == 1 ? " fixture." : " fixtures."),
                  Style::Success);
    return 0;
}

int dumpdata(CommandCall& call) {
    db::serializers::DumpOptions options;
    options.labels = call.arguments.all("label");
    options.exclude = call.arguments.all("--exclude");
    options.pks = call.arguments.all("--pk");
    if (call.arguments.has("--indent")) {
        options.indent = static_cast<int>(call.arguments.integer("--indent", 0, 16));
    }
    const std::string text = db::serializers::dump(database_of(call), call.site->models(), options);
    const std::string path = call.arguments.get("--output");
    if (path.empty()) {
        call.out.line(text);
        return 0;
    }
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text << '\n';
    file.close();
    if (!file) throw CommandError(path + " cannot be written: " + std::strerror(errno));
    return 0;
}

bool is_agreed(const CommandCall& call, const std::string& question) {
    if (call.arguments.has("--noinput")) return true;
    call.out.write(question + " Type 'yes' to go on: ", Style::Warning);
    std::fflush(stdout);
    char answer[8] = {};
    return std::fgets(answer, sizeof answer, stdin) != nullptr &&
           std::string_view(answer) == "yes\n";
}

int flush(CommandCall& call) {
    db::Database& database = database_of(call);
    if (!is_agreed(call, "All rows of the database \"" + std::string(database.alias()) +
                             "\" will be deleted; its tables stay.")) {
        throw CommandError("Nothing was deleted");
    }
    transaction::atomic({.using_ = database.alias()}, [&] {
        // Keys may point anywhere while the rows go; at the end nothing is left to point.
        database.execute("PRAGMA defer_foreign_keys = ON");
        for (const auto& model : call.site->models().models()) {
            if (model->managed) database.execute("DELETE FROM \"" + model->db_table + "\"");
        }
    });
    notify_migrated(*call.site, database);
    call.out.line("All rows are deleted.", Style::Success);
    return 0;
}

int dbshell(CommandCall& call) {
    const db::Database& database = database_of(call);
    const bool is_sqlite = database.vendor() == "sqlite";
    const std::string program = is_sqlite ? "sqlite3" : "psql";
    const auto path = program_path(program);
    if (!path) {
        throw CommandError("The program " + program + " is not installed (apt install " +
                           (is_sqlite ? "sqlite3" : "postgresql-client") + ")");
    }
    replace_process(*path, {program, database.options().name});
    throw CommandError(*path + " could not be started");
}

}  // namespace

std::vector<Command> data() {
    const Argument database = option("--database", "ALIAS", "Which database.", "default");
    return {
        {.name = "loaddata",
         .help = "Puts the rows of fixtures into the database.",
         .arguments = {rest("fixture", "Names or paths; - reads the standard input."), database,
                       flag("--ignorenonexistent, -i", "Skips models and fields there are not."),
                       list_option("--exclude, -e", "LABEL", "Leaves out an app or a model.")},
         .run = loaddata},
        {.name = "dumpdata",
         .help = "Writes the rows of the database as a fixture.",
         .arguments = {rest("label", "Only these: app, or app.Model."), database,
                       list_option("--exclude, -e", "LABEL", "Leaves out an app or a model."),
                       list_option("--pk", "KEY", "Only this row of the one model given."),
                       option("--indent", "N", "Spaces a level."),
                       option("--output, -o", "FILE", "Writes to a file.")},
         .run = dumpdata},
        {.name = "flush",
         .help = "Deletes all rows of all tables.",
         .arguments = {database, flag("--noinput, --no-input", "Asks nothing.")},
         .run = flush},
        {.name = "dbshell",
         .help = "Opens the database's own shell.",
         .arguments = {database},
         .run = dbshell},
    };
}

}  // namespace tatum::site::commands
