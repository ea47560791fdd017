#include <tatum/forms/fields.h>
#include <tatum/forms/form.h>
#include <tatum/forms/widgets.h>

#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <string_view>

/// A form of ten fields: what making, showing and checking it costs.
///
///     form_bench [--benchmark_...]
///     form_bench --print unbound|bound       prints the HTML, to compare with Django's
///     (compare.py)

namespace tatum::bench {
namespace {

using namespace forms;

Choices numbered(int count) {
    Choices::Items items;
    for (int i = 1; i <= count; ++i) items.emplace_back(i, "Choice " + std::to_string(i));
    return items;
}

/// As compare.py declares them.
FormFields ten_fields() {
    return {{"name", CharField{{.max_length = 100, .help_text = "As on your passport."}}},
            {"message", CharField{{.widget = Textarea{}}}},
            {"email", forms::EmailField{}},
            {"site", forms::URLField{{.required = false}}},
            {"age", IntegerField{{.max_value = 150, .min_value = 0}}},
            {"price", DecimalField{{.max_digits = 8, .decimal_places = 2}}},
            {"day", DateField{{.label = "Day of arrival"}}},
            {"agreed", BooleanField{}},
            {"size", ChoiceField{{.choices = numbered(20)}}},
            {"extras", MultipleChoiceField{{.choices = numbered(10), .required = false}}}};
}

QueryDict sent_data() {
    return QueryDict::parse(
        "name=Ann+%3CLee%3E&message=Hello&email=ann%40tatum.example&site=https://tatum.example/"
        "&age=30&price=9.90&day=2024-02-29&agreed=on&size=7&extras=2&extras=3");
}

void show_unbound(benchmark::State& state) {
    const FormFields fields = ten_fields();
    for (auto _ : state) benchmark::DoNotOptimize(BaseForm(fields).as_div());
}
BENCHMARK(show_unbound);

void check_bound(benchmark::State& state) {
    const FormFields fields = ten_fields();
    const QueryDict data = sent_data();
    for (auto _ : state) {
        BaseForm form(fields, data);
        if (!form.is_valid()) state.SkipWithError("the form is not valid");
    }
}
BENCHMARK(check_bound);

void show_bound(benchmark::State& state) {
    const FormFields fields = ten_fields();
    const QueryDict data = sent_data();
    for (auto _ : state) benchmark::DoNotOptimize(BaseForm(fields, data).as_div());
}
BENCHMARK(show_bound);

int print(std::string_view which) {
    const QueryDict data = sent_data();
    const std::string html =
        which == "bound" ? BaseForm(ten_fields(), data).as_div() : BaseForm(ten_fields()).as_div();
    std::fwrite(html.data(), 1, html.size(), stdout);
    return 0;
}

}  // namespace
}  // namespace tatum::bench

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--print") return tatum::bench::print(argv[2]);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
