#include <tatum/site/commands/commands.h>
#include <tatum/site/site.h>
#include <tatum/urls/resolver.h>

#include <algorithm>

namespace tatum::site::commands {

namespace {

Style style_of(CheckLevel level) {
    if (level >= CheckLevel::Error) return Style::Error;
    return level >= CheckLevel::Warning ? Style::Warning : Style::Plain;
}

CheckLevel level_named(const std::string& name) {
    for (const CheckLevel level : {CheckLevel::Debug, CheckLevel::Info, CheckLevel::Warning,
                                   CheckLevel::Error, CheckLevel::Critical}) {
        if (name == to_string(level)) return level;
    }
    throw CommandUsageError("--fail-level is DEBUG, INFO, WARNING, ERROR or CRITICAL");
}

int check(CommandCall& call) {
    CheckOptions options;
    options.tags = call.arguments.all("--tag");
    options.deploy = call.arguments.has("--deploy");
    options.database = call.arguments.has("--database");
    const CheckLevel fail_level = level_named(call.arguments.get("--fail-level"));
    const auto messages = call.site->check(options);
    bool failed = false;
    for (const CheckMessage& message : messages) {
        failed = failed || message.level >= fail_level;
        call.err.line(std::string(to_string(message.level)) + " " + message.str(),
                      style_of(message.level));
    }
    const std::string count =
        messages.empty()
            ? "no faults"
            : std::to_string(messages.size()) + (messages.size() == 1 ? " finding" : " findings");
    call.out.line("The checks have found " + count + ".",
                  messages.empty() ? Style::Success : Style::Plain);
    return failed ? 1 : 0;
}

int listurls(CommandCall& call) {
    const auto routes = call.site->resolver().routes();
    std::size_t width = 0;
    for (const auto& route : routes) width = std::max(width, route.route.size());
    for (const auto& route : routes) {
        std::string line = "/" + route.route;
        if (!route.name.empty()) {
            line.append(width + 3 - line.size(), ' ');
            line += route.name;
        }
        call.out.line(line);
    }
    return 0;
}

}  // namespace

std::vector<Command> inspection() {
    return {
        {.name = "check",
         .help = "Looks for faults in settings, models, urls and templates.",
         .arguments = {flag("--deploy", "Also what matters in production."),
                       flag("--database", "Also what asks the database."),
                       list_option("--tag, -t", "TAG", "Only the checks with this tag."),
                       option("--fail-level", "LEVEL", "From which level on to fail.", "ERROR")},
         .run = check},
        {.name = "listurls", .help = "Lists all routes with their names.", .run = listurls},
    };
}

}  // namespace tatum::site::commands
