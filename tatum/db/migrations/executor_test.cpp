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

TEST_F(ExecutorTest, KeepsTheTriggersOfATableThatIsRenamedAndMadeAnew) {
    const auto trigger = [](const std::string& name, const std::string& table) {
        return "CREATE TRIGGER " + name + " AFTER INSERT ON " + table +
               " BEGIN SELECT RAISE(ABORT, 'refused by " + name + "'); END";
    };
    const auto first = migration("0001_initial", {CreateModel{kAuthor}});
    // The name of the first stands in that of the table.
    const auto second = migration("0002_sql", {RunSQL{{trigger("shop", "shop_author")}},
                                               RunSQL{{trigger("gone", "shop_author")}},
                                               RunSQL{{trigger("replaced", "shop_author")}}});
    const auto field = [](std::string name) {
        return FieldState{
            .name = std::move(name), .type = "IntegerField", .default_value = Value(30)};
    };
    const auto third =
        migration("0003_rename", {AddField{"Author", field("age")}, RenameModel{"Author", "Writer"},
                                  AddField{"Writer", field("size")}, RunSQL{{"DROP TRIGGER gone"}},
                                  RunSQL{{trigger("replaced", "shop_writer")}},
                                  AlterModelTable{"Writer", "shop_pen"}});
    migrate(MigrationGraph({first, second, third}));
    const auto left = database().execute(
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1");
    ASSERT_EQ(left.size(), 2u);
    EXPECT_EQ(left[0][0], Value("replaced"));
    EXPECT_EQ(left[1][0], Value("shop"));
    EXPECT_EQ(left[1][1], Value("shop_pen"));
    EXPECT_THROW(database().execute("INSERT INTO shop_pen (name, age, size) VALUES ('Ann', 1, 2)"),
                 IntegrityError);
}

TEST_F(ExecutorTest, KeepsTriggersAndViewsElsewhereThatMentionTheTable) {
    const auto first = migration("0001_initial", {CreateModel{kAuthor}, CreateModel{kBook}});
    const auto second = migration(
        "0002_sql",
        {RunSQL{{"CREATE TRIGGER writes AFTER INSERT ON shop_book BEGIN INSERT INTO shop_author "
                 "(id, name) VALUES (new.author_id, 'unknown'); END"}},
         RunSQL{{"CREATE VIEW names AS SELECT name FROM shop_author"}}});
    const auto third =
        migration("0003_name",
                  {AlterField{"Author", {.name = "name", .type = "CharField", .max_length = 80}}});
    migrate(MigrationGraph({first, second, third}));
    database().execute("INSERT INTO shop_book (id, author_id) VALUES (1, 7)");
    EXPECT_EQ(database().execute("SELECT * FROM names")[0][0], Value("unknown"));
}

TEST_F(ExecutorTest, TriggersFollowAColumnThatIsRenamed) {
    const auto first = migration("0001_initial", {CreateModel{kAuthor}, CreateModel{kBook}});
    const auto second = migration(
        "0002_sql",
        {RunSQL{{"CREATE TRIGGER known AFTER INSERT ON shop_book WHEN NEW.author_id = 0 BEGIN "
                 "SELECT RAISE(ABORT, 'nobody'); END"}},
         RunSQL{{"CREATE VIEW authors AS SELECT author_id FROM shop_book"}}});
    const auto third = migration("0003_name", {RenameField{"Book", "author", "writer"}});
    migrate(MigrationGraph({first, second, third}));
    database().execute("INSERT INTO shop_author (id, name) VALUES (7, 'Ann')");
    database().execute("INSERT INTO shop_book (id, writer_id) VALUES (1, 7)");
    EXPECT_EQ(database().execute("SELECT * FROM authors")[0][0], Value(7));
    EXPECT_THROW(database().execute("INSERT INTO shop_book (id, writer_id) VALUES (2, 0)"),
                 IntegrityError);
    // The index has the name that it would have had from the start.
    EXPECT_THAT(database().execute("SELECT 1 FROM sqlite_master WHERE name LIKE "
                                   "'shop_book_writer_id%' AND type = 'index'"),
                testing::SizeIs(1));
}

TEST_F(ExecutorTest, KeepsKeysAlsoWithoutATransaction) {
    const auto first = migration("0001_initial", {CreateModel{kAuthor}, CreateModel{kBook}});
    migrate(MigrationGraph({first}));
    database().execute("INSERT INTO shop_author (id, name) VALUES (7, 'Ann')");
    database().execute("INSERT INTO shop_book (id, author_id) VALUES (1, 7)");
    auto second = migration(
        "0002_age",
        {AddField{
            "Author",
            {.name = "age", .type = "IntegerField", .unique = true, .default_value = Value(30)}}});
    second.atomic = false;
    migrate(MigrationGraph({first, second}));
    EXPECT_EQ(database().execute("SELECT * FROM shop_book").size(), 1u);
    EXPECT_THROW(database().execute("INSERT INTO shop_book (id, author_id) VALUES (2, 99)"),
                 IntegrityError);
}

TEST_F(ExecutorTest, LeavesNoHalfATableOfAMigrationWithoutATransaction) {
    const auto first = migration("0001_initial", {CreateModel{kAuthor}});
    migrate(MigrationGraph({first}));
    database().execute("INSERT INTO shop_author (name) VALUES ('Ann'), ('Bo')");
    auto second = migration(
        "0002_age",
        {AddField{
            "Author",
            {.name = "age", .type = "IntegerField", .unique = true, .default_value = Value(30)}}});
    second.atomic = false;
    const MigrationGraph graph({first, second});
    EXPECT_THROW(migrate(graph), OperationalError);  // two rows get the same unique value
    EXPECT_THAT(database().execute("SELECT 1 FROM sqlite_master WHERE name LIKE 'new%'"),
                IsEmpty());
    database().execute("DELETE FROM shop_author WHERE name = 'Bo'");
    migrate(graph);
    EXPECT_EQ(database().execute("SELECT age FROM shop_author")[0][0], Value(30));
}

TEST_F(ExecutorTest, TellsRowsWhoseKeysPointNowhereWithoutATransactionToo) {
    const auto first = migration("0001_initial", {CreateModel{kAuthor}, CreateModel{kBook}});
    migrate(MigrationGraph({first}));
    auto second = migration("0002_sql", {RunSQL{{"INSERT INTO shop_book (author_id) VALUES (5)"}}});
    second.atomic = false;
    EXPECT_THROW(migrate(MigrationGraph({first, second})), OperationalError);
    const MigrationGraph graph({first, second});
    EXPECT_EQ(Executor(database(), graph).plan().size(), 1u);
}

/// Pages whose parts are unique together, in a table that was renamed and whose column was too.
TEST_F(ExecutorTest, TakesBackUniqueTogetherAfterRenames) {
    ModelState page = kAuthor;
    page.name = "Page";
    page.fields.push_back({.name = "part", .type = "IntegerField"});
    page.unique_together = {{"name", "part"}};
    const auto first = migration("0001_initial", {CreateModel{page}});
    const auto second = migration(
        "0002_rename", {RenameField{"Page", "part", "chapter"}, RenameModel{"Page", "Leaf"}});
    const auto third = migration("0003_free", {AlterUniqueTogether{"Leaf", {}}});
    migrate(MigrationGraph({first, second, third}));
    EXPECT_NO_THROW(
        database().execute("INSERT INTO shop_leaf (name, chapter) VALUES ('a', 1), ('a', 1)"));
}

TEST_F(ExecutorTest, MakesIndexesOfWhatIsRenamedInTheSameMigration) {
    const IndexState by_name{.name = "by_name", .fields = {"-name"}};
    const IndexState some{.name = "some", .fields = {"name"}, .condition = Dict{{"name__gt", "b"}}};
    ModelState tagged = kBook;
    tagged.fields.push_back({.name = "tags", .type = "ManyToManyField", .to = "shop.Author"});
    tagged.unique_together = {{"author", "id"}};
    ModelState draft{.name = "Draft",
                     .fields = {{.name = "id", .type = "BigAutoField", .primary_key = true},
                                {.name = "tags", .type = "ManyToManyField", .to = "shop.Writer"}}};
    migrate(MigrationGraph({migration(
        "0001_initial", {CreateModel{kAuthor}, CreateModel{tagged}, AddIndex{"Author", by_name},
                         AddIndex{"Author", some}, RenameField{"Author", "name", "title"},
                         RenameModel{"Author", "Writer"}, RenameModel{"Book", "Volume"},
                         CreateModel{draft}, DeleteModel{"Draft"}})}));
    std::vector<std::string> made;
    for (const auto& row : database().execute(
             "SELECT tbl_name || '.' || name FROM sqlite_master WHERE type = 'index' AND sql NOT "
             "NULL ORDER BY 1")) {
        made.push_back(row[0].str());
    }
    EXPECT_THAT(made,
                ElementsAre("shop_volume.shop_volume_author_id_0ae0b1ee",
                            "shop_volume.shop_volume_author_id_id_17430964_uniq",
                            "shop_volume_tags.shop_volume_tags_volume_id_2606edf9",
                            "shop_volume_tags.shop_volume_tags_volume_id_writer_id_7eb2d635_uniq",
                            "shop_volume_tags.shop_volume_tags_writer_id_baffd06a",
                            "shop_writer.by_name", "shop_writer.some"));
    const auto columns = database().execute("SELECT sql FROM sqlite_master WHERE name = 'by_name'");
    EXPECT_THAT(columns[0][0].str(), HasSubstr("(\"title\" DESC)"));
    const auto condition = database().execute("SELECT sql FROM sqlite_master WHERE name = 'some'");
    EXPECT_THAT(condition[0][0].str(), HasSubstr("(\"title\") WHERE \"title\" > 'b'"));
}

TEST_F(ExecutorTest, PairsFollowTheTargetOfAManyToManyField) {
    const auto named = [](const char* name) {
        ModelState model = kAuthor;
        model.name = name;
        return model;
    };
    const FieldState tags{.name = "tags", .type = "ManyToManyField", .to = "shop.Tag"};
    ModelState book = kAuthor;
    book.name = "Book";
    book.fields.push_back(tags);
    const auto first = migration(
        "0001_initial", {CreateModel{named("Tag")}, CreateModel{named("Mark")}, CreateModel{book}});
    migrate(MigrationGraph({first}));
    database().execute("INSERT INTO shop_tag (id, name) VALUES (3, 'old')");
    database().execute("INSERT INTO shop_mark (id, name) VALUES (3, 'new')");
    database().execute("INSERT INTO shop_book (id, name) VALUES (1, 'b')");
    database().execute("INSERT INTO shop_book_tags (book_id, tag_id) VALUES (1, 3)");
    // The model is renamed, so the column of the pairs is; then the field leads to another model.
    FieldState other = tags;
    other.to = "shop.Mark";
    const auto second =
        migration("0002_mark", {RenameModel{"Tag", "Label"}, AlterField{"Book", other}});
    const MigrationGraph graph({first, second});
    migrate(graph);
    EXPECT_EQ(database().execute("SELECT book_id, mark_id FROM shop_book_tags").size(), 1u);
    EXPECT_THROW(database().execute("DELETE FROM shop_mark"), IntegrityError);
    EXPECT_NO_THROW(database().execute("DELETE FROM shop_label"));
    EXPECT_THROW(database().execute("INSERT INTO shop_book_tags (book_id, mark_id) VALUES (1, 3)"),
                 IntegrityError);
    database().execute("INSERT INTO shop_label (id, name) VALUES (3, 'old')");
    const Executor executor(database(), graph);
    Progress quiet;
    executor.migrate(executor.plan_to({"shop", "0001_initial"}), {}, quiet);
    EXPECT_EQ(database().execute("SELECT book_id, tag_id FROM shop_book_tags").size(), 1u);
}

TEST_F(ExecutorTest, FillsNewColumnsAsTheirFieldsKeepValues) {
    const auto first = migration("0001_initial", {CreateModel{kAuthor}});
    migrate(MigrationGraph({first}));
    database().execute("INSERT INTO shop_author (id, name) VALUES (7, 'Ann')");
    const auto column = [](std::string name, std::string type, Value value) -> Operation {
        return AddField{
            "Author",
            {.name = std::move(name), .type = std::move(type), .default_value = std::move(value)}};
    };
    auto second =
        migration("0002_more",
                  {column("moment", "DateTimeField", "2024-05-01 02:00:00+02:00"),
                   column("span", "DurationField", "1 day, 0:00:01"),
                   column("uuid", "UUIDField", "12345678-1234-5678-1234-567812345678"),
                   column("json", "JSONField", Value(Dict{{"a", Value(List{"it's", true, 1.5})}})),
                   column("text", "JSONField", "x"), column("day", "DateField", "2024-05-01"),
                   column("bytes", "BinaryField", Value::bytes("a'\xff")),
                   column("note", "TextField", "a\x7f\"")});
    // As the file gives it back.
    second = parse_migration(write_migration(second), second.key).value();
    migrate(MigrationGraph({first, second}));
    const auto row =
        database()
            .execute("SELECT moment, span, uuid, json, text, day, bytes, note FROM shop_author")
            .front();
    EXPECT_EQ(row[0], Value("2024-05-01 00:00:00"));
    EXPECT_EQ(row[1], Value(86'401'000'000));
    EXPECT_EQ(row[2], Value("12345678123456781234567812345678"));
    EXPECT_EQ(row[3], Value(R"({"a": ["it's", true, 1.5]})"));
    EXPECT_EQ(row[4], Value("\"x\""));
    EXPECT_EQ(row[5], Value("2024-05-01"));
    EXPECT_EQ(row[6].repr(), Value::bytes("a'\xff").repr());
    EXPECT_EQ(row[7], Value("a\x7f\""));
}

TEST_F(ExecutorTest, RenamesAFieldThatKeysReferTo) {
    auto author = kAuthor;
    author.fields[1].unique = true;
    auto book = kBook;
    book.fields[1].to_field = "name";
    const auto first = migration("0001_initial", {CreateModel{author}, CreateModel{book}});
    migrate(MigrationGraph({first}));
    database().execute("INSERT INTO shop_author (id, name) VALUES (7, 'Ann')");
    database().execute("INSERT INTO shop_book (id, author_id) VALUES (1, 'Ann')");
    const MigrationGraph graph(
        {first,
         migration(
             "0002_rename",
             {RenameField{"Author", "name", "title"},
              AddField{"Book",
                       {.name = "pages", .type = "IntegerField", .default_value = Value(1)}}})});
    migrate(graph);
    EXPECT_NO_THROW(
        database().execute("INSERT INTO shop_book (author_id, pages) VALUES ('Ann', 2)"));
    EXPECT_THROW(database().execute("INSERT INTO shop_book (author_id, pages) VALUES ('Bob', 2)"),
                 IntegrityError);
    const Executor executor(database(), graph);
    Progress quiet;
    executor.migrate(executor.plan_to({"shop", "0001_initial"}), {}, quiet);
    EXPECT_EQ(database().execute("SELECT name FROM shop_author").size(), 1u);
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
