#include <tatum/db/migrations/autodetector.h>
#include <tatum/db/schema/condition.h>
#include <tatum/db/schema/names.h>
#include <tatum/db/schema/sqlite_editor.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tatum::db::migrations {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

FieldState text_field(std::string name, int length = 50) {
    return {.name = std::move(name), .type = "CharField", .max_length = length};
}
FieldState key(std::string name, std::string to) {
    return {.name = std::move(name), .type = "ForeignKey", .to = std::move(to)};
}
ModelState model(std::string app, std::string name, std::vector<FieldState> fields) {
    return {.app_label = std::move(app), .name = std::move(name), .fields = std::move(fields)};
}

ProjectState project(std::vector<ModelState> models) {
    ProjectState state;
    for (auto& each : models) state.add(std::move(each));
    return state;
}

/// Answers every question with yes, or with a default of 7.
struct Agreeable : Questioner {
    bool is_rename(const ModelState&, const FieldState&, const FieldState&) override {
        return true;
    }
    bool is_rename(const ModelState&, const ModelState&) override { return true; }
    std::optional<Value> default_for(const ModelState&, const FieldState&) override {
        return Value(7);
    }
};

std::vector<Migration> changes(const std::vector<Migration>& history, const ProjectState& to,
                               Questioner&& questioner = Agreeable()) {
    return detect_changes(MigrationGraph(history), to, questioner);
}

std::vector<std::string> descriptions(const Migration& migration) {
    std::vector<std::string> all;
    for (const auto& operation : migration.operations) all.push_back(describe(operation));
    return all;
}

/// The history that makes `state`.
std::vector<Migration> history_of(const ProjectState& state) { return changes({}, state); }

std::vector<std::string> sql_of(const Migration& migration, const ProjectState& before) {
    schema::SqliteEditor editor;
    auto now = before;
    for (const auto& operation : migration.operations) {
        auto after = now;
        apply(operation, migration.key.app, after);
        forwards(operation, migration.key.app, now, after, editor);
        now = after;
    }
    return editor.statements();
}

TEST(Autodetector, WritesAnInitialMigrationInAnOrderThatKeysCanFollow) {
    const auto made = changes({}, project({model("shop", "Book", {key("author", "shop.Author")}),
                                           model("shop", "Author", {text_field("name")})}));
    ASSERT_EQ(made.size(), 1u);
    EXPECT_EQ(made[0].key.str(), "shop.0001_initial");
    EXPECT_TRUE(made[0].initial);
    EXPECT_THAT(descriptions(made[0]), ElementsAre("Create model Author", "Create model Book"));
}

TEST(Autodetector, FindsNothingToDoAfterItsOwnMigrations) {
    const auto state = project({model("shop", "Author", {text_field("name")})});
    EXPECT_TRUE(changes(history_of(state), state).empty());
}

TEST(Autodetector, DependsOnOtherAppsOfKeys) {
    const auto made = changes({}, project({model("shop", "Order", {key("user", "auth.User")}),
                                           model("auth", "User", {text_field("name")})}));
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[0].key.str(), "auth.0001_initial");
    EXPECT_THAT(made[1].dependencies, ElementsAre(MigrationKey{"auth", "0001_initial"}));
}

TEST(Autodetector, BreaksACircleBetweenApps) {
    const auto made = changes({}, project({model("a", "One", {key("two", "b.Two")}),
                                           model("b", "Two", {key("one", "a.One")})}));
    ASSERT_EQ(made.size(), 3u);
    EXPECT_THAT(descriptions(made[0]), ElementsAre("Create model One"));
    EXPECT_THAT(descriptions(made[1]), ElementsAre("Create model Two"));
    EXPECT_THAT(descriptions(made[2]), ElementsAre("Add field two to One"));
    EXPECT_NO_THROW(MigrationGraph(made).state());
}

TEST(Autodetector, NamesMigrationsAfterWhatTheyDo) {
    const auto history = history_of(project({model("shop", "Author", {text_field("name")})}));
    auto made = changes(
        history, project({model("shop", "Author", {text_field("name"), text_field("born")})}));
    ASSERT_EQ(made.size(), 1u);
    EXPECT_EQ(made[0].key.name, "0002_author_born");
    EXPECT_THAT(made[0].dependencies, ElementsAre(MigrationKey{"shop", "0001_initial"}));
}

TEST(Autodetector, AsksWhetherAFieldWasRenamed) {
    const auto history = history_of(project({model("shop", "Author", {text_field("name")})}));
    const auto renamed = project({model("shop", "Author", {text_field("title")})});
    EXPECT_THAT(descriptions(changes(history, renamed)[0]),
                ElementsAre("Rename field name on Author to title"));
    EXPECT_THAT(descriptions(changes(history, renamed, Questioner())[0]),
                ElementsAre("Remove field name from Author", "Add field title to Author"));
}

TEST(Autodetector, KeepsWhatARenamedFieldIsPartOf) {
    auto before = model("shop", "Author", {text_field("name"), text_field("born")});
    before.indexes = {{.name = "by_name", .fields = {"name"}}};
    before.constraints = {
        {.kind = ConstraintState::Kind::Unique, .name = "one", .fields = {"name"}},
        {.kind = ConstraintState::Kind::Check,
         .name = "named",
         .condition = Value(Dict{{"name__gt", ""}})}};
    auto after = before;
    after.fields[0].name = "title";
    after.indexes[0].fields = {"title"};
    after.constraints[0].fields = {"title"};
    const auto history = history_of(project({before}));
    after.constraints[1].condition = Value(Dict{{"title__gt", ""}});
    const auto made = changes(history, project({after}));
    ASSERT_EQ(made.size(), 1u);
    // The condition says the name itself, so that constraint is made anew.
    EXPECT_THAT(descriptions(made[0]), ElementsAre("Remove constraint named from model Author",
                                                   "Rename field name on Author to title",
                                                   "Create constraint named on model Author"));
    auto all = history;
    all.push_back(made[0]);
    EXPECT_TRUE(changes(all, project({after})).empty());
}

TEST(Autodetector, AsksWhetherAModelWasRenamed) {
    const auto history = history_of(project({model("shop", "Author", {text_field("name")})}));
    const auto renamed = project({model("shop", "Writer", {text_field("name")})});
    EXPECT_THAT(descriptions(changes(history, renamed)[0]),
                ElementsAre("Rename model Author to Writer"));
}

TEST(Autodetector, WantsADefaultForNewFieldsThatMayNotBeNull) {
    const auto history = history_of(project({model("shop", "Author", {text_field("name")})}));
    const auto grown = project(
        {model("shop", "Author", {text_field("name"), {.name = "age", .type = "IntegerField"}})});
    EXPECT_THROW(changes(history, grown, Questioner()), NeedsDefault);
    const auto made = changes(history, grown);
    EXPECT_EQ(std::get<AddField>(made[0].operations[0]).field.default_value, Value(7));
}

TEST(Autodetector, TakesFieldsOutOfUniqueTogetherBeforeTheyGo) {
    auto before = model("shop", "Page", {text_field("a"), text_field("b")});
    before.unique_together = {{"a", "b"}};
    const auto made =
        changes(history_of(project({before})), project({model("shop", "Page", {text_field("a")})}));
    EXPECT_THAT(descriptions(made[0]),
                ElementsAre("Alter unique_together for Page (0 constraint(s))",
                            "Remove field b from Page"));
}

TEST(Autodetector, RefusesTwoLastMigrations) {
    auto history = history_of(project({model("shop", "Author", {text_field("name")})}));
    Migration fork{.key = {"shop", "0002_a"}, .dependencies = {history[0].key}};
    history.push_back(fork);
    fork.key.name = "0002_b";
    history.push_back(fork);
    EXPECT_THROW(changes(history, {}), ImproperlyConfigured);
}

TEST(MigrationFile, ReadsWhatItWrites) {
    auto book = model("shop", "Book",
                      {key("author", "shop.Author"),
                       {.name = "price",
                        .type = "DecimalField",
                        .null = true,
                        .max_digits = 8,
                        .decimal_places = 2}});
    book.unique_together = {{"author", "price"}};
    book.indexes = {{.name = "book_price", .fields = {"-price"}}};
    book.constraints = {{.kind = ConstraintState::Kind::Check,
                         .name = "cheap",
                         .condition = Value(Dict{{"price__lt", 10}})}};
    Migration migration{
        .key = {"shop", "0007_x"},
        .dependencies = {{"auth", "0001_initial"}},
        .operations = {CreateModel{book}, DeleteModel{"Old"}, RenameModel{"A", "B"},
                       AlterModelTable{"B", "b"}, AlterUniqueTogether{"B", {{"x", "y"}}},
                       AddField{"B", text_field("t")}, RemoveField{"B", "u"},
                       AlterField{"B", text_field("t", 9)}, RenameField{"B", "t", "v"},
                       AddIndex{"B", {.name = "i", .fields = {"v"}}}, RemoveIndex{"B", "i"},
                       AddConstraint{"B", book.constraints[0]}, RemoveConstraint{"B", "cheap"},
                       RunSQL{{"SELECT 'a\nb'"}, {}, true}},
        .initial = true};
    const auto text = write_migration(migration);
    const auto read = parse_migration(text, migration.key).value();
    EXPECT_EQ(write_migration(read), text);
    EXPECT_EQ(read.operations.size(), migration.operations.size());
    const auto& created = std::get<CreateModel>(read.operations[0]).model;
    EXPECT_EQ(created.fields, book.fields);
    EXPECT_EQ(created.constraints, book.constraints);
}

TEST(MigrationFile, NamesTheLineOfAFault) {
    const auto fault = [](std::string_view text) {
        return parse_migration(text, {"shop", "0001_initial"}).error();
    };
    EXPECT_EQ(fault("operations = [").code, "migrations.E001");
    const auto unknown = fault("\n[[operations]]\ntype = \"MakeModel\"\n");
    EXPECT_EQ(unknown.code, "migrations.E002");
    EXPECT_EQ(unknown.where.line, 2u);
    EXPECT_EQ(unknown.where.file, "shop/migrations/0001_initial.toml");
    EXPECT_THAT(fault("[[operations]]\ntype = \"DeleteModel\"\nname = \"A\"\nnmae = 1\n").message,
                HasSubstr("nmae"));
    EXPECT_THAT(fault("dependencies = [\"auth\"]\n").message, HasSubstr("app.0001_name"));
    EXPECT_THAT(fault("[[operations]]\ntype = \"DeleteModel\"\n").message,
                HasSubstr("'name' is missing"));
}

TEST(MigrationGraph, NamesWhatIsMissingOrCircular) {
    const Migration a{.key = {"a", "1"}, .dependencies = {{"b", "1"}}};
    EXPECT_THROW(MigrationGraph({a}), ImproperlyConfigured);
    const Migration b{.key = {"b", "1"}, .dependencies = {{"a", "1"}}};
    EXPECT_THROW(MigrationGraph({a, b}), ImproperlyConfigured);
}

TEST(MigrationGraph, FindsAMigrationByTheBeginningOfItsName) {
    const MigrationGraph graph(
        {{.key = {"a", "0001_initial"}}, {.key = {"a", "0002_x"}}, {.key = {"a", "0002_y"}}});
    EXPECT_EQ(graph.by_prefix("a", "0001").key.name, "0001_initial");
    EXPECT_THROW(graph.by_prefix("a", "0002"), ImproperlyConfigured);
    EXPECT_THROW(graph.by_prefix("a", "0003"), ImproperlyConfigured);
}

TEST(SqliteEditor, AddsANullableColumnInPlace) {
    const auto before = project({model("shop", "Author", {text_field("name")})});
    FieldState nick = text_field("nick");
    nick.null = true;
    const auto after = project({model("shop", "Author", {text_field("name"), nick})});
    EXPECT_THAT(sql_of(changes(history_of(before), after)[0], before),
                ElementsAre("ALTER TABLE \"shop_author\" ADD COLUMN \"nick\" varchar(50) NULL;"));
}

TEST(SqliteEditor, MakesTheTableAnewForWhatCannotBeAltered) {
    const auto before = project({model("shop", "Author", {text_field("name")})});
    const auto after =
        project({model("shop", "Author",
                       {text_field("name", 80),
                        {.name = "age", .type = "IntegerField", .default_value = Value(3)}})});
    const auto sql = sql_of(changes(history_of(before), after)[0], before);
    ASSERT_EQ(sql.size(), 8u);  // twice: one for each field
    EXPECT_THAT(sql[0], HasSubstr("CREATE TABLE \"new__shop_author\""));
    EXPECT_EQ(sql[1],
              "INSERT INTO \"new__shop_author\" (\"id\", \"name\") SELECT \"id\", \"name\" FROM "
              "\"shop_author\";");
    EXPECT_EQ(sql[2], "DROP TABLE \"shop_author\";");
    EXPECT_EQ(sql[5],
              "INSERT INTO \"new__shop_author\" (\"id\", \"name\", \"age\") SELECT \"id\", "
              "\"name\", 3 FROM \"shop_author\";");
}

TEST(Autodetector, RenamesWhatKeysReferToBeforeTheyDo) {
    const auto shop = [](const std::string& name) {
        auto unique = text_field(name);
        unique.unique = true;
        auto author = key("author", "shop.Author");
        author.to_field = name;
        return project(
            {model("shop", "Book", {author}), model("shop", "Author", {std::move(unique)})});
    };
    const auto history = history_of(shop("name"));
    const auto made = changes(history, shop("title"));
    ASSERT_EQ(made.size(), 1u);
    EXPECT_THAT(descriptions(made[0]), ElementsAre("Rename field name on Author to title"));
    auto all = history;
    all.push_back(made[0]);
    EXPECT_TRUE(changes(all, shop("title")).empty());
}

TEST(SqliteEditor, RenamesAColumnInPlace) {
    const auto before = project({model("shop", "Author", {text_field("name")})});
    const auto after = project({model("shop", "Author", {text_field("title")})});
    EXPECT_THAT(sql_of(changes(history_of(before), after)[0], before),
                ElementsAre("ALTER TABLE \"shop_author\" RENAME COLUMN \"name\" TO \"title\";"));
}

TEST(Condition, ComparesTextWithoutCaseAsDjangoDoes) {
    const auto author = model("shop", "Author", {text_field("name")});
    const auto sql = [&](const Value& value) {
        return schema::sql_condition(Dict{{"name__iexact", value}}, author, 602);
    };
    EXPECT_EQ(sql("x"), R"("name" LIKE 'x' ESCAPE '\')");
    EXPECT_EQ(sql(R"(a'b%_\)"), R"("name" LIKE 'a''b\%\_\\' ESCAPE '\')");
    EXPECT_EQ(sql(Value()), R"("name" IS NULL)");
}

TEST(Condition, WritesValuesAsTheirFieldsKeepThem) {
    auto all = model("shop", "All",
                     {text_field("c"),
                      {.name = "i", .type = "IntegerField"},
                      {.name = "f", .type = "FloatField"},
                      {.name = "b", .type = "BooleanField"},
                      {.name = "u", .type = "UUIDField"},
                      {.name = "dt", .type = "DateTimeField"},
                      {.name = "key", .type = "BigAutoField", .primary_key = true},
                      key("author", "shop.Author")});
    const auto sql = [&](const char* lookup, const Value& value, int version = 602) {
        return schema::sql_condition(Dict{{lookup, value}}, all, version);
    };
    EXPECT_EQ(sql("i", "5"), R"("i" = 5)");
    EXPECT_EQ(sql("i__gte", 2.5), R"("i" >= 3)");
    EXPECT_EQ(sql("i__lt", 2.5), R"("i" < 3)");
    EXPECT_EQ(sql("i__gt", 2.5), R"("i" > 2)");
    EXPECT_EQ(sql("i__in", List{1, Value(), "2", 1}), R"("i" IN (1, 2))");
    EXPECT_EQ(sql("f__lt", -1), R"("f" < -1.0)");
    EXPECT_EQ(sql("f__range", List{1, 5}), R"("f" BETWEEN 1.0 AND 5.0)");
    EXPECT_EQ(sql("c", true, 502), R"("c" = 'True')");
    EXPECT_EQ(sql("b", 1, 502), R"("b")");
    EXPECT_EQ(sql("b", 0, 502), R"(NOT "b")");
    EXPECT_EQ(sql("b", 1), R"("b" = 1)");
    EXPECT_EQ(sql("u", "12345678-1234-5678-1234-567812345678"),
              R"("u" = '12345678123456781234567812345678')");
    EXPECT_EQ(sql("pk__gt", 3), R"("key" > 3)");
    EXPECT_EQ(sql("author_id", 3), R"("author_id" = 3)");
    // Rows are stored in UTC, and the database compares the texts.
    EXPECT_EQ(sql("dt__gte", "2024-01-02T03:04:05+02:00"), R"("dt" >= '2024-01-02 01:04:05')");
    EXPECT_THROW(sql("i", "five"), ImproperlyConfigured);
    EXPECT_THROW(sql("i__gt", Value()), ImproperlyConfigured);
    EXPECT_THROW(sql("dt__year", 2024), ImproperlyConfigured);
}

TEST(Names, AreShortenedWithADigest) {
    EXPECT_EQ(schema::truncate_name("a_rather_long_name_for_some_table", 30),
              "a_rather_long_name_for_som37ca");
    EXPECT_EQ(schema::truncate_name("schema\".\"table_with_a_long_name_in_it", 20),
              "schema\".\"table_with_a_lon054b");
    EXPECT_EQ(schema::truncate_name("exact", 5), "exact");
    EXPECT_EQ(schema::truncate_name("größen_der_schuhe", 10), "größen3bbb");
    EXPECT_EQ(schema::truncate_name("größe", 5), "größe");
}

TEST(Names, AreMeasuredInCharacters) {
    db::ModelState sizes{.app_label = "shop", .name = "Sizes"};
    sizes.db_table = "größen_tabelle_mit_sehr_langem_namen_der_nicht_endet1";
    sizes.fields.push_back({.name = "größe4", .type = "IntegerField"});
    EXPECT_EQ(schema::declared_index_name(sizes, {"", {"-größe4"}, {}}),
              "größen_tabe_größe4_f2f3e2_idx");
}

}  // namespace
}  // namespace tatum::db::migrations
