#include <tatum/base/settings.h>
#include <tatum/db/impl/test_models.h>
#include <tatum/net/fiber.h>

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <thread>

namespace tatum::db::shop {

namespace {

struct Stop {};

std::string temporary_path() {
    static std::atomic<int> number{0};
    return testing::TempDir() + "tatum_db_" + std::to_string(::getpid()) + "_" +
           std::to_string(++number) + ".sqlite3";
}

}  // namespace

class TransactionTest : public ShopTest {
protected:
    using ShopTest::ShopTest;
    TransactionTest() = default;
    static std::int64_t tags() { return Tag::objects.count(); }
    static void add(std::string name) { Tag::objects.create({.name = std::move(name)}); }
};

TEST_F(TransactionTest, CommitsWhenTheBlockEnds) {
    const int result = transaction::atomic([] {
        add("a");
        EXPECT_TRUE(transaction::in_atomic_block());
        return 7;
    });
    EXPECT_EQ(result, 7);
    EXPECT_FALSE(transaction::in_atomic_block());
    EXPECT_EQ(tags(), 1);
}

TEST_F(TransactionTest, RollsBackWhenAnExceptionLeavesTheBlock) {
    EXPECT_THROW(transaction::atomic([] {
                     add("a");
                     throw Stop();
                 }),
                 Stop);
    EXPECT_EQ(tags(), 0);
    EXPECT_FALSE(transaction::in_atomic_block());
}

TEST_F(TransactionTest, AnInnerBlockIsASavepoint) {
    QueryLog log(QueryLog::Transactions::Keep);
    transaction::atomic([] {
        add("a");
        EXPECT_THROW(transaction::atomic([] {
                         add("b");
                         throw Stop();
                     }),
                     Stop);
        transaction::atomic([] { add("c"); });
    });
    EXPECT_EQ(log.statements(),
              (std::vector<std::string>{
                  "BEGIN IMMEDIATE", R"(INSERT INTO "shop_tag" ("name") VALUES ('a'))",
                  R"(SAVEPOINT "s1")", R"(INSERT INTO "shop_tag" ("name") VALUES ('b'))",
                  R"(ROLLBACK TO SAVEPOINT "s1")", R"(RELEASE SAVEPOINT "s1")", R"(SAVEPOINT "s2")",
                  R"(INSERT INTO "shop_tag" ("name") VALUES ('c'))", R"(RELEASE SAVEPOINT "s2")",
                  "COMMIT"}));
    EXPECT_EQ(tags(), 2);
}

TEST_F(TransactionTest, SavepointsNestToAnyDepth) {
    const std::function<void(int)> nest = [&](int depth) {
        transaction::atomic([&] {
            add("tag" + std::to_string(depth));
            if (depth == 20) throw Stop();
            try {
                nest(depth + 1);
            } catch (const Stop&) {
                if (depth >= 10) throw;
            }
        });
    };
    nest(1);
    EXPECT_EQ(tags(), 9);
}

TEST_F(TransactionTest, ABlockWithoutSavepointTakesTheOuterOneDown) {
    transaction::atomic([] {
        add("a");
        EXPECT_THROW(transaction::atomic({.savepoint = false}, [] { throw Stop(); }), Stop);
        EXPECT_THROW(static_cast<void>(tags()), TransactionManagementError);
    });
    EXPECT_EQ(tags(), 0);
}

TEST_F(TransactionTest, ASavepointAroundABlockWithoutOneIsEnough) {
    const auto fail_inside = [] {
        transaction::atomic(
            [] { transaction::atomic({.savepoint = false}, [] { throw Stop(); }); });
    };
    transaction::atomic([&] {
        EXPECT_THROW(fail_inside(), Stop);  // before the first statement
        add("a");
        EXPECT_THROW(fail_inside(), Stop);
        add("b");
    });
    EXPECT_EQ(tags(), 2);
}

TEST_F(TransactionTest, TheStatementAfterAFailedOneRunsInItsSavepointOnly) {
    add("a");
    transaction::atomic([] {
        EXPECT_THROW(transaction::atomic([] { add("a"); }), IntegrityError);
        add("b");
    });
    EXPECT_EQ(tags(), 2);
}

TEST_F(TransactionTest, HooksRunAfterTheCommitInTheirOrder) {
    std::string order;
    transaction::atomic([&] {
        on_commit([&] { order += "1"; });
        transaction::atomic([&] { on_commit([&] { order += "2"; }); });
        EXPECT_THROW(transaction::atomic([&] {
                         on_commit([&] { order += "lost"; });
                         transaction::atomic([&] { on_commit([&] { order += "lost too"; }); });
                         throw Stop();
                     }),
                     Stop);
        on_commit([&] {
            order += "3";
            EXPECT_FALSE(transaction::in_atomic_block());
        });
        add("a");
        EXPECT_EQ(order, "");
    });
    EXPECT_EQ(order, "123");
    EXPECT_THROW(transaction::atomic([&] {
                     on_commit([&] { order += "never"; });
                     throw Stop();
                 }),
                 Stop);
    on_commit([&] { order += "at once"; });
    EXPECT_EQ(order, "123at once");
}

TEST_F(TransactionTest, OtherHooksRunWhenWhatTheyUndoIsRolledBack) {
    std::string order;
    transaction::atomic([&] {
        on_rollback([&] { order += "outer"; });
        EXPECT_THROW(transaction::atomic([&] {
                         on_rollback([&] { order += "1"; });
                         transaction::atomic([&] { on_rollback([&] { order += "2"; }); });
                         on_rollback([] { throw ValueError("the disk is gone"); });
                         add("a");
                         throw Stop();
                     }),
                     Stop);
        // The last one first; what one throws keeps none from running.
        EXPECT_EQ(order, "21");
    });
    EXPECT_EQ(order, "21");
    EXPECT_THROW(transaction::atomic([&] {
                     transaction::atomic([&] { on_rollback([&] { order += "released"; }); });
                     transaction::atomic({.savepoint = false},
                                         [&] { on_rollback([&] { order += "in"; }); });
                     add("a");
                     throw Stop();
                 }),
                 Stop);
    EXPECT_EQ(order, "21inreleased");
    transaction::atomic([&] {
        on_rollback([&] {
            order += "!";
            EXPECT_FALSE(transaction::in_atomic_block());
        });
        transaction::set_rollback(true);
    });
    EXPECT_EQ(order, "21inreleased!");
    on_rollback([&] { order += "never"; });
    EXPECT_EQ(order, "21inreleased!");
    EXPECT_EQ(tags(), 0);
}

TEST_F(TransactionTest, DurableBlocksAreOutermost) {
    transaction::atomic({.durable = true}, [] {
        EXPECT_THROW(transaction::atomic({.durable = true}, [] {}), QueryError);
    });
}

TEST_F(TransactionTest, SetRollbackUndoesWithoutAnException) {
    transaction::atomic([] {
        add("a");
        transaction::set_rollback(true);
    });
    EXPECT_EQ(tags(), 0);
    EXPECT_THROW(transaction::set_rollback(true), TransactionManagementError);
}

TEST_F(TransactionTest, AReadOnlyBlockRefusesToWrite) {
    transaction::atomic({.read_only = true}, [] {
        EXPECT_EQ(tags(), 0);
        EXPECT_THROW(add("a"), OperationalError);
    });
}

/// The same on a file, where several connections meet.
class FileTest : public TransactionTest {
protected:
    FileTest() : FileTest(temporary_path()) {}
    ~FileTest() override {
        databases->default_().close();
        for (const char* suffix : {"", "-wal", "-shm"}) {
            std::remove((path_ + suffix).c_str());
        }
    }

private:
    explicit FileTest(const std::string& path) : TransactionTest(path), path_(path) {}
    std::string path_;
};

TEST_F(FileTest, ThreadsWriteOneAfterTheOther) {
    constexpr int kThreads = 4, kEach = 25;
    Product counter{.category = 1, .name = "n", .slug = "n"};
    fill();
    counter.category = food;
    counter.save();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            const DatabasesScope scoped(*databases);
            for (int i = 0; i < kEach; ++i) {
                transaction::atomic([&] {
                    add("t" + std::to_string(t) + "i" + std::to_string(i));
                    auto row = Product::objects.get(F<&Product::slug> == "n");
                    row.stock += 1;
                    row.save();
                });
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(tags(), 2 + kThreads * kEach);
    EXPECT_EQ(Product::objects.get(F<&Product::slug> == "n").stock, kThreads * kEach);
}

TEST_F(FileTest, FibersWriteOneAfterTheOtherAndReadMeanwhile) {
    fill();
    net::run([&] {
        const auto write = [](std::string name) {
            return [name] {
                transaction::atomic([&] {
                    add(name);
                    net::sleep_for(std::chrono::milliseconds(5));
                    add(name + "x");
                });
            };
        };
        std::vector<net::Fiber> fibers;
        for (const char* name : {"a", "b", "c"}) fibers.push_back(net::spawn(write(name)));
        net::sleep_for(std::chrono::milliseconds(2));
        // The first writer is in the middle of its block; others see none of it.
        EXPECT_EQ(Tag::objects.filter(F<&Tag::name> == "a").count(), 0);
        EXPECT_FALSE(transaction::in_atomic_block());
        for (auto& fiber : fibers) fiber.join();
    });
    EXPECT_EQ(tags(), 8);
}

TEST_F(FileTest, ReadersSeeTheStateBeforeTheCommit) {
    transaction::atomic([&] {
        add("a");
        std::int64_t seen = -1;
        std::thread([&] {
            const DatabasesScope scoped(*databases);
            seen = tags();
        }).join();
        EXPECT_EQ(seen, 0);
    });
    EXPECT_EQ(tags(), 1);
}

TEST_F(FileTest, AFileThatIsLockedIsAnOperationalErrorAndNothingElse) {
    Databases other(registry);
    other.add("default", {.name = databases->default_().options().name,
                          .timeout = std::chrono::milliseconds(20)});
    transaction::atomic([&] {
        add("a");
        const DatabasesScope scoped(other);
        try {
            add("b");
            FAIL();
        } catch (const OperationalError& error) {
            EXPECT_NE(std::string(error.what()).find("database is locked"), std::string::npos)
                << error.what();
        }
    });
    add("b");
    EXPECT_EQ(tags(), 2);
}

TEST_F(FileTest, ABlockThatCouldNotBeginMayTryAgain) {
    Databases other(registry);
    other.add("default", {.name = databases->default_().options().name,
                          .timeout = std::chrono::milliseconds(20)});
    const DatabasesScope scoped(other);
    transaction::atomic([&] {
        {
            const DatabasesScope first(*databases);
            transaction::atomic([&] {
                add("a");
                const DatabasesScope second(other);
                EXPECT_THROW(add("b"), OperationalError);
            });
        }
        add("b");
    });
    EXPECT_EQ(tags(), 2);
}

TEST_F(FileTest, ADiskThatIsFullHasRolledBackByItself) {
    const auto fill_up = [&] {
        transaction::atomic([&] {
            Database& database = databases->default_();
            database.execute("PRAGMA max_page_count = 1");  // no more than there are
            database.execute("INSERT INTO shop_tag (name) VALUES ('" + std::string(100'000, 'x') +
                             "')");
        });
    };
    QueryLog log(QueryLog::Transactions::Keep);
    EXPECT_THROW(fill_up(), OperationalError);
    EXPECT_EQ(std::ranges::count(log.statements(), "ROLLBACK"), 0) << "it would fail";
    EXPECT_EQ(tags(), 0);
    databases->default_().execute("PRAGMA max_page_count = 1000000");
    add("b");
    EXPECT_EQ(tags(), 1);
}

namespace {

/// Another program that has the file open.
class OtherProgram {
public:
    explicit OtherProgram(const std::string& path) {
        EXPECT_EQ(sqlite3_open(path.c_str(), &handle_), SQLITE_OK);
    }
    ~OtherProgram() { sqlite3_close(handle_); }
    OtherProgram(const OtherProgram&) = delete;
    OtherProgram& operator=(const OtherProgram&) = delete;

    /// The first column of the first row; 0 when there is none.
    int run(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        EXPECT_EQ(sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr), SQLITE_OK);
        const int code = sqlite3_step(statement);
        EXPECT_TRUE(code == SQLITE_ROW || code == SQLITE_DONE) << sqlite3_errmsg(handle_);
        const int result = code == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
        sqlite3_finalize(statement);
        return result;
    }
    void add_tag() { run("INSERT INTO shop_tag (name) VALUES (hex(randomblob(8)))"); }
    /// Does somebody read, so that the log cannot begin anew?
    bool finds_readers() { return run("PRAGMA wal_checkpoint(TRUNCATE)") == 1; }

private:
    sqlite3* handle_ = nullptr;
};

}  // namespace

TEST_F(FileTest, ReadsOfOneRoundShareATransactionThatEndsWithIt) {
    OtherProgram other(databases->default_().options().name);
    add("a");
    EXPECT_EQ(tags(), 1);
    EXPECT_EQ(tags(), 1);
    EXPECT_FALSE(other.finds_readers()) << "off fibers nothing is kept";
    other.add_tag();
    net::run([&] {
        EXPECT_EQ(tags(), 2);
        EXPECT_EQ(tags(), 2);
        EXPECT_TRUE(other.finds_readers());
        net::sleep_for(std::chrono::milliseconds(1));
        EXPECT_FALSE(other.finds_readers());
        other.add_tag();
        EXPECT_EQ(tags(), 3);
        EXPECT_TRUE(other.finds_readers());
    });
    EXPECT_FALSE(other.finds_readers());
}

TEST_F(FileTest, AReadSeesWhateverWasCommittedBeforeIt) {
    OtherProgram other(databases->default_().options().name);
    add("a");
    net::run([&] {
        EXPECT_EQ(tags(), 1);
        for (int i = 0; i < 5; ++i) {
            other.add_tag();
            EXPECT_EQ(tags(), 2 + 3 * i);
            EXPECT_EQ(tags(), 2 + 3 * i);
            add("own" + std::to_string(i));
            EXPECT_EQ(tags(), 3 + 3 * i);
            transaction::atomic([&] {
                EXPECT_EQ(tags(), 3 + 3 * i);
                add("block" + std::to_string(i));
                EXPECT_EQ(tags(), 4 + 3 * i);
            });
            EXPECT_EQ(tags(), 4 + 3 * i);
            EXPECT_THROW(transaction::atomic([] {
                             add("gone");
                             throw Stop();
                         }),
                         Stop);
            EXPECT_EQ(tags(), 4 + 3 * i);
        }
        std::thread([&] {
            const DatabasesScope scoped(*databases);
            add("thread");
        }).join();
        EXPECT_EQ(tags(), 17);
        EXPECT_THROW(Tag::objects.raw("SELECT nothing FROM nowhere"), OperationalError);
        other.add_tag();
        EXPECT_EQ(tags(), 18);
    });
}

TEST_F(FileTest, AReadSeesWhatIsWrittenWithAnotherJournal) {
    add("a");
    net::run([&] {
        EXPECT_EQ(tags(), 1);
        EXPECT_EQ(tags(), 1);
        databases->default_().execute_script("PRAGMA journal_mode = DELETE");
        EXPECT_EQ(tags(), 1);
        OtherProgram other(databases->default_().options().name);
        for (int i = 2; i < 5; ++i) {
            other.add_tag();
            EXPECT_EQ(tags(), i);
            EXPECT_EQ(tags(), i);
        }
    });
}

TEST_F(TransactionTest, CountsConnectionsAndThoseWhoWaitToWrite) {
    const std::string path = temporary_path();
    Databases others(registry);
    Database& database = others.add("default", {.name = path});
    const DatabasesScope current(others);
    EXPECT_EQ(database.pool_counts().open, 0u);
    database.execute("CREATE TABLE t (x)");
    EXPECT_EQ(database.pool_counts().open, 1u);
    EXPECT_EQ(database.pool_counts().idle, 1u);
    EXPECT_EQ(database.pool_counts().waits[0], 1u) << "nobody was in its way";
    std::thread other;
    transaction::atomic([&] {
        database.execute("INSERT INTO t VALUES (1)");
        EXPECT_EQ(database.pool_counts().idle, 0u);
        other = std::thread([&] { database.execute("INSERT INTO t VALUES (2)"); });
        while (database.pool_counts().waiting == 0) std::this_thread::yield();
        EXPECT_EQ(database.pool_counts().waiting, 1u);
    });
    other.join();  // and its connection is gone with it
    const PoolCounts after = database.pool_counts();
    EXPECT_EQ(after.open, 1u);
    EXPECT_EQ(after.idle, 1u);
    EXPECT_EQ(after.waiting, 0u);
    EXPECT_GT(after.wait_microseconds, 0u);
    std::uint64_t waits = 0;
    for (const std::uint64_t count : after.waits) waits += count;
    EXPECT_EQ(waits, 3u);
    database.close();
    EXPECT_EQ(database.pool_counts().open, 0u);
    for (const char* end : {"", "-wal", "-shm"}) std::remove((path + end).c_str());
}

TEST(DatabaseOptions, AreReadFromSettingsAndFromUrls) {
    const auto read = [](const char* url) {
        return DatabaseOptions::from(parse_database_url(url).value());
    };
    const DatabaseOptions options =
        read("sqlite:///x.db?timeout=1.5&read_only=true&create=false&synchronous=normal");
    EXPECT_EQ(options.timeout, std::chrono::milliseconds(1500));
    EXPECT_TRUE(options.read_only);
    EXPECT_FALSE(options.create);
    EXPECT_EQ(options.synchronous, "NORMAL");
    DatabaseSettings settings{.name = "x.db"};
    settings.options = Dict{{"timeout", 20}, {"create", true}};
    EXPECT_EQ(DatabaseOptions::from(settings).timeout, std::chrono::seconds(20));
    for (const char* url :
         {"sqlite:///x?timeout=soon", "sqlite:///x?timeout=-1", "sqlite:///x?timeout=86401",
          "sqlite:///x?timeout=nan", "sqlite:///x?create=maybe", "sqlite:///x?synchronous=1;DROP",
          "sqlite:///x?speed=9"}) {
        EXPECT_THROW(read(url), ImproperlyConfigured) << url;
    }
}

TEST_F(TransactionTest, NoticesThatADatabaseFileIsGone) {
    const std::string path = temporary_path();
    Databases others(registry);
    Database& database = others.add("default", {.name = path});
    EXPECT_THROW(database.probe(), OperationalError) << "it is not made";
    database.execute("CREATE TABLE t (x)");
    database.probe();
    ASSERT_EQ(std::rename(path.c_str(), (path + "-moved").c_str()), 0);
    database.check();  // the open connection goes on with it
    EXPECT_THROW(database.probe(), OperationalError);
    ASSERT_EQ(std::rename((path + "-moved").c_str(), path.c_str()), 0);
    database.probe();
    databases->default_().probe();
    database.close();
    for (const char* end : {"", "-wal", "-shm"}) std::remove((path + end).c_str());
}

TEST_F(TransactionTest, WritesNothingMoreAfterTheDatabaseHasRolledBackByItself) {
    add("taken");
    const auto fails = [&] {
        EXPECT_THROW(databases->default_().execute(
                         "INSERT OR ROLLBACK INTO shop_tag (name) VALUES ('taken')"),
                     IntegrityError);
        EXPECT_THROW(add("b"), TransactionManagementError);
        EXPECT_THROW(databases->default_().execute_script("DELETE FROM shop_tag"),
                     TransactionManagementError);
    };
    EXPECT_THROW(transaction::atomic([&] {
                     add("a");
                     fails();
                 }),
                 OperationalError);
    EXPECT_EQ(tags(), 1);
    EXPECT_THROW(transaction::atomic([&] {
                     add("a");
                     try {
                         transaction::atomic([&] { fails(); });
                     } catch (const OperationalError&) {
                         add("c");
                     }
                 }),
                 TransactionManagementError);
    EXPECT_EQ(tags(), 1);
    transaction::atomic([] { add("d"); });
    EXPECT_EQ(tags(), 2);
}

TEST_F(TransactionTest, SaysWhatIsWrongWithADatabaseFile) {
    const auto message = [&](DatabaseOptions options) -> std::string {
        Databases others(registry);
        try {
            others.add("default", std::move(options)).check();
        } catch (const OperationalError& error) {
            return error.what();
        }
        return "no error";
    };
    const std::string missing = message({.name = "/nonexistent/folder/db.sqlite3"});
    EXPECT_NE(missing.find("unable to open database file"), std::string::npos) << missing;
    EXPECT_NE(missing.find("folder exists"), std::string::npos) << missing;

    const std::string path = temporary_path();
    std::FILE* file = std::fopen(path.c_str(), "w");
    ASSERT_NE(file, nullptr);
    for (int i = 0; i < 100; ++i) std::fputs("this is no database, but a text\n", file);
    std::fclose(file);
    const std::string garbage = message({.name = path});
    EXPECT_NE(garbage.find("file is not a database"), std::string::npos) << garbage;
    std::remove(path.c_str());
    EXPECT_NE(message({.name = path, .create = false}), "no error");
    EXPECT_THROW(Category::objects.raw("SELECT id FROM no_such_table"), OperationalError);
    EXPECT_THROW(databases->default_().execute("SELEC 1"), OperationalError);
    EXPECT_THROW(databases->default_().execute("SELECT ?"), ProgrammingError);
    EXPECT_NO_THROW(databases->default_().execute("DELETE FROM shop_tag; -- all\n ;"));
    EXPECT_THROW(databases->default_().execute("SELECT 1;; DELETE FROM shop_tag"),
                 ProgrammingError);
}

}  // namespace tatum::db::shop
