#include <tatum/db/migrations/executor.h>

#include <tatum/db/database.h>
#include <tatum/db/meta.h>
#include <tatum/db/migrations/autodetector.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tatum::db::migrations {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Migration migration(std::string name, std::vector<Operation> operations) {
    Migration made{.key = {"shop", std::move(name)}, .operations = std::move(operations)};
    made.initial = made.key.name.starts_with("0001");
    if (!made.initial) made.dependencies = {{"shop", "0001_initial"}};
    return made;
}

const ModelState kAuthor{.name = "Author",
                         .fields = {{.name = "id", .type = "BigAutoField", .primary_key = true},
                                    {.name = "name", .type = "CharField", .max_length = 50}}};
const ModelState kBook{.name = "Book",
                       .fields = {{.name = "id", .type = "BigAutoField", .primary_key = true},
                                  {.name = "author", .type = "ForeignKey", .to = "shop.Author"}}};

class ExecutorTest : public testing::Test {
protected:
    ExecutorTest() { registry_.finish(); }

    void migrate(const MigrationGraph& graph, const MigrateOptions& options = {}) {
        const Executor executor(database(), graph);
        Progress quiet;
        executor.migrate(executor.plan(), options, quiet);
    }
    Database& database() { return databases_.default_(); }
    std::vector<std::string> tables() {
        std::vector<std::string> names;
        const auto rows = database().execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'shop%' ORDER BY 1");
        for (const auto& row : rows) names.push_back(row[0].str());
        return names;
    }

    ModelRegistry registry_;
    Databases databases_{registry_};
    Database& memory_ = databases_.add("default", {.name = ":memory:"});
    DatabasesScope scope_{databases_};
};

TEST_F(ExecutorTest, AppliesWhatIsMissingOnce) {
    const MigrationGraph graph({migration("0001_initial", {CreateModel{kAuthor}})});
    migrate(graph);
    EXPECT_THAT(tables(), ElementsAre("shop_author"));
    EXPECT_THAT(Executor(database(), graph).plan(), IsEmpty());
    EXPECT_THAT(Executor(database(), graph).applied(),
                ElementsAre(MigrationKey{"shop", "0001_initial"}));
    migrate(graph);
}

TEST_F(ExecutorTest, GoesBackToAnEarlierMigrationAndToNothing) {
    const MigrationGraph graph({migration("0001_initial", {CreateModel{kAuthor}}),
                                migration("0002_book", {CreateModel{kBook}})});
    migrate(graph);
    const Executor executor(database(), graph);
    Progress quiet;
    executor.migrate(executor.plan_to({"shop", "0001_initial"}), {}, quiet);
    EXPECT_THAT(tables(), ElementsAre("shop_author"));
    executor.migrate(executor.plan_to_zero("shop"), {}, quiet);
    EXPECT_THAT(tables(), IsEmpty());
}

TEST_F(ExecutorTest, LeavesNothingOfAMigrationThatFails) {
    const MigrationGraph graph(
        {migration("0001_initial", {CreateModel{kAuthor}, RunSQL{{"SELECT * FROM nowhere"}}})});
    try {
        migrate(graph);
        FAIL() << "the statement cannot work";
    } catch (const OperationalError& fault) {
        EXPECT_THAT(fault.what(), HasSubstr("shop.0001_initial"));
    }
    EXPECT_THAT(tables(), IsEmpty());
    EXPECT_THAT(Executor(database(), graph).applied(), IsEmpty());
}

TEST_F(ExecutorTest, DoesNotSayThatNothingChangedWhereThereIsNoTransaction) {
    auto plain =
        migration("0001_initial", {CreateModel{kAuthor}, RunSQL{{"SELECT * FROM nowhere"}}});
    plain.atomic = false;
    try {
        migrate(MigrationGraph({plain}));
        FAIL() << "the statement cannot work";
    } catch (const OperationalError& fault) {
        EXPECT_THAT(fault.what(), HasSubstr("shop.0001_initial failed: no such table"));
    }
    EXPECT_THAT(tables(), ElementsAre("shop_author"));
}

TEST_F(ExecutorTest, KeepsRowsAndKeysWhenATableIsMadeAnew) {
    const MigrationGraph first(
        {migration("0001_initial", {CreateModel{kAuthor}, CreateModel{kBook}})});
    migrate(first);
    database().execute("INSERT INTO shop_author (id, name) VALUES (7, 'Ann')");
    database().execute("INSERT INTO shop_book (id, author_id) VALUES (1, 7)");
    const FieldState age{.name = "age", .type = "IntegerField", .default_value = Value(30)};
    migrate(MigrationGraph({migration("0001_initial", {CreateModel{kAuthor}, CreateModel{kBook}}),
                            migration("0002_age", {AddField{"Author", age}})}));
    const auto rows = database().execute(
        "SELECT a.name, a.age FROM shop_book b JOIN shop_author a ON a.id = b.author_id");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0][0], Value("Ann"));
    EXPECT_EQ(rows[0][1], Value(30));
    EXPECT_THROW(database().execute("INSERT INTO shop_book (id, author_id) VALUES (2, 99)"),
                 IntegrityError);
}

TEST_F(ExecutorTest, KeepsTheTriggersOfATableThatIsMadeAnew) {
    const auto trigger = [](const std::string& name) {
        return "CREATE TRIGGER " + name +
               " AFTER INSERT ON shop_author BEGIN SELECT RAISE(ABORT, 'refused'); END";
    };
    const auto first = migration("0001_initial", {CreateModel{kAuthor}});
    const auto second = migration("0002_sql", {RunSQL{{trigger("kept"), trigger("dropped")}}});
    const FieldState age{.name = "age", .type = "IntegerField", .default_value = Value(30)};
    const auto third =
        migration("0003_age", {RunSQL{{"DROP TRIGGER dropped"}}, AddField{"Author", age}});
    migrate(MigrationGraph({first, second, third}));
    const auto left = database().execute("SELECT name FROM sqlite_master WHERE type = 'trigger'");
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0][0], Value("kept"));
    EXPECT_THROW(database().execute("INSERT INTO shop_author (name, age) VALUES ('Ann', 1)"),
                 IntegrityError);
    migrate(
        MigrationGraph({first, second, third, migration("0004_gone", {DeleteModel{"Author"}})}));
    EXPECT_THAT(tables(), IsEmpty());
}

TEST_F(ExecutorTest, RefusesRowsWhoseKeysPointNowhere) {
    migrate(
        MigrationGraph({migration("0001_initial", {CreateModel{kAuthor}, CreateModel{kBook}})}));
    const MigrationGraph graph(
        {migration("0001_initial", {CreateModel{kAuthor}, CreateModel{kBook}}),
         migration("0002_sql", {RunSQL{{"INSERT INTO shop_book (author_id) VALUES (5)"}}})});
    EXPECT_THROW(migrate(graph), OperationalError);
    EXPECT_THAT(database().execute("SELECT * FROM shop_book"), IsEmpty());
}

TEST_F(ExecutorTest, RecordsWithoutRunningWhenAsked) {
    const MigrationGraph graph({migration("0001_initial", {CreateModel{kAuthor}})});
    migrate(graph, {.fake = true});
    EXPECT_THAT(tables(), IsEmpty());
    EXPECT_EQ(Executor(database(), graph).applied().size(), 1u);
}

TEST_F(ExecutorTest, FindsTheTablesOfAnInitialMigrationThere) {
    database().execute("CREATE TABLE shop_author (id integer PRIMARY KEY, name text)");
    const MigrationGraph graph({migration("0001_initial", {CreateModel{kAuthor}})});
    EXPECT_THROW(migrate(graph), OperationalError);
    migrate(graph, {.fake_initial = true});
    EXPECT_EQ(Executor(database(), graph).applied().size(), 1u);
}

TEST_F(ExecutorTest, NoticesAHistoryThatCannotBe) {
    const MigrationGraph graph({migration("0001_initial", {CreateModel{kAuthor}}),
                                migration("0002_book", {CreateModel{kBook}})});
    migrate(graph);
    database().execute("DELETE FROM django_migrations WHERE name = '0001_initial'");
    EXPECT_THROW(Executor(database(), graph).check_history(), InconsistentMigrationHistory);
}

}  // namespace
}  // namespace tatum::db::migrations
