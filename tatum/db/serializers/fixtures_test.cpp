#include <tatum/db/serializers/fixtures.h>

#include <tatum/db/database.h>
#include <tatum/db/db.h>
#include <tatum/db/impl/test_models.h>
#include <tatum/db/meta.h>
#include <tatum/db/migrations/autodetector.h>
#include <tatum/db/migrations/executor.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tatum::db::serializers {
namespace {

using testing::HasSubstr;

struct Author : Model<Author> {
    std::string name;
    std::optional<Decimal> fee;
    std::string pseudonym;

    static void define(Definition<Author>& d) {
        d.field<&Author::name>(max_length(50));
        d.field<&Author::fee>(max_digits(8), decimal_places(2));
        d.field<&Author::pseudonym>(max_length(50), default_("none"));
        d.ordering("-name");
    }
};

struct Book : Model<Book> {
    ForeignKey<Author> author;
    std::string title;
    DateTime published;
    ManyToMany<Author> readers;

    static void define(Definition<Book>& d) {
        d.field<&Book::author>(on_delete(Cascade), related_name("books"));
        d.field<&Book::title>(max_length(50));
        d.field<&Book::published>();
        d.field<&Book::readers>(related_name("read"));
    }
};

constexpr std::string_view kFixture =
    R"([{"model": "shop.book", "pk": 1, "fields": {"author": 7, "title": "Spelt \u00e9", "published": )"
    R"("2024-02-29T13:05:00Z", "readers": [7, 8]}}, )"
    R"({"model": "shop.author", "pk": 7, "fields": {"name": "Ann", "fee": "12.50", "pseudonym": "X"}}, )"
    R"({"model": "shop.author", "pk": 8, "fields": {"name": "Bob", "fee": null, "pseudonym": ""}}])";

class FixtureTest : public testing::Test {
protected:
    FixtureTest() {
        registry_.add<Author, Book>("shop");
        registry_.finish();
        migrations::Questioner nobody;
        const migrations::MigrationGraph graph(migrations::detect_changes(
            migrations::MigrationGraph({}), migrations::declared_state(registry_), nobody));
        const migrations::Executor executor(memory_, graph);
        migrations::Progress quiet;
        executor.migrate(executor.plan(), {}, quiet);
    }

    std::size_t load(std::string_view json, const LoadOptions& options = {}) {
        return serializers::load(memory_, registry_, json, options);
    }
    std::string dump(const DumpOptions& options = {}) {
        return serializers::dump(memory_, registry_, options);
    }

    ModelRegistry registry_;
    Databases databases_{registry_};
    Database& memory_ = databases_.add("default", {.name = ":memory:"});
    DatabasesScope scope_{databases_};
};

TEST_F(FixtureTest, LoadsRowsWhoseKeysPointFurtherOn) {
    EXPECT_EQ(load(kFixture), 3u);
    const auto book = Book::objects.get(F<&Book::id> == 1);
    EXPECT_EQ(book.title, "Spelt é");
    EXPECT_EQ(book.author->name, "Ann");
    EXPECT_EQ(book.published.isoformat(), "2024-02-29T13:05:00+00:00");
    EXPECT_EQ(memory_.execute("SELECT count(*) FROM shop_book_readers")[0][0], Value(2));
}

TEST_F(FixtureTest, WritesWhatItReads) {
    load(kFixture);
    const auto text = dump();
    EXPECT_EQ(
        text,
        R"([{"model": "shop.author", "pk": 7, "fields": {"name": "Ann", "fee": "12.50", "pseudonym": "X"}}, )"
        R"({"model": "shop.author", "pk": 8, "fields": {"name": "Bob", "fee": null, "pseudonym": ""}}, )"
        R"({"model": "shop.book", "pk": 1, "fields": {"author": 7, "title": "Spelt é", )"
        R"("published": "2024-02-29T13:05:00Z", "readers": [8, 7]}}])");
    EXPECT_EQ(load(text), 3u);  // again: rows are replaced
    EXPECT_EQ(dump(), text);
}

TEST_F(FixtureTest, ChoosesModelsAndRows) {
    load(kFixture);
    EXPECT_THAT(dump({.labels = {"shop.Author"}, .pks = {"8"}}), HasSubstr("Bob"));
    EXPECT_EQ(dump({.labels = {"shop"}, .exclude = {"shop.author", "shop.book"}}), "[]");
    EXPECT_THROW(dump({.labels = {"sohp"}}), FieldError);
}

TEST_F(FixtureTest, SaysWhichObjectIsWrongAndLoadsNothing) {
    const auto message = [&](std::string_view json) {
        try {
            load(json, {.name = "demo"});
        } catch (const DeserializationError& fault) {
            return std::string(fault.what());
        }
        return std::string("loaded");
    };
    EXPECT_THAT(message("[{"), HasSubstr("fixture 'demo'"));
    EXPECT_THAT(message("{}"), HasSubstr("a list of objects"));
    EXPECT_THAT(message(R"([{"model": "shop.autor", "pk": 1, "fields": {}}])"),
                HasSubstr("object 1 (shop.autor): there is no such model"));
    EXPECT_THAT(message(R"([{"model": "shop.author", "pk": 1, "fields": {"nmae": "x"}}])"),
                HasSubstr("'nmae'"));
    EXPECT_THAT(message(R"([{"model": "shop.author", "pk": 1, "fields": {"name": "a", "fee": null}},
                            {"model": "shop.author", "pk": 2, "fields": {"name": "b", "fee": "much"}}])"),
                HasSubstr("object 2 (shop.author): field 'fee'"));
    EXPECT_EQ(memory_.execute("SELECT count(*) FROM shop_author")[0][0], Value(0));
}

TEST_F(FixtureTest, NamesTheObjectThatTheDatabaseRefuses) {
    const auto message = [&](std::string_view json) {
        try {
            load(json, {.name = "demo"});
        } catch (const IntegrityError& fault) {
            return std::string(fault.what());
        }
        return std::string("loaded");
    };
    EXPECT_EQ(message(R"([{"model": "shop.book", "pk": 1, "fields": {"author": 99, "title": "x",
                          "published": "2024-01-01T00:00:00Z"}}])"),
              "Problem installing fixtures: The row in table 'shop_book' with primary key '1' has "
              "an invalid foreign key: shop_book.author_id contains a value '99' that does not "
              "have a corresponding value in shop_author.id.");
    EXPECT_THAT(message(R"([{"model": "shop.author", "pk": 922, "fields": {"name": null}}])"),
                HasSubstr("Problem installing fixture 'demo': Could not load shop.Author(pk=922): "
                          "NOT NULL constraint failed: shop_author.name"));
    EXPECT_EQ(Book::objects.count(), 0);
}

TEST_F(FixtureTest, FillsInWhatIsLeftOut) {
    load(R"([{"model": "shop.author", "pk": 1, "fields": {}}])");
    load(R"([{"model": "shop.author", "pk": 2, "fields": {"name": "Ann", "fee": "1.00"}}])");
    load(R"([{"model": "shop.author", "pk": 2, "fields": {"pseudonym": "A."}}])");
    EXPECT_EQ(dump(), R"([{"model": "shop.author", "pk": 1, "fields": {"name": "", "fee": null, )"
                      R"("pseudonym": "none"}}, {"model": "shop.author", "pk": 2, "fields": )"
                      R"({"name": "", "fee": null, "pseudonym": "A."}}])");
}

TEST_F(FixtureTest, SkipsWhatDoesNotExistWhenAsked) {
    EXPECT_EQ(load(R"([{"model": "shop.gone", "pk": 1, "fields": {}},
                       {"model": "shop.author", "pk": 3, "fields": {"name": "c", "age": 4}}])",
                   {.ignore_nonexistent = true}),
              1u);
}

/// What Django 6.0's serializer writes of the models of the tests.
constexpr std::string_view kDjangoLine =
    R"([{"model": "shop.currency", "pk": "EUR", "fields": {"digits": 2}}, )"
    R"({"model": "shop.everything", "pk": 1, "fields": {"flag": true, "small": -3, )"
    R"("number": 7, "big": 9007199254740993, "real": 0.1, )"
    R"("text": "é € \"q\" \\ \u0001 \n\t</script> 😀", "amount": "12.5000", )"
    R"("day": "2024-02-29", "time": "01:02:03.450", "moment": "2024-02-29T13:05:00.123Z", )"
    R"("span": "1 02:00:03.000004", "uuid": "12345678-1234-5678-1234-567812345678", )"
    R"("json": {"b": [1, 2.5, null, true, {}], "a": "ü", "e": []}, "bytes": "AP8gYQ==", )"
    R"("maybe": null, "nickname": "Ж", "state": "NEW", "size": 1, "currency": "EUR"}}, )"
    R"({"model": "shop.everything", "pk": 2, "fields": {"flag": true, "small": -3, )"
    R"("number": 7, "big": 9007199254740993, "real": 1e+22, )"
    R"("text": "é € \"q\" \\ \u0001 \n\t</script> 😀", "amount": "-0.5000", )"
    R"("day": "2024-02-29", "time": "01:02:00", "moment": "2024-02-29T13:05:00Z", )"
    R"("span": "-1 03:00:00", "uuid": "12345678-1234-5678-1234-567812345678", "json": "ж", )"
    R"("bytes": "AP8gYQ==", "maybe": 5, "nickname": null, "state": "NEW", "size": 1, )"
    R"("currency": null}}])";
constexpr std::string_view kDjangoIndented = R"([
{
  "model": "shop.currency",
  "pk": "EUR",
  "fields": {
    "digits": 2
  }
},
{
  "model": "shop.everything",
  "pk": 1,
  "fields": {
    "flag": true,
    "small": -3,
    "number": 7,
    "big": 9007199254740993,
    "real": 0.1,
    "text": "é € \"q\" \\ \u0001 \n\t</script> 😀",
    "amount": "12.5000",
    "day": "2024-02-29",
    "time": "01:02:03.450",
    "moment": "2024-02-29T13:05:00.123Z",
    "span": "1 02:00:03.000004",
    "uuid": "12345678-1234-5678-1234-567812345678",
    "json": {
      "b": [
        1,
        2.5,
        null,
        true,
        {}
      ],
      "a": "ü",
      "e": []
    },
    "bytes": "AP8gYQ==",
    "maybe": null,
    "nickname": "Ж",
    "state": "NEW",
    "size": 1,
    "currency": "EUR"
  }
},
{
  "model": "shop.everything",
  "pk": 2,
  "fields": {
    "flag": true,
    "small": -3,
    "number": 7,
    "big": 9007199254740993,
    "real": 1e+22,
    "text": "é € \"q\" \\ \u0001 \n\t</script> 😀",
    "amount": "-0.5000",
    "day": "2024-02-29",
    "time": "01:02:00",
    "moment": "2024-02-29T13:05:00Z",
    "span": "-1 03:00:00",
    "uuid": "12345678-1234-5678-1234-567812345678",
    "json": "ж",
    "bytes": "AP8gYQ==",
    "maybe": 5,
    "nickname": null,
    "state": "NEW",
    "size": 1,
    "currency": null
  }
}
])";

class DjangoFixtureTest : public shop::ShopTest {
protected:
    std::string dump(int indent) {
        return serializers::dump(
            databases->default_(), registry,
            {.labels = {"shop.currency", "shop.everything"}, .indent = indent});
    }
    void load(std::string_view json) { serializers::load(databases->default_(), registry, json); }
};

TEST_F(DjangoFixtureTest, IsReadAndWrittenByTheByte) {
    load(kDjangoLine);
    EXPECT_EQ(dump(-1), kDjangoLine);
    EXPECT_EQ(dump(2), kDjangoIndented);
    shop::Everything::objects.all().delete_();
    load(kDjangoIndented);
    EXPECT_EQ(dump(-1), kDjangoLine);
}

TEST_F(DjangoFixtureTest, StoresRowsAsSaveDoes) {
    const auto stored = [&] {
        std::string columns;
        for (const auto& field : registry.get(model_type<shop::Everything>).fields) {
            columns += (columns.empty() ? "quote(" : " || ' ' || quote(") + field->column + ")";
        }
        std::string rows;
        for (const auto& row :
             databases->default_().execute("SELECT " + columns + " FROM shop_everything")) {
            rows += row[0].str() + "\n";
        }
        return rows;
    };
    load(kDjangoLine);
    const auto loaded = stored();
    for (auto row : shop::Everything::objects.all()) row.save();
    EXPECT_EQ(stored(), loaded);
}

}  // namespace
}  // namespace tatum::db::serializers
