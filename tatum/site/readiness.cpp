#include <tatum/site/impl/readiness.h>

#include <tatum/base/log.h>
#include <tatum/db/database.h>
#include <tatum/db/exceptions.h>
#include <tatum/net/offload.h>
#include <tatum/net/sync.h>
#include <tatum/site/site.h>

namespace tatum::site {

/// At all databases, one after the other.
struct Readiness::Look {
    const net::TimePoint started = net::Clock::now();
    net::Event done;
    // Written before `done` is set.
    std::string fault;   ///< for the one who asks
    std::string reason;  ///< for the log
};

Readiness::Readiness(const Site& site) : site_(site) {}
Readiness::~Readiness() = default;

std::string Readiness::fault() {
    const std::shared_ptr<Look> look = latest_look();
    if (!look->done.wait_for(look->started + kPatience - net::Clock::now())) {
        const std::string late = "the databases do not answer in time";
        tell(late);
        return late;
    }
    return look->fault;
}

/// The one that is going on or fresh, else a new one.
std::shared_ptr<Readiness::Look> Readiness::latest_look() {
    const std::lock_guard lock(guard_);
    const bool fresh =
        look_ && (!look_->done.is_set() || net::Clock::now() - look_->started < kFreshFor);
    if (fresh) return look_;
    look_ = std::make_shared<Look>();
    // On a fiber of its own: who asked may leave. Off the reactor's thread: disks may be slow.
    net::spawn([this, look = look_] {
        net::offload([&] { take(*look); });
        look->done.set();
        tell(look->reason);
    });
    return look_;
}

void Readiness::take(Look& look) {
    for (const std::string& alias : site_.databases().aliases()) {
        try {
            site_.databases().get(alias).probe();
        } catch (const std::exception& error) {
            look.fault = "the database \"" + alias + "\" does not answer";
            look.reason = "the database \"" + alias + "\" does not answer: " + error.what();
            return;
        }
    }
}

void Readiness::tell(const std::string& fault) {
    {
        const std::lock_guard lock(guard_);
        if (told_.empty() == fault.empty()) return;
        told_ = fault;
    }
    const logging::Logger log("tatum.server", site_.log());
    if (fault.empty()) {
        log.info("Ready again: the databases answer");
    } else {
        log.error("Not ready: " + fault);
    }
}

}  // namespace tatum::site
