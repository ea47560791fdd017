#include <tatum/db/database.h>
#include <tatum/db/meta.h>
#include <tatum/db/model.h>

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// What reading rows into objects costs beside SQLite's own functions, which do the same by hand: a
/// prepared statement, a vector of structs with the same members. Off fibers, where both lock the
/// file for each statement.
///
///     bench_rows [--rounds N]              nanoseconds of CPU a row, and the ratio; goal: 1.3
///     bench_rows --repeat orm|raw all|one COUNT
///                                          reads so often, for callgrind

namespace bench {

using namespace tatum;

constexpr int kRows = 1000;

struct Item : Model<Item> {
    std::string name, slug;
    Decimal price;
    int stock = 0;
    bool active = true;
    std::string description;

    static void define(Definition<Item>& d) {
        d.field<&Item::name>(max_length(120));
        d.field<&Item::slug>(SlugField, max_length(120));
        d.field<&Item::price>(max_digits(10), decimal_places(2));
        d.field<&Item::stock>();
        d.field<&Item::active>();
        d.field<&Item::description>(TextField);
        d.db_table("item");
    }
};

/// What a hand-written program would keep; money in cents.
struct PlainItem {
    std::int64_t id = 0;
    std::string name, slug;
    std::int64_t cents = 0;
    int stock = 0;
    bool active = true;
    std::string description;
};

constexpr std::string_view kSchema = R"(
CREATE TABLE item (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, name varchar(120) NOT NULL,
    slug varchar(120) NOT NULL, price decimal NOT NULL, stock integer NOT NULL,
    active bool NOT NULL, description text NOT NULL);
)";

class Raw {
public:
    explicit Raw(const std::string& path) {
        check(sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                              nullptr));
        constexpr std::string_view kColumns =
            "SELECT id, name, slug, price, stock, active, description FROM item ";
        all_ = prepare(std::string(kColumns) + "ORDER BY id");
        one_ = prepare(std::string(kColumns) + "WHERE id = ?");
    }
    ~Raw() {
        sqlite3_finalize(all_);
        sqlite3_finalize(one_);
        sqlite3_close(handle_);
    }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;

    std::vector<PlainItem> all() { return read(all_); }
    PlainItem one(int id) {
        sqlite3_bind_int(one_, 1, id);
        return read(one_).at(0);
    }

private:
    static void check(int code) {
        if (code == SQLITE_OK) return;
        std::fprintf(stderr, "SQLite: %s\n", sqlite3_errstr(code));
        std::exit(1);
    }
    sqlite3_stmt* prepare(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr));
        return statement;
    }
    static std::string text(sqlite3_stmt* statement, int column) {
        const void* bytes = sqlite3_column_text(statement, column);
        return {static_cast<const char*>(bytes),
                static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    }
    static std::vector<PlainItem> read(sqlite3_stmt* statement) {
        std::vector<PlainItem> items;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            PlainItem& item = items.emplace_back();
            item.id = sqlite3_column_int64(statement, 0);
            item.name = text(statement, 1);
            item.slug = text(statement, 2);
            item.cents = static_cast<std::int64_t>(sqlite3_column_double(statement, 3) * 100 + 0.5);
            item.stock = sqlite3_column_int(statement, 4);
            item.active = sqlite3_column_int(statement, 5) != 0;
            item.description = text(statement, 6);
        }
        sqlite3_reset(statement);
        return items;
    }

    sqlite3* handle_ = nullptr;
    sqlite3_stmt* all_ = nullptr;
    sqlite3_stmt* one_ = nullptr;
};

double cpu_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void fill() {
    std::vector<Item> items;
    for (int i = 0; i < kRows; ++i) {
        const std::string number = std::to_string(i);
        items.push_back({.name = "A thing with the number " + number,
                         .slug = "thing-" + number,
                         .price = Decimal::make(false, static_cast<unsigned>(100 + 37 * i), -2),
                         .stock = i % 7,
                         .description = std::string(150 + static_cast<std::size_t>(i % 50), 'd')});
    }
    Item::objects.bulk_create(items);
}

struct Measure {
    const char* name;
    int rows;
    std::function<std::size_t()> orm, raw;  ///< the bytes of the descriptions read
};

std::vector<Measure> measures(Raw& raw) {
    auto id = [number = 0]() mutable { return number++ % kRows + 1; };
    return {{"all", kRows,
             [] {
                 std::size_t bytes = 0;
                 for (const Item& item : Item::objects.order_by("id")) {
                     bytes += item.description.size();
                 }
                 return bytes;
             },
             [&raw] {
                 std::size_t bytes = 0;
                 for (const PlainItem& item : raw.all()) bytes += item.description.size();
                 return bytes;
             }},
            {"one", 1,
             [id]() mutable { return Item::objects.get(F<&Item::id> == id()).description.size(); },
             [id, &raw]() mutable { return raw.one(id()).description.size(); }}};
}

/// Nanoseconds a row.
double time_of(const std::function<std::size_t()>& read, int rows) {
    const int count = 20'000 / rows;
    const double start = cpu_seconds();
    for (int i = 0; i < count; ++i) read();
    return (cpu_seconds() - start) * 1e9 / (static_cast<double>(count) * rows);
}

void compare(std::vector<Measure>& all, int rounds) {
    std::printf("| rows | by hand, ns | QuerySet, ns | ratio |\n|---|--:|--:|--:|\n");
    for (Measure& measure : all) {
        std::vector<double> raw, orm, ratios;
        for (int i = 0; i < rounds; ++i) {
            raw.push_back(time_of(measure.raw, measure.rows));
            orm.push_back(time_of(measure.orm, measure.rows));
            ratios.push_back(orm.back() / raw.back());
        }
        for (auto* list : {&raw, &orm, &ratios}) std::ranges::sort(*list);
        const auto middle = static_cast<std::size_t>(rounds) / 2;
        std::printf("| %s | %.0f | %.0f | %.2f |\n", measure.name, raw[middle], orm[middle],
                    ratios[middle]);
    }
}

int run(std::span<char*> arguments, const std::string& path) {
    db::ModelRegistry registry;
    registry.add<Item>("bench");
    registry.finish();
    db::Databases databases(registry);
    databases.add("default", {.name = path});
    const db::DatabasesScope scope(databases);
    databases.default_().execute_script(kSchema);
    fill();
    Raw raw(path);
    std::vector<Measure> all = measures(raw);
    const std::string_view mode = arguments.empty() ? "--rounds" : arguments[0];
    if (mode == "--rounds" && arguments.size() <= 2) {
        const int rounds = arguments.size() == 2 ? std::atoi(arguments[1]) : 9;
        compare(all, std::max(rounds, 1));
        return 0;
    }
    if (mode != "--repeat" || arguments.size() != 4) return 2;
    for (Measure& measure : all) {
        if (std::string_view(arguments[2]) != measure.name) continue;
        const auto& read = std::string_view(arguments[1]) == "orm" ? measure.orm : measure.raw;
        for (int i = std::atoi(arguments[3]); i > 0; --i) read();
        return 0;
    }
    return 2;
}

}  // namespace bench

int main(int argc, char** argv) {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("bench_rows_" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const std::span<char*> arguments(argv + 1, static_cast<std::size_t>(argc - 1));
    const int code = bench::run(arguments, (folder / "rows.sqlite3").string());
    std::filesystem::remove_all(folder);
    if (code == 2)
        std::fprintf(stderr, "bench_rows [--rounds N | --repeat orm|raw all|one COUNT]\n");
    return code;
}
