#pragma once

#include <tatum/site/output.h>

#include <optional>
#include <string>
#include <string_view>

namespace tatum::auth::impl {

/// Somebody who answers questions: the terminal, or a test. An answer is nullopt at the end of the
/// input.
class Asker {
public:
    virtual ~Asker() = default;
    virtual bool is_terminal() const = 0;
    virtual std::optional<std::string> ask(std::string_view question) = 0;
    /// What is typed does not show.
    virtual std::optional<std::string> ask_secretly(std::string_view question) = 0;
};

/// Reads lines from standard input, at most kLineBytesMax long; questions go to `out`. Secrets are
/// asked for at the controlling terminal, wherever input and output go (getpass(3)); where there is
/// none, they are read like other lines.
class TerminalAsker final : public Asker {
public:
    static constexpr std::size_t kLineBytesMax = 64u * 1024;
    explicit TerminalAsker(site::Output& out) : out_(out) {}
    bool is_terminal() const override;
    std::optional<std::string> ask(std::string_view question) override;
    std::optional<std::string> ask_secretly(std::string_view question) override;

private:
    site::Output& out_;
};

}  // namespace tatum::auth::impl
