#include <tatum/base/i18n.h>
#include <tatum/base/json.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/template/engine.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

/// Runs tests/spec/template/*.spec. A file is a list of cases, each of the form
///
///     === what the case shows
///     @context {"a": 1}
///     {{ a }}
///     @file other.html
///     a further template
///     ----
///     1
///
/// where the lines after "----" are the output, or "!CODE message" for an error. Before "@file" may
/// also stand `@language pl` and `@version 502`, EngineOptions::django_version.
namespace tatum::template_ {
namespace {

struct SpecCase {
    std::string title;
    Dict context;
    std::vector<MemoryLoader::Entry> templates;
    std::string expected;
    std::size_t line = 0;
    std::string language = "en";
    int django_version = EngineOptions().django_version;
};

/// Lines are joined without the last line end.
void add_line(std::string& text, bool& first, std::string_view line) {
    if (!first) text += '\n';
    first = false;
    text += line;
}

std::vector<SpecCase> read_spec(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<SpecCase> cases;
    bool in_expected = false, first = true;
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.starts_with("=== ")) {
            SpecCase& added = cases.emplace_back();
            added.title = line.substr(4);
            added.templates.push_back({"main.html", ""});
            added.line = number;
            in_expected = false;
            first = true;
        } else if (cases.empty()) {
            continue;  // what stands before the first case is a comment
        } else if (line == "----") {
            in_expected = true;
            first = true;
        } else if (in_expected) {
            add_line(cases.back().expected, first, line);
        } else if (line.starts_with("@context ")) {
            cases.back().context = json::parse(line.substr(9)).value().as_dict();
        } else if (line.starts_with("@language ")) {
            cases.back().language = line.substr(10);
        } else if (line.starts_with("@version ")) {
            cases.back().django_version = std::stoi(line.substr(9));
        } else if (line.starts_with("@file ")) {
            cases.back().templates.push_back({line.substr(6), ""});
            first = true;
        } else {
            add_line(cases.back().templates.back().text, first, line);
        }
    }
    return cases;
}

std::string render(const SpecCase& spec, bool reload) {
    EngineOptions options;
    options.reload = reload;
    options.django_version = spec.django_version;
    options.loaders.push_back(std::make_shared<MemoryLoader>(spec.templates));
    const Engine engine(std::move(options));
    const LocalScope scope(Slot::Language, &Translations::builtin().language(spec.language));
    try {
        return engine.render_to_string("main.html", spec.context);
    } catch (const Exception& error) {
        return "!" + error.error()->code + " " + error.error()->message;
    }
}

TEST(TemplateSpec, AllFilesAgree) {
    const std::filesystem::path folder =
        std::filesystem::path(TATUM_SOURCE_DIR) / "tests/spec/template";
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".spec") continue;
        for (const SpecCase& spec : read_spec(entry.path())) {
            ++count;
            // Chains of templates are put together once, unless templates may change.
            for (const bool reload : {false, true}) {
                EXPECT_EQ(render(spec, reload), spec.expected)
                    << entry.path().filename().string() << ":" << spec.line << ": " << spec.title
                    << (reload ? " (reloading)" : "");
            }
        }
    }
    EXPECT_GT(count, 60u);
}

}  // namespace
}  // namespace tatum::template_
