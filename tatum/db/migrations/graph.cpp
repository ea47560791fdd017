#include <tatum/db/migrations/migration.h>

#include <algorithm>
#include <set>

namespace tatum::db::migrations {

namespace {

/// Puts migrations in order by depth-first search (a migration after its dependencies).
class Sorter {
public:
    explicit Sorter(std::vector<Migration>& migrations)
        : migrations_(migrations), marks_(migrations.size(), Mark::New) {}

    std::vector<Migration> sorted() {
        for (std::size_t i = 0; i < migrations_.size(); ++i) visit(i);
        return std::move(ordered_);
    }

private:
    enum class Mark : std::uint8_t { New, Open, Done };

    void visit(std::size_t i) {
        if (marks_[i] == Mark::Done) return;
        const auto name = migrations_[i].key.str();
        if (marks_[i] == Mark::Open) {
            throw ImproperlyConfigured("The migrations depend on each other in a circle, through " +
                                       name + ".");
        }
        marks_[i] = Mark::Open;
        for (const auto& dependency : migrations_[i].dependencies) {
            const auto found = std::ranges::find(keys_, dependency);
            if (found == keys_.end()) {
                throw ImproperlyConfigured("The migration " + name + " depends on " +
                                           dependency.str() + ", which does not exist.");
            }
            visit(static_cast<std::size_t>(found - keys_.begin()));
        }
        marks_[i] = Mark::Done;
        ordered_.push_back(std::move(migrations_[i]));
    }

    static std::vector<MigrationKey> keys_of(const std::vector<Migration>& migrations) {
        std::vector<MigrationKey> keys;
        for (const auto& migration : migrations) keys.push_back(migration.key);
        return keys;
    }

    std::vector<Migration>& migrations_;
    std::vector<MigrationKey> keys_ = keys_of(migrations_);
    std::vector<Mark> marks_;
    std::vector<Migration> ordered_;
};

}  // namespace

MigrationGraph::MigrationGraph(std::vector<Migration> migrations) {
    std::ranges::stable_sort(migrations, {}, [](const Migration& m) { return m.key; });
    ordered_ = Sorter(migrations).sorted();
}

const Migration* MigrationGraph::find(const MigrationKey& key) const {
    const auto found = std::ranges::find(ordered_, key, &Migration::key);
    return found == ordered_.end() ? nullptr : &*found;
}

const Migration& MigrationGraph::by_prefix(std::string_view app, std::string_view prefix) const {
    std::vector<const Migration*> matches;
    for (const auto& migration : ordered_) {
        if (migration.key.app != app) continue;
        if (migration.key.name == prefix) return migration;
        if (migration.key.name.starts_with(prefix)) matches.push_back(&migration);
    }
    if (matches.size() == 1) return *matches.front();
    throw ImproperlyConfigured((matches.empty() ? "Cannot find a migration matching '"
                                                : "More than one migration matches '") +
                               std::string(prefix) + "' of app '" + std::string(app) + "'.");
}

std::vector<MigrationKey> MigrationGraph::leaves(std::string_view app) const {
    std::vector<MigrationKey> found;
    for (const auto& migration : ordered_) {
        if (migration.key.app != app) continue;
        const bool needed = std::ranges::any_of(ordered_, [&](const Migration& other) {
            return other.key.app == app &&
                   std::ranges::find(other.dependencies, migration.key) != other.dependencies.end();
        });
        if (!needed) found.push_back(migration.key);
    }
    return found;
}

std::vector<std::string> MigrationGraph::apps() const {
    std::set<std::string> names;
    for (const auto& migration : ordered_) names.insert(migration.key.app);
    return {names.begin(), names.end()};
}

std::vector<MigrationKey> MigrationGraph::dependants(const MigrationKey& key) const {
    std::set<MigrationKey> found{key};
    for (const auto& migration : ordered_) {  // each comes after what it depends on
        for (const auto& dependency : migration.dependencies) {
            if (found.contains(dependency)) found.insert(migration.key);
        }
    }
    return {found.begin(), found.end()};
}

std::vector<MigrationKey> MigrationGraph::requirements(const MigrationKey& key) const {
    std::set<MigrationKey> found{key};
    for (auto migration = ordered_.rbegin(); migration != ordered_.rend(); ++migration) {
        if (found.contains(migration->key)) {
            found.insert(migration->dependencies.begin(), migration->dependencies.end());
        }
    }
    return {found.begin(), found.end()};
}

ProjectState MigrationGraph::state() const {
    ProjectState project;
    for (const auto& migration : ordered_) {
        for (const auto& operation : migration.operations) {
            apply(operation, migration.key.app, project);
        }
    }
    return project;
}

}  // namespace tatum::db::migrations
