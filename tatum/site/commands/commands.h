#pragma once

#include <tatum/site/command.h>

#include <vector>

/// The framework's commands, by what they are about. Each file defines one of these.
namespace tatum::site::commands {

std::vector<Command> server();        ///< runserver
std::vector<Command> serving();       ///< serve
std::vector<Command> deployment();    ///< deploy-config
std::vector<Command> inspection();    ///< check, listurls
std::vector<Command> migrations();    ///< migrate, makemigrations, showmigrations, sqlmigrate
std::vector<Command> data();          ///< loaddata, dumpdata, flush, dbshell
std::vector<Command> staticfiles();   ///< collectstatic, findstatic
std::vector<Command> scaffolding();   ///< startapp
std::vector<Command> translations();  ///< makemessages, compilemessages
/// startproject and startapp, for the `tatum` program.
std::vector<Command> project_scaffolding();

}  // namespace tatum::site::commands
