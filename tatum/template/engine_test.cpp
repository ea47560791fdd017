#include <tatum/template/engine.h>

#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/settings.h>
#include <tatum/base/timezone.h>
#include <tatum/template/extract.h>
#include <tatum/template/impl/name_table.h>
#include <tatum/template/parser.h>

#include <gtest/gtest.h>
#include <ucontext.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace tatum::template_ {
namespace {

using Entries = std::vector<MemoryLoader::Entry>;

EngineOptions with_templates(Entries entries) {
    EngineOptions options;
    options.loaders.push_back(std::make_shared<MemoryLoader>(std::move(entries)));
    return options;
}

std::string render(const Engine& engine, std::string_view source, const Dict& variables = {}) {
    std::string out;
    engine.render(*engine.from_string(source), variables, Value(), out);
    return out;
}

/// The code of the error that `action` throws.
template <class F>
std::string code_of(F action) {
    try {
        action();
    } catch (const Exception& error) {
        return error.error() ? error.error()->code : "no code";
    }
    return "nothing thrown";
}

TEST(Context, FindsTheNewestVariableAndForgetsItWithItsFrame) {
    Context context(Dict{{"a", 1}});
    context.push(Dict{{"a", 2}, {"b", 3}});
    EXPECT_EQ(context.get("a"), Value(2));
    context.set_upward("b", Value(4));
    context.set("c", Value(5));
    EXPECT_EQ(context.flatten(), (Dict{{"a", 2}, {"b", 4}, {"c", 5}}));
    context.pop();
    EXPECT_EQ(context.get("a"), Value(1));
    EXPECT_FALSE(context.contains("b"));
    context.pop();
    context.pop();
    EXPECT_EQ(context.get("c"), Value());
}

TEST(Context, KeepsTheVariablesItWasMadeOfBelowAllOthers) {
    Context context(Dict{{"a", 1}, {"b", 2}});
    context.set("b", 3);
    context.push();
    context.set_upward("a", 4);
    context.set_upward("new", 5);
    EXPECT_EQ(context.get("a"), Value(4));
    EXPECT_EQ(context.flatten(), (Dict{{"a", 4}, {"b", 3}, {"new", 5}}));
    context.pop();
    EXPECT_EQ(context.get("a"), Value(4));
    EXPECT_EQ(context.get("b"), Value(3));
    EXPECT_FALSE(context.contains("new"));
}

TEST(Context, LeavesTheMappingAloneThatItViews) {
    const Dict variables{{"a", 1}};
    Context context = Context::view(variables);
    EXPECT_EQ(context.find("a"), variables.find("a"));
    context.set("b", 2);
    context.push();
    context.set_upward("a", 3);
    EXPECT_EQ(context.flatten(), (Dict{{"a", 3}, {"b", 2}}));
    EXPECT_EQ(variables, (Dict{{"a", 1}}));
}

TEST(NameTable, KeepsEachNameOnceUpToItsLimits) {
    impl::NameTable names;
    const auto share = [&](const std::string& text) { return names.share(Name(text)); };
    const Name first = share("product");
    EXPECT_EQ(share("product").text.data(), first.text.data());
    EXPECT_EQ(share("product").hash, Name("product").hash);
    const std::string longest(impl::NameTable::kNameBytesMax, 'x'), longer = longest + "x";
    EXPECT_NE(share(longest).text.data(), longest.data());
    EXPECT_EQ(share(longer).text.data(), longer.data());
    for (std::size_t i = 2; i < impl::NameTable::kNamesMax; ++i) share("v" + std::to_string(i));
    const std::string last = "last";
    EXPECT_EQ(share(last).text.data(), last.data());
    EXPECT_EQ(share("product").text.data(), first.text.data());
}

TEST(Context, FindsEachOfManyVariables) {
    Context context(Dict{{"v0", "base"}, {"base", 1}});
    std::vector<std::string> names;
    for (int i = 0; i < 40; ++i) names.push_back("v" + std::to_string(i));
    for (int i = 0; i < 40; ++i) {
        context.push();
        context.set(names[static_cast<std::size_t>(i)], i);
        for (int j = 0; j <= i; ++j) {
            EXPECT_EQ(context.get(names[static_cast<std::size_t>(j)]), Value(j));
        }
        EXPECT_EQ(context.get("base"), Value(1));
    }
    context.set("v3", "newer");
    EXPECT_EQ(context.get("v3"), Value("newer"));
}

TEST(Engine, KeepsParsedTemplates) {
    const Engine engine(with_templates({{"a.html", "x"}}));
    EXPECT_EQ(engine.get_template("a.html"), engine.get_template("a.html"));
    EXPECT_EQ(engine.get_template("a.html")->name(), "a.html");
}

TEST(Engine, TellsWhereItLookedForATemplate) {
    const Engine engine(with_templates({{"a.html", "x"}}));
    try {
        engine.get_template("b.html");
        FAIL();
    } catch (const TemplateDoesNotExist& error) {
        EXPECT_EQ(error.name(), "b.html");
        ASSERT_EQ(error.tried().size(), 1u);
        EXPECT_EQ(error.tried()[0].reason, "Source does not exist");
    }
    const std::vector<std::string> names = {"b.html", "a.html"};
    EXPECT_EQ(engine.select_template(names)->name(), "a.html");
}

TEST(Engine, ShowsTheLinesAroundASyntaxError) {
    const Engine engine(with_templates({{"a.html", "one\ntwo {% nope %} three\nfour"}}));
    try {
        engine.get_template("a.html");
        FAIL();
    } catch (const TemplateSyntaxError& error) {
        const TemplateFault& fault = error.fault();
        EXPECT_EQ(fault.template_name, "a.html");
        EXPECT_EQ(fault.line, 2u);
        EXPECT_EQ(fault.before, "two ");
        EXPECT_EQ(fault.during, "{% nope %}");
        EXPECT_EQ(fault.after, " three");
        ASSERT_EQ(fault.lines.size(), 3u);
        EXPECT_EQ(fault.lines[2].text, "four");
        EXPECT_EQ(error.error()->where.line, 2u);
    }
}

TEST(Engine, TellsWhereRenderingFailedInTheInnermostTemplate) {
    const Engine engine(with_templates(
        {{"main.html", "a\n{% include 'i.html' %}"}, {"i.html", "b\nc\n{{ x|divisibleby:0 }}"}}));
    try {
        engine.render_to_string("main.html", {{"x", 1}});
        FAIL();
    } catch (const TemplateRenderError& error) {
        EXPECT_EQ(error.fault().template_name, "i.html");
        EXPECT_EQ(error.fault().line, 3u);
        EXPECT_EQ(error.fault().during, "{{ x|divisibleby:0 }}");
    }
}

/// A function of a context that fails.
class Failing final : public Object {
public:
    explicit Failing(bool silent) : silent_(silent) {}
    struct Loud : Exception {
        using Exception::Exception;
    };
    struct Silent : Exception {
        using Exception::Exception;
        bool silent_variable_failure() const override { return true; }
    };
    std::string_view type_name(Self) const override { return "Failing"; }
    bool is_callable(Self) const override { return true; }
    std::optional<Value> call(Self, std::span<const Value>) const override {
        if (silent_) throw Silent("quiet");
        throw Loud("loud");
    }

private:
    bool silent_;
};

TEST(Engine, PassesOtherExceptionsOnAndKeepsThePlace) {
    const Engine engine(EngineOptions{});
    Context context(Dict{{"f", Value::adopt(new Failing(false))}});
    engine.prepare(context);
    std::string out;
    EXPECT_THROW(engine.from_string("a\n{{ f }}")->render(context, out), Failing::Loud);
    ASSERT_NE(context.fault(), nullptr);
    EXPECT_EQ(context.fault()->line, 2u);
    EXPECT_EQ(render(engine, "[{{ f }}]", {{"f", Value::adopt(new Failing(true))}}), "[]");
}

TEST(Engine, TellsWhichTemplateOfAChainAVariableFailedIn) {
    const Engine engine(with_templates(
        {{"leaf.html", "{% extends 'mid.html' %}{% block b %}{{ block.super }}{% endblock %}"},
         {"mid.html", "{% extends 'root.html' %}\n{% block b %}{{ a }}\n{{ f }}{% endblock %}"},
         {"root.html", "{{ a }}\n\n{% block b %}{% endblock %}\n{{ a }}"}}));
    Context context(Dict{{"a", "a"}, {"f", Value::adopt(new Failing(false))}});
    engine.prepare(context);
    std::string out;
    EXPECT_THROW(engine.get_template("leaf.html")->render(context, out), Failing::Loud);
    ASSERT_NE(context.fault(), nullptr);
    EXPECT_EQ(context.fault()->template_name, "mid.html");
    EXPECT_EQ(context.fault()->line, 3u);
    EXPECT_EQ(context.fault()->during, "{{ f }}");
}

TEST(Engine, ShowsBlocksAsOftenAsTheyAreAskedForWhateverThatComesTo) {
    constexpr int kLevels = 13;
    Entries templates{{"0.html", "{% block a %}x{% endblock %}"}};
    for (int level = 1; level <= kLevels; ++level) {
        templates.push_back(
            {std::to_string(level) + ".html",
             "{% extends '" + std::to_string(level - 1) +
                 ".html' %}{% block a %}{{ block.super }}{{ block.super }}{% endblock %}"});
    }
    const Engine engine(with_templates(std::move(templates)));
    EXPECT_EQ(engine.render_to_string(std::to_string(kLevels) + ".html"),
              std::string(1 << kLevels, 'x'));
}

TEST(Engine, PutsStringIfInvalidWhereVariablesAreMissing) {
    EngineOptions options;
    options.string_if_invalid = "<%s>";
    const Engine engine(std::move(options));
    EXPECT_EQ(render(engine, "{{ a.b|upper }}{% if a %}x{% endif %}"), "&lt;a.b&gt;");
}

TEST(Engine, AddsWhatContextProcessorsGiveUnlessTheViewHasIt) {
    EngineOptions options;
    options.context_processors.push_back(
        [](const Value& request) -> Dict { return {{"path", request}, {"a", "processor"}}; });
    const Engine engine(std::move(options));
    std::string out;
    engine.render(*engine.from_string("{{ path }}{{ a }}{{ request }}"), {{"a", "view"}},
                  Value("/x/"), out);
    EXPECT_EQ(out, "/x/view/x/");
    EXPECT_EQ(render(engine, "[{{ path }}]"), "[]");
}

TEST(Engine, TakesWhatTheLastContextProcessorGives) {
    EngineOptions options;
    options.context_processors = {[](const Value&) -> Dict { return {{"a", 1}, {"b", 1}}; },
                                  [](const Value&) -> Dict { return {{"b", 2}}; }};
    const Engine engine(std::move(options));
    std::string out;
    engine.render(*engine.from_string("{{ a }}{{ b }}"), {}, Value("/x/"), out);
    EXPECT_EQ(out, "12");
}

TEST(Engine, FindsAPartOfATemplateBehindASign) {
    const Engine engine(
        with_templates({{"a.html", "{% partialdef p %}part{% endpartialdef %}whole"}}));
    EXPECT_EQ(engine.render_to_string("a.html#p"), "part");
    EXPECT_EQ(engine.render_to_string("a.html#"), "whole");
    EXPECT_THROW(engine.get_template("a.html#q"), TemplateDoesNotExist);
    EXPECT_THROW(render(engine, "{% extends 'a.html#p' %}"), TemplateDoesNotExist);
}

TEST(Engine, KeepsTheTemplateThatIsExtended) {
    const Engine engine(with_templates({}));
    Context context(Dict{{"parent", to_value(engine.from_string(
                                        "<{% block a %}{% endblock %}{{ x }}{{ parent }}>"))},
                         {"x", "&"}});
    const TemplatePointer child = engine.from_string(
        "{% extends parent %}{% block a %}{% cycle 'a' 'b' as parent %}"
        "{% endblock %}");
    EXPECT_EQ(child->render(context), "<a&amp;a>");
}

TEST(Engine, ComparesAVariableAsItWasBeforeTheOtherSideWasRendered) {
    std::string parent = "{% block a %}";
    for (int i = 0; i < 40; ++i) parent += "{% now 'Y' as v" + std::to_string(i) + " %}";
    const Engine engine(with_templates({{"parent.html", parent + "{{ x }}{% endblock %}"}}));
    EXPECT_EQ(render(engine,
                     "{% extends 'parent.html' %}{% block a %}{% with x='a longer text than fits' "
                     "%}{% if x == block.super %}same{% endif %}{% endwith %}{% endblock %}"),
              "same");
}

TEST(Engine, LimitsHowDeepGroupsLieInGroups) {
    const Engine engine(with_templates({}));
    const auto nested = [&](int levels) {
        std::string source;
        for (int i = 0; i < levels; ++i) source += "{% regroup l by a as l %}";
        return render(engine, source + "{{ l|length }}", {{"l", List{"x"}}});
    };
    EXPECT_EQ(nested(64), "1");
    EXPECT_EQ(code_of([&] { nested(65); }), "template.E190");
}

TEST(Engine, DoesNotTakeALongTextToPieces) {
    const Engine engine(with_templates({}));
    const Dict long_text{{"t", std::string(3'000'000, 'x')}};
    for (const char* source :
         {"{% for c in t %}{% endfor %}", "{{ t|make_list|length }}", "{{ t|join:',' }}",
          "{% regroup t by a as g %}", "{{ t|safeseq }}", "{{ t|dictsort:0 }}"}) {
        EXPECT_EQ(code_of([&] { render(engine, source, long_text); }), "template.E190") << source;
    }
}

TEST(Engine, ReadsAHostileSourceInItsOwnTime) {
    const Engine engine(with_templates({}));
    const auto repeated = [](std::string_view text, std::size_t count) {
        std::string source;
        for (std::size_t i = 0; i < count; ++i) source += text;
        return source;
    };
    // Each of these takes minutes where something is searched for again and again.
    EXPECT_EQ(render(engine, repeated("{{ a }}", 400'000)), "");
    EXPECT_EQ(render(engine, repeated("{%", 2'000'000)).size(), 4'000'000u);
    EXPECT_EQ(render(engine, repeated("{% load i18n %}", 200'000)), "");
    EXPECT_EQ(code_of([&] { engine.from_string("{{ a" + repeated(" ", 2'000'000) + "x }}"); }),
              "template.E011");
    std::string blocks;
    for (int i = 0; i < 50'000; ++i)
        blocks += "{% block b" + std::to_string(i) + " %}{% endblock %}";
    EXPECT_EQ(render(engine, blocks), "");
}

TEST(Engine, SlicesARangeWithoutMakingItsNumbers) {
    const Engine engine(with_templates({}));
    const auto slice = [&](Value range, std::string_view how) {
        return render(engine, "{{ r|slice:'" + std::string(how) + "' }}",
                      {{"r", std::move(range)}});
    };
    EXPECT_EQ(slice(Value::range(0, 10, 1), "::3"), "range(0, 10, 3)");
    EXPECT_EQ(slice(Value::range(10, 0, -2), "-3::-2"), "range(6, 12, 4)");
    EXPECT_EQ(slice(Value::range(0, 10, 3), "3:1"), "range(9, 3, 3)");
    EXPECT_EQ(slice(Value::range(0, 1'000'000'000'000, 1), "5:"), "range(5, 1000000000000)");
    EXPECT_EQ(slice(Value::range(0, 10, 4), "::4611686018427387904"),
              "range(0, 12, 9223372036854775807)");
}

TEST(Engine, WritesABlockWithoutALanguageWhenItsTranslationDoesNotFit) {
    Translations translations;
    Catalog german;
    german.add("", "It is %(x)s", "Es ist %(y)s");
    german.add("", "Now %(x)s", "Nun %(x)d");
    translations.add("de", std::move(german));
    const LocalScope scope(Slot::Language, &translations.language("de"));
    const Engine engine(with_templates({}));
    const auto block = [&](std::string_view options, std::string_view text) {
        return render(engine,
                      "{% load i18n %}{% blocktranslate " + std::string(options) + " %}" +
                          std::string(text) + " {{ x }}{% endblocktranslate %}|{{ x }}{{ v }}",
                      {{"x", 1.5}});
    };
    EXPECT_EQ(block("", "It is"), "It is 1.5|1,5");
    EXPECT_EQ(block("asvar v", "It is"), "|1,5");
    EXPECT_EQ(code_of([&] { block("", "Now"); }), "template.E102");
}

/// 2024-05-05T12:30:45Z.
struct StoppedClock final : Clock {
    std::int64_t now() const override { return 1'714'912'245'000'000; }
};

TEST(Engine, TakesTheTimeWithoutAZoneFromTheSettingsZone) {
    const StoppedClock clock;
    const LocalScope stopped(Slot::Clock, &clock);
    Settings settings;
    settings.time_zone = "Pacific/Kiritimati";  // 14 hours ahead
    const LocalScope site(Slot::Settings, &settings);
    EngineOptions options;
    options.use_tz = false;
    const Engine engine(std::move(options));
    EXPECT_EQ(render(engine, "{% now 'Y-m-d H:i' %} {{ t|timesince }} {{ t|date:'U' }}",
                     {{"t", naive_now()}}),
              "2024-05-06 02:30 0\u00a0minutes 1714912245");
}

/// A template of nested `{% if %}` tags, made by chance, and what it shows.
class RandomIfs {
public:
    explicit RandomIfs(unsigned seed) : random_(seed) { add_some(4, true); }

    std::string source, expected;

private:
    unsigned pick(unsigned count) { return static_cast<unsigned>(random_() % count); }
    void add(std::string_view text, std::string_view output, bool shown) {
        source += text;
        if (shown) expected += output;
    }
    void add_some(int depth, bool shown) {
        for (unsigned count = pick(5); count > 0; --count) {
            switch (pick(depth > 0 ? 4 : 2)) {
                case 0:
                    add("text ", "text ", shown);
                    break;
                case 1:
                    add("{{ v }}", "<v>", shown);
                    break;
                default:
                    add_if(depth, shown);
            }
        }
    }
    void add_if(int depth, bool shown) {
        bool taken = false;
        const unsigned branches = 1 + pick(3);
        for (unsigned i = 0; i < branches; ++i) {
            const bool holds = pick(2) == 0;
            source.append(i == 0 ? "{% if " : "{% elif ").append(holds ? "yes" : "no") += " %}";
            add_some(depth - 1, shown && holds && !taken);
            taken = taken || holds;
        }
        if (pick(2) == 0) {
            source += "{% else %}";
            add_some(depth - 1, shown && !taken);
        }
        source += "{% endif %}";
    }

    std::mt19937 random_;
};

TEST(Engine, TakesTheRightBranchHoweverIfsAreNested) {
    const Engine engine(EngineOptions{});
    const Dict variables{{"yes", true}, {"no", false}, {"v", Value::safe("<v>")}};
    for (unsigned seed = 0; seed < 500; ++seed) {
        const RandomIfs made(seed);
        EXPECT_EQ(render(engine, made.source, variables), made.expected)
            << "seed " << seed << ": " << made.source;
    }
}

TEST(Engine, StopsAtItsLimits) {
    EngineOptions options;
    options.limits = {.nesting_depth = 3,
                      .render_depth = 10,
                      .output_bytes = 100,
                      .iterations = 5,
                      .value_bytes = 50};
    const Engine engine(std::move(options));
    const auto code = [&](std::string_view source) {
        return code_of([&] { render(engine, source, {{"l", Value::range(0, 6)}}); });
    };
    EXPECT_EQ(code("{% if a %}{% if a %}{% endif %}{% endif %}"), "nothing thrown");
    EXPECT_EQ(code("{% if a %}{% if a %}{% if a %}{% endif %}{% endif %}{% endif %}"),
              "template.E190");
    EXPECT_EQ(code("{% for x in l %}{% endfor %}"), "template.E190");
    EXPECT_EQ(code("{{ 1|ljust:100 }}"), "template.E190");
    EXPECT_EQ(code("{{ 1|ljust:50 }}{{ 1|ljust:50 }}"), "nothing thrown");
    EXPECT_EQ(code("{{ 1|ljust:50 }}{{ 1|ljust:50 }}x"), "template.E190");
}

TEST(Engine, StopsWorkThatShowsNothing) {
    EngineOptions options;
    options.limits.steps = 100;
    options.limits.filtered_bytes = 1000;
    const Engine engine(std::move(options));
    const auto code = [&](std::string_view source) {
        return code_of([&] { render(engine, source, {{"l", Value::range(0, 30)}}); });
    };
    EXPECT_EQ(code("{% for x in l %}{% if x %}{% endif %}{% endfor %}"), "nothing thrown");
    EXPECT_EQ(code("{% for x in l %}{% if x %}{% endif %}a{{ x }}b{% endfor %}"), "template.E190");
    EXPECT_EQ(code("{% if 1|ljust:500 == 1|ljust:500 %}{% endif %}"), "nothing thrown");
    EXPECT_EQ(code("{% if 1|ljust:501 == 1|ljust:500 %}{% endif %}"), "template.E190");
}

class Pieces final : public Sink {
public:
    void write(std::string_view piece) override { pieces.emplace_back(piece); }
    std::vector<std::string> pieces;
};

TEST(Engine, StreamsInPieces) {
    const Engine engine(EngineOptions{});
    Context context(Dict{{"l", Value::range(0, 30)}});
    engine.prepare(context);
    Pieces sink;
    const auto page = engine.from_string(
        "{% for x in l %}{% filter upper %}abcdefghi{% endfilter %},{% endfor %}");
    page->render(context, sink, 100);
    EXPECT_EQ(sink.pieces.size(), 3u);
    std::string whole;
    for (const std::string& piece : sink.pieces) whole += piece;
    EXPECT_EQ(whole.size(), 300u);
    EXPECT_EQ(whole, page->render(context));
}

TEST(Engine, TakesTemplatesAsVariables) {
    const Engine engine(EngineOptions{});
    const TemplatePointer base = engine.from_string("<{% block a %}{% endblock %}>");
    EXPECT_EQ(render(engine, "{% extends base %}{% block a %}x{% endblock %}", {{"base", base}}),
              "<x>");
    EXPECT_EQ(render(engine, "{% include base %}", {{"base", base}}), "<>");
}

TEST(Engine, ChecksAllTemplatesAtOnce) {
    const Engine engine(with_templates({{"a.html", "{% if %}{% endif %}"},
                                        {"b.html", "x\n{% include 'nope.html' %}"},
                                        {"c.html", "{% extends 'b.html' %}"}}));
    const std::vector<Error> faults = engine.check_all();
    ASSERT_EQ(faults.size(), 2u);
    EXPECT_EQ(faults[0].where.file, "a.html");
    EXPECT_EQ(faults[0].where.line, 1u);
    EXPECT_EQ(faults[1].code, "template.E180");
    EXPECT_EQ(faults[1].where.line, 2u);
}

TEST(Engine, ExtendsANamesakeOfTheNextLoader) {
    EngineOptions options = with_templates(
        {{"a.html", "{% extends 'a.html' %}{% block x %}1{{ block.super }}{% endblock %}"}});
    static constexpr std::string_view kBelow = "{% block x %}2{% endblock %}";
    options.loaders.push_back(
        std::make_shared<EmbeddedLoader>(std::vector<EmbeddedLoader::Entry>{{"a.html", kBelow}}));
    const Engine engine(std::move(options));
    EXPECT_EQ(engine.render_to_string("a.html"), "12");
    EXPECT_EQ(engine.render_to_string("a.html"), "12");
}

TEST(Engine, RendersPartialsByName) {
    const Engine engine(
        with_templates({{"a.html", "x{% partialdef row inline %}[{{ n }}]{% endpartialdef %}"}}));
    EXPECT_EQ(engine.render_to_string("a.html", {{"n", 1}}), "x[1]");
    EXPECT_EQ(engine.render_to_string("a.html#row", {{"n", 1}}), "[1]");
    EXPECT_THROW(engine.get_template("a.html#nope"), TemplateDoesNotExist);
}

/// A folder that is gone at the end of a test.
class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / "tatum_template_test") {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_ / "sub");
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    void write(const std::string& name, std::string_view text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
    }
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

TEST(FilesystemLoader, ReadsAgainWhatHasChanged) {
    const Folder folder;
    folder.write("sub/a.html", "1");
    EngineOptions options;
    options.reload = true;
    options.loaders.push_back(
        std::make_shared<FilesystemLoader>(std::vector<std::string>{folder.path()}));
    const Engine engine(std::move(options));
    EXPECT_EQ(render(engine, "{% include 'sub/a.html' %}"), "1");
    folder.write("sub/a.html", "22");
    EXPECT_EQ(render(engine, "{% include 'sub/a.html' %}"), "22");
    EXPECT_EQ(engine.options().loaders[0]->names(), std::vector<std::string>{"sub/a.html"});
}

TEST(FilesystemLoader, StaysInItsFolderAndRefusesWhatIsNoText) {
    const Folder folder;
    folder.write("sub/a.html", "x");
    folder.write("bad.html", "\xFF\xFE");
    const FilesystemLoader loader({folder.path() + "/sub"});
    for (const char* name : {"../bad.html", "/etc/passwd", "x/../../bad.html", "..", ""}) {
        EXPECT_TRUE(loader.origins(name).empty()) << name;
    }
    EXPECT_EQ(loader.origins("x/../a.html").size(), 1u);
    EngineOptions options;
    options.loaders.push_back(
        std::make_shared<FilesystemLoader>(std::vector<std::string>{folder.path()}));
    const Engine engine(std::move(options));
    EXPECT_EQ(code_of([&] { engine.get_template("bad.html"); }), "template.E001");
    EXPECT_THROW(engine.get_template("sub"), TemplateDoesNotExist);
}

struct BoxNode : Node {
    static Result<Node*> parse(Parser& parser, const Token& token) {
        const auto bits = token.split_contents();
        if (bits.size() != 2) return parser.error(token, "'box' takes one argument");
        TATUM_TRY(const FilterExpression* title, parser.compile_filter(bits[1]));
        TATUM_TRY(const NodeList body, parser.parse({"endbox"}));
        parser.next_token();
        return parser.make<BoxNode>(title, body);
    }
    BoxNode(const FilterExpression* box_title, NodeList box_body)
        : title(box_title), body(box_body) {}
    void render(Context& context, std::string& out) const override {
        out += "[";
        title->render(context, out);
        out += ":";
        body.render(context, out);
        out += "]";
    }
    const FilterExpression* title;
    NodeList body;
};

Library shop_tags() {
    return Library("shop")
        .filter("shout", [](std::string_view text) { return std::string(text) + "!"; })
        .filter("times", [](int n, std::optional<int> factor) { return n * factor.value_or(2); })
        .filter(
            "bold",
            [](std::string_view text) { return Value::safe("<b>" + std::string(text) + "</b>"); })
        .simple_tag("price", {"amount", defaulted("currency", "EUR")},
                    [](const Decimal& amount, std::string_view currency) {
                        return amount.str() + " <" + std::string(currency) + ">";
                    })
        .simple_tag("all", {rest("items"), keywords("named")},
                    [](const List& items, const Dict& named) {
                        return std::to_string(items.size()) + "/" + std::to_string(named.size());
                    })
        .simple_tag("who", {}, [](Context& context) { return context.get("user"); })
        .simple_block_tag("twice", {},
                          [](const Value& body) { return Value::safe(body.str() + body.str()); })
        .inclusion_tag("crumbs", "crumbs.html", {"name"},
                       [](const Value& name) -> Dict { return {{"name", name}}; })
        .tag<BoxNode>("box");
}

class LibraryTest : public ::testing::Test {
protected:
    LibraryTest() : engine_(options()) {}
    static EngineOptions options() {
        EngineOptions made = with_templates({{"crumbs.html", "{{ name }}{{ csrf_token }}{{ a }}"}});
        made.libraries.push_back(shop_tags());
        return made;
    }
    std::string run(std::string_view source, Dict variables = {}) {
        return render(engine_, "{% load shop %}" + std::string(source), std::move(variables));
    }
    std::string code(std::string_view source) {
        return code_of([&] { run(source); });
    }
    Engine engine_;
};

TEST_F(LibraryTest, FiltersTakeTypedValues) {
    EXPECT_EQ(run("{{ a|shout }}{{ 3|times }}{{ 3|times:5 }}", {{"a", 1}}), "1!615");
    EXPECT_EQ(run("{{ '<'|bold }}"), "<b><</b>");
    EXPECT_EQ(code("{{ 'x'|times }}"), "template.E101");
    EXPECT_EQ(code("{{ 1|shout:2 }}"), "template.E014");
}

TEST_F(LibraryTest, SimpleTagsTakeNamedAndOptionalArguments) {
    EXPECT_EQ(run("{% price '1.50' %}"), "1.50 &lt;EUR&gt;");
    EXPECT_EQ(run("{% price currency='USD' amount=2 as p %}{{ p }}"), "2 &lt;USD&gt;");
    EXPECT_EQ(run("{% all 1 2 x=3 %}"), "2/1");
    EXPECT_EQ(run("{% who %}", {{"user", "ann"}}), "ann");
}

TEST_F(LibraryTest, WrongUseIsFoundWhenTheTemplateIsParsed) {
    for (const char* source :
         {"{% price %}", "{% price 1 2 3 %}", "{% price amount=1 amount=2 %}",
          "{% price 1 cents=2 %}", "{% price amount=1 2 %}", "{% box %}{% endbox %}"}) {
        EXPECT_THROW(engine_.from_string("{% load shop %}" + std::string(source)),
                     TemplateSyntaxError)
            << source;
    }
}

TEST_F(LibraryTest, BlocksAndInclusionsRender) {
    EXPECT_EQ(run("{% twice %}<{{ a }}>{% endtwice %}", {{"a", "&"}}), "<&amp;><&amp;>");
    EXPECT_EQ(run("{% box a %}x{% endbox %}", {{"a", "&"}}), "[&amp;:x]");
    EXPECT_EQ(run("{% crumbs 'n' %}", {{"a", "hidden"}, {"csrf_token", "t"}}), "nt");
}

TEST(Library, RefusesParametersThatDoNotFitTheFunction) {
    EXPECT_THROW(Library("x").simple_tag("t", {"a", "b"}, [](int a) { return a; }),
                 ImproperlyConfigured);
}

TEST(ExtractMessages, FindsTagsConstantsAndComments) {
    const auto messages = extract_messages(
        "{# Translators: on the button #}\n{% translate 'Buy 5%' context 'shop' %}\n"
        "{{ a|default:_(\"None\") }}{% trans variable %}\n"
        "{% blocktranslate count n=l|length trimmed %}\n one {{ n }} \n{% plural %}\n many {{ n "
        "}}\n"
        "{% endblocktranslate %}");
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_EQ(messages[0].id, "Buy 5%%");
    EXPECT_EQ(messages[0].context, "shop");
    EXPECT_EQ(messages[0].comment, "Translators: on the button");
    EXPECT_EQ(messages[0].line, 2u);
    EXPECT_EQ(messages[1].id, "None");
    EXPECT_EQ(messages[2].id, "one %(n)s");
    EXPECT_EQ(messages[2].plural, "many %(n)s");
    EXPECT_TRUE(messages[2].has_fields);
}

TEST(ExtractMessages, GivesCommentsToTheFirstMessageOfTheNextLineThatHoldsAnything) {
    const auto comment_of = [](std::string_view source) {
        const auto messages = extract_messages(source);
        std::string comments;
        for (const auto& message : messages) comments += "[" + message.comment + "]";
        return comments;
    };
    EXPECT_EQ(
        comment_of("{# Translators: a #}\n\n{# note #}\n{# Translators: b #}\n \n{% trans 'x' %}"),
        "[Translators: a\nTranslators: b]");
    EXPECT_EQ(comment_of("{# Translators: a #}{% trans 'x' %}"), "[]");
    EXPECT_EQ(comment_of("{# Translators: a #} {# Translators: b #}\n{% trans 'x' %}"),
              "[Translators: b]");
    EXPECT_EQ(comment_of("{# Translators: a #}\n<p>{{ y }}{% trans 'x' %}{% trans 'z' %}"),
              "[Translators: a][]");
    EXPECT_EQ(comment_of("{# Translators: a #}\n<p>\n{% trans 'x' %}"), "[]");
    EXPECT_EQ(comment_of("{% trans 'x' %} {# Translators: a #}\n{% if b %}\n{% trans 'z' %}"),
              "[][]");
    EXPECT_EQ(
        comment_of("{% comment %}note\n Translators: a\n b\n{% endcomment %}\n{% trans 'x' %}"),
        "[Translators: a\nb]");
    EXPECT_TRUE(extract_messages("{% trans '5% off' %}")[0].has_fields);
}

TEST(ExtractMessages, TakesAnyInput) {
    for (const char* source : {"{% trans %}", "{% trans _( %}", "{% blocktrans %}", "{{ _(' }}",
                               "{% comment %}", "{% trans \"\\\" %}", "{% plural %}"}) {
        EXPECT_TRUE(extract_messages(source).empty()) << source;
    }
}

// --- on a fiber's stack --------------------------------------------------------------------------

constexpr std::size_t kFiberStackBytes = 256 * 1024;
ucontext_t main_context, fiber_context;
std::string fiber_outcome;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TATUM_TEST_SANITIZED
#endif
#endif

/// The deepest nesting that the limits allow, parsed and rendered, then one level more.
void nest_to_the_limits() {
    const Engine engine(
        with_templates({{"self.html", "{% if a %}{% include 'self.html' %}{% endif %}"}}));
    const std::size_t levels = engine.options().limits.nesting_depth - 1;
    const auto nested = [&](std::size_t depth) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i) text += "{% for x in l %}";
        text += "deep";
        for (std::size_t i = 0; i < depth; ++i) text += "{% endfor %}";
        return render(engine, text, {{"l", Value(List{Value(1)})}});
    };
    fiber_outcome = nested(levels);
    fiber_outcome += code_of([&] { nested(levels + 1); });
    fiber_outcome += code_of([&] { engine.render_to_string("self.html", {{"a", true}}); });
}

TEST(Engine, NeedsNoMoreThanAFibersStack) {
#ifdef TATUM_TEST_SANITIZED
    GTEST_SKIP() << "frames are several times larger under AddressSanitizer";
#endif
    const auto stack = std::make_unique<char[]>(kFiberStackBytes);
    getcontext(&fiber_context);
    fiber_context.uc_stack.ss_sp = stack.get();
    fiber_context.uc_stack.ss_size = kFiberStackBytes;
    fiber_context.uc_link = &main_context;
    makecontext(&fiber_context, &nest_to_the_limits, 0);
    swapcontext(&main_context, &fiber_context);
    EXPECT_EQ(fiber_outcome, "deeptemplate.E190template.E190");
}

}  // namespace
}  // namespace tatum::template_
