#pragma once

#include <tatum/db/impl/backend.h>
#include <tatum/db/sqlite/snapshot.h>

#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace tatum::db::sqlite {

/// A connection to a SQLite file, with the statements it has prepared.
class SqliteConnection final : public impl::Connection {
public:
    /// `uri` names the database. Throws OperationalError saying what to do.
    SqliteConnection(const std::string& uri, const DatabaseOptions& options);
    ~SqliteConnection() override;

    impl::RunResult run(std::string_view sql, std::span<const impl::Cell> params,
                        impl::RowSink* sink) override;
    void run_script(std::string_view sql) override;
    std::vector<std::string> column_names(std::string_view sql) override;
    bool holds_snapshot() const override { return snapshot_ && snapshot_->is_open(); }
    void end_snapshot() override { snapshot_->end(); }

private:
    struct Prepared {
        std::string sql;
        sqlite3_stmt* statement = nullptr;
        bool reads = false;
        bool selects = false;           ///< may run in a Snapshot
        bool changes_snapshot = false;  ///< what one would be of
    };
    using Statements = std::list<Prepared>;

    void configure();
    bool has_wal();
    /// Ends the snapshot unless the statement is a SELECT, for which it begins one.
    void prepare_snapshot(const Prepared& prepared);
    Prepared& prepare(std::string_view sql);
    void step_all(Prepared& prepared, impl::RowSink* sink);
    [[noreturn]] void fail(int code, std::string_view sql) const;

    const DatabaseOptions& options_;
    std::string path_;
    sqlite3* handle_ = nullptr;
    Statements statements_;  ///< the most recently used first
    std::unordered_map<std::string_view, Statements::iterator> by_sql_;
    std::vector<impl::Cell> cells_;
    std::optional<Snapshot> snapshot_;  ///< always, once the connection is open
    std::chrono::steady_clock::time_point busy_since_;
    friend int on_busy(void* connection, int count);
};

}  // namespace tatum::db::sqlite
