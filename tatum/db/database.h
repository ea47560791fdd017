#pragma once

#include <tatum/base/locals.h>
#include <tatum/base/value.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/fwd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum {
struct DatabaseSettings;
}

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

    /// Throws ImproperlyConfigured for options that there are none of.
    static DatabaseOptions from(const DatabaseSettings& settings);
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

    std::size_t count() const { return statements_.size(); }
    const std::vector<std::string>& statements() const { return statements_; }
    void executed(const ExecutedQuery& query) override;

private:
    std::vector<std::string> statements_;
    bool keep_transactions_;
    QueryObserver* before_;
    LocalScope scope_;
};

/// How the connections of a process to one database stand, for metrics. Figures may be a moment
/// old.
struct PoolCounts {
    /// Upper bounds in microseconds of the buckets that waits are counted in; one more follows that
    /// has none.
    static constexpr std::array<std::uint32_t, 8> kWaitBounds = {
        100, 1'000, 5'000, 25'000, 100'000, 500'000, 1'000'000, 5'000'000};

    std::uint64_t open = 0, idle = 0;  ///< connections
    /// Who waits for another transaction of the process to end its writing.
    std::uint64_t waiting = 0;
    std::array<std::uint64_t, kWaitBounds.size() + 1>
        waits{};  ///< that are over, also those of no time
    std::uint64_t wait_microseconds = 0;
};

/// One row of execute(): its columns by position.
using ResultRow = std::vector<Value>;

namespace impl {
class Backend;
}

/// One database. Any thread may use it; each has connections of its own.
class Database {
public:
    Database(std::string alias, DatabaseOptions options, std::unique_ptr<impl::Backend> backend);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    std::string_view alias() const { return alias_; }
    const DatabaseOptions& options() const { return options_; }
    /// "sqlite" or "postgresql".
    std::string_view vendor() const;

    /// Runs one statement with '?' for parameters, in the caller's atomic block if there is one.
    /// Returns its rows. Queries: 1. Throws a DatabaseError.
    std::vector<ResultRow> execute(std::string_view sql, const List& parameters = {});
    /// Runs several statements, separated by ';'.
    void execute_script(std::string_view sql);
    /// Rows that the last INSERT, UPDATE or DELETE of `sql` changed.
    std::int64_t execute_update(std::string_view sql, const List& parameters = {});
    /// Opens a connection and runs a statement on it. Throws OperationalError saying what to do.
    void check();
    /// Opens a connection of its own to a database that must exist, and reads from it: sees what
    /// idle connections don't tell, such as a file that is gone. Blocks the thread. Throws
    /// OperationalError.
    void probe();
    PoolCounts pool_counts() const;
    /// Closes the idle connections of the calling thread.
    void close();

    impl::Backend& backend() const { return *backend_; }

private:
    std::string alias_;
    DatabaseOptions options_;
    std::unique_ptr<impl::Backend> backend_;
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
    explicit DatabasesScope(const Databases& databases) : scope_(Slot::Databases, &databases) {}

private:
    LocalScope scope_;
};

}  // namespace tatum::db

namespace tatum {
using db::Databases;
using db::QueryLog;
}  // namespace tatum
