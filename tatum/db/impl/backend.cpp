#include <tatum/db/impl/backend.h>

#include <tatum/base/ascii.h>
#include <tatum/base/text.h>
#include <tatum/db/exceptions.h>
#include <tatum/net/round.h>

#include <algorithm>

namespace tatum::db::impl {

void PoolCounters::count_wait(std::chrono::nanoseconds duration) {
    const auto microseconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
    std::size_t bucket = 0;
    while (bucket < PoolCounts::kWaitBounds.size() &&
           microseconds > PoolCounts::kWaitBounds[bucket]) {
        ++bucket;
    }
    waits[bucket].fetch_add(1, std::memory_order_relaxed);
    wait_microseconds.fetch_add(microseconds, std::memory_order_relaxed);
}

Connection::~Connection() {
    if (counters_) counters_->open.fetch_sub(1, std::memory_order_relaxed);
}

void Connection::count_in(std::shared_ptr<PoolCounters> counters) {
    counters_ = std::move(counters);
    counters_->open.fetch_add(1, std::memory_order_relaxed);
}

/// A thread's idle connections to one database. Closed when the thread or the database ends.
struct Backend::ThreadPool {
    ThreadPool() = default;
    ThreadPool(std::weak_ptr<const int> alive, const Backend* of,
               std::shared_ptr<PoolCounters> pool_counters)
        : backend_alive(std::move(alive)), backend(of), counters(std::move(pool_counters)) {}
    ~ThreadPool() { close_idle(); }
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    std::weak_ptr<const int> backend_alive;
    const Backend* backend = nullptr;
    std::shared_ptr<PoolCounters> counters = std::make_shared<PoolCounters>();
    std::vector<std::unique_ptr<Connection>> idle;
    StatementCache statements;
    std::shared_ptr<const int> life = std::make_shared<const int>(0);
    bool end_planned = false;

    std::unique_ptr<Connection> take() {
        if (idle.empty()) return nullptr;
        auto connection = std::move(idle.back());
        idle.pop_back();
        counters->idle.fetch_sub(1, std::memory_order_relaxed);
        return connection;
    }
    void give_back(std::unique_ptr<Connection> connection) {
        if (connection->holds_snapshot() && !plan_end_of_snapshots()) connection->end_snapshot();
        idle.push_back(std::move(connection));
        counters->idle.fetch_add(1, std::memory_order_relaxed);
    }
    /// Those of the connections that are idle when the thread has nothing more to do.
    bool plan_end_of_snapshots() {
        if (!end_planned) {
            end_planned = net::at_end_of_round([this, alive = std::weak_ptr<const int>(life)] {
                if (alive.expired()) return;
                end_planned = false;
                for (const auto& connection : idle) {
                    if (connection->holds_snapshot()) connection->end_snapshot();
                }
            });
        }
        return end_planned;
    }
    void close_idle() {
        counters->idle.fetch_sub(idle.size(), std::memory_order_relaxed);
        idle.clear();
    }
};

std::shared_ptr<const Compiled> StatementCache::find(std::string_view form) const {
    const auto found = entries_.find(form);
    return found == entries_.end() ? nullptr : found->second;
}

void StatementCache::add(std::string_view form, std::shared_ptr<const Compiled> compiled) {
    if (entries_.size() >= kEntriesMax) entries_.clear();
    entries_.insert_or_assign(std::string(form), std::move(compiled));
}

StatementCache& Backend::statements() { return pool().statements; }

Access access_of(std::string_view sql) {
    const auto start = sql.find_first_not_of(" \t\r\n(");
    if (start == std::string_view::npos) return Access::Read;
    sql.remove_prefix(start);
    const auto word = sql.substr(0, sql.find_first_of(" \t\r\n(;"));
    for (const std::string_view reading : {"SELECT", "EXPLAIN", "PRAGMA", "VALUES"}) {
        if (ascii::equals_ignoring_case(word, reading)) return Access::Read;
    }
    return Access::Write;
}

Backend::~Backend() = default;

Backend::ThreadPool& Backend::pool() {
    // A cache of this thread, found by the backend's address; entries of backends that are gone are
    // dropped, since another may get the same address. A site that is a static object outlives its
    // thread's cache, and gets one that lasts until the process has ended.
    thread_local bool ended = false;
    thread_local ThreadPool* afterwards = nullptr;
    struct Pools {
        std::vector<std::unique_ptr<ThreadPool>> all;
        ~Pools() { ended = true; }
    };
    if (ended) {
        if (afterwards == nullptr) afterwards = std::make_unique<ThreadPool>().release();
        return *afterwards;
    }
    thread_local Pools pools;
    for (const auto& candidate : pools.all) {
        if (candidate->backend == this && !candidate->backend_alive.expired()) return *candidate;
    }
    std::erase_if(pools.all,
                  [](const auto& candidate) { return candidate->backend_alive.expired(); });
    pools.all.push_back(std::make_unique<ThreadPool>(alive_, this, counters_));
    return *pools.all.back();
}

std::unique_ptr<Connection> Backend::take_connection() {
    if (auto connection = pool().take()) return connection;
    auto connection = connect();
    connection->count_in(counters_);
    return connection;
}

void Backend::give_back(std::unique_ptr<Connection> connection) {
    ThreadPool& here = pool();
    if (here.idle.size() < database->options().connections_max) {
        here.give_back(std::move(connection));
    }
}

void Backend::close_idle() { pool().close_idle(); }

PoolCounts Backend::pool_counts() const {
    PoolCounts counts{
        .open = counters_->open.load(std::memory_order_relaxed),
        .idle = counters_->idle.load(std::memory_order_relaxed),
        .waiting = counters_->waiting.load(std::memory_order_relaxed),
        .wait_microseconds = counters_->wait_microseconds.load(std::memory_order_relaxed)};
    for (std::size_t i = 0; i < counts.waits.size(); ++i) {
        counts.waits[i] = counters_->waits[i].load(std::memory_order_relaxed);
    }
    return counts;
}

namespace {

/// Counts one that waits, to the end of the block.
class Waiting {
public:
    explicit Waiting(PoolCounters& counters) : counters_(counters) {
        counters_.waiting.fetch_add(1, std::memory_order_relaxed);
    }
    ~Waiting() {
        counters_.waiting.fetch_sub(1, std::memory_order_relaxed);
        counters_.count_wait(std::chrono::steady_clock::now() - start_);
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

private:
    PoolCounters& counters_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

std::unique_lock<net::Mutex> Backend::lock_for_writing() {
    if (!single_writer()) return {};
    if (write_mutex_.try_lock()) {
        counters_->count_wait({});
        return {write_mutex_, std::adopt_lock};
    }
    const Waiting waiting(*counters_);
    if (!write_mutex_.try_lock_for(database->options().timeout)) {
        throw OperationalError(
            "database is locked: another transaction of this process has been writing to '" +
            database->options().name + "' for " +
            std::to_string(database->options().timeout.count()) +
            " ms. Keep atomic blocks short, or raise the database's timeout.");
    }
    return {write_mutex_, std::adopt_lock};
}

Transaction* Backend::transaction() {
    if (transaction_count_.load(std::memory_order_acquire) == 0) return nullptr;
    const Locals* owner = &current_locals();
    const std::lock_guard guard(transactions_guard_);
    for (Transaction* candidate : transactions_) {
        if (candidate->owner == owner) return candidate;
    }
    return nullptr;
}

void Backend::add_transaction(Transaction& transaction) {
    const std::lock_guard guard(transactions_guard_);
    transactions_.push_back(&transaction);
    transaction_count_.store(static_cast<unsigned>(transactions_.size()),
                             std::memory_order_release);
}

void Backend::remove_transaction(Transaction& transaction) {
    const std::lock_guard guard(transactions_guard_);
    std::erase(transactions_, &transaction);
    transaction_count_.store(static_cast<unsigned>(transactions_.size()),
                             std::memory_order_release);
}

namespace {

/// Gives a connection back to its pool, unless it is broken: then it is closed.
class Lease {
public:
    explicit Lease(Backend& backend) : backend_(backend), connection_(backend.take_connection()) {}
    ~Lease() {
        if (connection_) backend_.give_back(std::move(connection_));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& operator*() { return *connection_; }

private:
    Backend& backend_;
    std::unique_ptr<Connection> connection_;
};

struct RunningStatement {
    std::string_view sql;
    std::span<const Cell> params;
};

std::string render(const void* statement) {
    const auto& of = *static_cast<const RunningStatement*>(statement);
    return render_sql(of.sql, of.params);
}

}  // namespace

RunResult Backend::run_on(Connection& connection, std::string_view sql,
                          std::span<const Cell> params, RowSink* sink) {
    auto* observer = static_cast<QueryObserver*>(local(Slot::Queries));
    const bool slow_wanted = slow && slow->report && slow->threshold.count() > 0;
    if (!observer && !slow_wanted) return connection.run(sql, params, sink);

    const RunningStatement statement{sql, params};
    const auto start = std::chrono::steady_clock::now();
    const auto tell = [&](bool failed) {
        const ExecutedQuery query{
            sql,    database->alias(), std::chrono::steady_clock::now() - start, failed,
            render, &statement};
        if (observer) observer->executed(query);
        if (slow_wanted && query.duration >= slow->threshold) slow->report(query, slow->context);
    };
    RunResult result;
    try {
        result = connection.run(sql, params, sink);
    } catch (const Exception&) {
        tell(true);
        throw;
    }
    tell(false);
    return result;
}

namespace {

/// Throws when the transaction takes no more statements.
Connection& connection_of(Transaction& transaction, Access access) {
    if (transaction.needs_rollback) {
        throw TransactionManagementError(
            "An error occurred in the current transaction. You can't execute queries until the "
            "end of the 'atomic' block.");
    }
    if (transaction.read_only && access == Access::Write) {
        throw OperationalError("A write inside an atomic block that was declared read_only.");
    }
    transaction.ensure_begun();
    // By a full disk, or INSERT OR ROLLBACK. What followed would be saved at once and for good.
    if (!transaction.connection->in_transaction()) {
        throw TransactionManagementError(
            "The database has rolled back the current transaction by itself, after an error. You "
            "can't execute queries until the end of the outermost 'atomic' block.");
    }
    return *transaction.connection;
}

}  // namespace

RunResult Backend::run(std::string_view sql, std::span<const Cell> params, RowSink* sink,
                       Access access) {
    if (Transaction* current = transaction()) {
        return run_on(connection_of(*current, access), sql, params, sink);
    }
    std::unique_lock<net::Mutex> lock;
    if (access == Access::Write) lock = lock_for_writing();
    Lease lease(*this);
    return run_on(*lease, sql, params, sink);
}

std::vector<std::string> Backend::column_names(std::string_view sql) {
    if (Transaction* current = transaction()) {
        return connection_of(*current, Access::Read).column_names(sql);
    }
    Lease lease(*this);
    return (*lease).column_names(sql);
}

void Backend::run_script(std::string_view sql) {
    if (Transaction* current = transaction()) {
        connection_of(*current, Access::Write).run_script(sql);
        return;
    }
    const auto lock = lock_for_writing();
    Lease lease(*this);
    (*lease).run_script(sql);
}

}  // namespace tatum::db::impl
