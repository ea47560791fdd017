#pragma once

#include <signal.h>

#include <initializer_list>
#include <optional>

namespace tatum::site {

/// Signals of this process as a descriptor. They are blocked from here on, so that no thread is
/// interrupted by them; made before there are other threads.
class ProcessSignals {
public:
    explicit ProcessSignals(std::initializer_list<int> signals);
    /// Drops what has come and nobody has taken: unblocked, it would end the process after all.
    ~ProcessSignals();
    ProcessSignals(const ProcessSignals&) = delete;
    ProcessSignals& operator=(const ProcessSignals&) = delete;

    /// Readable when one has come; for poll().
    int descriptor() const { return descriptor_; }
    /// The next that has come; nullopt when there is none.
    std::optional<int> take();

private:
    sigset_t set_, before_;
    int descriptor_;
};

}  // namespace tatum::site
