#include "app.h"
#include "models.h"

#include <tatum/testing/testing.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace library {
namespace {

using ::testing::HasSubstr;

/// A site with the library alone, and a database with a few books for each test.
class LibraryTest : public ::testing::Test {
protected:
    static const Site& site();

    Author ann, bob;
    Book apples, berries;
};

std::vector<std::string> titles(const QuerySet<Book>& books) {
    std::vector<std::string> all;
    for (const auto& book : books) all.push_back(book.title);
    return all;
}
using Titles = std::vector<std::string>;

TEST_F(LibraryTest, FiltersByMembers) {
    // [filter-begin]
    const auto affordable = Book::objects
                                .filter(F<&Book::author, &Author::name>.icontains("ann"),
                                        F<&Book::price> < 20_dec || F<&Book::stock> > 10)
                                .exclude(F<&Book::stock> == 0)
                                .order_by(-F<&Book::created>, F<&Book::title>);
    // [filter-end]
    EXPECT_EQ(titles(affordable), Titles{"Apples"});
}

TEST_F(LibraryTest, GetsOneOrNone) {
    // [get-begin]
    const Book book = Book::objects.get(F<&Book::slug> == "apples");        // or throws DoesNotExist
    const auto maybe = Book::objects.find(F<&Book::slug> == "no-such-book");  // std::optional<Book>
    const auto cheapest = Book::objects.order_by(F<&Book::price>).first();    // std::optional<Book>
    // [get-end]
    EXPECT_EQ(book.title, "Apples");
    EXPECT_FALSE(maybe);
    EXPECT_EQ(cheapest->title, "Apples");
    EXPECT_THROW(Book::objects.get(F<&Book::slug> == "pears"), Book::DoesNotExist);
}
