#include <tatum/net/impl/curl_session.h>

#include <tatum/net/descriptor.h>

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>

namespace tatum::net::impl {

namespace {

constexpr long kConnectionsOfSession = 8;
constexpr int kEventsAtOnce = 16;

void require_curl() {
    static const CURLcode ready = ::curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) throw InternalError("libcurl cannot be initialised");
}

std::uint32_t to_epoll(int what) {
    std::uint32_t events = 0;
    if ((what & CURL_POLL_IN) != 0) events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
    return events;
}

int to_curl(std::uint32_t events) {
    int result = 0;
    if ((events & (EPOLLIN | EPOLLHUP)) != 0) result |= CURL_CSELECT_IN;
    if ((events & EPOLLOUT) != 0) result |= CURL_CSELECT_OUT;
    if ((events & EPOLLERR) != 0) result |= CURL_CSELECT_ERR;
    return result;
}

}  // namespace

CurlSession::CurlSession() {
    require_curl();
    multi_ = ::curl_multi_init();
    easy_ = ::curl_easy_init();
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (multi_ == nullptr || easy_ == nullptr || epoll_ < 0) {
        const int code = errno;
        ::curl_easy_cleanup(easy_);
        ::curl_multi_cleanup(multi_);
        if (epoll_ >= 0) throw std::bad_alloc();
        throw std::system_error(code, std::system_category(), "epoll_create1");
    }
    ::curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlSession::on_socket);
    ::curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    ::curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlSession::on_timer);
    ::curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    ::curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kConnectionsOfSession);
}

CurlSession::~CurlSession() {
    if (running_) ::curl_multi_remove_handle(multi_, easy_);
    ::curl_easy_cleanup(easy_);
    ::curl_multi_cleanup(multi_);
    ::close(epoll_);
}

int CurlSession::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    const int epoll = static_cast<CurlSession*>(self)->epoll_;
    if (what == CURL_POLL_REMOVE) {
        ::epoll_ctl(epoll, EPOLL_CTL_DEL, socket, nullptr);
        return 0;
    }
    epoll_event event{};
    event.events = to_epoll(what);
    event.data.fd = socket;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0) return 0;
    if (errno == EEXIST && ::epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) == 0) return 0;
    return -1;
}

int CurlSession::on_timer(CURLM*, long milliseconds, void* self) {
    auto& session = *static_cast<CurlSession*>(self);
    session.timer_ = milliseconds < 0 ? TimePoint::max()
                                      : Clock::now() + std::chrono::milliseconds(milliseconds);
    return 0;
}

void CurlSession::start() {
    done_ = false;
    timer_ = Clock::now();
    ::curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    // Whoever gives up while a name is looked up does not wait for the resolver's thread.
    ::curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
    if (::curl_multi_add_handle(multi_, easy_) != CURLM_OK) throw std::bad_alloc();
    running_ = true;
}

void CurlSession::act(curl_socket_t socket, int events) {
    int running = 0;
    ::curl_multi_socket_action(multi_, socket, events, &running);
}

CurlSession::Step CurlSession::step(TimePoint until) {
    const TimePoint now = Clock::now();
    if (timer_ <= now) {
        timer_ = TimePoint::max();
        act(CURL_SOCKET_TIMEOUT, 0);
    } else {
        const TimePoint wake = std::min(timer_, until);
        if (wake <= now) return Step::TimedOut;
        const Duration left = wake == TimePoint::max() ? Duration::max() : wake - now;
        if (wait_for(epoll_, Readiness::Readable, left)) {
            epoll_event events[kEventsAtOnce];
            const int count = ::epoll_wait(epoll_, events, kEventsAtOnce, 0);
            for (int i = 0; i < count; ++i) act(events[i].data.fd, to_curl(events[i].events));
        } else if (Clock::now() >= until) {
            return Step::TimedOut;
        }
    }
    int left = 0;
    while (const CURLMsg* message = ::curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        done_ = true;
        result_ = message->data.result;
    }
    return done_ ? Step::Done : Step::Working;
}

void CurlSession::finish() {
    if (running_) ::curl_multi_remove_handle(multi_, easy_);
    running_ = false;
    timer_ = TimePoint::max();
    // The names of cookie files are a list that a reset forgets without letting go of it.
    ::curl_easy_setopt(easy_, CURLOPT_COOKIEFILE, nullptr);
    ::curl_easy_reset(easy_);
}

// --- idle sessions -------------------------------------------------------------------------------

CurlPool::CurlPool(std::size_t kept_max, bool cookies) : kept_max_(kept_max) {
    if (!cookies) return;
    require_curl();
    share_ = ::curl_share_init();
    if (share_ == nullptr) throw std::bad_alloc();
    ::curl_share_setopt(share_, CURLSHOPT_LOCKFUNC, &CurlPool::on_lock);
    ::curl_share_setopt(share_, CURLSHOPT_UNLOCKFUNC, &CurlPool::on_unlock);
    ::curl_share_setopt(share_, CURLSHOPT_USERDATA, this);
    ::curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
}

CurlPool::~CurlPool() {
    idle_.clear();  // they use it
    ::curl_share_cleanup(share_);
}

void CurlPool::on_lock(CURL*, curl_lock_data data, curl_lock_access, void* self) {
    static_cast<CurlPool*>(self)->share_guards_[static_cast<std::size_t>(data)].lock();
}

void CurlPool::on_unlock(CURL*, curl_lock_data data, void* self) {
    static_cast<CurlPool*>(self)->share_guards_[static_cast<std::size_t>(data)].unlock();
}

std::unique_ptr<CurlSession> CurlPool::take(const std::string& origin) {
    std::unique_ptr<CurlSession> taken;
    std::vector<std::unique_ptr<CurlSession>> old;  // closed without the lock
    {
        const std::lock_guard lock(guard_);
        const TimePoint limit = Clock::now() - kIdleMax;
        const auto fresh = std::find_if(idle_.begin(), idle_.end(), [&](const auto& session) {
            return session->idle_since > limit;
        });
        std::move(idle_.begin(), fresh, std::back_inserter(old));
        idle_.erase(idle_.begin(), fresh);
        auto place = std::find_if(idle_.rbegin(), idle_.rend(),
                                  [&](const auto& session) { return session->origin == origin; });
        if (place == idle_.rend()) place = idle_.rbegin();
        if (place != idle_.rend()) {
            taken = std::move(*place);
            idle_.erase(std::next(place).base());
        }
    }
    if (!taken) taken = std::make_unique<CurlSession>();
    taken->origin = origin;
    return taken;
}

void CurlPool::give_back(std::unique_ptr<CurlSession> session) {
    session->finish();
    session->idle_since = Clock::now();
    const std::lock_guard lock(guard_);
    if (idle_.size() < kept_max_) idle_.push_back(std::move(session));
}

}  // namespace tatum::net::impl
