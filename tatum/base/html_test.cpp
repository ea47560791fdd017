#include <tatum/base/html.h>

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace tatum::html {
namespace {

TEST(Escape, ReplacesFiveCharacters) {
    EXPECT_EQ(escape("<a href='x'>\"&\"</a>"),
              "&lt;a href=&#x27;x&#x27;&gt;&quot;&amp;&quot;&lt;/a&gt;");
    EXPECT_EQ(escape(std::string_view("a\0b", 3)), std::string_view("a\0b", 3));
    EXPECT_EQ(escape("é日\xFF"), "é日\xFF");
}

TEST(Escape, FindsEachCharacterWhereverItStands) {
    const std::string_view characters = "&<>\"'";
    for (std::size_t size = 1; size < 50; ++size) {
        EXPECT_EQ(escape(std::string(size, 'x')), std::string(size, 'x'));
        for (std::size_t at = 0; at < size; ++at) {
            for (const char c : characters) {
                std::string text(size, '?');
                text[at] = c;
                const std::string before(at, '?'), after(size - at - 1, '?');
                EXPECT_EQ(escape(text), before + escape(std::string(1, c)) + after);
            }
        }
        EXPECT_EQ(escape(std::string(size, '<')).size(), 4 * size);
    }
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    EXPECT_EQ(escape(all).size(), all.size() + 4 + 3 + 3 + 5 + 5);
}

TEST(ConditionalEscape, LeavesSafeHtmlAlone) {
    EXPECT_EQ(conditional_escape(Value::safe("<b>")).as_string(), "<b>");
    EXPECT_EQ(conditional_escape(Value("<b>")).as_string(), "&lt;b&gt;");
    EXPECT_TRUE(conditional_escape(Value(5)).is_safe());
    EXPECT_EQ(conditional_escape(Value(List{Value("<")})).as_string(), "[&#x27;&lt;&#x27;]");
}

TEST(Unescape, ReadsReferencesAsBrowsersDo) {
    EXPECT_EQ(unescape("&lt;&amp;&#39;&#x27;&eacute;&nbsp;&copy"), "<&''é\u00a0©");
    EXPECT_EQ(unescape("&notit; &not; &notin;"), "¬it; ¬ ∉");
    EXPECT_EQ(unescape("&#128;&#0;&#xD800;&#x110000;&#1;"), "€\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(unescape("AT&T &; &#; &#x; &unknown; &"), "AT&T &; &#; &#x; &unknown; &");
}

TEST(Escapejs, LeavesNothingThatEndsAStringOrElement) {
    EXPECT_EQ(escapejs("'\"</script>\n\u2028"),
              "\\u0027\\u0022\\u003C/script\\u003E\\u000A\\u2028");
}

TEST(JsonScript, CannotBeLeft) {
    EXPECT_EQ(
        json_script(Value("</script>"), "a\"b").value(),
        "<script id=\"a&quot;b\" type=\"application/json\">\"\\u003C/script\\u003E\"</script>");
    EXPECT_EQ(json_script(Value(1), Value::safe("a&amp;b")).value(),
              "<script id=\"a&amp;b\" type=\"application/json\">1</script>");
    EXPECT_EQ(json_script(Value(List{})).value(), "<script type=\"application/json\">[]</script>");
}

TEST(StripTags, ShowsWhatABrowserWould) {
    EXPECT_EQ(strip_tags("<p>one <b>two</b></p><!-- c -->").value(), "one two");
    EXPECT_EQ(strip_tags("a<b").value(), "a<b");
    EXPECT_EQ(strip_tags("<<b>x</b>").value(), "<x");
    EXPECT_EQ(strip_tags("<scr<script>ipt>alert(1)</script>").value(), "ipt>alert(1)");
    EXPECT_EQ(strip_tags("<a title='>'>x</a>").value(), "x");
}

TEST(StripTags, RefusesToBeKeptBusy) {
    std::string nested;
    for (int i = 0; i < 1'000; ++i) nested += "<a x='";
    EXPECT_EQ(strip_tags(nested + ">").error().code, "html.E001");
    std::string deep = "x>";
    for (std::size_t i = 0; i < kStripTagsDepthMax + 5; ++i) deep = "<" + deep + "b>";
    static_cast<void>(strip_tags(deep));
    // What is searched for in vain is searched once: else each of these takes minutes.
    constexpr std::size_t kRepeats = 400'000;
    for (const char* open : {"<!--x>", "</", "<![cdata[>", "<!--", "<?", "<![if]"}) {
        std::string text = ">";
        for (std::size_t i = 0; i < kRepeats; ++i) text += open;
        EXPECT_TRUE(strip_tags(text)) << open;
    }
}

TEST(Linebreaks, MakesParagraphs) {
    EXPECT_EQ(linebreaks("a\nb\n\n\nc"), "<p>a<br>b</p>\n\n<p>c</p>");
    EXPECT_EQ(linebreaks("<\r\n>", Autoescape::On), "<p>&lt;<br>&gt;</p>");
    EXPECT_EQ(linebreaksbr("a\rb"), "a<br>b");
    EXPECT_EQ(strip_spaces_between_tags("<p>\n <b> x </b>\t</p> "), "<p><b> x </b></p> ");
}

TEST(Urlize, FindsLinks) {
    EXPECT_EQ(urlize("see http://x.org/a_(b)), www.y.com."),
              "see <a href=\"http://x.org/a_(b)\">http://x.org/a_(b)</a>), "
              "<a href=\"http://www.y.com\">www.y.com</a>.");
    EXPECT_EQ(urlize("me@example.com a@b"),
              "<a href=\"mailto:me@example.com\">me@example.com</a> a@b");
    for (const char* text : {"me@x.c", "me@-x.org", "a..b@x.org", "me@x.o1g", "me@x.org&a"}) {
        EXPECT_EQ(urlize(text), text);
    }
    EXPECT_EQ(urlize("(x@y.org)."), "(<a href=\"mailto:x@y.org\">x@y.org</a>).");
    EXPECT_EQ(urlize("(x@y.org).", {.brackets_drop_trail = true}),
              "(<a href=\"mailto:x@y.org\">x@y.org</a>)");
    EXPECT_EQ(urlize("a.com", {.default_scheme = "https"}), "<a href=\"https://a.com\">a.com</a>");
    EXPECT_EQ(urlize("javascript:alert(1) ftp://x.y c.invalidtld"),
              "javascript:alert(1) ftp://x.y c.invalidtld");
}

TEST(Urlize, EscapesAndShortens) {
    EXPECT_EQ(urlize("<http://x.com/?a=1&b=2>",
                     {.trim_url_limit = 10, .nofollow = true, .autoescape = Autoescape::On}),
              "&lt;<a href=\"http://x.com/?a=1&amp;b=2\" rel=\"nofollow\">http://x.…</a>&gt;");
    EXPECT_EQ(urlize("http://x.com/?a=1&lt;", {.safe_input = true}),
              "<a href=\"http://x.com/?a=1%3C\">http://x.com/?a=1&lt;</a>");
}

TEST(SmartUrlquote, EncodesOnce) {
    EXPECT_EQ(smart_urlquote("http://x.y/%20%zz é"), "http://x.y/%20%25zz%20%C3%A9");
    EXPECT_EQ(smart_urlquote("http://e.com/a?c=d e&f"), "http://e.com/a?c=d+e&f=");
    EXPECT_EQ(smart_urlquote("http://[broken/x"), "http://[broken/x");
    EXPECT_EQ(smart_urlquote(" \t\x01 http://x.y/a b"), "http://x.y/a%20b");
}

TEST(FormatHtml, EscapesItsArguments) {
    const std::array<Value, 2> arguments = {Value("<i>"), Value::safe("<u>")};
    const std::pair<std::string_view, Value> named[] = {{"x", Value("&")}};
    EXPECT_EQ(format_html("{}{{{}}}{x}{0}", arguments, named).value().as_string(),
              "&lt;i&gt;{<u>}&amp;&lt;i&gt;");
    for (const char* bad : {"{", "}", "{2}", "{y}", "{:>5}", "{}{}{}"}) {
        EXPECT_EQ(format_html(bad, arguments, named).error().code, "html.E002") << bad;
    }
}

TEST(HtmlFunctions, SurviveGarbage) {
    std::mt19937 random(5);  // the seed is part of the test
    constexpr std::string_view kPieces[] = {
        "<",   "a",   ">",   "</",   "&",       "#", ";", "x",      "'",  "\"", " ", "=",  "<!--",
        "-->", "<![", "]]>", "\xFF", "http://", ".", "@", "script", "\n", "[",  ")", "<?", "é"};
    for (int round = 0; round < 5'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 20; i > 0; --i)
            text += kPieces[random() % std::size(kPieces)];
        static_cast<void>(strip_tags(text));
        static_cast<void>(unescape(text));
        static_cast<void>(urlize(text, {.trim_url_limit = 4}));
        static_cast<void>(smart_urlquote(text));
        EXPECT_EQ(escape(text).find('<'), std::string::npos);
    }
}

}  // namespace
}  // namespace tatum::html
