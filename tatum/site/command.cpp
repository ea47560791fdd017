#include <tatum/site/command.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <exception>

namespace tatum::site {

namespace {

Argument make_option(Argument::Kind kind, std::string names, std::string metavar, std::string help,
                     std::string default_) {
    Argument argument{
        kind, std::move(names), {}, std::move(metavar), std::move(help), std::move(default_)};
    if (const std::size_t comma = argument.name.find(", "); comma != std::string::npos) {
        argument.short_name = argument.name.substr(comma + 2);
        argument.name.resize(comma);
    }
    return argument;
}

bool is_option(const Argument& argument) {
    return argument.kind == Argument::Kind::Flag || argument.kind == Argument::Kind::Option ||
           argument.kind == Argument::Kind::ListOption;
}

/// Levenshtein's distance; both texts are short.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
            diagonal = above;
        }
    }
    return row[b.size()];
}

std::string first_line(std::string_view text) {
    return std::string(text.substr(0, text.find('\n')));
}

void append_row(std::string& out, std::string_view left, std::string_view right) {
    constexpr std::size_t kColumn = 26;
    out += "  ";
    out += left;
    if (!right.empty()) {
        if (left.size() + 4 > kColumn) {
            out += '\n';
            out.append(kColumn, ' ');
        } else {
            out.append(kColumn - 2 - left.size(), ' ');
        }
        out += right;
    }
    out += '\n';
}

std::string option_text(const Argument& argument) {
    std::string text = argument.short_name.empty() ? "" : argument.short_name + ", ";
    text += argument.name;
    if (argument.kind != Argument::Kind::Flag) text += ' ' + argument.metavar;
    return text;
}

}  // namespace

Argument positional(std::string name, std::string help) {
    return {Argument::Kind::Positional, std::move(name), {}, {}, std::move(help), {}};
}
Argument optional(std::string name, std::string help, std::string default_) {
    return {Argument::Kind::Optional, std::move(name),    {}, {},
            std::move(help),          std::move(default_)};
}
Argument rest(std::string name, std::string help) {
    return {Argument::Kind::Rest, std::move(name), {}, {}, std::move(help), {}};
}
Argument flag(std::string names, std::string help) {
    return make_option(Argument::Kind::Flag, std::move(names), {}, std::move(help), {});
}
Argument option(std::string names, std::string metavar, std::string help, std::string default_) {
    return make_option(Argument::Kind::Option, std::move(names), std::move(metavar),
                       std::move(help), std::move(default_));
}
Argument list_option(std::string names, std::string metavar, std::string help) {
    return make_option(Argument::Kind::ListOption, std::move(names), std::move(metavar),
                       std::move(help), {});
}

const Arguments::Entry* Arguments::find(const std::vector<Entry>& entries, std::string_view name) {
    const auto found = std::ranges::find(entries, name, &Entry::name);
    return found == entries.end() ? nullptr : &*found;
}

std::vector<std::string>& Arguments::given(std::string_view name) {
    const auto found = std::ranges::find(given_, name, &Entry::name);
    return found != given_.end() ? found->values
                                 : given_.emplace_back(Entry{std::string(name), {}}).values;
}

bool Arguments::has(std::string_view name) const { return find(given_, name) != nullptr; }

std::string Arguments::get(std::string_view name) const {
    for (const auto* entries : {&given_, &defaults_}) {
        const Entry* found = find(*entries, name);
        if (found != nullptr && !found->values.empty()) return found->values.back();
    }
    return {};
}

std::vector<std::string> Arguments::all(std::string_view name) const {
    const Entry* found = find(given_, name);
    return found != nullptr ? found->values : std::vector<std::string>();
}

std::int64_t Arguments::integer(std::string_view name, std::int64_t minimum,
                                std::int64_t maximum) const {
    const std::string text = get(name);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < minimum ||
        number > maximum) {
        throw CommandUsageError(std::string(name) + " must be a number from " +
                                std::to_string(minimum) + " to " + std::to_string(maximum) +
                                ", not \"" + text + "\"");
    }
    return number;
}

CommandLine::CommandLine(std::string program, std::vector<Command> commands)
    : program_(std::move(program)) {
    for (Command& command : commands) {
        const auto namesake = std::ranges::find(commands_, command.name, &Command::name);
        if (namesake != commands_.end())
            *namesake = std::move(command);
        else
            commands_.push_back(std::move(command));
    }
}

const Command* CommandLine::find(std::string_view name) const {
    const auto found = std::ranges::find(commands_, name, &Command::name);
    return found != commands_.end() ? &*found : nullptr;
}

namespace {

const Argument* find_option(const Command& command, std::string_view name) {
    for (const Argument& argument : command.arguments) {
        if (is_option(argument) && (argument.name == name || argument.short_name == name)) {
            return &argument;
        }
    }
    return nullptr;
}

/// The positional argument that the `index`-th word belongs to.
const Argument* find_positional(const Command& command, std::size_t index) {
    for (const Argument& argument : command.arguments) {
        if (is_option(argument)) continue;
        if (index == 0 || argument.kind == Argument::Kind::Rest) return &argument;
        --index;
    }
    return nullptr;
}

}  // namespace

Arguments CommandLine::parse(const Command& command, std::span<const std::string> words) {
    Arguments result;
    for (const Argument& argument : command.arguments) {
        if (!argument.default_.empty())
            result.defaults_.push_back({argument.name, {argument.default_}});
    }
    std::size_t positionals = 0;
    bool options_end = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (!options_end && word == "--") {
            options_end = true;
        } else if (!options_end && word.size() > 1 && word[0] == '-') {
            const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string::npos;
            const std::string name = word.substr(0, equals);
            const Argument* argument = find_option(command, name);
            if (argument == nullptr) {
                throw CommandUsageError(command.name + " has no option " + name);
            }
            std::vector<std::string>& values = result.given(argument->name);
            if (argument->kind == Argument::Kind::Flag) {
                if (equals != std::string::npos) {
                    throw CommandUsageError(name + " takes no value");
                }
            } else if (equals != std::string::npos) {
                values.push_back(word.substr(equals + 1));
            } else if (++i < words.size()) {
                values.push_back(words[i]);
            } else {
                throw CommandUsageError(name + " needs a value: " + argument->metavar);
            }
        } else {
            const Argument* argument = find_positional(command, positionals++);
            if (argument == nullptr) {
                throw CommandUsageError(command.name + " does not expect \"" + word + "\"");
            }
            result.given(argument->name).push_back(word);
        }
    }
    for (const Argument& argument : command.arguments) {
        if (argument.kind == Argument::Kind::Positional && !result.has(argument.name)) {
            throw CommandUsageError(command.name + " needs " + argument.name + ": " +
                                    first_line(argument.help));
        }
    }
    return result;
}

std::string CommandLine::usage(const Command& command) const {
    std::string text = "Usage: " + program_ + " " + command.name;
    for (const Argument& argument : command.arguments) {
        switch (argument.kind) {
            case Argument::Kind::Positional:
                text += " <" + argument.name + ">";
                break;
            case Argument::Kind::Optional:
                text += " [" + argument.name + "]";
                break;
            case Argument::Kind::Rest:
                text += " [" + argument.name + "...]";
                break;
            default:
                break;
        }
    }
    return text + " [options]\n";
}

std::string CommandLine::help(const Command& command) const {
    std::string text = usage(command) + "\n" + command.help + "\n";
    bool heading = false;
    for (const Argument& argument : command.arguments) {
        if (is_option(argument)) continue;
        if (!heading) text += "\nArguments:\n";
        heading = true;
        append_row(text, argument.name, argument.help);
    }
    text += "\nOptions:\n";
    for (const Argument& argument : command.arguments) {
        if (!is_option(argument)) continue;
        std::string right = argument.help;
        if (!argument.default_.empty()) right += " Default: " + argument.default_ + ".";
        append_row(text, option_text(argument), right);
    }
    append_row(text, "-h, --help", "Shows this text.");
    return text;
}

std::string CommandLine::help() const {
    std::string text = "Usage: " + program_ + " <command> [options]\n";
    std::vector<std::string> groups;
    for (const Command& command : commands_) {
        if (std::ranges::find(groups, command.group) == groups.end())
            groups.push_back(command.group);
    }
    for (const std::string& group : groups) {
        text += group.empty() ? "\nCommands:\n" : "\n[" + group + "]\n";
        for (const Command& command : commands_) {
            if (command.group == group) append_row(text, command.name, first_line(command.help));
        }
    }
    return text + "\n\"" + program_ + " help <command>\" tells about one of them.\n";
}

std::vector<std::string> CommandLine::suggestions(std::string_view name) const {
    constexpr std::size_t kSuggestionsMax = 3;
    std::vector<std::pair<std::size_t, std::string>> near;
    for (const Command& command : commands_) {
        const std::size_t distance = edit_distance(name, command.name);
        if (distance <= std::max<std::size_t>(2, name.size() / 3) ||
            command.name.starts_with(name)) {
            near.emplace_back(distance, command.name);
        }
    }
    std::ranges::sort(near);
    std::vector<std::string> result;
    for (auto& [distance, command] : near) {
        if (result.size() < kSuggestionsMax) result.push_back(std::move(command));
    }
    return result;
}

bool CommandLine::asks_for_help(std::span<const std::string> words) {
    return std::ranges::any_of(
        words, [](const std::string& word) { return word == "--help" || word == "-h"; });
}

int CommandLine::run(std::span<const std::string> words, Site* site, Output& out,
                     Output& err) const {
    const int code = run_command(words, site, out, err);
    const int fault = out.flush();
    if (code != 0 || fault == 0) return code;
    // Half a backup must not look like one.
    err.line(program_ + ": the output cannot be written: " + std::strerror(fault), Style::Error);
    return 1;
}

int CommandLine::run_command(std::span<const std::string> words, Site* site, Output& out,
                             Output& err) const {
    const bool help_asked =
        words.empty() || words[0] == "help" || words[0] == "-h" || words[0] == "--help";
    if (help_asked && words.size() < 2) {
        out.write(help());
        return words.empty() ? 2 : 0;
    }
    const std::string& name = help_asked ? words[1] : words[0];
    const Command* command = find(name);
    if (command == nullptr) {
        std::string message = "There is no command \"" + name + "\".";
        const auto near = suggestions(name);
        for (std::size_t i = 0; i < near.size(); ++i) {
            message += (i == 0 ? " Did you mean " : i + 1 == near.size() ? " or " : ", ") + near[i];
        }
        if (!near.empty()) message += '?';
        err.line(message, Style::Error);
        if (near.empty()) err.line("\"" + program_ + " help\" lists the commands there are.");
        return 2;
    }
    if (help_asked || asks_for_help(words)) {
        out.write(help(*command));
        return 0;
    }
    try {
        const Arguments arguments = parse(*command, words.subspan(1));
        CommandCall call{site, arguments, out, err};
        return command->run(call);
    } catch (const CommandError& error) {
        err.line(program_ + ": " + error.what(), Style::Error);
        if (error.exit_code == 2) {
            err.line("\"" + program_ + " help " + name + "\" tells how to use it.");
        }
        return error.exit_code;
    } catch (const std::exception& error) {
        err.line(program_ + " " + name + ": " + error.what(), Style::Error);
        return 1;
    }
}

}  // namespace tatum::site
