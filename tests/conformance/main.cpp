#include "kinds.h"

#include <cstdio>
#include <string_view>

namespace {

using namespace tatum::conformance;

constexpr const char* kUsage =
    "usage: conformance [--version 5.2|6.0|6.1] [--skip-tag TAG]... [--quiet] FILE...\n"
    "Runs conformance cases (JSON lines) and ends with \"N passed, N failed, N skipped\".\n";

std::vector<CaseKind> all_kinds() {
    std::vector<CaseKind> kinds;
    for (const std::span<const CaseKind> family :
         {date_kinds(), text_kinds(), schema_kinds(), url_kinds(), signing_kinds(),
          password_kinds(), template_kinds(), view_kinds(), field_kinds(), form_kinds(),
          validator_kinds()}) {
        kinds.insert(kinds.end(), family.begin(), family.end());
    }
    return kinds;
}

std::vector<Tag> all_tags() {
    std::vector<Tag> tags;
    for (const std::span<const Tag> family : {template_tags(), file_tags()}) {
        tags.insert(tags.end(), family.begin(), family.end());
    }
    return tags;
}

bool read_arguments(std::span<char*> arguments, Options& options) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        const bool has_value = i + 1 < arguments.size();
        if (argument == "--version" && has_value) {
            options.version = arguments[++i];
        } else if (argument == "--skip-tag" && has_value) {
            options.skip_tags.emplace_back(arguments[++i]);
        } else if (argument == "--quiet") {
            options.quiet = true;
        } else if (argument.starts_with("--")) {
            return false;
        } else {
            options.files.emplace_back(argument);
        }
    }
    return !options.files.empty();
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (!read_arguments({argv + 1, static_cast<std::size_t>(argc - 1)}, options)) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    const auto kinds = all_kinds();
    const auto tags = all_tags();
    return run_files(options, kinds, tags) ? 0 : 1;
}
