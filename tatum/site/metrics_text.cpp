#include <tatum/site/impl/board.h>

#include <dirent.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>

namespace tatum::site {

namespace {

/// Of one route, over all threads.
struct RouteSum {
    std::array<std::array<std::uint64_t, kMetricClasses.size()>, kMetricMethods.size()> requests{};
    std::array<std::uint64_t, kMetricBounds.size() + 1> buckets{};
    std::uint64_t microseconds = 0;
};

/// Of one database, over all workers.
struct DatabaseSum {
    std::uint64_t open = 0, idle = 0, waiting = 0, wait_microseconds = 0;
    std::array<std::uint64_t, db::PoolCounts::kWaitBounds.size() + 1> waits{};
};

struct Sums {
    std::map<std::string, DatabaseSum, std::less<>> databases;
    std::map<std::string, RouteSum, std::less<>> routes;
    std::uint64_t in_flight = 0, refused = 0, slow = 0;
    std::uint64_t queries = 0, query_nanoseconds = 0, query_failures = 0;
    std::uint64_t connections = 0, connections_open = 0, connections_refused = 0;
    std::uint64_t bytes_in = 0, bytes_out = 0;
};

void add(Sums& sums, const ThreadCells& thread) {
    for (const RouteCells& route : thread.routes) {
        if (!route.named.load(std::memory_order_acquire)) continue;
        RouteSum& sum = sums.routes[route.name.data()];
        for (std::size_t m = 0; m < kMetricMethods.size(); ++m) {
            for (std::size_t c = 0; c < kMetricClasses.size(); ++c) {
                sum.requests[m][c] += route.requests[m][c].get();
            }
        }
        for (std::size_t b = 0; b < sum.buckets.size(); ++b)
            sum.buckets[b] += route.buckets[b].get();
        sum.microseconds += route.microseconds.get();
    }
    sums.in_flight += thread.in_flight.get();
    sums.refused += thread.refused.get();
    sums.slow += thread.slow.get();
    sums.queries += thread.queries.get();
    sums.query_nanoseconds += thread.query_nanoseconds.get();
    sums.query_failures += thread.query_failures.get();
}

void add(Sums& sums, const WorkerCells& worker) {
    sums.connections += worker.connections.get();
    sums.connections_open += worker.connections_open.get();
    sums.connections_refused += worker.connections_refused.get();
    sums.bytes_in += worker.bytes_in.get();
    sums.bytes_out += worker.bytes_out.get();
    for (const DatabaseCells& database : worker.databases) {
        if (!database.named.load(std::memory_order_acquire)) continue;
        DatabaseSum& sum = sums.databases[database.name.data()];
        sum.open += database.open.get();
        sum.idle += database.idle.get();
        sum.waiting += database.waiting.get();
        sum.wait_microseconds += database.wait_microseconds.get();
        for (std::size_t b = 0; b < sum.waits.size(); ++b) sum.waits[b] += database.waits[b].get();
    }
}

void append(std::string& out, std::uint64_t number) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// The shortest digits that mean the same, without an exponent.
void append(std::string& out, double number) {
    char digits[400];
    const auto end =
        std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed).ptr;
    out.append(digits, end);
}

void append_label(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
    ((out += "# HELP ") += name) += ' ';
    (out += help) += '\n';
    ((out += "# TYPE ") += name) += ' ';
    (out += type) += '\n';
}

template <class Number>
void single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            Number value) {
    head(out, name, type, help);
    (out += name) += ' ';
    append(out, value);
    out += '\n';
}

void append_requests(std::string& out, const Sums& sums) {
    constexpr std::string_view kName = "tatum_http_requests_total";
    head(out, kName, "counter", "Requests that were answered.");
    for (const auto& [route, sum] : sums.routes) {
        for (std::size_t m = 0; m < kMetricMethods.size(); ++m) {
            for (std::size_t c = 0; c < kMetricClasses.size(); ++c) {
                if (sum.requests[m][c] == 0) continue;
                ((out += kName) += "{method=\"") += kMetricMethods[m];
                ((out += "\",status=\"") += kMetricClasses[c]) += "\",route=\"";
                append_label(out, route);
                out += "\"} ";
                append(out, sum.requests[m][c]);
                out += '\n';
            }
        }
    }
}

/// The lines of one label's histogram. `bounds` in microseconds.
template <class Bounds, class Buckets>
void append_histogram(std::string& out, std::string_view name, std::string_view key,
                      std::string_view value, const Bounds& bounds, const Buckets& buckets,
                      std::uint64_t microseconds) {
    std::string label(key);
    label += "=\"";
    append_label(label, value);
    label += '"';
    std::uint64_t below = 0;
    for (std::size_t b = 0; b < buckets.size(); ++b) {
        below += buckets[b];
        ((out += name) += "_bucket{") += label;
        out += ",le=\"";
        if (b < bounds.size()) {
            append(out, bounds[b] / 1e6);
        } else {
            out += "+Inf";
        }
        out += "\"} ";
        append(out, below);
        out += '\n';
    }
    (((out += name) += "_sum{") += label) += "} ";
    append(out, static_cast<double>(microseconds) / 1e6);
    ((((out += '\n') += name) += "_count{") += label) += "} ";
    append(out, below);
    out += '\n';
}

void append_durations(std::string& out, const Sums& sums) {
    constexpr std::string_view kName = "tatum_http_request_duration_seconds";
    head(out, kName, "histogram", "From the end of the request's head to the end of the response.");
    for (const auto& [route, sum] : sums.routes) {
        append_histogram(out, kName, "route", route, kMetricBounds, sum.buckets, sum.microseconds);
    }
}

void append_databases(std::string& out, const Sums& sums) {
    const auto gauge = [&](std::string_view name, std::string_view help,
                           std::uint64_t DatabaseSum::* value) {
        head(out, name, "gauge", help);
        for (const auto& [alias, sum] : sums.databases) {
            (out += name) += "{database=\"";
            append_label(out, alias);
            out += "\"} ";
            append(out, sum.*value);
            out += '\n';
        }
    };
    gauge("tatum_database_connections_open", "Connections that are open.", &DatabaseSum::open);
    gauge("tatum_database_connections_idle", "Open connections that nobody uses.",
          &DatabaseSum::idle);
    gauge("tatum_database_writers_waiting", "Who waits for another transaction's writing to end.",
          &DatabaseSum::waiting);
    constexpr std::string_view kWaits = "tatum_database_write_wait_seconds";
    head(out, kWaits, "histogram", "How long writers waited, those included that had not to.");
    for (const auto& [alias, sum] : sums.databases) {
        append_histogram(out, kWaits, "database", alias, db::PoolCounts::kWaitBounds, sum.waits,
                         sum.wait_microseconds);
    }
}

// --- processes -----------------------------------------------------------------------------------

struct ProcessFigures {
    std::uint64_t resident = 0, descriptors = 0;
    double cpu_seconds = 0;
};

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

ProcessFigures figures_of(std::int32_t process) {
    ProcessFigures figures;
    const std::string folder = "/proc/" + std::to_string(process);
    std::uint64_t total = 0, resident = 0;
    if (std::ifstream statm(folder + "/statm"); statm >> total >> resident) {
        figures.resident = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    }
    std::ifstream file(folder + "/stat");
    const std::string stat((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
    unsigned long long user = 0, kernel = 0;
    // The name may hold anything; the fields begin behind its bracket.
    const std::size_t end = stat.rfind(')');
    if (end != std::string::npos &&
        std::sscanf(stat.c_str() + end + 1,
                    " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
                    &kernel) == 2) {
        figures.cpu_seconds =
            static_cast<double>(user + kernel) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    }
    const std::unique_ptr<DIR, CloseFolder> open(::opendir((folder + "/fd").c_str()));
    while (open && ::readdir(open.get()) != nullptr) ++figures.descriptors;
    if (figures.descriptors >= 2) figures.descriptors -= 2;  // "." and ".."
    return figures;
}

void append_processes(std::string& out, const Board& board) {
    std::map<unsigned, ProcessFigures> all;
    for (unsigned slot = 0; slot < board.workers(); ++slot) {
        const std::int32_t process = board.worker(slot).process.load(std::memory_order_relaxed);
        if (process != 0) all[slot] = figures_of(process);
    }
    const auto each = [&](std::string_view name, std::string_view type, std::string_view help,
                          const auto& value) {
        head(out, name, type, help);
        for (const auto& [slot, figures] : all) {
            (out += name) += "{worker=\"";
            append(out, std::uint64_t{slot});
            out += "\"} ";
            append(out, value(slot, figures));
            out += '\n';
        }
    };
    using Figures = const ProcessFigures&;
    each("process_resident_memory_bytes", "gauge", "Memory of a worker process.",
         [](unsigned, Figures f) { return f.resident; });
    each("process_cpu_seconds_total", "counter", "CPU time of a worker process.",
         [](unsigned, Figures f) { return f.cpu_seconds; });
    each("process_open_fds", "gauge", "Open descriptors of a worker process.",
         [](unsigned, Figures f) { return f.descriptors; });
    each("process_start_time_seconds", "gauge", "When a worker process started, since 1970.",
         [&](unsigned slot, Figures) { return board.worker(slot).started_seconds.get(); });
}

}  // namespace

std::string metrics_text(const Board& board) {
    Sums sums;
    for (unsigned slot = 0; slot < board.workers(); ++slot) {
        add(sums, board.worker(slot));
        for (unsigned i = 0; i < board.threads(); ++i) add(sums, board.thread(slot, i));
    }
    std::string out;
    append_requests(out, sums);
    append_durations(out, sums);
    single(out, "tatum_http_requests_in_flight", "gauge", "Requests that are being answered.",
           sums.in_flight);
    single(out, "tatum_http_requests_refused_total", "counter",
           "Requests that the server itself refused.", sums.refused);
    single(out, "tatum_http_requests_slow_total", "counter",
           "Requests that took longer than LOGGING.slow_request_ms.", sums.slow);
    single(out, "tatum_connections_total", "counter", "Connections accepted.", sums.connections);
    single(out, "tatum_connections_open", "gauge", "Connections that are open.",
           sums.connections_open);
    single(out, "tatum_connections_refused_total", "counter",
           "Connections closed at once, over a limit.", sums.connections_refused);
    single(out, "tatum_received_bytes_total", "counter", "Bytes that clients have sent.",
           sums.bytes_in);
    single(out, "tatum_sent_bytes_total", "counter", "Bytes sent to clients.", sums.bytes_out);
    single(out, "tatum_database_queries_total", "counter", "Statements of requests.", sums.queries);
    single(out, "tatum_database_query_failures_total", "counter",
           "Statements of requests that failed.", sums.query_failures);
    single(out, "tatum_database_query_seconds_total", "counter",
           "Time that statements of requests took.",
           static_cast<double>(sums.query_nanoseconds) / 1e9);
    append_databases(out, sums);
    append_processes(out, board);
    return out;
}

}  // namespace tatum::site
