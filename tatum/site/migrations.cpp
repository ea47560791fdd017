#include <tatum/site/migrations.h>

#include <tatum/db/database.h>
#include <tatum/db/meta.h>
#include <tatum/db/migrations/executor.h>
#include <tatum/db/migrations/migration.h>
#include <tatum/site/site.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace tatum::site {

namespace {

using db::migrations::Migration;
using db::migrations::MigrationGraph;

constexpr std::string_view kFolder = "migrations/", kMigrationSuffix = ".toml";

Migration parsed(std::string_view text, const std::string& app, std::string_view file) {
    const std::string_view name = file.substr(0, file.size() - kMigrationSuffix.size());
    auto migration = db::migrations::parse_migration(text, {app, std::string(name)});
    if (!migration) throw ImproperlyConfigured(std::move(migration).error());
    return *std::move(migration);
}

void add_from_folder(const App& app, std::vector<Migration>& migrations) {
    const std::filesystem::path folder = std::string(app.files->folder()) + "/migrations";
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (!name.ends_with(kMigrationSuffix) || name.starts_with('.')) continue;
        std::ifstream file(entry->path(), std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(file)),
                               std::istreambuf_iterator<char>());
        migrations.push_back(parsed(text, app.label, name));
    }
}

}  // namespace

MigrationGraph migrations_of(const Site& site, MigrationSource from) {
    std::vector<Migration> migrations;
    for (const App& app : site.apps()) {
        if (app.files == nullptr) continue;
        if ((site.debug() || from == MigrationSource::Folders) && app.files->is_live()) {
            add_from_folder(app, migrations);
            continue;
        }
        for (const EmbeddedFile& file : app.files->below(kFolder)) {
            const std::string_view name = file.path.substr(kFolder.size());
            if (name.ends_with(kMigrationSuffix)) {
                migrations.push_back(parsed(file.content(), app.label, name));
            }
        }
    }
    return MigrationGraph(std::move(migrations));
}

Migrated::Migrated(const Site& from, db::Database& to)
    : site(from),
      database(to),
      state_(owned<const db::ProjectState>(
          db::migrations::Executor(to, migrations_of(from)).state())) {}

Migrated::~Migrated() = default;

bool Migrated::has(const db::ModelMeta& model) const {
    return !model.managed || state_->find(model.label) != nullptr;
}

bool Migrated::has(const db::ModelType& type) const {
    const db::ModelMeta* model = site.models().find(type);
    return model != nullptr && has(*model);
}

void notify_migrated(const Site& site, db::Database& database) {
    if (std::ranges::none_of(site.apps(), [](const App& app) { return bool(app.on_migrated); })) {
        return;
    }
    const SiteScope scope(site);
    const Migrated migrated(site, database);
    for (const App& app : site.apps()) {
        if (app.on_migrated) app.on_migrated(migrated);
    }
}

void migrate_all(const Site& site, db::Database& database) {
    const MigrationGraph graph = migrations_of(site);
    const db::migrations::Executor executor(database, graph);
    db::migrations::Progress silent;
    executor.migrate(executor.plan(), {}, silent);
    notify_migrated(site, database);
}

}  // namespace tatum::site
