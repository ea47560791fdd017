#pragma once

#include <tatum/net/task.h>

#include <string_view>
#include <type_traits>

/// Atomic blocks, as in Django: transaction::atomic([&] { ...; on_commit([&] { ... }); });
namespace tatum::db::transaction {

struct AtomicOptions {
    std::string_view using_ = {};  ///< an alias; empty: "default"
    /// The block must be the outermost: throws QueryError inside another.
    bool durable = false;
    /// A nested block without a savepoint: an exception in it rolls back the outer block.
    bool savepoint = true;
    /// Reads one snapshot and takes no write lock; writing in it fails.
    bool read_only = false;
};

namespace impl {

/// One atomic block while it runs.
class Block {
public:
    explicit Block(const AtomicOptions& options);
    ~Block();  ///< rolls back unless committed
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    void commit();

private:
    void* transaction_;
    bool savepoint_ = false, outermost_ = false, done_ = false;
    unsigned savepoint_number_ = 0;
};

}  // namespace impl

/// Runs `function` so that all of its changes happen or none: an exception rolls back and goes on.
/// Blocks nest; an inner one is a savepoint. Returns what `function` returns.
///
/// The outermost block belongs to the fiber (or thread) that runs it. With its first statement it
/// becomes the database's only writer, until it ends; keep blocks short.
/// Throws OperationalError when the lock cannot be had in time, or what COMMIT fails with.
template <class F>
std::invoke_result_t<F&> atomic(const AtomicOptions& options, F&& function) {
    impl::Block block(options);
    if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
        function();
        block.commit();
    } else {
        std::invoke_result_t<F&> result = function();
        block.commit();
        return result;
    }
}
template <class F>
    requires std::is_invocable_v<F&>
std::invoke_result_t<F&> atomic(F&& function) {
    return atomic(AtomicOptions{}, std::forward<F>(function));
}

/// Runs `task` after the outermost block has committed, in order of registration; not at all when
/// the block (or the savepoint) it was registered in is rolled back. Outside a block: at once.
void on_commit(net::Task task, std::string_view using_ = {});

/// Runs `task` when the block (or the savepoint) it was registered in is rolled back, or one around
/// it: for what was done outside of the database. Outside a block: never. What it throws is logged.
/// Unlike Django, which has only on_commit().
void on_rollback(net::Task task, std::string_view using_ = {});

/// Is the caller inside an atomic block?
bool in_atomic_block(std::string_view using_ = {});

/// Makes the outermost block roll back when it ends, without an exception; for tests and views.
void set_rollback(bool rollback, std::string_view using_ = {});

}  // namespace tatum::db::transaction

namespace tatum {
namespace transaction = db::transaction;
using db::transaction::on_commit;
using db::transaction::on_rollback;
}  // namespace tatum
