#include <tatum/site/commands/commands.h>
#include <tatum/site/scaffold.h>

namespace tatum::site::commands {

namespace {

int startapp(CommandCall& call) {
    const std::string name = call.arguments.get("name");
    const std::string folder = call.arguments.get("folder");
    for (const std::string& path : start_app(name, folder.empty() ? name : folder)) {
        call.out.line("  " + path);
    }
    call.out.line("Now add_subdirectory(" + name + ") to CMakeLists.txt, name " + name +
                      " behind APPS of tatum_site(), and install " + name + "::app in main.cpp.",
                  Style::Success);
    return 0;
}

int startproject(CommandCall& call) {
    const std::string name = call.arguments.get("name");
    const std::string given = call.arguments.get("folder");
    const std::string folder = given.empty() ? name : given;
    for (const std::string& path : start_project(name, folder)) call.out.line("  " + path);
    call.out.line("Now: cd " + folder +
                      " && cmake -S . -B build -G Ninja && cmake --build build && build/" + name +
                      " runserver",
                  Style::Success);
    return 0;
}

}  // namespace

std::vector<Command> scaffolding() {
    return {{.name = "startapp",
             .help = "Makes the folder of a new app.",
             .arguments = {positional("name", "Its label and its namespace."),
                           optional("folder", "Where; by default a folder of that name.")},
             .run = startapp,
             .requires_setup = false}};
}

std::vector<Command> project_scaffolding() {
    std::vector<Command> commands = scaffolding();
    commands.insert(commands.begin(),
                    {.name = "startproject",
                     .help = "Makes the folder of a new site.",
                     .arguments = {positional("name", "The site's name and its namespace."),
                                   optional("folder", "Where; by default a folder of that name.")},
                     .run = startproject,
                     .requires_setup = false});
    return commands;
}

}  // namespace tatum::site::commands
