#include <tatum/db/database.h>

#include <tatum/base/ascii.h>
#include <tatum/base/locals.h>
#include <tatum/base/settings.h>
#include <tatum/base/text.h>
#include <tatum/db/impl/backend.h>

#include <charconv>

namespace tatum::db {

namespace {

struct ToList final : impl::RowSink {
    std::vector<ResultRow> rows;
    void row(std::span<const impl::Cell> cells) override {
        ResultRow row;
        row.reserve(cells.size());
        for (const impl::Cell& cell : cells) row.push_back(impl::cell_value(cell, {}));
        rows.push_back(std::move(row));
    }
};

std::vector<impl::Cell> cells_of(const List& parameters, impl::Scratch& scratch) {
    std::vector<impl::Cell> cells;
    cells.reserve(parameters.size());
    for (const Value& value : parameters) {
        cells.push_back(impl::param_cell({value, nullptr, impl::Param::Form::Raw}, scratch));
    }
    return cells;
}

bool is_transaction_statement(std::string_view sql) {
    for (const std::string_view word : {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"}) {
        if (sql.starts_with(word)) return true;
    }
    return false;
}

/// One option of a database, as TOML has it or as text from a URL. Throws ImproperlyConfigured.
struct OptionReader {
    static constexpr double kSecondsMax = 86'400;

    std::string_view alias, name;
    const Value& value;

    std::chrono::milliseconds seconds() const {
        double number = -1;
        if (value.kind() == Kind::Int) number = static_cast<double>(value.as_int());
        if (value.kind() == Kind::Float) number = value.as_float();
        if (value.is_string()) {
            const std::string_view text = value.as_string();
            const char* const last = text.data() + text.size();
            const auto [end, fault] = std::from_chars(text.data(), last, number);
            if (fault != std::errc() || end != last) number = -1;
        }
        if (!(number >= 0 && number <= kSecondsMax)) fail("seconds from 0 to 86400");
        return std::chrono::milliseconds(static_cast<std::int64_t>(number * 1000));
    }
    bool flag() const {
        if (value.kind() == Kind::Bool) return value.as_bool();
        const std::string text = strings::ascii_lower(value.str());
        if (text == "true" || text == "1") return true;
        if (text != "false" && text != "0") fail("true or false");
        return false;
    }
    std::string one_of(std::initializer_list<std::string_view> allowed) const {
        const std::string text = value.str();
        std::string known;
        for (const std::string_view word : allowed) {
            if (ascii::equals_ignoring_case(text, word)) return std::string(word);
            (known += known.empty() ? "" : ", ") += word;
        }
        fail("one of " + known);
    }

private:
    [[noreturn]] void fail(const std::string& expected) const {
        throw ImproperlyConfigured("The option '" + std::string(name) + "' of the database '" +
                                   std::string(alias) + "' must be " + expected + ", not " +
                                   value.repr() + ".");
    }
};

}  // namespace

DatabaseOptions DatabaseOptions::from(const DatabaseSettings& settings) {
    DatabaseOptions options;
    options.engine = settings.engine;
    options.name = settings.name;
    for (const auto& [key, value] : settings.options) {
        const auto name = key.as_string();
        const OptionReader read{settings.alias, name, value};
        if (name == "timeout") {
            options.timeout = read.seconds();
        } else if (name == "read_only") {
            options.read_only = read.flag();
        } else if (name == "create") {
            options.create = read.flag();
        } else if (name == "synchronous") {
            options.synchronous = read.one_of({"OFF", "NORMAL", "FULL", "EXTRA"});
        } else {
            throw ImproperlyConfigured("The database '" + settings.alias +
                                       "' has an unknown option '" + std::string(name) + "'.");
        }
    }
    return options;
}

QueryLog::QueryLog(Transactions transactions)
    : keep_transactions_(transactions == Transactions::Keep),
      before_(static_cast<QueryObserver*>(local(Slot::Queries))),
      scope_(Slot::Queries, static_cast<QueryObserver*>(this)) {}

void QueryLog::executed(const ExecutedQuery& query) {
    if (before_) before_->executed(query);
    if (!keep_transactions_ && is_transaction_statement(query.sql)) return;
    statements_.push_back(query.text());
}

Database::Database(std::string alias, DatabaseOptions options,
                   std::unique_ptr<impl::Backend> backend)
    : alias_(std::move(alias)), options_(std::move(options)), backend_(std::move(backend)) {
    backend_->database = this;
}
Database::~Database() { close(); }

std::string_view Database::vendor() const { return backend_->vendor(); }

std::vector<ResultRow> Database::execute(std::string_view sql, const List& parameters) {
    impl::Scratch scratch;
    ToList sink;
    backend_->run(sql, cells_of(parameters, scratch), &sink, impl::access_of(sql));
    return std::move(sink.rows);
}

void Database::execute_script(std::string_view sql) { backend_->run_script(sql); }

std::int64_t Database::execute_update(std::string_view sql, const List& parameters) {
    impl::Scratch scratch;
    return backend_->run(sql, cells_of(parameters, scratch), nullptr, impl::access_of(sql)).changes;
}

void Database::check() { execute("SELECT 1"); }
void Database::probe() { backend_->probe(); }
PoolCounts Database::pool_counts() const { return backend_->pool_counts(); }
void Database::close() { backend_->close_idle(); }

Databases::Databases(const ModelRegistry& registry) : registry_(registry) {}
Databases::~Databases() = default;

Database& Databases::add(std::string_view alias, DatabaseOptions options) {
    for (const auto& database : databases_) {
        if (database->alias() == alias) {
            throw ImproperlyConfigured("There are two databases called '" + std::string(alias) +
                                       "'.");
        }
    }
    if (!options.engine.starts_with("sqlite") && !options.engine.ends_with(".sqlite3")) {
        throw ImproperlyConfigured("The database '" + std::string(alias) + "' has the engine '" +
                                   options.engine + "', which there is none of. Known: sqlite3.");
    }
    auto backend = impl::make_sqlite_backend(options);
    backend->slow = &slow_;
    databases_.push_back(
        std::make_unique<Database>(std::string(alias), std::move(options), std::move(backend)));
    return *databases_.back();
}

Database& Databases::get(std::string_view alias) const {
    for (const auto& database : databases_) {
        if (database->alias() == alias) return *database;
    }
    throw ImproperlyConfigured("The connection '" + std::string(alias) + "' doesn't exist.");
}

Database& Databases::default_() const { return get("default"); }

std::vector<std::string> Databases::aliases() const {
    std::vector<std::string> names;
    for (const auto& database : databases_) names.emplace_back(database->alias());
    return names;
}

Databases& Databases::current() {
    if (void* databases = local(Slot::Databases)) return *static_cast<Databases*>(databases);
    throw ImproperlyConfigured(
        "There is no current database: models and queries work while a Site runs a request or a "
        "command, or inside a DatabasesScope.");
}

}  // namespace tatum::db
