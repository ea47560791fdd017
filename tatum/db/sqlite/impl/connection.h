#pragma once

#include <tatum/db/impl/backend.h>

#include <chrono>
#include <memory>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace tatum::db::sqlite {

class Snapshot;

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
    bool in_transaction() const override;
    bool holds_snapshot() const override;
    void end_snapshot() override;

private:
    struct Prepared;
    struct Statements;

    void configure();
    bool has_wal();
    /// Ends the snapshot unless the statement is a SELECT, for which it begins one.
    bool has_statement(std::string_view sql) const;
    void prepare_snapshot(const Prepared& prepared);
    Prepared& prepare(std::string_view sql);
    void step_all(Prepared& prepared, impl::RowSink* sink);
    [[noreturn]] void fail(int code, std::string_view sql) const;

    const DatabaseOptions& options_;
    std::string path_;
    sqlite3* handle_ = nullptr;
    std::unique_ptr<Statements> statements_;
    std::vector<impl::Cell> cells_;
    std::unique_ptr<Snapshot> snapshot_;  ///< always, once the connection is open
    std::chrono::steady_clock::time_point busy_since_;
    friend int on_busy(void* connection, int count);
};

}  // namespace tatum::db::sqlite
