#pragma once

#include <tatum/net/fiber.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

namespace tatum::site {

class Site;

/// Whether the databases of a site can be reached. One look serves all who ask within kFreshFor, so
/// that probes cost next to nothing; the log hears of changes only. Any thread may use it.
class Readiness {
public:
    static constexpr std::chrono::milliseconds kFreshFor{1000};
    /// A database that takes longer does not count as reached.
    static constexpr std::chrono::milliseconds kPatience{3000};

    explicit Readiness(const Site& site);
    ~Readiness();
    Readiness(const Readiness&) = delete;
    Readiness& operator=(const Readiness&) = delete;

    /// Empty when all is well, else a line that says what is not. On a fiber, which may wait.
    std::string fault();

private:
    struct Look;

    std::shared_ptr<Look> latest_look();
    void take(Look& look);
    void tell(const std::string& fault);

    const Site& site_;
    std::mutex guard_;
    std::shared_ptr<Look> look_;  ///< the latest; under guard_
    std::string told_;            ///< what the log knows; under guard_
};

}  // namespace tatum::site
