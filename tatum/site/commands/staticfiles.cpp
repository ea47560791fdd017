#include <tatum/base/json.h>
#include <tatum/base/settings.h>
#include <tatum/http/compression.h>
#include <tatum/http/response.h>
#include <tatum/site/commands/commands.h>
#include <tatum/site/impl/command_tools.h>
#include <tatum/site/site.h>
#include <tatum/views/static_files.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace tatum::site::commands {

namespace {

using impl::write_file;

namespace fs = std::filesystem;

/// Does the file at `path` already have this content?
bool holds(const fs::path& path, std::string_view content) {
    std::error_code error;
    if (fs::file_size(path, error) != content.size() || error) return false;
    std::ifstream file(path, std::ios::binary);
    const std::string now((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return now == content;
}

/// Writes "base.css.gz" and "base.css.br" beside a file where that saves a tenth, and removes what
/// an earlier version left.
void write_compressed(const fs::path& path, std::string_view content) {
    constexpr std::size_t kBytesMin = 256;
    const auto type = http::guess_content_type(path.filename().string());
    const bool fit = content.size() >= kBytesMin && type.encoding.empty() &&
                     http::is_compressible_type(type.type);
    for (const auto& [coding, ending] :
         {std::pair{http::Coding::Gzip, ".gz"}, std::pair{http::Coding::Brotli, ".br"}}) {
        const fs::path beside = path.string() + ending;
        const std::string small =
            fit ? http::compress(coding, content, {.effort = http::Effort::Best}) : std::string();
        if (fit && small.size() < content.size() - content.size() / 10) {
            write_file(beside, small);
        } else {
            std::error_code error;
            fs::remove(beside, error);
        }
    }
}

int collectstatic(CommandCall& call) {
    const Settings& settings = call.site->settings();
    if (settings.static_root.empty()) {
        throw CommandError("STATIC_ROOT is not set: there is no folder to collect files in");
    }
    const fs::path root = settings.static_root;
    const bool dry_run = call.arguments.has("--dry-run");
    const bool compress = call.arguments.has("--compress");
    std::error_code error;
    if (call.arguments.has("--clear") && !dry_run) {
        for (const auto& entry : fs::directory_iterator(root, error)) {
            fs::remove_all(entry.path(), error);
        }
    }
    // STATIC_ROOT itself is searched outside debug mode, so a source elsewhere is asked first.
    views::StaticOptions sources;
    sources.url = settings.static_url;
    sources.folders = settings.staticfiles_dirs;
    if (const SiteBuild* build = call.site->build()) sources.apps.push_back(build->files);
    for (const App& app : call.site->apps()) {
        if (app.files != nullptr) sources.apps.push_back(app.files);
    }
    const views::StaticFiles found(std::move(sources));
    std::size_t copied = 0, unchanged = 0;
    Dict paths;
    const auto place = [&](const std::string& name, std::string_view content) {
        if (holds(root / name, content)) {
            ++unchanged;
            return;
        }
        ++copied;
        if (dry_run) return;
        write_file(root / name, content);
        if (compress) write_compressed(root / name, content);
    };
    for (const std::string& name : found.names()) {
        const auto file = found.find(name);
        const auto hashed = found.hashed_name(name);
        if (!file) continue;
        const std::string content = found.read(*file);
        place(name, content);
        if (!hashed) continue;  // larger than kHashedFileBytesMax
        place(*hashed, content);
        paths.set(name, *hashed);
    }
    const Dict manifest{{"paths", std::move(paths)}, {"version", "1.1"}, {"hash", ""}};
    if (!dry_run) write_file(root / "staticfiles.json", json::dump(Value(manifest)).value());
    call.out.line(std::to_string(copied) + (copied == 1 ? " file" : " files") +
                      (dry_run ? " would be copied to " : " copied to ") + root.string() + ", " +
                      std::to_string(unchanged) + " unchanged.",
                  Style::Success);
    return 0;
}

int findstatic(CommandCall& call) {
    bool missing = false;
    for (const std::string& name : call.arguments.all("file")) {
        auto places = call.site->static_files().find_all(name);
        if (places.empty()) {
            call.err.line("There is no static file \"" + name + "\".", Style::Error);
            missing = true;
            continue;
        }
        if (call.arguments.has("--first")) places.resize(1);
        for (const std::string& place : places) call.out.line(place);
    }
    return missing ? 1 : 0;
}

}  // namespace

std::vector<Command> staticfiles() {
    return {
        {.name = "collectstatic",
         .help = "Copies all static files to STATIC_ROOT, under their own and their hashed names, "
                 "for a web server\nthat stands in front.",
         .arguments = {flag("--dry-run, -n", "Shows how many would be copied."),
                       flag("--clear, -c", "Empties STATIC_ROOT first."),
                       flag("--compress", "Writes .gz and .br files beside those that are new."),
                       flag("--noinput", "Accepted for Django's sake: nothing is asked.")},
         .run = collectstatic},
        {.name = "findstatic",
         .help = "Tells where static files come from.",
         .arguments = {rest("file", "Names, as in {% static %}."),
                       flag("--first", "Only the place that is used.")},
         .run = findstatic},
    };
}

}  // namespace tatum::site::commands
