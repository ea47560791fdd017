#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tatum {

/// Where a fault lies in some text: a template, a settings file, a URL pattern.
struct SourcePosition {
    std::string file;        ///< a path or a template's name; empty when there is none
    std::size_t line = 0;    ///< counted from 1; 0 means unknown
    std::size_t column = 0;  ///< counted from 1, in bytes; 0 means unknown
};

/// An expected failure, as carried by Result<T>. A value.
struct Error {
    std::string code;     ///< stable, for tests and documentation: "urls.E001"
    std::string message;  ///< for the log and for developers: names the value and the rule
    std::string hint;     ///< what to do about it; may be empty
    SourcePosition where;
    std::size_t offset = 0;  ///< bytes from the start of the text that was parsed

    /// "file:3: message (code)", followed by the hint on a line of its own.
    std::string str() const;
};

/// The base of every exception that Tatum throws on purpose. what() is for the log: it may hold
/// SQL, paths and values, and never reaches a browser outside debug mode.
class Exception : public std::runtime_error {
public:
    explicit Exception(const std::string& message) : std::runtime_error(message) {}
    explicit Exception(Error error);
    Exception(const Exception& other);
    Exception& operator=(const Exception& other);
    ~Exception() override;

    /// The structured fault where there is one.
    const std::optional<Error>& error() const { return error_; }

    /// Whether a template shows nothing where looking up a variable throws this, instead of
    /// failing: true for DoesNotExist and its like.
    virtual bool silent_variable_failure() const { return false; }

private:
    std::optional<Error> error_;
};

/// A bug in Tatum or in the site: an invariant did not hold. One request fails (500), not the
/// server.
struct InternalError : Exception {
    using Exception::Exception;
};
/// Settings, models or urls that contradict themselves or each other.
struct ImproperlyConfigured : Exception {
    using Exception::Exception;
};
/// A value does not fit what it is meant for: Python's ValueError or TypeError.
struct ValueError : Exception {
    using Exception::Exception;
};
/// The user has done something that looks like an attack or a broken client; answered with 400.
struct SuspiciousOperation : Exception {
    using Exception::Exception;
};
/// The user may not do this; answered with 403.
struct PermissionDenied : Exception {
    using Exception::Exception;
};

namespace impl {
[[noreturn]] void invariant_failed(const char* condition, const char* text, const char* file,
                                   int line);
}

}  // namespace tatum

/// States what must hold whatever the input: stops the process in debug builds and tests; in
/// release builds logs and throws InternalError, so that one request fails and not the server.
#define TATUM_INVARIANT(condition, text)                                           \
    do {                                                                           \
        if (!(condition)) [[unlikely]] {                                           \
            ::tatum::impl::invariant_failed(#condition, text, __FILE__, __LINE__); \
        }                                                                          \
    } while (false)
