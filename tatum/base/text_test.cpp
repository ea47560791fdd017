#include <tatum/base/text.h>

#include <gtest/gtest.h>

#include <random>

namespace tatum::strings {
namespace {

using Views = std::vector<std::string_view>;

TEST(Split, SeparatesAtUnicodeWhiteSpace) {
    EXPECT_EQ(split(" a\u00a0b\tc\u2028"), (Views{"a", "b", "c"}));
    EXPECT_EQ(split("   "), Views{});
    EXPECT_EQ(split("a,,b", ","), (Views{"a", "", "b"}));
    EXPECT_EQ(split_lines("a\r\nb\rc\u2028d\n"), (Views{"a", "b", "c", "d"}));
    EXPECT_EQ(strip("\u3000 x \u00a0"), "x");
    EXPECT_EQ(strip("--x-", "-"), "x");
}

TEST(Split, TakesForSpaceWhatUnicodeDoes) {
    for (char32_t c = 0; c < 0x11000; ++c) {
        std::string text = "a";
        append_utf8(text, c);
        text += 'b';
        const std::size_t words = is_space(c) ? 2 : 1;
        EXPECT_EQ(split(text).size(), words) << std::hex << static_cast<int>(c);
        text.insert(0, "longer words");
        EXPECT_EQ(split(text + " and more").size(), words + 3) << std::hex << static_cast<int>(c);
    }
    // The start of a character that never ends, and the rest of one that never began.
    EXPECT_EQ(split("a\xE2\x80 b\xF0\xC2\xA0\x80 c\xE3"),
              (Views{"a\xE2\x80", "b\xF0", "\x80", "c\xE3"}));
}

TEST(Repr, IsPythons) {
    EXPECT_EQ(repr("it's"), "\"it's\"");
    EXPECT_EQ(repr("both ' and \""), "'both \\' and \"'");
    EXPECT_EQ(repr("\n\t\\\x01\u00a0é\u2028"), "'\\n\\t\\\\\\x01\\xa0é\\u2028'");
}

TEST(Slugify, KeepsWordsOnly) {
    EXPECT_EQ(slugify(" Jack & Jill like numbers 1,2,3 and ½?! "),
              "jack-jill-like-numbers-123-and-12");
    EXPECT_EQ(slugify("--un_der--"), "un_der");
    EXPECT_EQ(slugify("Crème Brûlée"), "creme-brulee");
    EXPECT_EQ(slugify("日本語"), "");
    EXPECT_EQ(slugify("日本語 テスト", SlugCharacters::Unicode), "日本語-テスト");
}

TEST(TruncateChars, CountsTheMark) {
    EXPECT_EQ(truncate_chars("plain words in here", 10), "plain wor…");
    EXPECT_EQ(truncate_chars("plain", 5), "plain");
    EXPECT_EQ(truncate_chars("plain", 0), "");
    EXPECT_EQ(truncate_chars("plain words", 8, {.truncate = "--"}), "plain --");
    EXPECT_EQ(truncate_chars("plain words", 9, {.truncate = "[%(truncated_text)s]"}), "[plain w]");
    EXPECT_EQ(truncate_chars("e\u0301e\u0301e\u0301", 3), "ééé");
}

TEST(TruncateChars, LeavesOutWhatCouldGoOnAfterTheEnd) {
    const auto html = [](std::string_view text) {
        return truncate_chars(text, 40, {.html = true});
    };
    EXPECT_EQ(html("ab<"), "ab");
    EXPECT_EQ(html("ab<i"), "ab");
    EXPECT_EQ(html("AT&T"), "");
    EXPECT_EQ(html("<b>x</b> AT&T"), "<b>x</b>");
    EXPECT_EQ(html("AT&T and others"), "AT&amp;T and others");
    EXPECT_EQ(html("a & b"), "a &amp; b");
    EXPECT_EQ(html("&" + std::string(34, 'x')), "&amp;" + std::string(34, 'x'));
    EXPECT_EQ(html("&" + std::string(33, 'x')), "");
}

TEST(TruncateChars, ClosesTags) {
    EXPECT_EQ(truncate_chars("<p>the <b>quick brown</b> fox</p>", 8, {.html = true}),
              "<p>the <b>qui…</b></p>");
    EXPECT_EQ(truncate_chars("<p>a<br>b<img src=x>c", 3, {.html = true}),
              "<p>a<br>b<img src=x>c</p>");
    EXPECT_EQ(truncate_chars("AT&amp;T is", 5, {.html = true}), "AT&amp;T…");
}

TEST(TruncateWords, CountsWords) {
    EXPECT_EQ(truncate_words("one  two three", 2), "one two…");
    EXPECT_EQ(truncate_words(" one two ", 2), "one two");
    EXPECT_EQ(truncate_words("one", 2), "one");
    EXPECT_EQ(truncate_words("  ", 2), "");
    EXPECT_EQ(truncate_words("one two \u3000three", 1), "one…");
    EXPECT_EQ(truncate_words("one two", 2), "one two");
    EXPECT_EQ(truncate_words("<p>one <b>two three</b></p>", 2, {.html = true}),
              "<p>one <b>two…</b></p>");
}

TEST(Wordwrap, BreaksAtWhiteSpace) {
    EXPECT_EQ(wordwrap("this is a long paragraph of text", 14),
              "this is a long\nparagraph of\ntext");
    EXPECT_EQ(wordwrap("averylongword x", 5), "averylongword\nx");
    EXPECT_EQ(wordwrap("a\n\n  \nb\n", 5), "a\n\n  \nb\n");
}

TEST(GetValidFilename, LeavesNoPath) {
    EXPECT_EQ(get_valid_filename(" über file (1).TXT ").value(), "über_file_1.TXT");
    EXPECT_EQ(get_valid_filename("../../etc/passwd").value(), "....etcpasswd");
    for (const char* bad : {"", "   ", "..", ".", "???"}) {
        EXPECT_EQ(get_valid_filename(bad).error().code, "text.E001") << bad;
    }
}

TEST(SmallFunctions, DoWhatDjangosDo) {
    const std::vector<std::string> items = {"a", "b", "c"};
    EXPECT_EQ(get_text_list(items), "a, b or c");
    EXPECT_EQ(get_text_list(items, "and"), "a, b and c");
    EXPECT_EQ(phone2numeric("800-COLLECT"), "800-2655328");
    EXPECT_EQ(camel_case_to_spaces("getHTTPResponseCode"), "get http response code");
    EXPECT_EQ(normalize_newlines("a\r\nb\rc\n"), "a\nb\nc\n");
    EXPECT_EQ(capfirst("ßa"), "SSa");
    EXPECT_EQ(smart_split(R"(key="v v" _('t r') it's z)"),
              (Views{"key=\"v v\"", "_('t r')", "it's", "z"}));
    EXPECT_EQ(unescape_string_literal(R"('it\'s')").value(), "it's");
    EXPECT_EQ(unescape_string_literal("abc").error().code, "text.E002");
    EXPECT_EQ(unescape_string_literal("").error().code, "text.E002");
}

TEST(Base36, GoesBothWays) {
    EXPECT_EQ(int_to_base36(2'147'483'648).value(), "zik0zk");
    EXPECT_EQ(int_to_base36(0).value(), "0");
    EXPECT_EQ(int_to_base36(-1).error().code, "text.E006");
    EXPECT_EQ(base36_to_int("ZIK0ZK").value(), 2'147'483'648);
    EXPECT_EQ(int_to_base36(INT64_MAX).value().size(), kBase36DigitsMax);
    EXPECT_EQ(base36_to_int("").error().code, "text.E003");
    EXPECT_EQ(base36_to_int("!").error().code, "text.E003");
    EXPECT_EQ(base36_to_int(std::string(kBase36DigitsMax, 'z')).error().code, "text.E003");
    EXPECT_EQ(base36_to_int(std::string(kBase36DigitsMax + 1, '1')).error().code, "text.E004");
}

TEST(Base64, GoesBothWays) {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(urlsafe_base64_decode(urlsafe_base64_encode(bytes)).value(), bytes);
        bytes += static_cast<char>(i * 7);
    }
    EXPECT_EQ(urlsafe_base64_decode("YQ==").value(), "a");
    EXPECT_EQ(urlsafe_base64_decode("Y Q").value(), "a");
    EXPECT_EQ(urlsafe_base64_decode("Y").error().code, "text.E005");
}

TEST(SmartSplit, SearchesOnceForAQuoteThatIsNotThere) {
    constexpr std::size_t kWords = 400'000;
    std::string text;
    for (std::size_t i = 0; i < kWords; ++i) text += "a\\\" b\\' ";
    EXPECT_EQ(smart_split(text).size(), 2 * kWords);
    const auto pieces = smart_split("a\\\" 'b c' d\\\"");
    EXPECT_EQ(pieces, (std::vector<std::string_view>{"a\\\"", "'b c'", "d\\\""}));
    EXPECT_EQ(smart_split("a\"\\\n b\"c d\"").size(), 2u);
}

TEST(TextFunctions, SurviveGarbage) {
    std::mt19937 random(3);  // the seed is part of the test
    constexpr std::string_view kAlphabet = "<>/!-?&;#xa b='\"\n[]\xE2\x98\x83\xFF(]";
    for (int round = 0; round < 5'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 40; i > 0; --i)
            text += kAlphabet[random() % kAlphabet.size()];
        const auto size = static_cast<std::int64_t>(random() % 9);
        static_cast<void>(truncate_chars(text, size, {.html = true}));
        static_cast<void>(truncate_words(text, size, {.html = true}));
        static_cast<void>(wordwrap(text, size));
        static_cast<void>(smart_split(text));
        static_cast<void>(title(text));
        static_cast<void>(repr(text));
        static_cast<void>(slugify(text, SlugCharacters::Unicode));
    }
}

}  // namespace
}  // namespace tatum::strings
