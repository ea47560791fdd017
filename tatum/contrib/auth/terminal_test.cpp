#include "terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace tatum::auth::impl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// What a terminal shows while its user types `typed` once `question` has appeared, and how the
/// process ended. The process asks and prints the length of the answer.
struct Shown {
    std::string text;
    int status = 0;
};
Shown at_terminal(bool secretly, const std::string& question, const std::string& typed) {
    int terminal = -1;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
        ::signal(SIGINT, SIG_DFL);  // which a shell ignores for what it runs in the background
        site::Output out(stdout);
        TerminalAsker asker(out);
        const auto answer = secretly ? asker.ask_secretly(question) : asker.ask(question);
        out.line(answer ? "got " + std::to_string(answer->size()) : "got nothing");
        out.flush();
        ::_exit(0);
    }
    Shown shown;
    bool answered = false;
    constexpr int kWaitMs = 10'000;
    pollfd ready{.fd = terminal, .events = POLLIN, .revents = 0};
    while (::poll(&ready, 1, kWaitMs) > 0) {
        char buffer[256];
        const ssize_t count = ::read(terminal, buffer, sizeof buffer);
        if (count <= 0) break;
        shown.text.append(buffer, static_cast<std::size_t>(count));
        if (!answered && shown.text.find(question) != std::string::npos) {
            answered = ::write(terminal, typed.data(), typed.size()) > 0;
        }
    }
    ::close(terminal);
    ::waitpid(child, &shown.status, 0);
    return shown;
}

TEST(TerminalAsker, ShowsNothingOfASecret) {
    const Shown shown = at_terminal(true, "Password: ", "hunter-two\n");
    EXPECT_THAT(shown.text, HasSubstr("got 10"));
    EXPECT_THAT(shown.text, Not(HasSubstr("hunter")));
}

TEST(TerminalAsker, ShowsOtherAnswers) {
    const Shown shown = at_terminal(false, "Username: ", "ann\n");
    EXPECT_THAT(shown.text, HasSubstr("got 3"));
    EXPECT_THAT(shown.text, HasSubstr("ann"));
}

TEST(TerminalAsker, InterruptEndsTheProcessAndLeavesTheEchoOn) {
    const Shown shown = at_terminal(true, "Password: ", "hunt\x03");
    EXPECT_TRUE(WIFSIGNALED(shown.status));
    EXPECT_EQ(WTERMSIG(shown.status), SIGINT);
    EXPECT_THAT(shown.text, Not(HasSubstr("hunt")));
}

TEST(TerminalAsker, EndOfInputIsNoAnswer) {
    EXPECT_THAT(at_terminal(true, "Password: ", "\x04").text, HasSubstr("got nothing"));
}

}  // namespace
}  // namespace tatum::auth::impl
