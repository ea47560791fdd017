#pragma once

#include <array>
#include <cstdint>

struct sqlite3;
struct sqlite3_stmt;

namespace tatum::db::sqlite {

/// A read transaction of a database in WAL mode that outlives its statement, so that the next one
/// need not begin another: that takes three system calls. It is used only while nobody has written
/// since it began, so that a SELECT in it reads what one by itself would.
///
/// Whether somebody has, in this process or another, the header of the WAL index tells, which lies
/// in memory that all connections to the file share (https://sqlite.org/walformat.html §2.1): every
/// commit changes it. SQLite itself decides by it whether a connection has to look again.
class Snapshot {
public:
    explicit Snapshot(sqlite3* handle) : handle_(handle) {}
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

    /// Once the connection is set up, if the database is in WAL mode.
    void enable() { enabled_ = true; }
    /// Before a statement that would make it see other files, or another journal.
    void disable();
    /// Before a SELECT outside of a transaction.
    void enter();
    /// After one that has read to its end: the index is there from now on.
    void note_read() { index_exists_ = true; }
    /// Before any other statement, and when there is nothing more to read at once.
    void end();
    bool is_open() const { return open_; }

private:
    /// The header stands twice, so that one that is being written can be told.
    static constexpr std::size_t kHeaderWords = 12;
    using Header = std::array<std::uint32_t, 2 * kHeaderWords>;

    bool find_index();
    Header read_header() const;

    sqlite3* handle_;
    sqlite3_stmt* begin_ = nullptr;
    sqlite3_stmt* commit_ = nullptr;
    const volatile std::uint32_t* index_ = nullptr;  ///< written by other connections
    Header header_{};  ///< as it was just before the transaction began
    bool enabled_ = false;
    bool index_exists_ = false;
    bool open_ = false;
};

}  // namespace tatum::db::sqlite
