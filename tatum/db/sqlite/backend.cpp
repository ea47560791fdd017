#include <tatum/db/impl/backend.h>

#include <tatum/db/sqlite/impl/connection.h>

#include <sqlite3.h>

#include <atomic>
#include <cstdio>

namespace tatum::db::impl {

namespace {

/// A path as a URI, in which SQLite takes '?' and '#' for itself.
std::string uri_of(const std::string& path) {
    std::string uri = "file:";
    for (const char c : path) {
        if (c == '?' || c == '#' || c == '%') {
            char escaped[4];
            std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned>(c));
            uri += escaped;
        } else {
            uri += c;
        }
    }
    return uri;
}

class SqliteBackend final : public Backend {
public:
    explicit SqliteBackend(const DatabaseOptions& options)
        : in_memory_(options.name == ":memory:" || options.name.empty()) {
        if (in_memory_) {
            // Connections of one process meet in it by its name; it lives while one is open.
            static std::atomic<unsigned> number{0};
            uri_ = "file:/tatum-memory-" + std::to_string(++number) + "?vfs=memdb";
        } else {
            uri_ = uri_of(options.name);
        }
    }

    std::string_view vendor() const override { return "sqlite"; }
    const Dialect& dialect() const override { return sqlite_dialect(); }
    std::unique_ptr<Connection> connect() override {
        const DatabaseOptions& options = database->options();
        if (in_memory_) {
            const std::lock_guard guard(anchor_guard_);
            if (!anchor_) anchor_ = std::make_unique<sqlite::SqliteConnection>(uri_, options);
        }
        return std::make_unique<sqlite::SqliteConnection>(uri_, options);
    }
    void probe() override {
        DatabaseOptions options = database->options();
        options.create = in_memory_;
        sqlite::SqliteConnection(uri_, options)
            .run("SELECT count(*) FROM sqlite_master", {}, nullptr);
    }
    std::string_view begin_statement(bool read_only) const override {
        return read_only ? "BEGIN" : "BEGIN IMMEDIATE";
    }
    bool single_writer() const override { return true; }
    bool commit_blocks() const override { return !in_memory_; }

private:
    bool in_memory_;
    std::string uri_;
    std::mutex anchor_guard_;
    std::unique_ptr<Connection> anchor_;  ///< keeps a database in memory alive
};

}  // namespace

std::unique_ptr<Backend> make_sqlite_backend(const DatabaseOptions& options) {
    // Without it every allocation of every connection takes one lock of the process, to count.
    // No effect, and no harm, where a program has used SQLite before.
    [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return std::make_unique<SqliteBackend>(options);
}

}  // namespace tatum::db::impl
