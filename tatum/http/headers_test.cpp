#include <tatum/http/headers.h>

#include <tatum/http/errors.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tatum::http {
namespace {

TEST(Headers, FindNamesWithoutRegardToCase) {
    const Headers headers{{"Content-Type", "text/html"}, {"X-A", "1"}};
    EXPECT_EQ(headers.get("content-type"), "text/html");
    EXPECT_EQ(headers.get("x-a", "?"), "1");
    EXPECT_EQ(headers.get("x-b", "?"), "?");
    EXPECT_FALSE(headers.get("Content-Typ"));
    EXPECT_FALSE(headers.contains("X-"));
}

TEST(Headers, KeepRepeatedLinesInOrder) {
    Headers headers;
    headers.add("Link", "a");
    headers.add("X", "1");
    headers.add("link", "b");
    EXPECT_EQ(headers.get("LINK"), "a");
    EXPECT_EQ(headers.get_all("link"), (std::vector<std::string_view>{"a", "b"}));
    EXPECT_EQ(headers.wire_text(), "Link: a\r\nX: 1\r\nlink: b\r\n");
}

TEST(Headers, SetReplacesAllOfThatNameInThePlaceOfTheFirst) {
    Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}};
    headers.set("a", "longer than before");
    EXPECT_EQ(headers.wire_text(), "A: longer than before\r\nB: 2\r\nC: 4\r\n");
    headers.set("A", "");
    headers.set("D", "5");
    EXPECT_EQ(headers.wire_text(), "A: \r\nB: 2\r\nC: 4\r\nD: 5\r\n");
    EXPECT_EQ(headers.get("C"), "4");
}

TEST(Headers, EraseAndSetdefault) {
    Headers headers{{"A", "1"}, {"B", "2"}, {"A", "3"}};
    headers.setdefault("b", "9");
    EXPECT_TRUE(headers.erase("a"));
    EXPECT_FALSE(headers.erase("a"));
    EXPECT_EQ(headers.wire_text(), "B: 2\r\n");
}

TEST(Headers, TakeLinesThatWereMadeOnce) {
    const HeaderLine line("X-Frame-Options", "DENY");
    EXPECT_EQ(line.name(), "X-Frame-Options");
    EXPECT_EQ(line.value(), "DENY");
    Headers headers{{"A", "1"}};
    headers.setdefault(line);
    headers.setdefault(HeaderLine("x-frame-options", "SAMEORIGIN"));
    headers.setdefault(HeaderLine("B", ""));
    EXPECT_EQ(headers.wire_text(), "A: 1\r\nX-Frame-Options: DENY\r\nB: \r\n");
    headers.set("x-frame-options", "SAMEORIGIN");
    EXPECT_EQ(headers.get("X-Frame-Options"), "SAMEORIGIN");

    const HeaderField fields[] = {{"Host", "a"}};
    Headers viewed = Headers::view(fields);
    viewed.setdefault(line);
    EXPECT_EQ(viewed.wire_text(), "Host: a\r\nX-Frame-Options: DENY\r\n");
    EXPECT_THROW(HeaderLine("A B", "1"), BadHeaderError);
    EXPECT_THROW(HeaderLine("A", "1\r\nB: 2"), BadHeaderError);
}

TEST(Headers, HoldMoreLinesThanFitInPlace) {
    Headers headers;
    for (int i = 0; i < 40; ++i) headers.add("X-" + std::to_string(i), std::to_string(i * i));
    ASSERT_EQ(headers.size(), 40u);
    for (int i = 0; i < 40; i += 2) EXPECT_TRUE(headers.erase("x-" + std::to_string(i)));
    ASSERT_EQ(headers.size(), 20u);
    for (int i = 1; i < 40; i += 2)
        EXPECT_EQ(headers.get("X-" + std::to_string(i)), std::to_string(i * i));
}

TEST(Headers, ViewedLinesAreCopiedWhenChanged) {
    const HeaderField fields[] = {{"Host", "a"}, {"Accept", "*/*"}};
    Headers headers = Headers::view(fields);
    EXPECT_EQ(headers.size(), 2u);
    EXPECT_EQ(headers.wire_text(), "");
    EXPECT_EQ(headers.get("host")->data(), fields[0].value.data());
    headers.set("Host", "b");
    EXPECT_EQ(headers.wire_text(), "Host: b\r\nAccept: */*\r\n");
    EXPECT_EQ(fields[0].value, "a");
}

TEST(Headers, CopiesAndMovesStandAlone) {
    Headers first{{"A", "1"}};
    Headers copy = first;
    copy.set("A", "2");
    Headers moved = std::move(first);
    EXPECT_EQ(moved.get("A"), "1");
    EXPECT_EQ(copy.get("A"), "2");
    moved = std::move(copy);
    EXPECT_EQ(moved.get("A"), "2");
    // What was moved from is empty, so it can be filled again.
    EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move)
    EXPECT_TRUE(copy.empty());   // NOLINT(bugprone-use-after-move)
    copy.add("B", "3");
    EXPECT_EQ(copy.wire_text(), "B: 3\r\n");
}

TEST(Headers, RejectWhatWouldBreakTheMessage) {
    Headers headers;
    for (const char* value : {"a\r\nB: c", "a\n", "\r", "\x01", "a\x1f", "\x7f"})
        EXPECT_THROW(headers.set("A", value), BadHeaderError) << value;
    EXPECT_THROW(headers.set("A", std::string_view("\0", 1)), BadHeaderError);
    for (const char* name : {"", "A B", "A:", "A\r\n", "Ä", "A\t"})
        EXPECT_THROW(headers.add(name, "x"), BadHeaderError) << name;
    EXPECT_TRUE(headers.empty());
    headers.set("A", "a\tb \x80\xff~");
    headers.clear();
    EXPECT_THROW(headers.add("A", std::string(Headers::kBytesMax, 'x')), BadHeaderError);
}

}  // namespace
}  // namespace tatum::http
