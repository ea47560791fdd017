#include <tatum/site/commands/commands.h>
#include <tatum/site/scaffold.h>

#include <fstream>
#include <string>

namespace tatum::site::commands {

namespace {

/// Is the working folder that of a site called `name`?
bool is_name_of_site(const std::string& name) {
    std::ifstream file("CMakeLists.txt");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("tatum_site(" + name + ")")) return true;
        if (line.starts_with("tatum_site(" + name + " ")) return true;
    }
    return false;
}

int startapp(CommandCall& call) {
    const std::string name = call.arguments.get("name");
    const std::string given = call.arguments.get("folder");
    const std::string folder = given.empty() ? name : given;
    if (is_name_of_site(name)) {
        throw CommandError("\"" + name + "\" is the name of this site; choose another one");
    }
    for (const std::string& path : start_app(name, folder)) {
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
                      " migrate && build/" + name + " runserver",
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
