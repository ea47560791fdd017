#include <tatum/db/serializers/fixtures.h>

#include <tatum/db/database.h>
#include <tatum/db/db.h>
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

    static void define(Definition<Author>& d) {
        d.field<&Author::name>(max_length(50));
        d.field<&Author::fee>(max_digits(8), decimal_places(2));
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
    R"({"model": "shop.author", "pk": 7, "fields": {"name": "Ann", "fee": "12.50"}}, )"
    R"({"model": "shop.author", "pk": 8, "fields": {"name": "Bob", "fee": null}}])";

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
    EXPECT_EQ(text,
              R"([{"model": "shop.author", "pk": 7, "fields": {"name": "Ann", "fee": "12.50"}}, )"
              R"({"model": "shop.author", "pk": 8, "fields": {"name": "Bob", "fee": null}}, )"
              R"({"model": "shop.book", "pk": 1, "fields": {"author": 7, "title": "Spelt \u00e9", )"
              R"("published": "2024-02-29T13:05:00Z", "readers": [7, 8]}}])");
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

TEST_F(FixtureTest, RefusesKeysThatPointNowhere) {
    EXPECT_THROW(load(R"([{"model": "shop.book", "pk": 1, "fields": {"author": 99, "title": "x",
                          "published": "2024-01-01T00:00:00Z"}}])"),
                 IntegrityError);
    EXPECT_EQ(Book::objects.count(), 0);
}

TEST_F(FixtureTest, SkipsWhatDoesNotExistWhenAsked) {
    EXPECT_EQ(load(R"([{"model": "shop.gone", "pk": 1, "fields": {}},
                       {"model": "shop.author", "pk": 3, "fields": {"name": "c", "age": 4}}])",
                   {.ignore_nonexistent = true}),
              1u);
}

}  // namespace
}  // namespace tatum::db::serializers
