#include "allocations.h"
#include "by_hand.h"

#include <tatum/base/json.h>
#include <tatum/template/engine.h>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

/// Pages rendered by templates and by hand-written functions, with the heap allocations of each.
///
///     template_bench CONTEXT.json [--benchmark_...]      (compare.py makes the file)
///     template_bench CONTEXT.json --print PAGE           prints a page, to compare with others
///     template_bench CONTEXT.json --repeat template|by_hand PAGE COUNT
///                                                        renders it so often, for callgrind

namespace tatum::bench {
namespace {

using template_::Engine;
using template_::TemplatePointer;

struct Page {
    const char* name;
    void (*by_hand)(std::string&, const Data&);
};
constexpr Page kPages[] = {
    {"list", &list_page}, {"product", &product_page}, {"table", &table_page}, {"deep", &deep_page}};

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

template_::EngineOptions options() {
    template_::EngineOptions made;
    made.loaders.push_back(std::make_shared<template_::FilesystemLoader>(
        std::vector<std::string>{TEMPLATE_BENCH_DIR "/pages"}));
    return made;
}

void render_template(benchmark::State& state, const Engine& engine, const char* name,
                     const Dict& context) {
    const TemplatePointer page = engine.get_template(std::string(name) + ".html");
    std::string out;
    engine.render(*page, context, Value(), out);
    std::size_t used = 0;
    for (auto _ : state) {
        out.clear();
        const std::size_t before = allocation_count();
        engine.render(*page, context, Value(), out);
        used = allocation_count() - before;
        benchmark::DoNotOptimize(out);
    }
    state.counters["allocations"] = static_cast<double>(used);
    state.counters["bytes"] = static_cast<double>(out.size());
}

void render_by_hand(benchmark::State& state, const Page& page, const Data& data) {
    std::string out;
    page.by_hand(out, data);
    std::size_t used = 0;
    for (auto _ : state) {
        out.clear();
        const std::size_t before = allocation_count();
        page.by_hand(out, data);
        used = allocation_count() - before;
        benchmark::DoNotOptimize(out);
    }
    state.counters["allocations"] = static_cast<double>(used);
}

using Sources = std::vector<template_::MemoryLoader::Entry>;

/// The templates of CranStore and of its apps.
Sources store_sources() {
    namespace fs = std::filesystem;
    Sources sources;
    for (const char* folder : {TEMPLATE_BENCH_DIR "/../../sites/cranstore/templates",
                               TEMPLATE_BENCH_DIR "/../../commerce/products/templates"}) {
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            if (!entry.is_regular_file()) continue;
            std::string name = fs::relative(entry.path(), folder).generic_string();
            const bool known = std::ranges::any_of(
                sources, [&](const auto& source) { return source.name == name; });
            if (!known) sources.push_back({std::move(name), read_file(entry.path().string())});
        }
    }
    return sources;
}

/// As many and as long as the templates of Django's admin (50 files of about 1.3 KB, a few of them
/// long), in the forms that such pages have.
Sources admin_sources() {
    constexpr std::string_view kPart = R"({% if cl.result_count != cl.result_list|length %}
<p class="summary">{% blocktranslate count n=cl.result_count %}{{ n }} result{% plural %}{{ n }} results{% endblocktranslate %}
(<a href="?{% if cl.is_popup %}_popup=1{% endif %}" title="{% translate "Show all" %}">{{ cl.full_result_count }}</a>)</p>
{% endif %}{% for group in groups %}<fieldset class="module {{ group.classes|default:"plain" }}" id="g{{ forloop.counter }}">
{% if group.name %}<h2>{{ group.name|capfirst }}</h2>{% endif %}
{% for line in group %}<div class="row{% if line.errors %} errors{% endif %}">{% for field in line %}{% if not field.is_hidden %}
{{ field.label_tag }} {{ field.field }}{% if field.help_text %}<div class="help">{{ field.help_text|safe }}</div>{% endif %}
{% endif %}{% endfor %}</div>{% empty %}<p>{% translate "Nothing to change" %}</p>{% endfor %}</fieldset>{% endfor %}
)";
    Sources sources{{"admin/base.html",
                     "{% load i18n static %}<!doctype html>\n<title>{% block title %}{% endblock "
                     "%}</title>\n{% block content %}{% endblock %}\n"}};
    for (int i = 1; i < 50; ++i) {
        std::string source =
            "{% extends \"admin/base.html\" %}\n{% load i18n static %}\n{% block "
            "title %}{{ title }}{% endblock %}\n{% block content %}\n";
        for (int part = 0; part < (i % 10 == 0 ? 4 : 1); ++part) source += kPart;
        sources.push_back(
            {"admin/page" + std::to_string(i) + ".html", source + "{% endblock %}\n"});
    }
    return sources;
}

/// What CranStore's own filters are to the parser.
template_::Library shop_library() {
    const auto unchanged = [](const Value& value) { return value; };
    const auto with_one = [](const Value& value, const Value&) { return value; };
    return template_::Library("shop")
        .filter("money", with_one)
        .filter("currency_symbol", unchanged);
}

void parse_all(benchmark::State& state, const Sources& sources) {
    std::size_t bytes = 0;
    for (const auto& source : sources) bytes += source.text.size();
    for (auto _ : state) {
        template_::EngineOptions options;
        options.libraries = {shop_library()};
        options.loaders.push_back(std::make_shared<template_::MemoryLoader>(sources));
        const Engine engine(std::move(options));
        for (const auto& source : sources) {
            benchmark::DoNotOptimize(engine.get_template(source.name));
        }
    }
    state.counters["templates"] = static_cast<double>(sources.size());
    state.counters["bytes"] = static_cast<double>(bytes);
}

int compare(const Engine& engine, const Dict& context, const Data& data) {
    for (const Page& page : kPages) {
        std::string by_hand;
        page.by_hand(by_hand, data);
        const std::string rendered =
            engine.render_to_string(std::string(page.name) + ".html", context);
        if (rendered != by_hand) {
            const auto [at, other] = std::ranges::mismatch(rendered, by_hand);
            const auto from = static_cast<std::size_t>(at - rendered.begin());
            std::fprintf(stderr, "%s: the template and the function differ at byte %zu:\n%s\n%s\n",
                         page.name, from, rendered.substr(from, 80).c_str(),
                         by_hand.substr(from, 80).c_str());
            return 1;
        }
    }
    return 0;
}

/// `what`: template or by_hand, the page, how often.
int repeat(const Engine& engine, const Dict& context, const Data& data, char** what) {
    const std::string name = what[1];
    const int count = std::atoi(what[2]);
    std::string out;
    if (std::string_view(what[0]) == "template") {
        const TemplatePointer page = engine.get_template(name + ".html");
        for (int i = 0; i < count; ++i) {
            out.clear();
            engine.render(*page, context, Value(), out);
        }
        return 0;
    }
    for (const Page& page : kPages) {
        if (name != page.name) continue;
        for (int i = 0; i < count; ++i) {
            out.clear();
            page.by_hand(out, data);
        }
    }
    return 0;
}

int run(int argc, char** argv) {
    const Value context = json::parse(read_file(argc > 1 ? argv[1] : "")).value();
    const Dict& variables = context.as_dict();
    const Engine engine(options());
    const std::string mode = argc > 2 ? argv[2] : "";
    if (mode == "--print" && argc > 3) {
        std::fputs(engine.render_to_string(std::string(argv[3]) + ".html", variables).c_str(),
                   stdout);
        return 0;
    }
    const Data data(variables);
    if (mode == "--repeat" && argc > 5) return repeat(engine, variables, data, argv + 3);
    if (compare(engine, variables, data) != 0) return 1;
    for (const Page& page : kPages) {
        benchmark::RegisterBenchmark((std::string("template/") + page.name).c_str(),
                                     [&, page](benchmark::State& state) {
                                         render_template(state, engine, page.name, variables);
                                     });
        benchmark::RegisterBenchmark(
            (std::string("by_hand/") + page.name).c_str(),
            [&, page](benchmark::State& state) { render_by_hand(state, page, data); });
    }
    benchmark::RegisterBenchmark(
        "parse/store", [](benchmark::State& state) { parse_all(state, store_sources()); });
    benchmark::RegisterBenchmark(
        "parse/admin", [](benchmark::State& state) { parse_all(state, admin_sources()); });
    argv[1] = argv[0];
    --argc;
    ++argv;
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}

}  // namespace
}  // namespace tatum::bench

int main(int argc, char** argv) { return tatum::bench::run(argc, argv); }
