#pragma once

#include <tatum/base/datetime.h>
#include <tatum/base/i18n.h>
#include <tatum/base/locals.h>
#include <tatum/base/settings.h>
#include <tatum/base/value.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Runs cases of the form that conformance/README.md (beside the design) describes: one JSON object
/// a line, with what Django answers.
namespace tatum::conformance {

/// What a case must give, or gave.
struct Outcome {
    std::optional<Value> ok;
    std::string error;    ///< the type of the error: "TemplateSyntaxError"
    std::string message;  ///< its text
    std::string stage;    ///< "compile" or "render", for errors of templates
    /// Of a ValidationError: code and message, in order.
    std::vector<std::pair<std::string, std::string>> errors;

    static Outcome value(Value value) { return {.ok = std::move(value)}; }
    static Outcome failure(std::string type, std::string message, std::string stage = {}) {
        return {.error = std::move(type), .message = std::move(message), .stage = std::move(stage)};
    }
    /// An expected Error of Tatum, as an error of the type that Django would raise.
    static Outcome failure(std::string type, const Error& error) {
        return failure(std::move(type), error.message);
    }
    std::string str() const;
};

/// One line of a file. Values are decoded: {"$date": ...} is a Date.
struct Case {
    std::string id, kind, group;
    std::vector<std::string> tags;
    Dict fields;  ///< all keys of the line
    Outcome expect;
    std::string version;  ///< the version of Django that is aimed at: "6.1"

    bool has(std::string_view key) const { return fields.contains(Name(key)); }
    bool has_tag(std::string_view tag) const;
    /// None when there is no such key.
    Value get(std::string_view key) const { return fields.get(Name(key)); }
    std::string text(std::string_view key) const { return get(key).str(); }
    const Dict& dict(std::string_view key) const;  ///< empty when there is none
    List list(std::string_view key) const;         ///< empty when there is none
    std::int64_t integer(std::string_view key, std::int64_t default_ = 0) const;
    /// Is the target version at least `version`?
    bool since(std::string_view version) const;
};

using Run = Outcome (*)(const Case&);
struct CaseKind {
    std::string_view name;
    Run run;
};

/// Python's int(); an Exception for what is no number or beyond 64 bits.
std::int64_t to_integer(const Value& value);

/// How {"$name": argument} becomes a Value, for types that are no part of tatum/base: "$request".
struct Tag {
    std::string_view name;
    Value (*decode)(const Value& argument);
};

struct Options {
    std::string version = "5.2";
    std::vector<std::string> skip_tags;
    std::vector<std::string> files;
    bool quiet = false;  ///< counts only
};

/// Runs all files; prints failures and counts to stdout. True when nothing failed.
bool run_files(const Options& options, std::span<const CaseKind> kinds, std::span<const Tag> tags);

/// The surroundings of a case: settings, clock, time zone and language are current while it lives.
class Surroundings {
public:
    explicit Surroundings(const Case& c);
    ~Surroundings();
    const Settings& settings() const { return settings_; }
    const Translations& translations() const { return *translations_; }

private:
    struct Scopes;
    Settings settings_;
    std::unique_ptr<Clock> clock_;
    std::unique_ptr<Translations> translations_;
    std::unique_ptr<Scopes> scopes_;
};

/// The `$` forms of conformance/README.md decoded, at any depth. Throws Exception for a malformed
/// one.
Value decode(const Value& json, std::span<const Tag> tags);
/// Equal with type and safety; a list equals a tuple, the order of keys does not count.
bool agrees(const Value& expected, const Value& actual);
/// For messages: repr with what repr leaves out (safety).
std::string describe(const Value& value);

}  // namespace tatum::conformance
