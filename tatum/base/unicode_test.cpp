#include <tatum/base/unicode.h>

#include <gtest/gtest.h>

namespace tatum::strings {
namespace {

TEST(Utf8, CountsCodePoints) {
    EXPECT_EQ(length("aé日😀"), 4u);
    EXPECT_EQ(offset_of("aé日😀", 2), 3u);
    EXPECT_EQ(offset_of("aé", 9), 3u);
    EXPECT_EQ(slice("aé日😀", 1, 3), "é日");
    EXPECT_EQ(slice("abc", 2, 1), "");
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
    EXPECT_TRUE(is_valid_utf8("aé日😀\xEF\xBF\xBD"));
    for (const std::string_view bad : {"\x80", "\xC0\xAF", "\xE2\x98", "\xED\xA0\x80",
                                       "\xF4\x90\x80\x80", "\xFF", "a\xC3", "\xF0\x80\x80\x80"}) {
        EXPECT_FALSE(is_valid_utf8(bad));
    }
    // One U+FFFD for each maximal subpart, as Python's errors="replace".
    EXPECT_EQ(replace_invalid_utf8("\xE2\x98x"), "\uFFFDx");
    EXPECT_EQ(replace_invalid_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(upper("\xFFz"), "\xFFZ");
    std::string out;
    append_utf8(out, 0xD800);
    append_utf8(out, 0x110000);
    EXPECT_EQ(out, "\uFFFD\uFFFD");
}

TEST(CaseMapping, IsPythons) {
    EXPECT_EQ(upper("straße ŉ ﬁ"), "STRASSE ʼN FI");
    EXPECT_EQ(lower("ÀÉ İ"), "àé i̇");
    EXPECT_EQ(lower("ΟΔΟΣ ΣΑΣ Σ"), "οδος σας σ");
    EXPECT_EQ(title("hello wORLD they're ǆ ß"), "Hello World They'Re ǅ Ss");
    EXPECT_EQ(casefold("Straße ς"), "strasse σ");
}

TEST(Properties, AreUnicodes) {
    EXPECT_TRUE(is_space(0xA0) && is_space(0x2028) && is_space(0x1C) && !is_space(0x200B));
    EXPECT_TRUE(is_alpha(U'日') && is_alpha(U'é') && !is_alpha(U'1') && !is_alpha(U'_'));
    EXPECT_TRUE(is_word(U'_') && is_word(U'½') && !is_word(U'-'));
    EXPECT_TRUE(is_printable(U' ') && !is_printable(0xA0) && !is_printable(0x200E));
    EXPECT_EQ(decimal_digit(U'٣'), 3);
    EXPECT_EQ(decimal_digit(U'x'), -1);
    EXPECT_EQ(combining_class(0x301), 230);
    EXPECT_FALSE(is_alpha(0x110000));
}

TEST(Normalize, ComposesAndDecomposes) {
    EXPECT_EQ(normalize("e\u0301", Normalization::NFC), "é");
    EXPECT_EQ(normalize("é", Normalization::NFD), "e\u0301");
    EXPECT_EQ(normalize("ﬁ①", Normalization::NFKC), "fi1");
    EXPECT_EQ(normalize("ﬁ", Normalization::NFC), "ﬁ");
    EXPECT_EQ(normalize("각", Normalization::NFD), "\u1100\u1161\u11A8");
    EXPECT_EQ(normalize("\u1100\u1161\u11A8", Normalization::NFC), "각");
    EXPECT_EQ(normalize("a\u0323\u0307", Normalization::NFD), "a\u0323\u0307");
    EXPECT_EQ(normalize("a\u0307\u0323", Normalization::NFD), "a\u0323\u0307");
}

}  // namespace
}  // namespace tatum::strings
