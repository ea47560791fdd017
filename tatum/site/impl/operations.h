#pragma once

#include <tatum/base/log.h>
#include <tatum/db/database.h>
#include <tatum/net/server.h>
#include <tatum/net/stack_trace.h>
#include <tatum/site/impl/access_log.h>
#include <tatum/site/impl/board.h>
#include <tatum/site/impl/https_redirect.h>
#include <tatum/site/impl/readiness.h>
#include <tatum/site/impl/serve_options.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::site {

class Site;

/// A request while it is answered: what log lines, the access log and the metrics tell of it.
/// Belongs to its thread, which uses it for one request after the other.
struct RequestRecord final : logging::Context, db::QueryObserver {
    void executed(const db::ExecutedQuery& query) override;

    net::TimePoint started;
    net::TimePoint answered;  ///< when the view was done; max() before
    net::FiberRef fiber;
    std::string target;  ///< only where slow requests are looked for
    std::string_view route;
    std::uint64_t queries = 0, query_nanoseconds = 0, query_failures = 0;
    std::array<char, 48> peer_space;
    std::string_view peer;
    bool reported = false;            ///< as slow
    bool quiet = false;               ///< not worth a line
    RequestRecord* before = nullptr;  ///< in the thread's list of those in flight
    RequestRecord* behind = nullptr;
};

/// How a site tells what goes on in it: request ids, access log, metrics, slow requests, and the
/// addresses that ask for all that. Any thread may use it.
class Operations {
public:
    explicit Operations(const Site& site);
    ~Operations();
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;

    // --- for whoever runs a server; before it starts ---

    /// Counts on this board, as worker number `slot`.
    void use_board(std::unique_ptr<Board> board, unsigned slot);
    /// Throws Exception (log.E002) when the access log cannot be opened.
    void attach(const net::Server& server, const ServeOptions& options);
    /// The server is about to go.
    void detach();
    /// Readiness says no from now on.
    void set_stopping() { stopping_ = true; }
    Result<void> reopen_logs();

    // --- for the handler ---

    RequestRecord& begin(net::Exchange& exchange);
    void finish(const net::Exchange& exchange, RequestRecord& record) noexcept;
    void refused();
    void tick(net::Tick tick) noexcept;
    /// True when it was a request for management, and is answered.
    bool answer_management(net::Exchange& exchange);
    const HttpsRedirect& redirect() const { return redirect_; }
    bool looks_for_slow_requests() const { return stalls_ != nullptr; }

private:
    struct Thread;

    Thread& thread();
    Board& board();
    void open_logs();
    void find_addresses(const std::vector<net::Address>& addresses, const ServeOptions& options);
    void make_id(Thread& thread, std::string& id) const;
    void tell(Thread& thread, const net::Exchange& exchange, RequestRecord& record);
    void count(Thread& thread, const net::Exchange& exchange, const RequestRecord& record,
               std::uint64_t microseconds) const;
    RouteCells& cells_of(Thread& thread, std::string_view route) const;
    void look_for_slow_requests(Thread& thread);
    void report_slow(const std::string& id, std::string_view target, std::uint64_t milliseconds,
                     std::string_view stack) const;
    void on_stall(const net::StallWatch::Stall& stall) const;
    void publish();
    void publish_databases(WorkerCells& cells);
    std::string not_ready();

    const Site& site_;
    // Made once, by attach() or the first tick(), before there are requests.
    bool logs_open_ = false;  // under guard_
    const std::shared_ptr<const int> life_ = std::make_shared<const int>(0);
    std::unique_ptr<AccessLog> access_;
    bool flush_each_line_ = false;
    std::chrono::milliseconds slow_{0};
    std::unique_ptr<net::StallWatch> stalls_;

    std::mutex guard_;
    std::unique_ptr<Board> board_;  // made when first asked for; under guard_, then fixed
    std::atomic<Board*> board_made_{nullptr};
    unsigned slot_ = 0;
    std::vector<std::unique_ptr<Thread>> threads_;  // under guard_

    HealthOptions health_;
    std::vector<net::Address> management_;
    HttpsRedirect redirect_;
    Readiness readiness_;
    const net::Server* server_ = nullptr;
    // What workers before this one counted.
    std::uint64_t base_[4] = {};
    std::vector<db::PoolCounts> base_databases_;
    std::atomic<bool> stopping_{false};
};

}  // namespace tatum::site
