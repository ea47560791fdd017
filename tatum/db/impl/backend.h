#pragma once

#include <tatum/base/locals.h>
#include <tatum/db/database.h>
#include <tatum/db/impl/sql.h>
#include <tatum/net/sync.h>
#include <tatum/net/task.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace tatum::db::impl {

/// Takes the rows of a statement, one after the other.
class RowSink {
public:
    virtual ~RowSink() = default;
    virtual void row(std::span<const Cell> cells) = 0;
};

struct RunResult {
    std::int64_t changes = 0;  ///< rows that the statement inserted, updated or deleted
    std::int64_t last_id = 0;  ///< key of the last row inserted
};

/// What PoolCounts are made of. Shared by all threads, and by connections that outlive their
/// database.
struct PoolCounters {
    std::atomic<std::uint64_t> open{0}, idle{0}, waiting{0}, wait_microseconds{0};
    std::array<std::atomic<std::uint64_t>, PoolCounts::kWaitBounds.size() + 1> waits{};

    void count_wait(std::chrono::nanoseconds duration);
};

/// A connection to a database; used by one fiber at a time.
class Connection {
public:
    Connection() = default;
    virtual ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    /// It is open from now on, and closed when it is destroyed.
    void count_in(std::shared_ptr<PoolCounters> counters);
    /// Runs one statement. Throws a DatabaseError.
    virtual RunResult run(std::string_view sql, std::span<const Cell> params, RowSink* sink) = 0;
    virtual void run_script(std::string_view sql) = 0;
    /// The columns that a statement will give.
    virtual std::vector<std::string> column_names(std::string_view sql) = 0;
    /// Is a transaction open? A database that has no room left may have rolled it back by itself.
    virtual bool in_transaction() const = 0;
    /// Does it keep something open for the statements that follow at once? Then it is told when
    /// there are none.
    virtual bool holds_snapshot() const { return false; }
    virtual void end_snapshot() {}

private:
    std::shared_ptr<PoolCounters> counters_;
};

enum class Access : std::uint8_t { Read, Write };
/// By its first word. A statement that starts otherwise than SELECT and its like counts as writing.
Access access_of(std::string_view sql);

/// An atomic block that runs, outermost. Belongs to one fiber or thread.
struct Transaction {
    struct Hook {
        net::Task task;
        unsigned savepoint = 0;  ///< the innermost savepoint it was registered in; 0: none
        bool undoes = false;     ///< it runs when that is rolled back, and not when all is done
    };

    const Locals* owner = nullptr;
    Database* database = nullptr;
    std::unique_ptr<Connection> connection;
    std::unique_lock<net::Mutex> write_lock;
    bool begun = false;
    bool read_only = false;
    bool needs_rollback = false;
    unsigned depth = 0;
    unsigned savepoints_made = 0;
    std::vector<unsigned> savepoints;  ///< open ones; 0 for blocks without
    std::vector<Hook> hooks;

    /// The first statement opens the transaction.
    void ensure_begun();
};

struct Compiled;

/// Statements that queries compiled to, by the form of the query. Of one thread and database.
class StatementCache {
public:
    std::shared_ptr<const Compiled> find(std::string_view form) const;
    void add(std::string_view form, std::shared_ptr<const Compiled> compiled);

private:
    /// More forms than this are made at run time (lists of many lengths); then all are forgotten.
    static constexpr std::size_t kEntriesMax = 1024;

    struct HashText {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    std::unordered_map<std::string, std::shared_ptr<const Compiled>, HashText, std::equal_to<>>
        entries_;
};

/// What kinds of database have in common: pools of connections, the write lock, observers.
/// Any thread may use it.
class Backend {
public:
    Backend() = default;
    virtual ~Backend();
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;

    virtual std::string_view vendor() const = 0;
    virtual const Dialect& dialect() const = 0;
    virtual std::unique_ptr<Connection> connect() = 0;
    /// As Database::probe().
    virtual void probe() = 0;
    /// The statement that opens a transaction.
    virtual std::string_view begin_statement(bool read_only) const = 0;
    /// Does only one transaction write at a time?
    virtual bool single_writer() const = 0;
    /// May COMMIT wait for a disk?
    virtual bool commit_blocks() const = 0;

    RunResult run(std::string_view sql, std::span<const Cell> params, RowSink* sink, Access access);
    void run_script(std::string_view sql);
    std::vector<std::string> column_names(std::string_view sql);

    /// The transaction of the calling fiber, or null.
    Transaction* transaction();
    void add_transaction(Transaction& transaction);
    void remove_transaction(Transaction& transaction);
    /// Runs a statement on a connection, telling the observers.
    RunResult run_on(Connection& connection, std::string_view sql, std::span<const Cell> params,
                     RowSink* sink);
    std::unique_ptr<Connection> take_connection();
    void give_back(std::unique_ptr<Connection> connection);
    std::unique_lock<net::Mutex> lock_for_writing();
    void close_idle();
    PoolCounts pool_counts() const;
    /// Of the calling thread.
    StatementCache& statements();

    Database* database = nullptr;       ///< set by Database
    const SlowQueries* slow = nullptr;  ///< set by Databases

private:
    struct ThreadPool;
    ThreadPool& pool();

    std::shared_ptr<PoolCounters> counters_ = std::make_shared<PoolCounters>();
    std::shared_ptr<const int> alive_ = std::make_shared<const int>(0);
    net::Mutex write_mutex_;
    std::atomic<unsigned> transaction_count_{0};
    std::mutex transactions_guard_;
    std::vector<Transaction*> transactions_;
};

std::unique_ptr<Backend> make_sqlite_backend(const DatabaseOptions& options);

}  // namespace tatum::db::impl
