#include <tatum/views/impl/style_sheet.h>

#include <gtest/gtest.h>

namespace tatum::views::impl {
namespace {

std::string rewritten(std::string_view source) {
    return rewrite_style_sheet(source, "css/base.css",
                               [](std::string_view name) -> std::optional<std::string> {
                                   if (name == "img/a.png") return "img/a.123.png";
                                   if (name == "css/b.css") return "css/b.456.css";
                                   if (name == "css/icons.svg") return "css/icons.789.svg";
                                   return std::nullopt;
                               });
}

TEST(StyleSheet, NamesOtherFilesByTheirNewNames) {
    EXPECT_EQ(rewritten("a{b:url(../img/a.png)}"), "a{b:url(../img/a.123.png)}");
    EXPECT_EQ(rewritten("a{b:url( '../img/a.png' )}"), "a{b:url( '../img/a.123.png' )}");
    EXPECT_EQ(rewritten("@import \"b.css\" screen;"), "@import \"b.456.css\" screen;");
    EXPECT_EQ(rewritten("@import url(\"./b.css\");"), "@import url(\"./b.456.css\");");
    EXPECT_EQ(rewritten("url(icons.svg?x=1#cart)"), "url(icons.789.svg?x=1#cart)");
}

TEST(StyleSheet, LeavesAllElseAsItIs) {
    for (const std::string_view source :
         {"a{b:url(https://example.com/a.png)}", "a{b:url(data:image/png;base64,AA==)}",
          "a{b:url(/img/a.png)}", "a{b:url(#filter)}", "/* url(../img/a.png) */",
          "a{content:\"url(../img/a.png)\"}", "a{b:my-url(../img/a.png)}", "url(../../img/a.png)",
          "url(missing.png)", "url(", "url(\"", "@import \"", "@import", "\"", "/*", "url()", ""}) {
        EXPECT_EQ(rewritten(source), source);
    }
}

}  // namespace
}  // namespace tatum::views::impl
