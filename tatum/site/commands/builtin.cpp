#include <tatum/site/commands/commands.h>
#include <tatum/site/impl/site_impl.h>

namespace tatum::site {

std::vector<Command> builtin_commands() {
    std::vector<Command> all;
    for (auto* part : {commands::server, commands::serving, commands::deployment,
                       commands::migrations, commands::data, commands::inspection,
                       commands::staticfiles, commands::translations, commands::scaffolding}) {
        for (Command& command : part()) all.push_back(std::move(command));
    }
    return all;
}

}  // namespace tatum::site
