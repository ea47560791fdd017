// The `tatum` program: makes sites and apps, collects and compiles translations, and renders
// templates by themselves.
#include <tatum/base/json.h>
#include <tatum/site/command.h>
#include <tatum/site/commands/commands.h>
#include <tatum/template/engine.h>
#include <tatum/template/errors.h>
#include <tatum/template/loader.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace tatum;
using site::CommandLine;
using site::Output;

namespace {

std::string read_input(const std::string& path) {
    if (path == "-") {
        std::string text;
        for (int c = std::getchar(); c != EOF; c = std::getchar()) text += static_cast<char>(c);
        return text;
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) throw CommandError(path + " cannot be read");
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

Dict context_from(const std::string& path) {
    if (path.empty()) return {};
    const auto value = json::parse(read_input(path));
    if (!value) throw CommandError(path + ": " + value.error().message);
    if (!value->is_dict()) throw CommandError(path + " holds no JSON object");
    return value->as_dict();
}

int render(CommandCall& call) {
    const std::string name = call.arguments.get("template");
    const std::filesystem::path path = name;
    std::vector<std::string> folders = call.arguments.all("--dir");
    // A template given as a path finds others beside it.
    const std::string beside = path.has_parent_path() ? path.parent_path().string() : ".";
    const bool is_path = name != "-" && std::filesystem::exists(path);
    if (is_path || folders.empty()) folders.push_back(beside);
    template_::EngineOptions options;
    options.loaders.push_back(
        std::make_shared<const template_::FilesystemLoader>(std::move(folders)));
    options.autoescape = !call.arguments.has("--no-autoescape");
    const template_::Engine engine(std::move(options));
    const auto source = name == "-" ? engine.from_string(read_input(name), "-")
                        : is_path   ? engine.get_template(path.filename().string())
                                    : engine.get_template(name);
    std::string text;
    try {
        engine.render(*source, context_from(call.arguments.get("--context")), {}, text);
    } catch (const template_::TemplateError& error) {
        // What fails while it renders does not say where, as what cannot be parsed does.
        const template_::TemplateFault& fault = error.fault();
        const std::string message = error.what();
        const std::string place = fault.origin + ":" + std::to_string(fault.line) + ": ";
        throw CommandError(fault.line == 0 || message.starts_with(place) ? message
                                                                         : place + message);
    }
    call.out.write(text);
    return 0;
}

std::vector<Command> commands() {
    std::vector<Command> all = site::commands::project_scaffolding();
    for (Command& command : site::commands::translations()) all.push_back(std::move(command));
    for (Command& command : site::commands::deployment()) all.push_back(std::move(command));
    all.push_back(
        {.name = "render",
         .help = "Renders a template with the variables of a JSON file.",
         .arguments = {site::positional("template",
                                        "A file, a name below --dir, or - for standard input."),
                       site::option("--context, -c", "FILE", "A JSON object; - is standard input."),
                       site::list_option("--dir, -d", "FOLDER", "Where to look for templates."),
                       site::flag("--no-autoescape", "Escapes nothing by itself.")},
         .run = render,
         .requires_setup = false});
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    Output out(stdout);
    Output err(stderr);
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return CommandLine("tatum", commands()).run(arguments, nullptr, out, err);
}
