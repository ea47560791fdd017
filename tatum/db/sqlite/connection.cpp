#include <tatum/db/sqlite/impl/connection.h>

#include <tatum/base/ascii.h>
#include <tatum/base/text.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/sqlite/impl/functions.h>
#include <tatum/db/sqlite/impl/snapshot.h>
#include <tatum/net/fiber.h>

#include <sqlite3.h>

#include <algorithm>
#include <list>
#include <unordered_map>

namespace tatum::db::sqlite {

namespace {

using impl::Cell;

constexpr std::chrono::milliseconds kBusyPauseMax{20};

std::string_view advice(int code) {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return " Another program is writing to it; wait for it, or raise the timeout.";
        case SQLITE_CANTOPEN:
            return " Check that the folder exists and that this user may write in it.";
        case SQLITE_READONLY:
            return " Check the permissions of the file and of its folder.";
        case SQLITE_NOTADB:
            return " The file is no SQLite database (or is encrypted): check the name in the "
                   "settings.";
        case SQLITE_CORRUPT:
            return " The file is damaged: restore a backup, or try sqlite3's .recover.";
        case SQLITE_FULL:
            return " The disk is full.";
        case SQLITE_IOERR:
            return " The disk reported an error.";
        default:
            return "";
    }
}

bool is_select(std::string_view sql) {
    return ascii::equals_ignoring_case(sql.substr(0, 7), "SELECT ");
}

/// Another file beside the database, or another journal.
bool changes_what_is_read(std::string_view sql) {
    const std::string lower = strings::ascii_lower(sql);
    return lower.find("attach") != std::string::npos ||
           lower.find("journal_mode") != std::string::npos;
}

bool is_constraint(int code) { return (code & 0xff) == SQLITE_CONSTRAINT; }

}  // namespace

/// SQLite calls it while somebody else holds the lock. On a fiber it suspends the fiber only.
int on_busy(void* connection, int count) {
    auto& self = *static_cast<SqliteConnection*>(connection);
    const auto now = std::chrono::steady_clock::now();
    if (count == 0) self.busy_since_ = now;
    if (now - self.busy_since_ >= self.options_.timeout) return 0;
    // Nothing may be thrown through SQLite.
    const net::NoCancelScope uninterrupted;
    net::sleep_for(
        std::min<std::chrono::milliseconds>(std::chrono::milliseconds(1 + count), kBusyPauseMax));
    return 1;
}

struct SqliteConnection::Prepared {
    std::string sql;
    sqlite3_stmt* statement = nullptr;
    bool reads = false;
    bool selects = false;           ///< may run in a Snapshot
    bool changes_snapshot = false;  ///< what one would be of
};

struct SqliteConnection::Statements {
    std::list<Prepared> list;  ///< the most recently used first
    std::unordered_map<std::string_view, std::list<Prepared>::iterator> by_sql;

    Statements() = default;
    Statements(const Statements&) = delete;
    Statements& operator=(const Statements&) = delete;
    ~Statements() {
        for (Prepared& prepared : list) sqlite3_finalize(prepared.statement);
    }
};

SqliteConnection::SqliteConnection(const std::string& uri, const DatabaseOptions& options)
    : options_(options), path_(options.name), statements_(std::make_unique<Statements>()) {
    // The connection is used by one fiber at a time, so it needs no lock of its own.
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (options.create && !options.read_only) flags |= SQLITE_OPEN_CREATE;
    const int code = sqlite3_open_v2(uri.c_str(), &handle_, flags, nullptr);
    try {
        if (code != SQLITE_OK) fail(code, {});
        configure();
    } catch (...) {
        snapshot_.reset();
        statements_.reset();
        sqlite3_close_v2(handle_);
        throw;
    }
}

SqliteConnection::~SqliteConnection() {
    snapshot_.reset();
    statements_.reset();
    sqlite3_close_v2(handle_);
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
bool SqliteConnection::holds_snapshot() const { return snapshot_ && snapshot_->is_open(); }
void SqliteConnection::end_snapshot() { snapshot_->end(); }

void SqliteConnection::configure() {
    snapshot_ = std::make_unique<Snapshot>(handle_);
    sqlite3_busy_handler(handle_, on_busy, this);
    define_functions(handle_);
    // "name" is never a text: a column that is not there is an error.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    std::string pragmas = "PRAGMA foreign_keys = ON; PRAGMA synchronous = " + options_.synchronous +
                          "; PRAGMA cache_size = -" +
                          std::to_string(options_.page_cache_bytes / 1024) + ";";
    if (!options_.read_only && options_.name != ":memory:") {
        pragmas = "PRAGMA journal_mode = WAL; " + pragmas;
    }
    run_script(pragmas);
    if (!options_.read_only && has_wal()) snapshot_->enable();
}

bool SqliteConnection::has_wal() {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(handle_, "PRAGMA journal_mode", -1, &statement, nullptr);
    if (code != SQLITE_OK) fail(code, {});
    const bool found = sqlite3_step(statement) == SQLITE_ROW &&
                       std::string_view(static_cast<const char*>(
                           static_cast<const void*>(sqlite3_column_text(statement, 0)))) == "wal";
    sqlite3_finalize(statement);
    return found;
}

/// Anything but white space and comments?
bool SqliteConnection::has_statement(std::string_view sql) const {
    const auto start = sql.find_first_not_of(" \t\r\n;");
    if (start == std::string_view::npos) return false;
    sql.remove_prefix(start);
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    const bool found = code != SQLITE_OK || statement;
    sqlite3_finalize(statement);
    return found;
}

void SqliteConnection::prepare_snapshot(const Prepared& prepared) {
    if (!prepared.selects) {
        snapshot_->end();
        if (prepared.changes_snapshot) snapshot_->disable();
    } else if (snapshot_->is_open() || net::on_fiber()) {
        snapshot_->enter();
    }
}

SqliteConnection::Prepared& SqliteConnection::prepare(std::string_view sql) {
    auto& [list, by_sql] = *statements_;
    if (const auto found = by_sql.find(sql); found != by_sql.end()) {
        if (found->second != list.begin()) list.splice(list.begin(), list, found->second);
        return list.front();
    }
    if (sql.size() >
        static_cast<std::size_t>(sqlite3_limit(handle_, SQLITE_LIMIT_SQL_LENGTH, -1))) {
        throw OperationalError("The statement is too long: " + std::to_string(sql.size()) +
                               " bytes.");
    }
    sqlite3_stmt* statement = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, &rest);
    if (code != SQLITE_OK) fail(code, sql);
    if (!statement)
        throw ProgrammingError("There is no SQL in this statement: '" + std::string(sql) + "'.");
    if (has_statement(sql.substr(static_cast<std::size_t>(rest - sql.data())))) {
        sqlite3_finalize(statement);
        throw ProgrammingError("You can only execute one statement at a time: '" +
                               std::string(sql) + "'. execute_script() takes several.");
    }
    if (list.size() >= std::max<std::size_t>(options_.statement_cache, 1)) {
        by_sql.erase(list.back().sql);
        sqlite3_finalize(list.back().statement);
        list.pop_back();
    }
    const bool reads = sqlite3_stmt_readonly(statement) != 0;
    list.push_front(
        {std::string(sql), statement, reads, reads && is_select(sql), changes_what_is_read(sql)});
    by_sql.emplace(list.front().sql, list.begin());
    return list.front();
}

impl::RunResult SqliteConnection::run(std::string_view sql, std::span<const Cell> params,
                                      impl::RowSink* sink) {
    Prepared& prepared = prepare(sql);
    sqlite3_stmt* statement = prepared.statement;
    if (static_cast<int>(params.size()) != sqlite3_bind_parameter_count(statement)) {
        throw ProgrammingError("Incorrect number of parameters: the statement has " +
                               std::to_string(sqlite3_bind_parameter_count(statement)) + ", " +
                               std::to_string(params.size()) + " were given.");
    }
    for (std::size_t i = 0; i < params.size(); ++i) {
        const Cell& cell = params[i];
        const int place = static_cast<int>(i) + 1;
        // The views outlive the run, so nothing is copied.
        switch (cell.type) {
            case Cell::Type::Null:
                sqlite3_bind_null(statement, place);
                break;
            case Cell::Type::Integer:
                sqlite3_bind_int64(statement, place, cell.integer);
                break;
            case Cell::Type::Real:
                sqlite3_bind_double(statement, place, cell.real);
                break;
            case Cell::Type::Text:
                sqlite3_bind_text64(statement, place, cell.size ? cell.bytes : "", cell.size,
                                    SQLITE_STATIC, SQLITE_UTF8);
                break;
            case Cell::Type::Blob:
                sqlite3_bind_blob64(statement, place, cell.size ? cell.bytes : "", cell.size,
                                    SQLITE_STATIC);
                break;
        }
    }
    prepare_snapshot(prepared);
    step_all(prepared, sink);
    if (prepared.selects) snapshot_->note_read();
    if (prepared.reads) return {};
    return {sqlite3_changes64(handle_), sqlite3_last_insert_rowid(handle_)};
}

void SqliteConnection::step_all(Prepared& prepared, impl::RowSink* sink) {
    // Resets the statement however the steps end; its error was reported by then.
    struct Reset {
        sqlite3_stmt* statement;
        ~Reset() { sqlite3_reset(statement); }
    };
    sqlite3_stmt* statement = prepared.statement;
    const Reset reset{statement};
    const auto columns = static_cast<std::size_t>(sqlite3_column_count(statement));
    // A sink that runs queries of its own has its own connection, and so its own cells.
    cells_.resize(std::max(cells_.size(), columns));
    while (true) {
        const int code = sqlite3_step(statement);
        if (code == SQLITE_DONE) return;
        if (code != SQLITE_ROW) fail(code, prepared.sql);
        if (!sink) continue;
        for (std::size_t i = 0; i < columns; ++i) {
            // Without a mutex on the connection, values need no protection (sqlite3.h).
            sqlite3_value* value = sqlite3_column_value(statement, static_cast<int>(i));
            Cell& cell = cells_[i];
            switch (sqlite3_value_type(value)) {
                case SQLITE_INTEGER:
                    cell.type = Cell::Type::Integer;
                    cell.integer = sqlite3_value_int64(value);
                    break;
                case SQLITE_FLOAT:
                    cell.type = Cell::Type::Real;
                    cell.real = sqlite3_value_double(value);
                    break;
                case SQLITE_TEXT: {
                    const void* text = sqlite3_value_text(value);
                    cell.type = Cell::Type::Text;
                    cell.bytes = static_cast<const char*>(text);
                    cell.size = static_cast<std::size_t>(sqlite3_value_bytes(value));
                    break;
                }
                case SQLITE_BLOB: {
                    const void* blob = sqlite3_value_blob(value);
                    cell.type = Cell::Type::Blob;
                    cell.bytes = static_cast<const char*>(blob);
                    cell.size = static_cast<std::size_t>(sqlite3_value_bytes(value));
                    break;
                }
                default:
                    cell.type = Cell::Type::Null;
                    break;
            }
        }
        sink->row({cells_.data(), columns});
    }
}

void SqliteConnection::run_script(std::string_view sql) {
    snapshot_->end();
    if (changes_what_is_read(sql)) snapshot_->disable();
    const std::string text(sql);
    char* message = nullptr;
    const int code = sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, &message);
    sqlite3_free(message);
    if (code != SQLITE_OK) fail(code, {});
}

std::vector<std::string> SqliteConnection::column_names(std::string_view sql) {
    sqlite3_stmt* statement = prepare(sql).statement;
    std::vector<std::string> names;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        names.emplace_back(sqlite3_column_name(statement, i));
    }
    return names;
}

void SqliteConnection::fail(int code, std::string_view sql) const {
    const std::string what = handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
    if (is_constraint(code)) throw IntegrityError(what);
    if ((code & 0xff) == SQLITE_TOOBIG || (code & 0xff) == SQLITE_MISMATCH) throw DataError(what);
    std::string message = what;
    if ((code & 0xff) != SQLITE_ERROR) {
        message = "The database '" + path_ + "': " + what + "." + std::string(advice(code));
    } else if (what.starts_with("no such table") || what.starts_with("no such column")) {
        message += ". Have the migrations been applied? Run migrate.";
    }
    if (!sql.empty()) message += " SQL: " + std::string(sql.substr(0, 2000));
    throw OperationalError(message);
}

}  // namespace tatum::db::sqlite
