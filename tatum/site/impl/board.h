#pragma once

#include <tatum/db/database.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tatum::site {

/// A figure that one thread writes and any process reads.
class Cell {
public:
    void add(std::uint64_t amount = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
    std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

inline constexpr std::array<std::string_view, 9> kMetricMethods = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "other"};
inline constexpr std::array<std::string_view, 5> kMetricClasses = {"1xx", "2xx", "3xx", "4xx",
                                                                   "5xx"};
/// Upper bounds in microseconds of the buckets that latencies are counted in; one more follows
/// that has none.
inline constexpr std::array<std::uint32_t, 15> kMetricBounds = {
    100,    250,     500,     1'000,   2'500,     5'000,     10'000,    25'000,
    50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 10'000'000};

/// Requests of one route that one thread has answered.
struct RouteCells {
    static constexpr std::size_t kNameMax = 95;

    std::atomic<bool> named{false};  ///< `name` is written and stays
    std::array<char, kNameMax + 1> name;
    std::array<std::array<Cell, kMetricClasses.size()>, kMetricMethods.size()> requests;
    std::array<Cell, kMetricBounds.size() + 1> buckets;
    Cell microseconds;
};

/// What one reactor thread counts.
struct ThreadCells {
    /// The last one is for all routes that the others have no room for.
    static constexpr std::size_t kRoutesMax = 128;

    std::array<RouteCells, kRoutesMax> routes;
    Cell in_flight;
    Cell refused, slow;
    Cell queries, query_nanoseconds, query_failures;
};

/// How one process's connections to a database stand; see PoolCounts.
struct DatabaseCells {
    static constexpr std::size_t kNameMax = 47;

    std::atomic<bool> named{false};  ///< `name` is written and stays
    std::array<char, kNameMax + 1> name;
    Cell open, idle, waiting, wait_microseconds;
    std::array<Cell, db::PoolCounts::kWaitBounds.size() + 1> waits;
};

/// What one process counts; a worker that takes the place of another goes on with its figures.
struct WorkerCells {
    static constexpr std::size_t kDatabasesMax = 8;  ///< of more, nothing is told

    std::atomic<std::int32_t> process{0};
    Cell connections, connections_open, connections_refused, bytes_in, bytes_out;
    Cell started_seconds;  ///< of the process, since 1970
    std::array<DatabaseCells, kDatabasesMax> databases;
};

/// The figures of all workers and threads of a site, in memory that the processes share. Any
/// thread may read it.
class Board {
public:
    static constexpr unsigned kThreadsMax = 1024;

    /// Of this process alone.
    Board(unsigned workers, unsigned threads);
    /// That of a supervisor, by its descriptor(), which it takes over. Null when it is none of this
    /// program's.
    static std::unique_ptr<Board> attach(int descriptor);
    /// Only attach() calls it: with what it has found.
    struct Found {
        int descriptor;
        unsigned workers, threads;
    };
    explicit Board(const Found& found);
    ~Board();
    Board(const Board&) = delete;
    Board& operator=(const Board&) = delete;

    unsigned workers() const { return workers_; }
    unsigned threads() const { return threads_; }
    int descriptor() const { return descriptor_; }

    WorkerCells& worker(unsigned slot) const;
    ThreadCells& thread(unsigned slot, unsigned thread) const;

private:
    struct Head;
    void map(bool fresh);

    int descriptor_ = -1;
    unsigned workers_ = 0, threads_ = 0;
    std::size_t bytes_ = 0;
    std::byte* memory_ = nullptr;
};

/// The text format of Prometheus, version 0.0.4: sums over the workers, and their processes'
/// memory, CPU and descriptors apart.
std::string metrics_text(const Board& board);

}  // namespace tatum::site
