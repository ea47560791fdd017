#include <tatum/site/impl/process_signals.h>

#include <sys/signalfd.h>
#include <unistd.h>

namespace tatum::site {

ProcessSignals::ProcessSignals(std::initializer_list<int> signals) {
    ::sigemptyset(&set_);
    for (const int signal : signals) ::sigaddset(&set_, signal);
    ::sigprocmask(SIG_BLOCK, &set_, &before_);
    descriptor_ = ::signalfd(-1, &set_, SFD_CLOEXEC | SFD_NONBLOCK);
}

ProcessSignals::~ProcessSignals() {
    while (take()) {
    }
    ::close(descriptor_);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> ProcessSignals::take() {
    signalfd_siginfo taken;
    if (::read(descriptor_, &taken, sizeof taken) != static_cast<::ssize_t>(sizeof taken)) {
        return std::nullopt;
    }
    return static_cast<int>(taken.ssi_signo);
}

}  // namespace tatum::site
