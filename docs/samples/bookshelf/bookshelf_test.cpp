#include "app.h"
#include "models.h"

#include <tatum/testing/testing.h>

#include <gtest/gtest.h>

namespace bookshelf {
namespace {

Site& test_site() {
    static Site site{tatum::testing::test_settings()};
    if (!site.is_ready()) site.install(app);
    return site;
}

/// Two authors and three books, gone after each test.
class BookshelfTest : public ::testing::Test {
protected:
    BookshelfTest() : database_(test_site()) {
        const Author ann = Author::objects.create({.name = "Ann Apple", .slug = "ann"});
        const Author bob = Author::objects.create({.name = "Bob Berry", .slug = "bob"});
        add(ann, "Apples", "12.50", 3);
        add(ann, "Orchards", "32.00", 2);
        add(bob, "Berries", "18.00", 0);
    }

    static Book add(const Author& author, std::string title, std::string_view price, int stock) {
        return Book::objects.create({.author = author,
                                     .title = title,
                                     .slug = slugify(title),
                                     .price = Decimal::parse(price).value(),
                                     .stock = stock});
    }
    static std::vector<std::string> titles(const QuerySet<Book>& books) {
        std::vector<std::string> all;
        for (const auto& book : books) all.push_back(book.title);
        return all;
    }
    using Titles = std::vector<std::string>;

    tatum::testing::TestDatabase database_;
    tatum::testing::Client client_{test_site()};
};

TEST_F(BookshelfTest, FiltersByMembers) {
    // [filter-begin]
    const auto affordable = Book::objects
                                .filter(F<&Book::author, &Author::name>.icontains("ann"),
                                        F<&Book::price> < 20_dec || F<&Book::stock> > 10)
                                .exclude(F<&Book::stock> == 0)
                                .order_by(-F<&Book::created>, F<&Book::title>);
    // [filter-end]
    EXPECT_EQ(titles(affordable), Titles{"Apples"});
}

TEST_F(BookshelfTest, GetsOneOrNone) {
    // [get-begin]
    const Book book = Book::objects.get(F<&Book::slug> == "apples");     // or throws DoesNotExist
    const auto none = Book::objects.find(F<&Book::slug> == "pears");     // std::optional<Book>
    const auto least = Book::objects.order_by(F<&Book::price>).first();  // std::optional<Book>
    // [get-end]
    EXPECT_EQ(book.title, "Apples");
    EXPECT_FALSE(none);
    EXPECT_EQ(least->title, "Apples");
    EXPECT_THROW(Book::objects.get(F<&Book::slug> == "pears"), Book::DoesNotExist);
}

TEST_F(BookshelfTest, ReadsRelatedRowsInFewQueries) {
    tatum::testing::assert_num_queries(1, [] {
        std::string list;
        // [related-begin]
        for (const auto& book : Book::objects.select_related<&Book::author>()) {
            list += book.author->name + ": " + book.title + "\n";  // no further query
        }
        // [related-end]
        EXPECT_FALSE(list.empty());
    });
}

TEST_F(BookshelfTest, WritesAllOrNothing) {
    // [write-begin]
    auto book = Book::objects.get(F<&Book::slug> == "apples");
    transaction::atomic([&] {
        book.stock -= 1;
        book.save();
        Book::objects.filter(F<&Book::stock> == 0).update(F<&Book::price> = 9.99_dec);
        on_commit([] { /* tell somebody */ });
    });
    // [write-end]
    EXPECT_EQ(Book::objects.get(F<&Book::slug> == "apples").stock, 2);
    EXPECT_EQ(Book::objects.get(F<&Book::slug> == "berries").price, 9.99_dec);
}

TEST_F(BookshelfTest, ServesItsPages) {
    const auto page = client_.get("/ann/");
    EXPECT_TRUE(tatum::testing::contains(page, "<a href=\"/ann/apples/\">Apples</a>, 12.50"));
    EXPECT_TRUE(
        tatum::testing::contains(client_.get("/bob/berries/"), "<a href=\"/bob/\">Bob Berry</a>"));
    EXPECT_TRUE(tatum::testing::contains(client_.get("/"), "<li>Orchards</li>"));
    EXPECT_EQ(client_.get("/ann/berries/").status(), 404);
}

}  // namespace
}  // namespace bookshelf
