#include <tatum/db/transaction.h>

#include <tatum/base/locals.h>
#include <tatum/base/log.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/backend.h>
#include <tatum/net/offload.h>

#include <algorithm>

namespace tatum::db {

namespace {

impl::Backend& backend_of(std::string_view alias) {
    return Databases::current().get(alias.empty() ? "default" : alias).backend();
}

std::string savepoint_name(unsigned number) { return "\"s" + std::to_string(number) + "\""; }

void run(impl::Transaction& transaction, std::string_view sql) {
    transaction.database->backend().run_on(*transaction.connection, sql, {}, nullptr);
}

/// COMMIT may wait for the disk: not on the thread that serves other fibers.
void commit(impl::Transaction& transaction) {
    if (!transaction.database->backend().commit_blocks()) {
        run(transaction, "COMMIT");
        return;
    }
    const net::NoCancelScope uninterrupted;
    net::offload([&] { run(transaction, "COMMIT"); });
}

}  // namespace

void impl::Transaction::ensure_begun() {
    if (begun) return;
    Backend& backend = database->backend();
    // What an attempt that failed has taken already stays: the lock would wait for itself.
    if (!read_only && !write_lock.owns_lock()) write_lock = backend.lock_for_writing();
    if (!connection) connection = backend.take_connection();
    backend.run_on(*connection, backend.begin_statement(read_only), {}, nullptr);
    begun = true;
    for (const unsigned savepoint : savepoints) {
        if (savepoint) {
            backend.run_on(*connection, "SAVEPOINT " + savepoint_name(savepoint), {}, nullptr);
        }
    }
}

namespace transaction {

using db::impl::Transaction;

namespace {

/// Those of a savepoint and of what was made in it.
std::vector<Transaction::Hook> take_hooks(Transaction& transaction, unsigned savepoint) {
    std::vector<Transaction::Hook>& hooks = transaction.hooks;
    const auto first = std::stable_partition(
        hooks.begin(), hooks.end(), [&](const auto& hook) { return hook.savepoint < savepoint; });
    std::vector<Transaction::Hook> taken(std::make_move_iterator(first),
                                         std::make_move_iterator(hooks.end()));
    hooks.erase(first, hooks.end());
    return taken;
}

/// What was registered last comes first.
void undo(std::vector<Transaction::Hook>& hooks) {
    const net::NoCancelScope uninterrupted;
    for (auto hook = hooks.rbegin(); hook != hooks.rend(); ++hook) {
        if (!hook->undoes) continue;
        try {
            hook->task();
        } catch (const std::exception& fault) {
            logging::Logger("tatum.db").error(std::string("on_rollback() failed: ") + fault.what());
        }
    }
}

void roll_back(Transaction& transaction) {
    db::impl::Backend& backend = transaction.database->backend();
    if (!transaction.begun || !transaction.connection->in_transaction()) {
        if (transaction.connection) backend.give_back(std::move(transaction.connection));
        return;
    }
    try {
        run(transaction, "ROLLBACK");
        backend.give_back(std::move(transaction.connection));
    } catch (const Exception& fault) {
        // The connection is closed, which rolls back as well.
        logging::Logger("tatum.db").error(std::string("ROLLBACK failed: ") + fault.what());
    }
}

void add_hook(Transaction& transaction, net::Task task, bool undoes) {
    const auto around = std::find_if(transaction.savepoints.rbegin(), transaction.savepoints.rend(),
                                     [](unsigned number) { return number != 0; });
    const unsigned savepoint = around == transaction.savepoints.rend() ? 0 : *around;
    transaction.hooks.push_back({std::move(task), savepoint, undoes});
}

}  // namespace

namespace impl {

Block::Block(const AtomicOptions& options) {
    db::impl::Backend& backend = backend_of(options.using_);
    Transaction* current = backend.transaction();
    if (!current) {
        auto fresh = std::make_unique<Transaction>();
        fresh->owner = &current_locals();
        fresh->database = backend.database;
        fresh->read_only = options.read_only;
        fresh->depth = 1;
        outermost_ = true;
        backend.add_transaction(*fresh);
        transaction_ = fresh.release();
        return;
    }
    if (options.durable) {
        throw QueryError("A durable atomic block cannot be nested within another atomic block.");
    }
    transaction_ = current;
    savepoint_ = options.savepoint && !current->needs_rollback;
    if (savepoint_) savepoint_number_ = ++current->savepoints_made;
    // Made at once when the transaction runs, else with its first statement.
    if (savepoint_ && current->begun) {
        run(*current, "SAVEPOINT " + savepoint_name(savepoint_number_));
    }
    current->savepoints.push_back(savepoint_number_);
    ++current->depth;
}

void Block::commit() {
    auto& transaction = *static_cast<Transaction*>(transaction_);
    if (transaction.needs_rollback) {
        // An inner block without savepoint failed, or set_rollback() asked for it.
        return;
    }
    if (transaction.begun && !transaction.connection->in_transaction()) {
        throw OperationalError(
            "The database has rolled back this transaction by itself, after an error in it; "
            "nothing of it was saved.");
    }
    if (!outermost_) {
        if (savepoint_ && transaction.begun) {
            run(transaction, "RELEASE SAVEPOINT " + savepoint_name(savepoint_number_));
        }
        transaction.savepoints.pop_back();
        // What was registered in the savepoint now depends on the block around it.
        const auto around =
            std::find_if(transaction.savepoints.rbegin(), transaction.savepoints.rend(),
                         [](unsigned number) { return number != 0; });
        const unsigned outer = around == transaction.savepoints.rend() ? 0 : *around;
        for (auto& hook : transaction.hooks) {
            if (savepoint_ && hook.savepoint == savepoint_number_) hook.savepoint = outer;
        }
        --transaction.depth;
        done_ = true;
        return;
    }
    if (transaction.begun) db::commit(transaction);
    done_ = true;
    db::impl::Backend& backend = transaction.database->backend();
    backend.remove_transaction(transaction);
    const std::unique_ptr<Transaction> owned(&transaction);
    if (owned->connection) backend.give_back(std::move(owned->connection));
    if (owned->write_lock.owns_lock()) owned->write_lock.unlock();
    for (auto& hook : owned->hooks) {
        if (!hook.undoes) hook.task();
    }
}

Block::~Block() {
    if (done_) return;
    auto& transaction = *static_cast<Transaction*>(transaction_);
    db::impl::Backend& backend = transaction.database->backend();
    if (!outermost_) {
        transaction.savepoints.pop_back();
        --transaction.depth;
        if (!savepoint_) {
            transaction.needs_rollback = true;
            return;
        }
        std::vector<Transaction::Hook> gone = take_hooks(transaction, savepoint_number_);
        // What failed inside is undone with this savepoint.
        transaction.needs_rollback = false;
        if (transaction.begun) {
            try {
                run(transaction, "ROLLBACK TO SAVEPOINT " + savepoint_name(savepoint_number_));
                run(transaction, "RELEASE SAVEPOINT " + savepoint_name(savepoint_number_));
            } catch (const Exception&) {
                transaction.needs_rollback = true;
            }
        }
        undo(gone);
        return;
    }
    backend.remove_transaction(transaction);
    const std::unique_ptr<Transaction> owned(&transaction);
    roll_back(*owned);
    if (owned->write_lock.owns_lock()) owned->write_lock.unlock();
    undo(owned->hooks);
}

}  // namespace impl

void on_commit(net::Task task, std::string_view using_) {
    Transaction* current = backend_of(using_).transaction();
    if (!current) {
        task();
        return;
    }
    add_hook(*current, std::move(task), false);
}

void on_rollback(net::Task task, std::string_view using_) {
    if (Transaction* current = backend_of(using_).transaction()) {
        add_hook(*current, std::move(task), true);
    }
}

bool in_atomic_block(std::string_view using_) {
    return backend_of(using_).transaction() != nullptr;
}

void set_rollback(bool rollback, std::string_view using_) {
    Transaction* current = backend_of(using_).transaction();
    if (!current) {
        throw TransactionManagementError(
            "The rollback flag doesn't work outside of an 'atomic' block.");
    }
    current->needs_rollback = rollback;
}

}  // namespace transaction
}  // namespace tatum::db
