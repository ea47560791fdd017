#include <tatum/net/round.h>

#include <tatum/net/impl/reactor.h>

namespace tatum::net {

bool at_end_of_round(Task task) {
    impl::Reactor* reactor = impl::Reactor::current();
    if (!reactor) return false;
    reactor->retire(std::move(task));
    return true;
}

}  // namespace tatum::net
