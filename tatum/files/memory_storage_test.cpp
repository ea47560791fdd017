#include <tatum/files/memory_storage.h>

#include <tatum/base/locals.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <system_error>
#include <thread>

namespace tatum::files {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;

TEST(InMemoryStorage, KeepsWhatItIsGiven) {
    InMemoryStorage storage;
    EXPECT_EQ(storage.save("notes/a b.txt", File("x", "words")), "notes/a b.txt");
    EXPECT_EQ(storage.open("notes/a b.txt").read(), "words");
    EXPECT_EQ(storage.open("notes/a b.txt").name(), "notes/a b.txt");
    EXPECT_EQ(storage.size("notes/a b.txt"), 5u);
    EXPECT_EQ(storage.url("notes/a b.txt"), "/notes/a%20b.txt");
    EXPECT_TRUE(storage.exists("notes"));
    storage.delete_("notes/a b.txt");
    EXPECT_FALSE(storage.exists("notes/a b.txt"));
    EXPECT_FALSE(storage.exists("notes"));
    storage.delete_("notes/a b.txt");
}

TEST(InMemoryStorage, NeverReplacesAFile) {
    InMemoryStorage storage;
    storage.save("a.tar.gz", File("x", "1"));
    const std::string second = storage.save("a.tar.gz", File("x", "2"));
    EXPECT_THAT(second, MatchesRegex("a_[a-zA-Z0-9]{7}\\.tar\\.gz"));
    EXPECT_EQ(storage.open("a.tar.gz").read(), "1");
    EXPECT_EQ(storage.open(second).read(), "2");
}

TEST(InMemoryStorage, ListsFoldersAndFiles) {
    InMemoryStorage storage;
    for (const auto* name : {"b.txt", "a/x.txt", "a/y/z.txt", "a-b.txt", "c/d.txt"}) {
        storage.save(name, File("", "x"));
    }
    EXPECT_THAT(storage.listdir("").directories, ElementsAre("a", "c"));
    EXPECT_THAT(storage.listdir("").files, ElementsAre("a-b.txt", "b.txt"));
    EXPECT_THAT(storage.listdir("a").directories, ElementsAre("y"));
    EXPECT_THAT(storage.listdir("a/").files, ElementsAre("x.txt"));
    EXPECT_THROW(storage.listdir("nothing"), std::system_error);
}

TEST(InMemoryStorage, RefusesNamesThatLeadOutOrThroughAFile) {
    InMemoryStorage storage;
    storage.save("a", File("", "x"));
    EXPECT_THROW(storage.save("a/b", File("", "x")), std::system_error);
    for (const auto* name : {"", "..", "../a", "/a", "b/", "b/../../a", "..\\a"}) {
        EXPECT_THROW(storage.save(name, File("", "x")), SuspiciousFileOperation) << name;
    }
    EXPECT_THROW(storage.open("nothing"), std::system_error);
    EXPECT_THROW(storage.size("nothing"), std::system_error);
    EXPECT_THROW(storage.delete_(""), ValueError);
    EXPECT_THROW(static_cast<void>(storage.path("a")), ValueError);
}

TEST(InMemoryStorage, KnowsWhenFilesWereStoredAndRead) {
    struct StandingClock final : Clock {
        std::int64_t now() const override { return moment; }
        std::int64_t moment = 1'000'000;
    } clock;
    const LocalScope scope(Slot::Clock, static_cast<const Clock*>(&clock));
    InMemoryStorage storage;
    storage.save("a", File("", "x"));
    clock.moment += 5'000'000;
    static_cast<void>(storage.open("a"));
    EXPECT_EQ(storage.get_created_time("a").isoformat(), "1970-01-01T00:00:01+00:00");
    EXPECT_EQ(storage.get_modified_time("a"), storage.get_created_time("a"));
    EXPECT_EQ(storage.get_accessed_time("a").isoformat(), "1970-01-01T00:00:06+00:00");
}

TEST(InMemoryStorage, GivesEachOfManyThreadsANameOfItsOwn) {
    InMemoryStorage storage;
    constexpr int kThreads = 4, kFiles = 50;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&storage] {
            for (int i = 0; i < kFiles; ++i) storage.save("same.txt", File("", "x"));
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(storage.listdir("").files.size(), static_cast<std::size_t>(kThreads * kFiles));
}

TEST(Storage, CutsNamesToTheLengthThatThereIs) {
    InMemoryStorage storage;
    EXPECT_THAT(storage.save("f/abcdefghij.txt", File("", "x"), 15),
                MatchesRegex("f/a_[a-zA-Z0-9]{7}\\.txt"));
    EXPECT_THROW(storage.save("f/abcdefghij.txt", File("", "x"), 14), SuspiciousFileOperation);
    EXPECT_EQ(storage.save("f/abcdefghij.txt", File("", "x"), 16), "f/abcdefghij.txt");
}

}  // namespace
}  // namespace tatum::files
