#include <tatum/site/command.h>

#include <gtest/gtest.h>

#include <cstdio>

namespace tatum::site {
namespace {

Command example() {
    return {.name = "load",
            .help = "Loads things.\nSlowly.",
            .arguments = {positional("file", "The file."), optional("mode", "How.", "fast"),
                          rest("more", "More files."), flag("--dry-run, -n", "Changes nothing."),
                          option("--count, -c", "N", "How many.", "3"),
                          list_option("--tag", "TAG", "Which.")},
            .run = [](CommandCall& call) {
                call.out.line(call.arguments.get("file"));
                if (call.arguments.get("mode") == "fail") throw CommandError("it did not work", 3);
                if (call.arguments.get("mode") == "throw") throw std::runtime_error("oops");
                return 0;
            }};
}

Arguments parse(const std::vector<std::string>& words) {
    return CommandLine::parse(example(), words);
}

struct Outcome {
    int code;
    std::string out, err;
};

Outcome run(const std::vector<std::string>& words) {
    Outcome outcome{};
    Output out(outcome.out), err(outcome.err);
    const CommandLine line("demo", {example(), {.name = "list", .help = "Lists.", .run = {}}});
    outcome.code = line.run(words, nullptr, out, err);
    return outcome;
}

TEST(CommandLine, TellsArgumentsApart) {
    const Arguments arguments =
        parse({"a.csv", "-n", "slow", "--count=5", "b.csv", "--tag", "x", "c.csv", "--tag=y"});
    EXPECT_EQ(arguments.get("file"), "a.csv");
    EXPECT_EQ(arguments.get("mode"), "slow");
    EXPECT_EQ(arguments.all("more"), (std::vector<std::string>{"b.csv", "c.csv"}));
    EXPECT_TRUE(arguments.has("--dry-run"));
    EXPECT_EQ(arguments.integer("--count", 0, 9), 5);
    EXPECT_EQ(arguments.all("--tag"), (std::vector<std::string>{"x", "y"}));
}

TEST(CommandLine, FillsInDefaults) {
    const Arguments arguments = parse({"a.csv"});
    EXPECT_EQ(arguments.get("mode"), "fast");
    EXPECT_FALSE(arguments.has("mode"));
    EXPECT_EQ(arguments.integer("--count", 0, 9), 3);
    EXPECT_FALSE(arguments.has("--dry-run"));
    EXPECT_TRUE(arguments.all("--tag").empty());
}

TEST(CommandLine, TakesWhatFollowsTwoDashesAsItIs) {
    EXPECT_EQ(parse({"--", "-n"}).get("file"), "-n");
}

TEST(CommandLine, RefusesWrongUsage) {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {}, {"a", "--nothing"}, {"a", "-x"}, {"a", "--count"}, {"a", "--dry-run=yes"}}) {
        EXPECT_THROW(parse(words), CommandUsageError);
    }
    EXPECT_THROW(parse({"a", "--count", "ten"}).integer("--count", 0, 9), CommandUsageError);
    EXPECT_THROW(parse({"a", "--count", "10"}).integer("--count", 0, 9), CommandUsageError);
    EXPECT_THROW(parse({"a", "--count", ""}).integer("--count", 0, 9), CommandUsageError);
}

TEST(CommandLine, RunsACommand) {
    EXPECT_EQ(run({"load", "a.csv"}).out, "a.csv\n");
    EXPECT_EQ(run({"load", "a.csv"}).code, 0);
}

TEST(CommandLine, TurnsErrorsIntoOneLineAndAnExitCode) {
    const Outcome failed = run({"load", "a.csv", "fail"});
    EXPECT_EQ(failed.code, 3);
    EXPECT_EQ(failed.err, "demo: it did not work\n");
    const Outcome thrown = run({"load", "a.csv", "throw"});
    EXPECT_EQ(thrown.code, 1);
    EXPECT_EQ(thrown.err, "demo load: oops\n");
    const Outcome misused = run({"load"});
    EXPECT_EQ(misused.code, 2);
    EXPECT_EQ(misused.err,
              "demo: load needs file: The file.\n\"demo help load\" tells how to use it.\n");
}

TEST(CommandLine, FailsWhereItsOutputIsNotTaken) {
    std::FILE* const full = std::fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    std::string errors;
    Output out(full), err(errors);
    const std::vector<std::string> words{"help"};
    EXPECT_EQ(CommandLine("demo", {example()}).run(words, nullptr, out, err), 1);
    std::fclose(full);
    EXPECT_EQ(errors, "demo: the output cannot be written: No space left on device\n");
}

TEST(CommandLine, SuggestsCommandsOfSimilarNames) {
    EXPECT_EQ(run({"laod"}).err, "There is no command \"laod\". Did you mean load?\n");
    EXPECT_EQ(run({"l"}).err, "There is no command \"l\". Did you mean list or load?\n");
    EXPECT_NE(run({"zzzzzzzz"}).err.find("\"demo help\" lists"), std::string::npos);
    EXPECT_EQ(run({"laod"}).code, 2);
}

TEST(CommandLine, HelpsWithoutRunningAnything) {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"help", "load"}, {"load", "--help"}, {"load", "-h"}}) {
        const Outcome outcome = run(words);
        EXPECT_EQ(outcome.code, 0);
        EXPECT_EQ(outcome.out.find("Usage: demo load <file> [mode] [more...] [options]"), 0u);
        EXPECT_NE(outcome.out.find("-n, --dry-run"), std::string::npos);
        EXPECT_NE(outcome.out.find("Default: 3."), std::string::npos);
    }
    EXPECT_NE(run({"help"}).out.find("load"), std::string::npos);
    EXPECT_EQ(run({}).code, 2);
}

TEST(CommandLine, LetsALaterCommandReplaceANamesake) {
    const CommandLine line("demo", {{.name = "a", .help = "Old.", .run = {}},
                                    {.name = "a", .help = "New.", .run = {}}});
    EXPECT_EQ(line.commands().size(), 1u);
    EXPECT_EQ(line.find("a")->help, "New.");
}

}  // namespace
}  // namespace tatum::site
