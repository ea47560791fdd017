#pragma once

#include <tatum/base/error.h>
#include <tatum/base/function.h>
#include <tatum/site/output.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tatum::site {

class Site;

/// A command cannot do what it was asked; its text is shown as one line and the process ends with
/// `exit_code`.
struct CommandError : Exception {
    explicit CommandError(const std::string& message, int code = 1)
        : Exception(message), exit_code(code) {}
    int exit_code;
};
/// The command line itself is wrong; exit code 2.
struct CommandUsageError : CommandError {
    explicit CommandUsageError(const std::string& message) : CommandError(message, 2) {}
};

/// One argument of a command. Made by the functions below.
struct Argument {
    enum class Kind : std::uint8_t { Positional, Optional, Rest, Flag, Option, ListOption };
    Kind kind;
    std::string name;        ///< "app_label", or the long form of an option: "--dry-run"
    std::string short_name;  ///< "-n", or empty
    std::string metavar;     ///< what an option's value is called in the help
    std::string help;
    std::string default_;
};

/// Must be given.
Argument positional(std::string name, std::string help);
/// May be left out; then it is `default_`.
Argument optional(std::string name, std::string help, std::string default_ = {});
/// All that follow, perhaps none.
Argument rest(std::string name, std::string help);
/// Given or not: flag("--dry-run, -n", "Shows what would be done.").
Argument flag(std::string names, std::string help);
/// With a value: option("--port", "N", "Where to listen.", "8000").
Argument option(std::string names, std::string metavar, std::string help,
                std::string default_ = {});
/// With a value, any number of times.
Argument list_option(std::string names, std::string metavar, std::string help);

/// What a command was given, by the names of its arguments. A value.
class Arguments {
public:
    /// True when the flag, option or argument was given.
    bool has(std::string_view name) const;
    /// The value given, else the default.
    std::string get(std::string_view name) const;
    /// All values of a rest() or a list_option().
    std::vector<std::string> all(std::string_view name) const;
    /// As a number. Throws CommandUsageError when it is none or not within [minimum, maximum].
    std::int64_t integer(std::string_view name, std::int64_t minimum, std::int64_t maximum) const;

private:
    friend class CommandLine;
    struct Entry {
        std::string name;
        std::vector<std::string> values;
    };
    static const Entry* find(const std::vector<Entry>& entries, std::string_view name);
    std::vector<std::string>& given(std::string_view name);

    std::vector<Entry> given_, defaults_;
};

/// What a command works with while it runs.
struct CommandCall {
    Site* site;  ///< null in a program that is no site
    const Arguments& arguments;
    Output& out;
    Output& err;
};

/// Something that a program does when it is called with this name. A value that an App lists.
///
///     const Command kImport{
///         .name = "import_products",
///         .help = "Reads products from a CSV file.",
///         .arguments = {positional("file", "The file."), flag("--dry-run", "Changes nothing.")},
///         .run = [](CommandCall& call) { ...; return 0; },
///     };
struct Command {
    std::string name;
    std::string help;  ///< a sentence; the first line is shown in the list of commands
    std::vector<Argument> arguments = {};
    /// Returns the exit code. Throws CommandError.
    Function<int(CommandCall&)> run;
    /// False for a command that works without settings and databases.
    bool requires_setup = true;
    /// Which group of the list of commands it belongs to; a site fills in the app's label.
    std::string group = {};
};

/// Takes a program's arguments apart, finds the command, runs it, and turns errors into one line
/// on `err` and an exit code: 0 done, 1 failed (output that a full disk has not taken is a failure
/// too), 2 wrong usage.
class CommandLine {
public:
    /// `program` names it in the help. A later command takes the place of an earlier namesake.
    CommandLine(std::string program, std::vector<Command> commands);

    int run(std::span<const std::string> arguments, Site* site, Output& out, Output& err) const;

    /// Is there "-h" or "--help" among the arguments of a command?
    static bool asks_for_help(std::span<const std::string> arguments);

    /// nullptr when there is none.
    const Command* find(std::string_view name) const;
    const std::vector<Command>& commands() const { return commands_; }
    /// Throws CommandUsageError.
    static Arguments parse(const Command& command, std::span<const std::string> arguments);
    std::string help() const;
    std::string help(const Command& command) const;
    /// Names that are like `name`, the closest first; at most three.
    std::vector<std::string> suggestions(std::string_view name) const;

private:
    int run_command(std::span<const std::string> words, Site* site, Output& out, Output& err) const;
    std::string usage(const Command& command) const;

    std::string program_;
    std::vector<Command> commands_;
};

}  // namespace tatum::site

namespace tatum {
using site::Command;
using site::CommandCall;
using site::CommandError;
}  // namespace tatum
