#pragma once

#include <tatum/base/settings.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tatum::impl {

/// A setting that is a plain member of Settings.
struct SettingsField {
    std::string_view name;
    std::variant<bool Settings::*, std::int64_t Settings::*, std::string Settings::*,
                 Strings Settings::*, Dict Settings::*>
        member;
    bool is_path = false;  ///< relative ones start from the settings file's folder
};

std::span<const SettingsField> settings_fields();
/// nullptr when it is no plain member.
const SettingsField* find_settings_field(std::string_view name);
/// The known setting that `name` probably means, when it is none itself; else empty.
std::string_view similar_setting(std::string_view name);

/// Puts values under names into Settings and collects what is wrong with them.
class SettingsReader {
public:
    explicit SettingsReader(Settings& settings) : settings_(settings) {}

    /// Lines of the file, by dotted name in lower case.
    using Lines = std::vector<std::pair<std::string, std::size_t>>;

    /// `name` in lower case. Tables are merged into what is there.
    void apply(std::string_view name, const Value& value);
    void apply_file(const Dict& entries, std::string file, Lines lines);
    void apply_environment(const Environment& environment);
    /// What holds for the whole: defaults that depend on others, absolute paths, values allowed.
    void finish();

    std::vector<Error>& errors() { return errors_; }

private:
    void apply_variable(std::string_view variable, std::string_view name, const std::string& text);
    void apply_database_url(const std::string& url);
    void apply_other(std::string_view name, const Value& value);
    void wrong_type(std::string_view name, std::string_view expected, const Value& value);
    void not_allowed(std::string_view name, std::string message);
    void report(std::string_view code, std::string_view name, std::string message);

    bool read(std::string_view name, const Value& value, bool& out);
    bool read(std::string_view name, const Value& value, std::int64_t& out);
    bool read(std::string_view name, const Value& value, std::string& out);
    bool read(std::string_view name, const Value& value, Strings& out);
    bool read(std::string_view name, const Value& value, Dict& out);
    const Dict* read_table(std::string_view name, const Value& value);

    void read_databases(const Value& value);
    void read_database(const std::string& path, DatabaseSettings& database, const Dict& entries);
    void read_templates(const Value& value);
    void read_logging(const Value& value);
    void read_server(const Value& value);
    void read_languages(const Value& value);
    void read_number_grouping(const Value& value);
    void read_proxy_header(const Value& value);

    void check_values();
    void make_absolute(std::string& path) const;

    Settings& settings_;
    std::vector<Error> errors_;
    std::string file_;
    Lines lines_;
    std::string variable_;  ///< of the environment, while its text is read
    /// Dotted names that the environment has set, and by which variable.
    std::vector<std::pair<std::string, std::string>> variables_;
};

}  // namespace tatum::impl
