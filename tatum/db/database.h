#pragma once

#include <tatum/base/value.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/fwd.h>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::db {

/// Where and how to connect, as in the settings' table databases.ALIAS.
struct DatabaseOptions {
    std::string engine = "sqlite";
    std::string name;  ///< a path, or ":memory:" for one that lives as long as its Database
    std::chrono::milliseconds timeout{5000};  ///< how long to wait for a lock
    bool read_only = false;
    bool create = true;  ///< make the file when it is missing
    std::string synchronous =
        "FULL";  ///< FULL survives a power cut, NORMAL may lose the last commits
    std::size_t statement_cache = 256;  ///< prepared statements kept by each connection
    std::size_t connections_max = 64;   ///< by each thread
    std::int64_t page_cache_bytes = 8 << 20;

    /// "sqlite:///path/to.db", "sqlite://:memory:", or a bare path. Error db.E001.
    static Result<DatabaseOptions> from_url(std::string_view url);
};

/// A statement that was run, as observers see it. Views are valid during the call.
struct ExecutedQuery {
    std::string_view sql;
    std::string_view alias;
    std::chrono::nanoseconds duration;
    bool failed = false;
    /// The statement with its parameters in place, for people to read.
    std::string (*render)(const void* statement) = nullptr;
    const void* statement = nullptr;

    std::string text() const { return render ? render(statement) : std::string(sql); }
};

/// Sees every statement that runs while it stands in Slot::Queries. Called on the thread of the
/// caller.
class QueryObserver {
public:
    virtual ~QueryObserver() = default;
    virtual void executed(const ExecutedQuery& query) = 0;
};

/// Counts and keeps the statements of a block, BEGIN and COMMIT left out unless asked for.
class QueryLog final : public QueryObserver {
public:
    enum class Transactions : std::uint8_t { Skip, Keep };
    explicit QueryLog(Transactions transactions = Transactions::Skip);
    ~QueryLog() override;
    QueryLog(const QueryLog&) = delete;
    QueryLog& operator=(const QueryLog&) = delete;

    std::size_t count() const { return statements_.size(); }
    const std::vector<std::string>& statements() const { return statements_; }
    void executed(const ExecutedQuery& query) override;

private:
    std::vector<std::string> statements_;
    bool keep_transactions_;
    void* before_;
};

/// One row of execute(): its columns by position.
using ResultRow = std::vector<Value>;

/// One database. Any thread may use it; each has connections of its own.
class Database {
public:
    virtual ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    std::string_view alias() const { return alias_; }
    const DatabaseOptions& options() const { return options_; }
    /// "sqlite" or "postgresql".
    virtual std::string_view vendor() const = 0;

    /// Runs one statement with '?' for parameters, in the caller's atomic block if there is one.
    /// Returns its rows. Queries: 1. Throws a DatabaseError.
    std::vector<ResultRow> execute(std::string_view sql, const List& parameters = {});
    /// Runs several statements, separated by ';'.
    void execute_script(std::string_view sql);
    /// Rows that the last INSERT, UPDATE or DELETE of `sql` changed.
    std::int64_t execute_update(std::string_view sql, const List& parameters = {});
    /// Opens a connection and runs a statement on it. Throws OperationalError saying what to do.
    void check();
    /// Closes the idle connections of the calling thread.
    void close();

    struct Impl;
    Impl& impl() const { return *impl_; }

protected:
    Database(std::string alias, DatabaseOptions options);

private:
    std::string alias_;
    DatabaseOptions options_;
    std::unique_ptr<Impl> impl_;
};

/// Called with a statement that took `threshold` or longer.
struct SlowQueries {
    std::chrono::nanoseconds threshold{0};  ///< 0: off
    void (*report)(const ExecutedQuery& query, void* context) = nullptr;
    void* context = nullptr;
};

/// The databases of a site by alias, with its models. It stands in Slot::Databases; set it there by
/// DatabasesScope.
class Databases {
public:
    explicit Databases(const ModelRegistry& registry);
    ~Databases();
    Databases(const Databases&) = delete;
    Databases& operator=(const Databases&) = delete;

    const ModelRegistry& registry() const { return registry_; }
    /// Throws ImproperlyConfigured for an engine that there is none of, or an alias that exists.
    Database& add(std::string_view alias, DatabaseOptions options);
    /// Throws ImproperlyConfigured: "The connection 'x' doesn't exist."
    Database& get(std::string_view alias) const;
    /// get("default").
    Database& default_() const;
    std::vector<std::string> aliases() const;
    void set_slow_queries(SlowQueries slow) { slow_ = slow; }
    const SlowQueries& slow_queries() const { return slow_; }

    /// Throws ImproperlyConfigured when no Site is current.
    static Databases& current();

private:
    const ModelRegistry& registry_;
    std::vector<std::unique_ptr<Database>> databases_;
    SlowQueries slow_;
};

/// Makes `databases` the current ones until the end of the block.
class DatabasesScope {
public:
    explicit DatabasesScope(const Databases& databases);
    ~DatabasesScope();
    DatabasesScope(const DatabasesScope&) = delete;
    DatabasesScope& operator=(const DatabasesScope&) = delete;

private:
    void* before_;
};

}  // namespace tatum::db

namespace tatum {
using db::Databases;
using db::QueryLog;
}  // namespace tatum
