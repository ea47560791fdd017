#include <tatum/site/impl/operations.h>

#include <tatum/base/settings.h>
#include <tatum/http/forwarding.h>
#include <tatum/site/site.h>

#include <pthread.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <ctime>

namespace tatum::site {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view kUnmatched = "unmatched";
constexpr std::string_view kOtherRoutes = "others";
constexpr std::size_t kRouteCache = 64;

std::uint64_t microseconds_between(net::TimePoint from, net::TimePoint to) {
    const auto count = std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
}

std::size_t method_index(std::string_view method) {
    const auto place = std::ranges::find(kMetricMethods, method);
    return std::min(static_cast<std::size_t>(place - kMetricMethods.begin()),
                    kMetricMethods.size() - 1);
}

std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    static_cast<void>(!::getrandom(&seed, sizeof seed, 0));
    return seed;
}

void answer_text(net::Exchange& exchange, int status, std::string_view body,
                 std::string_view type = "text/plain; charset=utf-8") {
    const net::Header headers[] = {{"Content-Type", type}, {"Cache-Control", "no-store"}};
    exchange.respond({.status = status, .headers = headers}, body);
}

}  // namespace

void RequestRecord::executed(const db::ExecutedQuery& query) {
    ++queries;
    query_nanoseconds += static_cast<std::uint64_t>(query.duration.count());
    query_failures += query.failed;
}

struct Operations::Thread {
    pthread_t owner = ::pthread_self();
    unsigned index = 0;
    ThreadCells* cells = nullptr;
    AccessLog::Buffer lines;
    std::uint64_t id_state = random_seed();
    std::vector<std::unique_ptr<RequestRecord>> records;
    std::vector<RequestRecord*> free;
    RequestRecord* in_flight = nullptr;
    std::uint64_t in_flight_count = 0;
    /// Cells by the address of the route's name, which the resolver keeps.
    std::array<std::pair<const char*, RouteCells*>, kRouteCache> routes{};
};

Operations::Operations(const Site& site) : site_(site), readiness_(site) {}

void Operations::open_logs() {
    const std::lock_guard lock(guard_);
    if (logs_open_) return;
    const Settings& settings = site_.settings();
    const LogSettings& log = settings.logging;
    const bool json = (log.access_format.empty() ? log.format : log.access_format) == "json";
    const bool own_file = !log.access_file.empty() && log.access_file != "none";
    const bool wanted = own_file || (log.access_file.empty() &&
                                     site_.log().threshold("tatum.server") <= logging::Level::Info);
    if (wanted) {
        using Format = AccessLog::Format;
        const Format format = json ? Format::Json : own_file ? Format::Combined : Format::Log;
        const auto complain = [this](const Error& fault) {
            logging::Logger("tatum.server", site_.log()).error(fault.message);
        };
        auto file = logging::LogFile::open(own_file ? log.access_file : log.file, complain);
        access_ = std::make_unique<AccessLog>(std::move(file).value(), format);
    }
    flush_each_line_ = settings.debug;
    slow_ = milliseconds(log.slow_request_ms);
    if (slow_.count() > 0) {
        stalls_ = std::make_unique<net::StallWatch>(
            slow_, [this](const net::StallWatch::Stall& stall) { on_stall(stall); });
    }
    logs_open_ = true;
}

Operations::~Operations() {
    stalls_.reset();
    if (!access_) return;
    for (const auto& thread : threads_) access_->flush(thread->lines);
}

void Operations::use_board(std::unique_ptr<Board> board, unsigned slot) {
    const std::lock_guard lock(guard_);
    if (board_ || !board) return;
    board_ = std::move(board);
    slot_ = slot;
    board_made_ = board_.get();
    const WorkerCells& cells = board_->worker(slot);
    base_[0] = cells.connections.get();
    base_[1] = cells.connections_refused.get();
    base_[2] = cells.bytes_in.get();
    base_[3] = cells.bytes_out.get();
    for (const DatabaseCells& database : cells.databases) {
        db::PoolCounts& counts = base_databases_.emplace_back();
        for (std::size_t i = 0; i < counts.waits.size(); ++i) {
            counts.waits[i] = database.waits[i].get();
        }
        counts.wait_microseconds = database.wait_microseconds.get();
    }
}

Board& Operations::board() {
    if (Board* made = board_made_.load(std::memory_order_acquire)) return *made;
    use_board(std::make_unique<Board>(1, net::cores_allowed()), 0);
    return *board_made_.load();
}

void Operations::attach(const net::Server& server, const ServeOptions& options) {
    open_logs();
    WorkerCells& cells = board().worker(slot_);
    cells.process = ::getpid();
    cells.started_seconds.set(static_cast<std::uint64_t>(std::time(nullptr)));
    health_ = options.health;
    find_addresses(server.addresses(), options);
    const std::lock_guard lock(guard_);
    server_ = &server;
}

void Operations::find_addresses(const std::vector<net::Address>& addresses,
                                const ServeOptions& options) {
    using Purpose = ServeOptions::Purpose;
    std::vector<net::Address> redirecting;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const Purpose purpose = options.purpose(i);
        if (purpose == Purpose::Management) management_.push_back(addresses[i]);
        if (purpose == Purpose::Redirect) redirecting.push_back(addresses[i]);
    }
    if (redirecting.empty()) return;
    std::uint16_t port = options.redirect_port;
    if (port == 0) port = addresses[options.server.listen.size()].port();
    if (port == 0) port = HttpsRedirect::kHttpsPort;  // of a Unix socket behind a proxy
    redirect_ = HttpsRedirect(std::move(redirecting), port, options.acme_folder);
}

void Operations::detach() {
    publish();
    const std::lock_guard lock(guard_);
    WorkerCells& cells = board_->worker(slot_);
    cells.process = 0;
    cells.connections_open.set(0);
    for (DatabaseCells& database : cells.databases) {
        for (Cell* gauge : {&database.open, &database.idle, &database.waiting}) gauge->set(0);
    }
    server_ = nullptr;
}

Result<void> Operations::reopen_logs() {
    const auto main = site_.log().reopen();
    if (access_) {
        const auto access = access_->reopen();
        if (!access) return access.error();
    }
    return main;
}

// --- threads -------------------------------------------------------------------------------------

Operations::Thread& Operations::thread() {
    /// The last that this thread was asked for; a site that is gone has let go of its life.
    struct Last {
        std::weak_ptr<const int> life;
        const Operations* operations = nullptr;
        Thread* thread = nullptr;
    };
    thread_local Last last;
    if (last.operations == this && !last.life.expired()) return *last.thread;
    Board& all = board();
    const std::lock_guard lock(guard_);
    const auto known = std::ranges::find(threads_, ::pthread_self(),
                                         [](const auto& thread) { return thread->owner; });
    if (known != threads_.end()) {
        last = {life_, this, known->get()};
        return **known;
    }
    auto fresh = std::make_unique<Thread>();
    fresh->index = static_cast<unsigned>(threads_.size());
    fresh->cells = &all.thread(slot_, fresh->index);
    fresh->cells->in_flight.set(0);  // of a worker that has died
    threads_.push_back(std::move(fresh));
    last = {life_, this, threads_.back().get()};
    return *last.thread;
}

void Operations::tick(net::Tick tick) noexcept {
    try {
        if (tick == net::Tick::First) open_logs();
        Thread& here = thread();
        if (access_) access_->flush(here.lines);
        if (stalls_) {
            tick == net::Tick::Last ? stalls_->leave() : stalls_->beat();
            look_for_slow_requests(here);
        }
        if (here.index == 0) publish();
    } catch (...) {  // the next one comes soon
    }
}

/// What the board tells of the process as a whole.
void Operations::publish() {
    const std::lock_guard lock(guard_);
    if (server_ == nullptr) return;
    const net::Server::Counts counts = server_->counts();
    WorkerCells& cells = board_->worker(slot_);
    cells.connections.set(base_[0] + counts.connections);
    cells.connections_refused.set(base_[1] + counts.connections_refused);
    cells.bytes_in.set(base_[2] + counts.bytes_in);
    cells.bytes_out.set(base_[3] + counts.bytes_out);
    cells.connections_open.set(counts.connections_open);
    publish_databases(cells);
}

void Operations::publish_databases(WorkerCells& cells) {
    std::size_t place = 0;
    for (const std::string& alias : site_.databases().aliases()) {
        if (place == cells.databases.size()) return;
        const db::PoolCounts& before = base_databases_[place];
        DatabaseCells& database = cells.databases[place++];
        const db::PoolCounts counts = site_.databases().get(alias).pool_counts();
        database.open.set(counts.open);
        database.idle.set(counts.idle);
        database.waiting.set(counts.waiting);
        for (std::size_t i = 0; i < counts.waits.size(); ++i) {
            database.waits[i].set(before.waits[i] + counts.waits[i]);
        }
        database.wait_microseconds.set(before.wait_microseconds + counts.wait_microseconds);
        if (database.named.load(std::memory_order_relaxed)) continue;
        alias.copy(database.name.data(), DatabaseCells::kNameMax);
        database.named.store(true, std::memory_order_release);
    }
}

// --- requests ------------------------------------------------------------------------------------

/// Sixteen hexadecimal digits, different in all threads and processes (SplitMix64).
void Operations::make_id(Thread& thread, std::string& id) const {
    std::uint64_t mixed = thread.id_state += 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    mixed ^= mixed >> 31;
    constexpr std::string_view kHex = "0123456789abcdef";
    char digits[16];
    for (char& digit : digits) {
        digit = kHex[mixed & 15];
        mixed >>= 4;
    }
    id.assign(digits, sizeof digits);
}

RequestRecord& Operations::begin(net::Exchange& exchange) {
    Thread& here = thread();
    if (here.free.empty()) {
        here.records.push_back(std::make_unique<RequestRecord>());
        here.free.push_back(here.records.back().get());
    }
    RequestRecord& record = *here.free.back();
    here.free.pop_back();
    record.started = exchange.started();
    record.answered = net::TimePoint::max();
    record.route = {};
    record.peer = {};
    record.queries = record.query_nanoseconds = record.query_failures = 0;
    record.reported = record.quiet = false;
    const std::string_view given = http::trusted_request_id(
        exchange.peer(), exchange.request().headers, site_.http_settings());
    if (given.empty()) {
        make_id(here, record.request_id);
    } else {
        record.request_id = given;
    }
    if (looks_for_slow_requests()) {
        record.fiber = net::FiberRef::current();
        record.target.assign(exchange.request().method)
            .append(" ")
            .append(exchange.request().target);
    }
    record.before = nullptr;
    record.behind = here.in_flight;
    if (here.in_flight != nullptr) here.in_flight->before = &record;
    here.in_flight = &record;
    here.cells->in_flight.set(++here.in_flight_count);
    return record;
}

void Operations::finish(const net::Exchange& exchange, RequestRecord& record) noexcept {
    Thread& here = thread();
    (record.before != nullptr ? record.before->behind : here.in_flight) = record.behind;
    if (record.behind != nullptr) record.behind->before = record.before;
    here.cells->in_flight.set(--here.in_flight_count);
    try {
        if (!record.quiet) tell(here, exchange, record);
    } catch (...) {  // a line of the log is not worth a request
    }
    here.free.push_back(&record);
}

void Operations::tell(Thread& here, const net::Exchange& exchange, RequestRecord& record) {
    const net::TimePoint now = net::Clock::now();
    const std::uint64_t microseconds = microseconds_between(record.started, now);
    count(here, exchange, record, microseconds);
    if (looks_for_slow_requests() && !record.reported && record.answered != net::TimePoint::max()) {
        const std::uint64_t until_answer = microseconds_between(record.started, record.answered);
        if (until_answer >= static_cast<std::uint64_t>(slow_.count()) * 1000) {
            here.cells->slow.add();
            report_slow(record.request_id, record.target, until_answer / 1000, {});
        }
    }
    if (!access_) return;
    std::string peer_text;
    if (record.peer.empty() && exchange.peer().is_ip()) peer_text = exchange.peer().ip();
    access_->write(here.lines, exchange,
                   {.peer = record.peer.empty() ? std::string_view(peer_text) : record.peer,
                    .request_id = record.request_id,
                    .route = record.route,
                    .microseconds = microseconds,
                    .queries = record.queries,
                    .query_microseconds = record.query_nanoseconds / 1000});
    if (flush_each_line_) access_->flush(here.lines);
}

void Operations::count(Thread& here, const net::Exchange& exchange, const RequestRecord& record,
                       std::uint64_t microseconds) const {
    RouteCells& route = cells_of(here, record.route.empty() ? kUnmatched : record.route);
    const auto status_class = static_cast<std::size_t>(std::clamp(
        AccessLog::status_of(exchange) / 100, 1, static_cast<int>(kMetricClasses.size())));
    route.requests[method_index(exchange.request().method)][status_class - 1].add();
    std::size_t bucket = 0;
    while (bucket < kMetricBounds.size() && microseconds > kMetricBounds[bucket]) ++bucket;
    route.buckets[bucket].add();
    route.microseconds.add(microseconds);
    if (record.queries == 0) return;
    here.cells->queries.add(record.queries);
    here.cells->query_nanoseconds.add(record.query_nanoseconds);
    here.cells->query_failures.add(record.query_failures);
}

RouteCells& Operations::cells_of(Thread& here, std::string_view route) const {
    auto& cached = here.routes[(reinterpret_cast<std::uintptr_t>(route.data()) >> 4) % kRouteCache];
    if (cached.first == route.data()) return *cached.second;
    const std::string_view name = route.substr(0, RouteCells::kNameMax);
    RouteCells* found = nullptr;
    for (RouteCells& cells : here.cells->routes) {
        const bool last = &cells == &here.cells->routes.back();
        if (!cells.named.load(std::memory_order_relaxed)) {
            const std::string_view text = last ? kOtherRoutes : name;
            std::memcpy(cells.name.data(), text.data(), text.size());
            cells.named.store(true, std::memory_order_release);
        }
        found = &cells;
        if (last || name == cells.name.data()) break;
    }
    cached = {route.data(), found};
    return *found;
}

void Operations::refused() { thread().cells->refused.add(); }

// --- slow requests -------------------------------------------------------------------------------

void Operations::look_for_slow_requests(Thread& here) {
    const net::TimePoint now = net::Clock::now();
    for (RequestRecord* record = here.in_flight; record != nullptr; record = record->behind) {
        const bool waits = record->answered == net::TimePoint::max();
        if (!waits || record->reported || now - record->started < slow_) continue;
        record->reported = true;
        here.cells->slow.add();
        // Names of functions are looked up elsewhere: it takes milliseconds.
        stalls_->post([this, id = record->request_id, target = record->target,
                       stack = record->fiber.stack(),
                       milliseconds = microseconds_between(record->started, now) / 1000] {
            report_slow(id, target, milliseconds, stack.str());
        });
    }
}

void Operations::report_slow(const std::string& id, std::string_view target,
                             std::uint64_t milliseconds, std::string_view stack) const {
    const logging::Context context{id};
    const LocalScope scope(Slot::LogContext, &context);
    std::string text = "Slow request: \"" + std::string(target) + "\" ";
    text += stack.empty() ? "took " : "has waited for ";
    text += std::to_string(milliseconds) + " ms";
    if (!stack.empty()) text += ", in\n" + std::string(stack);
    logging::Logger("tatum.request.slow", site_.log()).warning(text);
}

/// On the watch's thread.
void Operations::on_stall(const net::StallWatch::Stall& stall) const {
    const logging::Context context{stall.request_id};
    const LocalScope scope(Slot::LogContext, &context);
    const auto silent = std::chrono::duration_cast<milliseconds>(stall.duration).count();
    logging::Logger("tatum.request.slow", site_.log())
        .warning("A thread has been held up for " + std::to_string(silent) +
                 " ms: no other request of it goes on. It is in\n" + stall.stack.str());
}

// --- management ----------------------------------------------------------------------------------

std::string Operations::not_ready() {
    if (stopping_) return "stopping\n";
    std::string fault = readiness_.fault();
    if (!fault.empty()) fault += '\n';
    return fault;
}

bool Operations::answer_management(net::Exchange& exchange) {
    const bool here = std::ranges::find(management_, exchange.local()) != management_.end();
    if (!here && !health_.on_site) return false;
    const std::string_view path = exchange.request().path;
    const auto is = [&](const std::string& wanted) { return !wanted.empty() && path == wanted; };
    const bool live = is(health_.live_path);
    const bool ready = is(health_.ready_path);
    const bool metrics = here && is(health_.metrics_path);
    if (!here && !live && !ready) return false;
    const std::string_view method = exchange.request().method;
    if (!live && !ready && !metrics) {
        answer_text(exchange, 404, "not found\n");
    } else if (method != "GET" && method != "HEAD") {
        answer_text(exchange, 405, "GET or HEAD, please\n");
    } else if (live) {
        answer_text(exchange, 200, "alive\n");
    } else if (ready) {
        const std::string reason = not_ready();
        answer_text(exchange, reason.empty() ? 200 : 503, reason.empty() ? "ready\n" : reason);
    } else {
        publish();
        answer_text(exchange, 200, metrics_text(board()),
                    "text/plain; version=0.0.4; charset=utf-8");
    }
    return true;
}

}  // namespace tatum::site
