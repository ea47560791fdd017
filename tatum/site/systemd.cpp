#include <tatum/site/impl/systemd.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace tatum::site {

namespace {

constexpr int kFirstActivated = 3;
constexpr int kActivatedMax = 256;

/// A variable of the environment, which then has it no more.
std::string take_variable(const char* name) {
    const char* const value = std::getenv(name);
    std::string text = value != nullptr ? value : "";
    ::unsetenv(name);
    return text;
}

std::int64_t number_of(std::string_view text, std::int64_t otherwise) {
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc() && end == text.data() + text.size() ? number : otherwise;
}

}  // namespace

ServiceManager::ServiceManager() : address_(take_variable("NOTIFY_SOCKET")) {
    const std::int64_t microseconds = number_of(take_variable("WATCHDOG_USEC"), 0);
    const std::int64_t watched = number_of(take_variable("WATCHDOG_PID"), ::getpid());
    if (address_.empty() || address_.size() >= sizeof(sockaddr_un::sun_path)) return;
    if (address_[0] != '/' && address_[0] != '@') return;
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (microseconds > 0 && watched == ::getpid()) {
        watchdog_interval_ =
            std::chrono::milliseconds(std::max<std::int64_t>(microseconds / 2000, 1));
    }
}

ServiceManager::~ServiceManager() {
    if (socket_ >= 0) ::close(socket_);
}

void ServiceManager::send(std::string_view lines) {
    if (socket_ < 0) return;
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, address_.data(), address_.size());
    if (address_[0] == '@') where.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    static_cast<void>(::sendto(socket_, lines.data(), lines.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&where), length));
}

void ServiceManager::ready(std::string_view status) {
    send("READY=1\nMAINPID=" + std::to_string(::getpid()) + "\nSTATUS=" + std::string(status));
}

void ServiceManager::reloading() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const std::int64_t microseconds = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void ServiceManager::stopping() { send("STOPPING=1"); }

void ServiceManager::status(std::string_view text) { send("STATUS=" + std::string(text)); }

void ServiceManager::alive() { send("WATCHDOG=1"); }

std::vector<ActivatedSocket> take_activated_sockets() {
    const std::int64_t process = number_of(take_variable("LISTEN_PID"), 0);
    const std::int64_t count = number_of(take_variable("LISTEN_FDS"), 0);
    const std::string names = take_variable("LISTEN_FDNAMES");
    std::vector<ActivatedSocket> sockets;
    if (process != ::getpid() || count < 1 || count > kActivatedMax) return sockets;
    std::string_view rest = names;
    for (int i = 0; i < count; ++i) {
        const std::size_t colon = std::min(rest.find(':'), rest.size());
        std::string name(rest.substr(0, colon));
        rest.remove_prefix(std::min(colon + 1, rest.size()));
        sockets.push_back({kFirstActivated + i, name.empty() ? "unknown" : std::move(name)});
    }
    return sockets;
}

}  // namespace tatum::site
