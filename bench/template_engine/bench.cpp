#include "allocations.h"
#include "by_hand.h"

#include <tatum/base/json.h>
#include <tatum/template/engine.h>

#include <benchmark/benchmark.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

/// Pages rendered by templates and by hand-written functions, with the heap allocations of each.
///
///     template_bench CONTEXT.json [--benchmark_...]      (compare.py makes the file)
///     template_bench CONTEXT.json --print PAGE           prints a page, to compare with others

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
        Dict variables = context;
        const std::size_t before = allocation_count();
        engine.render(*page, std::move(variables), Value(), out);
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

void parse_all(benchmark::State& state) {
    for (auto _ : state) {
        const Engine engine(options());
        for (const Page& page : kPages) {
            benchmark::DoNotOptimize(engine.get_template(std::string(page.name) + ".html"));
        }
    }
}

int compare(const Engine& engine, const Dict& context, const Data& data) {
    for (const Page& page : kPages) {
        std::string by_hand;
        page.by_hand(by_hand, data);
        const std::string rendered =
            engine.render_to_string(std::string(page.name) + ".html", context);
        if (rendered != by_hand) {
            std::fprintf(stderr, "%s: the template and the function differ\n", page.name);
            return 1;
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
    benchmark::RegisterBenchmark("parse_all", &parse_all);
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
