/// What WebSockets cost: memory of an idle one, time until a broadcast has reached all, echoes a
/// second. The site runs in a process of its own, the clients in this one.
///
///     bench_websocket [--clients 1000] [--threads 1] [--seconds 3] [--rounds 20]
#include <tatum/base/settings.h>
#include <tatum/channels/layer.h>
#include <tatum/site/site.h>
#include <tatum/testing/live_server.h>
#include <tatum/urls/path.h>
#include <tatum/views/websocket.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace tatum;

namespace {

using Clock = std::chrono::steady_clock;

// --- the site ------------------------------------------------------------------------------------

Response room(Request& request) {
    return websocket(request, [](WebSocket& socket) {
        socket.join("room");
        while (const auto message = socket.receive()) socket.group_send("room", *message);
    });
}

Response echo(Request& request) {
    return websocket(request, [](WebSocket& socket) {
        while (const auto message = socket.receive()) socket.send(*message);
    });
}

/// Serves until its standard input ends; says its port first.
int serve(unsigned threads, int said) {
    Settings settings;
    settings.secret_key = "a-benchmark-needs-no-secret-0123456789-abcdefghijklmnop";
    settings.allowed_hosts = {"127.0.0.1"};
    settings.logging.level = "warning";
    Site site(std::move(settings));
    site.urls(Urls{path<"room">(room), path<"echo">(echo)});
    const testing::LiveServer server(site, threads);
    const std::string line = std::to_string(server.port()) + "\n";
    if (::write(said, line.data(), line.size()) < 0) return 1;
    char byte;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return 0;
}

struct Server {
    explicit Server(unsigned threads) {
        int in[2], out[2];
        if (::pipe(in) != 0 || ::pipe(out) != 0) std::abort();
        process = ::fork();
        if (process == 0) {
            ::dup2(in[0], STDIN_FILENO);
            ::close(in[1]);
            ::_exit(serve(threads, out[1]));
        }
        ::close(in[0]);
        ::close(out[1]);
        stop = in[1];
        char line[16] = {};
        if (::read(out[0], line, sizeof line - 1) <= 0) std::abort();
        port = static_cast<std::uint16_t>(std::atoi(line));
        ::close(out[0]);
    }
    ~Server() {
        ::close(stop);
        ::waitpid(process, nullptr, 0);
    }
    /// In bytes.
    long resident() const {
        std::FILE* file = std::fopen(("/proc/" + std::to_string(process) + "/statm").c_str(), "r");
        long size = 0, pages = 0;
        if (std::fscanf(file, "%ld %ld", &size, &pages) != 2) pages = 0;
        std::fclose(file);
        return pages * ::sysconf(_SC_PAGESIZE);
    }
    /// User and system, in seconds.
    double cpu_seconds() const {
        std::FILE* file = std::fopen(("/proc/" + std::to_string(process) + "/stat").c_str(), "r");
        long user = 0, system = 0;
        if (std::fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user,
                        &system) != 2) {
            user = 0;
        }
        std::fclose(file);
        return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    }

    pid_t process = 0;
    int stop = -1;
    std::uint16_t port = 0;
};

// --- clients -------------------------------------------------------------------------------------

/// An unmasked key is as good as any for a benchmark: the mask is zero.
std::string frame_of(std::string_view payload) {
    std::string frame{'\x81', static_cast<char>(0x80 | payload.size())};
    frame.append(4, '\0');
    return frame.append(payload);
}

int connect_to(std::uint16_t port, const char* path) {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        std::perror("connect");
        std::exit(1);
    }
    const int on = 1;
    ::setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::string request = std::string("GET ") + path +
                                " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                "User-Agent: Mozilla/5.0 (X11; Linux x86_64) benchmark\r\n"
                                "Cookie: sessionid=0123456789abcdef0123456789abcdef\r\n\r\n";
    if (::send(file, request.data(), request.size(), MSG_NOSIGNAL) < 0) std::abort();
    std::string response;
    while (response.find("\r\n\r\n") == std::string::npos) {
        char bytes[4096];
        const ssize_t count = ::recv(file, bytes, sizeof bytes, 0);
        if (count <= 0) std::abort();
        response.append(bytes, static_cast<std::size_t>(count));
    }
    if (!response.starts_with("HTTP/1.1 101")) {
        std::fprintf(stderr, "%s\n", response.c_str());
        std::exit(1);
    }
    ::fcntl(file, F_SETFL, O_NONBLOCK);
    return file;
}

class Clients {
public:
    Clients(std::uint16_t port, const char* path, int count)
        : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        for (int i = 0; i < count; ++i) {
            files_.push_back(connect_to(port, path));
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.fd = files_.back();
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, files_.back(), &event);
        }
    }
    ~Clients() {
        for (const int file : files_) ::close(file);
        ::close(epoll_);
    }
    Clients(const Clients&) = delete;
    Clients& operator=(const Clients&) = delete;

    int first() const { return files_.front(); }
    const std::vector<int>& files() const { return files_; }

    /// Calls `on_bytes` with what comes, until it says false.
    template <class F>
    void run(F on_bytes) {
        std::vector<epoll_event> events(512);
        std::vector<char> bytes(64 * 1024);
        for (;;) {
            const int count =
                ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1000);
            for (int i = 0; i < count; ++i) {
                const int file = events[static_cast<std::size_t>(i)].data.fd;
                const ssize_t size = ::recv(file, bytes.data(), bytes.size(), 0);
                if (size > 0 && !on_bytes(file, static_cast<std::size_t>(size))) return;
            }
            if (count == 0 && !on_bytes(-1, 0)) return;
        }
    }

private:
    int epoll_;
    std::vector<int> files_;
};

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// --- measurements --------------------------------------------------------------------------------

void send_frame(int file, const std::string& frame) {
    if (::send(file, frame.data(), frame.size(), MSG_NOSIGNAL) < 0) std::abort();
}

void broadcast(const Server& server, int count, int rounds) {
    const long before = server.resident();
    Clients clients(server.port, "/room", count);
    ::usleep(300'000);
    const double each = static_cast<double>(server.resident() - before) / count;
    std::printf("%d idle sockets in a group: %.1f KiB each\n", count, each / 1024);

    const std::string payload(100, 'b');
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) {
        std::size_t left = (2 + payload.size()) * static_cast<std::size_t>(count);
        const auto start = Clock::now();
        send_frame(clients.first(), frame_of(payload));
        clients.run([&](int, std::size_t size) { return (left -= std::min(left, size)) > 0; });
        times.push_back(milliseconds_since(start));
    }
    std::sort(times.begin(), times.end());
    std::printf("a broadcast has reached %d clients after: median %.1f ms, worst %.1f ms of %d\n",
                count, times[times.size() / 2], times.back(), rounds);
}

void echoes(const Server& server, int count, int seconds, int depth) {
    Clients clients(server.port, "/echo", count);
    const std::string frame = frame_of(std::string(100, 'e'));
    const std::size_t answer = 102;
    std::string burst;
    for (int i = 0; i < depth; ++i) burst += frame;
    for (const int file : clients.files()) send_frame(file, burst);
    std::vector<std::size_t> partial(65536);
    std::size_t total = 0;
    const double cpu = server.cpu_seconds();
    const auto start = Clock::now();
    clients.run([&](int file, std::size_t size) {
        if (file >= 0) {
            std::size_t& rest = partial[static_cast<std::size_t>(file)];
            rest += size;
            const std::size_t done = rest / answer;
            rest %= answer;
            total += done;
            std::string next;
            for (std::size_t i = 0; i < done; ++i) next += frame;
            if (!next.empty()) send_frame(file, next);
        }
        return milliseconds_since(start) < 1000.0 * seconds;
    });
    const double elapsed = milliseconds_since(start) / 1000;
    std::printf(
        "echo, %d clients, %d at a time: %.0f messages/s, %.2f us of the server's CPU each\n",
        count, depth, static_cast<double>(total) / elapsed,
        (server.cpu_seconds() - cpu) * 1e6 / static_cast<double>(total));
}

int option(int argc, char** argv, std::string_view name, int otherwise) {
    for (int i = 1; i + 1 < argc; ++i) {
        if (argv[i] == name) return std::atoi(argv[i + 1]);
    }
    return otherwise;
}

}  // namespace

int main(int argc, char** argv) {
    const int clients = option(argc, argv, "--clients", 1000);
    const int seconds = option(argc, argv, "--seconds", 3);
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    const Server server(static_cast<unsigned>(option(argc, argv, "--threads", 1)));
    broadcast(server, clients, option(argc, argv, "--rounds", 20));
    echoes(server, 64, seconds, 1);
    echoes(server, 64, seconds, 16);
    return 0;
}
