#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/urls/impl/possibilities.h>
#include <tatum/urls/reverse.h>

#include <gtest/gtest.h>

namespace tatum::urls {
namespace {

using http::RequestText;

Response home(Request&) { return Response("home"); }
Response category_page(Request&, std::string slug) { return Response("category " + slug); }
Response year(Request&, int number) { return Response("year " + std::to_string(number)); }
Response big_year(Request&, long number) { return Response("big " + std::to_string(number)); }
Response detail(Request& request, short number, std::string_view slug, const Uuid& id) {
    return Response(std::string(request.method_text()) + " " + std::to_string(number) + " " +
                    std::string(slug) + " " + id.str());
}
Response anything(Request&, const Kwargs& kwargs) {
    std::string text;
    for (const Value& arg : kwargs.args()) text += arg.repr() + ";";
    return Response(text + Value(kwargs.dict()).repr());
}

struct FourDigitYear {
    static constexpr std::string_view name = "yyyy";
    static constexpr std::string_view regex = "[0-9]{4}";
    static std::optional<int> to_cpp(std::string_view text) {
        const int number = std::stoi(std::string(text));
        return number >= 1000 ? std::optional(number) : std::nullopt;
    }
    static std::string to_url(int number) { return std::to_string(number); }
};

/// Counts its calls in a member, which must not be seen by the next request.
struct CountingView {
    int calls = 0;
    Response operator()(Request&, const Kwargs& kwargs) {
        return Response(std::to_string(++calls) + kwargs.text("slug").value_or("?"));
    }
};

std::string call(const Resolver& resolver, std::string path) {
    Request request(RequestText{.target = path});
    const auto match = resolver.resolve(path);
    return match ? (*match)(request).content() : "404";
}

const Urls kShop = {
    path<"">(home, "home"),
    path<"category/<slug:slug>/">(category_page, "category"),
    path<"<int:number>/">(year, "year"),
    path<"<int:number>/">(big_year, "big-year"),
    path<"d/<int:number>/<slug>/<uuid:id>/">(detail, "detail"),
    path<"archive/<yyyy:y>/", FourDigitYear>(year, "archive"),
    path<"count/<slug:slug>/">(CountingView{}, "count"),
    path<"extra/<int:a>/">(anything, "extra", {.kwargs = {{"a", 9}, {"b", 5}}}),
    path<"lambda/">([prefix = std::string("l")](Request&) { return ResponseNotFound(prefix); }),
    re_path("^re/(\\d+)/(\\w+)$", anything, "re"),
    re_path("^opt/(?:page-(?P<page>\\d+)/)?$", anything, "opt"),
};

TEST(Urls, CallTheViewWithTypedArguments) {
    const Resolver resolver(kShop);
    EXPECT_EQ(call(resolver, "/"), "home");
    EXPECT_EQ(call(resolver, "/category/dried-fruit/"), "category dried-fruit");
    EXPECT_EQ(call(resolver, "/d/-5/a/12345678-1234-5678-1234-567812345678/"), "404");
    EXPECT_EQ(call(resolver, "/d/5/a b/12345678-1234-5678-1234-567812345678/"),
              "GET 5 a b 12345678-1234-5678-1234-567812345678");
    EXPECT_EQ(call(resolver, "/archive/2024/"), "year 2024");
    EXPECT_EQ(call(resolver, "/lambda/"), "l");
    EXPECT_EQ(call(resolver, "/re/12/ab"), "'12';'ab';{}");
    EXPECT_EQ(call(resolver, "/opt/"), "{}");
    EXPECT_EQ(call(resolver, "/opt/page-3/"), "{'page': '3'}");
    EXPECT_EQ(call(resolver, "/extra/3/"), "{'a': 9, 'b': 5}");
}

TEST(Urls, ANumberTooLargeForItsParameterDoesNotMatch) {
    const Resolver resolver(kShop);
    EXPECT_EQ(call(resolver, "/2147483647/"), "year 2147483647");
    EXPECT_EQ(call(resolver, "/2147483648/"), "big 2147483648");
    EXPECT_EQ(call(resolver, "/9223372036854775808/"), "404");
    EXPECT_EQ(call(resolver, "/d/32768/a/12345678-1234-5678-1234-567812345678/"), "404");
}

TEST(Urls, AnOwnConverterMayRefuseWhatItsExpressionTakes) {
    const Resolver resolver(kShop);
    EXPECT_EQ(call(resolver, "/archive/0999/"), "404");
    EXPECT_EQ(call(resolver, "/archive/20245/"), "404");
}

TEST(Urls, AViewObjectStartsAfreshForEachRequest) {
    const Resolver resolver(kShop);
    EXPECT_EQ(call(resolver, "/count/a/"), "1a");
    EXPECT_EQ(call(resolver, "/count/b/"), "1b");
}

TEST(Urls, TheFirstRouteThatMatchesWins) {
    const auto named = [](const char* name) { return [name](Request&) { return Response(name); }; };
    const auto kwargs = [](const char* name) {
        return [name](Request&, const Kwargs&) { return Response(name); };
    };
    const Resolver resolver({
        path<"a/<str:x>/">(kwargs("any")),
        path<"a/special/">(named("hidden")),
        path<"b/special/">(named("special")),
        path<"b/<str:x>/">(kwargs("any b")),
        re_path("^b/x", kwargs("never")),
        re_path("c$", kwargs("ends with c")),
        path<"b/spec">(named("spec")),
        path<"ab/">(include(Urls{path<"c/">(named("inner"))})),
        path<"ab/c/">(named("later")),
        path<"ab/d">(named("behind an include")),
    });
    EXPECT_EQ(call(resolver, "/a/special/"), "any");
    EXPECT_EQ(call(resolver, "/b/special/"), "special");
    EXPECT_EQ(call(resolver, "/b/specials/"), "any b");
    EXPECT_EQ(call(resolver, "/b/spec"), "spec");
    EXPECT_EQ(call(resolver, "/x/c"), "404") << "with '$' all of the path must match";
    EXPECT_EQ(call(resolver, "/c"), "ends with c");
    EXPECT_EQ(call(resolver, "/ab/c/"), "inner");
    EXPECT_EQ(call(resolver, "/ab/d"), "behind an include");
    EXPECT_EQ(call(resolver, "/ab/"), "404");
    EXPECT_EQ(call(resolver, ""), "404");
    EXPECT_EQ(call(resolver, "a/special/"), "404");
}

TEST(Urls, FindOneOfManyRoutes) {
    std::vector<Url> list;
    for (int i = 0; i < 300; ++i)
        list.push_back(
            path("section" + std::to_string(i) + "/<int:n>/", anything, "r" + std::to_string(i)));
    const Resolver resolver(Urls(std::move(list)));
    for (int i = 0; i < 300; ++i) {
        const std::string text = "/section" + std::to_string(i) + "/7/";
        ASSERT_TRUE(resolver.resolve(text)) << text;
        EXPECT_EQ(resolver.resolve(text)->url_name(), "r" + std::to_string(i));
        EXPECT_EQ(resolver.reverse("r" + std::to_string(i), {7}, {}), text);
    }
    EXPECT_FALSE(resolver.resolve("/section300/7/"));
    EXPECT_FALSE(resolver.resolve("/section/7/"));
}

TEST(Urls, ReverseByNameAndByView) {
    const Resolver resolver(kShop);
    const LocalScope scope(Slot::Urls, &resolver);
    EXPECT_EQ(reverse("home"), "/");
    EXPECT_EQ(reverse<home>(), "/");
    EXPECT_EQ(reverse("category", "sauces"), "/category/sauces/");
    EXPECT_EQ(reverse("category", Kwargs{{"slug", "sauces"}}, {.fragment = "top"}),
              "/category/sauces/#top");
    EXPECT_EQ(reverse("home", {.query = Dict{{"q", "a b"}, {"t", List{1, 2}}}}), "/?q=a+b&t=1&t=2");
    EXPECT_EQ(reverse<category_page>("sauces"), "/category/sauces/");
    EXPECT_EQ(reverse<detail>(short{3}, "x y", Uuid{}),
              "/d/3/x%20y/00000000-0000-0000-0000-000000000000/");
    EXPECT_EQ(reverse("archive", 2024), "/archive/2024/");
    EXPECT_EQ(reverse("archive", "2024"), "/archive/2024/");
    EXPECT_EQ(reverse("opt"), "/opt/");
    EXPECT_EQ(reverse("opt", Kwargs{{"page", 2}}), "/opt/page-2/");
    EXPECT_EQ(reverse("re", 1, "x"), "/re/1/x");
    EXPECT_THROW(reverse("category"), NoReverseMatch);
    EXPECT_THROW(reverse("category", "a/b"), NoReverseMatch);
    EXPECT_THROW(reverse("archive", 999), NoReverseMatch);
    EXPECT_THROW(reverse("archive", "nonsense"), NoReverseMatch);
    EXPECT_THROW(reverse("nowhere"), NoReverseMatch);
}

TEST(Urls, ReverseUnderTheScriptNameOfTheRequest) {
    const Resolver resolver(kShop);
    const LocalScope scope(Slot::Urls, &resolver);
    http::HttpSettings settings;
    settings.force_script_name = "/mounted";
    const Request request(RequestText{.target = "/mounted/"}, settings);
    const LocalScope request_scope(Slot::Request, &request);
    EXPECT_EQ(reverse("category", "a"), "/mounted/category/a/");
    EXPECT_EQ(reverse("home", {.script_prefix = "/"}), "/");
}

TEST(Urls, NeverReverseToAnotherHost) {
    const Resolver resolver({path<"<path:p>">(anything, "p")});
    EXPECT_EQ(resolver.reverse("p", {"/evil.com"}, {}), "/%2Fevil.com");
}

TEST(Urls, FindInstancesOfAnApplication) {
    const Urls polls{{path<"<int:pk>/">(anything, "detail")}, {.app_name = "polls"}};
    const Resolver resolver({
        path<"a/">(include(polls, {.namespace_ = "author"})),
        path<"p/">(include(polls, {.namespace_ = "publisher"})),
        path<"x/<str:lang>/">(include(Urls{{path<"">(include(polls))}, {.app_name = "outer"}})),
    });
    EXPECT_EQ(resolver.reverse("author:detail", {1}, {}), "/a/1/");
    EXPECT_EQ(resolver.reverse("polls:detail", {1}, {}), "/p/1/");
    EXPECT_EQ(resolver.reverse("polls:detail", {1}, {}, {.current_app = "author"}), "/a/1/");
    EXPECT_EQ(resolver.reverse("outer:polls:detail", {}, {{"lang", "de"}, {"pk", 1}}), "/x/de/1/");
    EXPECT_EQ(resolver.resolve("/a/1/")->view_name(), "author:detail");
    EXPECT_EQ(resolver.resolve("/x/de/1/")->view_name(), "outer:polls:detail");
    const auto missing = resolver.find_url("outer:nothing:x", {}, {});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().message, "'nothing' is not a registered namespace inside 'outer'");
}

TEST(Urls, GiveCapturesOfThePrefixToViewsThatTakeKwargs) {
    const Resolver resolver(
        {path<"<slug:shop>/">(include(Urls{path<"items/<int:id>/">(anything, "item"),
                                           path<"typed/<int:id>/">(year, "typed")}),
                              {.kwargs = {{"outer", true}}})});
    EXPECT_EQ(call(resolver, "/main/items/7/"), "{'shop': 'main', 'outer': True, 'id': 7}");
    EXPECT_EQ(call(resolver, "/main/typed/7/"), "year 7");
    EXPECT_EQ(resolver.reverse("item", {}, {{"shop", "main"}, {"id", 7}}), "/main/items/7/");
}

TEST(Urls, FollowTheLanguage) {
    const Translations translations;
    const Resolver resolver({
        i18n_patterns(Urls{path<"about/">(home, "about")}, PrefixDefaultLanguage::No),
    });
    const LocalScope german(Slot::Language, &translations.language("de"));
    EXPECT_EQ(resolver.reverse("about", {}, {}), "/de/about/");
    EXPECT_TRUE(resolver.resolve("/de/about/"));
    EXPECT_FALSE(resolver.resolve("/about/"));
    const LocalScope english(Slot::Language, &translations.language("en-us"));
    EXPECT_EQ(resolver.reverse("about", {}, {}), "/about/");
    EXPECT_FALSE(resolver.resolve("/de/about/"));
}

TEST(Urls, ReadRegularExpressionsAsPython) {
    const auto matches = [](const char* pattern, const std::string& text) {
        const Resolver resolver({re_path("^" + std::string(pattern) + "$", anything)});
        return resolver.resolve("/" + text).has_value();
    };
    EXPECT_TRUE(matches("[^\\W\\d_]+", "aé"));
    EXPECT_FALSE(matches("[^\\W\\d_]+", "a1"));
    EXPECT_FALSE(matches("[^\\W\\d_]+", "a-"));
    EXPECT_TRUE(matches("[\\W]+", "-!\u2014"));
    EXPECT_FALSE(matches("[\\W]", "é"));
    EXPECT_FALSE(matches("[\\W]", "_"));
    for (const char* pattern : {"\\s", "[\\s]", "[^\\S]"}) {
        for (const char* space : {" ", "\v", "\u00a0", "\u3000"})
            EXPECT_TRUE(matches(pattern, space)) << pattern;
        EXPECT_FALSE(matches(pattern, "x")) << pattern;
    }
    for (const char* pattern : {"\\S", "[\\S]", "[^\\s]"}) {
        EXPECT_TRUE(matches(pattern, "é")) << pattern;
        EXPECT_FALSE(matches(pattern, "\u00a0")) << pattern;
    }
    EXPECT_TRUE(matches("[\\u4e00-\\u9fff]+\\U0001F352", "樱桃🍒"));
    EXPECT_TRUE(matches("x{,2}", "xx"));
    EXPECT_FALSE(matches("x{,2}", "xxx"));
    EXPECT_TRUE(matches("x{,a}", "x{,a}"));
}

TEST(Urls, RefuseListsThatCannotWork) {
    EXPECT_THROW(Resolver({path("<nosuch:x>/", home)}), ImproperlyConfigured);
    EXPECT_THROW(Resolver({re_path("(unclosed", home)}), ImproperlyConfigured);
    EXPECT_THROW(Resolver({path<"a/">(include(Urls{}, {.namespace_ = "n"}))}),
                 ImproperlyConfigured);
    EXPECT_THROW(Resolver({path<"a/">(include(Urls{i18n_patterns(Urls{})}))}),
                 ImproperlyConfigured);
    EXPECT_THROW(reverse("home"), ImproperlyConfigured) << "no site is current";
}

TEST(Resolver, MakesListsThatDependOnWhatIsInstalledOnce) {
    static constexpr auto named = [](const char* name) {
        return [name](Request&) { return Response(name); };
    };
    int made = 0;
    const Urls outer{path<"admin/">(include([&made] {
        ++made;
        return Urls{{path<"">(named("index"), "index"),
                     path<"more/">(include([] { return Urls{path<"x/">(named("x"), "x")}; }))},
                    {.app_name = "admin"}};
    }))};
    const Resolver resolver{Urls{path<"site/">(include(outer))}};
    EXPECT_EQ(call(resolver, "/site/admin/"), "index");
    EXPECT_EQ(call(resolver, "/site/admin/more/x/"), "x");
    EXPECT_EQ(resolver.reverse("admin:x", {}, {}), "/site/admin/more/x/");
    EXPECT_EQ(made, 1);
}

TEST(Urls, TellWhatWasTried) {
    const Resolver resolver({
        path<"a/">(include(Urls{{path<"x/">(home, "x"), path<"y/">(home)}, {.app_name = "app"}})),
        path<"b/">(include(Urls{path<"z/">(home, "z")})),
        path<"c/<int:n>/">(year, "c"),
    });
    std::string all;
    for (const TriedPattern& tried : resolver.tried("/a/nothing"))
        all += tried.route + " " + tried.name + "\n";
    EXPECT_EQ(all, "a/x/ app:x\na/y/ \nb/ \nc/<int:n>/ c\n");
}

TEST(Urls, AreCheckedForProbableMistakes) {
    const Urls twice{{path<"x/">(home, "a:b")}, {.app_name = "app"}};
    const Resolver resolver({
        path("/lead/", home),
        path("^x/$", home),
        path("a<b/", home),
        re_path("^inc/$", include(Urls{path<"y/">(home)})),
        re_path("^(?P<a>\\d)(\\d)", anything),
        path<"1/">(include(twice)),
        path<"2/">(include(twice)),
        path<"good/<int:n>/">(year, "good"),
    });
    std::vector<std::string> codes;
    for (const UrlFinding& finding : resolver.check()) codes.push_back(finding.error.code);
    EXPECT_EQ(codes,
              (std::vector<std::string>{"urls.W002", "2_0.W001", "urls.W010", "urls.W001",
                                        "urls.W011", "urls.W003", "urls.W003", "urls.W005"}));
    EXPECT_EQ(resolver.check(Resolver::AppendSlash::No).size(), codes.size() - 1);
}

TEST(View, KeepsParametersAndIdentityWhenDecorated) {
    int calls = 0;
    const Resolver resolver(
        {path<"c/<slug:slug>/">(decorate(with_flags(category_page, ViewFlags::CsrfExempt),
                                         [&calls](Request& request, auto&& next) -> Response {
                                             ++calls;
                                             if (request.method_text() != "GET")
                                                 return ResponseNotAllowed({"GET"});
                                             return next();
                                         }),
                                "category")});
    EXPECT_EQ(call(resolver, "/c/a/"), "category a");
    EXPECT_EQ(calls, 1);
    EXPECT_TRUE(resolver.resolve("/c/a/")->view().has(ViewFlags::CsrfExempt));
    EXPECT_FALSE(resolver.resolve("/c/a/")->view().has(ViewFlags::NoAppendSlash));
    const LocalScope scope(Slot::Urls, &resolver);
    EXPECT_EQ(reverse<category_page>("x"), "/c/x/");
}

TEST(Possibilities, SimplifyARegularExpressionAsDjangoDoes) {
    const auto texts = [](std::string_view regex) {
        std::string all;
        for (const impl::Possibility& possibility : impl::possibilities_of(regex)) {
            if (!all.empty()) all += " or ";
            for (const auto& piece : possibility.pieces) {
                all += piece.literal;
                if (!piece.parameter.empty()) all += "{" + piece.parameter + "}";
            }
        }
        return all;
    };
    EXPECT_EQ(texts("^a/(?P<x>[0-9]+(?:\\.\\d)?)/$"), "a/{x}/");
    EXPECT_EQ(texts("a(b)c(d)"), "a{_0}c{_1}");
    EXPECT_EQ(texts("a?b*c+d{2,3}"), "cdd");
    EXPECT_EQ(texts("(?:x(?P<a>1))?y"), "y or x{a}y");
    EXPECT_EQ(texts("[abc][^]]\\d\\w\\.\\/."), "a]0x./.");
    EXPECT_EQ(texts("a|b"), "");
    EXPECT_EQ(texts("(?i)a(?=b)c(?#no)"), "ac");
    EXPECT_EQ(texts("(?:a(?:b"), "");
}

}  // namespace
}  // namespace tatum::urls
