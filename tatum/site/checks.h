#pragma once

#include <tatum/base/function.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::site {

class Site;

enum class CheckLevel : std::uint8_t {
    Debug = 10,
    Info = 20,
    Warning = 30,
    Error = 40,
    Critical = 50
};
std::string_view to_string(CheckLevel level);

/// What a system check has found. A value.
struct CheckMessage {
    CheckLevel level = CheckLevel::Error;
    std::string id;       ///< "templates.E001"; SILENCED_SYSTEM_CHECKS lists those to leave out
    std::string message;  ///< what is wrong
    std::string hint;     ///< what to do about it; may be empty
    std::string object;   ///< what it is about: "products.Product", "templates/base.html:3"

    bool is_serious() const { return level >= CheckLevel::Error; }
    /// "object: (id) message", and the hint on a line of its own.
    std::string str() const;
};

/// A check of a site's configuration, found before the first request and not by it. An App lists
/// its own.
struct Check {
    std::string tag;  ///< "models", "security"; `check --tag` chooses by it
    Function<std::vector<CheckMessage>(const Site&)> run;
    bool deploy = false;    ///< only for `check --deploy`
    bool database = false;  ///< only for `check --database` and `migrate`
};

/// Which checks to run.
struct CheckOptions {
    std::vector<std::string> tags;  ///< empty: all
    bool deploy = false;
    bool database = false;
};

/// The framework's own checks: settings, security, urls, templates, models, static files.
std::vector<Check> builtin_checks();

}  // namespace tatum::site

namespace tatum {
using site::Check;
using site::CheckLevel;
using site::CheckMessage;
}  // namespace tatum
