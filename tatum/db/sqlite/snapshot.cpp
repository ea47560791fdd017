#include <tatum/db/sqlite/impl/snapshot.h>

#include <sqlite3.h>

#include <algorithm>
#include <atomic>

namespace tatum::db::sqlite {

namespace {

/// Of one region of the WAL index.
constexpr int kRegionBytes = 32 * 1024;

bool run(sqlite3* handle, sqlite3_stmt*& statement, const char* sql) {
    if (!statement) {
        const int code =
            sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) return false;
    }
    sqlite3_step(statement);
    return sqlite3_reset(statement) == SQLITE_OK;
}

}  // namespace

Snapshot::~Snapshot() {
    sqlite3_finalize(begin_);
    sqlite3_finalize(commit_);
}

void Snapshot::disable() {
    end();
    enabled_ = false;
}

void Snapshot::enter() {
    if (open_) {
        if (!sqlite3_get_autocommit(handle_) && read_header() == header_) return;
        end();
    }
    if (!enabled_ || !index_exists_ || !sqlite3_get_autocommit(handle_) || !find_index()) return;
    header_ = read_header();
    // In the middle of a write: the statement had better wait by itself.
    if (!std::equal(header_.begin(), header_.begin() + kHeaderWords,
                    header_.begin() + kHeaderWords)) {
        return;
    }
    // It begins to read with the first SELECT, and so not before the header was read.
    open_ = run(handle_, begin_, "BEGIN");
}

void Snapshot::end() {
    if (!open_) return;
    open_ = false;
    // Some errors have ended it already.
    if (sqlite3_get_autocommit(handle_)) return;
    if (!run(handle_, commit_, "COMMIT")) {
        sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

/// The region is mapped as long as the connection has its WAL open.
bool Snapshot::find_index() {
    if (index_) return true;
    sqlite3_file* file = nullptr;
    volatile void* region = nullptr;
    const bool found =
        sqlite3_file_control(handle_, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
        file && file->pMethods && file->pMethods->iVersion >= 2 && file->pMethods->xShmMap &&
        file->pMethods->xShmMap(file, 0, kRegionBytes, 0, &region) == SQLITE_OK && region;
    if (!found) {
        enabled_ = false;
        return false;
    }
    index_ = static_cast<const volatile std::uint32_t*>(region);
    return true;
}

Snapshot::Header Snapshot::read_header() const {
    Header header;
    for (std::size_t i = 0; i < header.size(); ++i) header[i] = index_[i];
    std::atomic_thread_fence(std::memory_order_acquire);
    return header;
}

}  // namespace tatum::db::sqlite
