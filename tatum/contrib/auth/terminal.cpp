#include "terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace tatum::auth::impl {

namespace {

/// ^C where it stands in the input instead of ending the process.
constexpr char kInterrupt = 3;

struct Line {
    std::optional<std::string> text;  ///< nullopt at the end of the input
    bool interrupted = false;
};

enum class Source : std::uint8_t { Input, SilentTerminal };

/// One line of a descriptor, byte by byte, so that nothing of the next is taken. Of an input, a CR
/// before the line's end is none of the answer; at a silent terminal ^C ends the line too.
Line read_line(int descriptor, Source source) {
    std::string line;
    char c = 0;
    while (true) {
        const ssize_t count = ::read(descriptor, &c, 1);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return {line.empty() ? std::nullopt : std::optional(line)};
        if (c == '\n') break;
        if (source == Source::SilentTerminal && c == kInterrupt) return {std::nullopt, true};
        if (line.size() < TerminalAsker::kLineBytesMax) line += c;
    }
    if (source == Source::Input && line.ends_with('\r')) line.pop_back();
    return {line};
}

void write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// Switches the echo of a terminal off until the end of the block. Signals that would end or stop
/// the process wait until then, so that the terminal is never left silent.
class WithoutEcho {
public:
    explicit WithoutEcho(int descriptor) : descriptor_(descriptor) {
        sigset_t held;
        ::sigemptyset(&held);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) {
            ::sigaddset(&held, signal);
        }
        ::pthread_sigmask(SIG_BLOCK, &held, &signals_before_);
        is_terminal_ = ::tcgetattr(descriptor_, &before_) == 0;
        if (!is_terminal_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        // ^C ends the line instead of the process, which would be deaf to it here.
        silent.c_lflag &= ~static_cast<tcflag_t>(ISIG);
        silent.c_cc[VEOL] = kInterrupt;
        ::tcsetattr(descriptor_, TCSAFLUSH, &silent);
    }
    ~WithoutEcho() {
        if (is_terminal_) ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
        ::pthread_sigmask(SIG_SETMASK, &signals_before_, nullptr);
    }
    WithoutEcho(const WithoutEcho&) = delete;
    WithoutEcho& operator=(const WithoutEcho&) = delete;

private:
    int descriptor_;
    bool is_terminal_ = false;
    termios before_{};
    sigset_t signals_before_{};
};

}  // namespace

bool TerminalAsker::is_terminal() const { return ::isatty(STDIN_FILENO) == 1; }

std::optional<std::string> TerminalAsker::ask(std::string_view question) {
    out_.write(question, site::Style::Notice);
    out_.flush();
    return read_line(STDIN_FILENO, Source::Input).text;
}

std::optional<std::string> TerminalAsker::ask_secretly(std::string_view question) {
    const int terminal = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0) return ask(question);
    Line line;
    {
        const WithoutEcho silence(terminal);
        write_all(terminal, question);
        line = read_line(terminal, Source::SilentTerminal);
        write_all(terminal, "\n");
    }
    ::close(terminal);
    if (line.interrupted) ::raise(SIGINT);
    return line.text;
}

}  // namespace tatum::auth::impl
