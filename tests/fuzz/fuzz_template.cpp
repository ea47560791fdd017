#include <tatum/base/json.h>
#include <tatum/template/engine.h>
#include <tatum/template/extract.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

/// Lexer, parser and renderer on arbitrary sources. The first line of an input may be a JSON
/// object: the variables; a line "----" separates the main template from "other.html", which it may
/// extend or include. Nothing that an input can hold may crash, hang or pass the limits.
namespace {

using namespace tatum;
using namespace tatum::template_;

Dict default_variables() {
    Dict inner{{"name", "<b>&'\""}, {"n", 3}, {"f", 2.5}, {"none", Value()}};
    List rows;
    for (int i = 0; i < 3; ++i) rows.push_back(Value(Dict{{"g", i / 2}, {"v", i}}));
    return {{"a", "text & more"},
            {"b", 42},
            {"c", Value::safe("<i>safe</i>")},
            {"d", Value(inner)},
            {"l", Value(rows)},
            {"e", Value(List())},
            {"t", Value(DateTime(Date::from_days(19000), Time()))},
            {"x", "one two\nthree"}};
}

Dict read_variables(std::string_view& input) {
    if (!input.starts_with('{') || input.starts_with("{{") || input.starts_with("{%")) {
        return default_variables();
    }
    const std::size_t end = input.find('\n');
    if (end == std::string_view::npos) return default_variables();
    auto parsed = json::parse(input.substr(0, end));
    if (!parsed || !parsed->is_dict()) return default_variables();
    input.remove_prefix(end + 1);
    return parsed->as_dict();
}

EngineOptions options_for(std::string_view main, std::string_view other) {
    EngineOptions options;
    options.limits.output_bytes = 1u << 20;
    options.limits.value_bytes = 1u << 18;
    options.limits.iterations = 20'000;
    options.limits.steps = 1'000'000;
    options.limits.filtered_bytes = 64u << 20;
    options.builtins = {"i18n", "l10n", "tz", "static", "cache", "humanize"};
    options.loaders.push_back(std::make_shared<MemoryLoader>(std::vector<MemoryLoader::Entry>{
        {"main.html", std::string(main)}, {"other.html", std::string(other)}}));
    return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    const Dict variables = read_variables(input);
    constexpr std::string_view kSeparator = "\n----\n";
    const std::size_t at = input.find(kSeparator);
    const std::string_view main = input.substr(0, at);
    const std::string_view other =
        at == std::string_view::npos ? std::string_view() : input.substr(at + kSeparator.size());
    const Engine engine(options_for(main, other));
    std::string out;
    try {
        // Through from_string(), which makes any bytes UTF-8.
        const TemplatePointer parsed = engine.from_string(main, "main.html");
        engine.render(*parsed, variables, Value(), out);
    } catch (const Exception&) {
        // Bad templates are reported, not rendered.
    } catch (const std::overflow_error&) {
        // Decimals and dates that leave their range.
    } catch (const std::domain_error&) {
    }
    extract_messages(main);
    return 0;
}
