// From values under names to the members of Settings.

#include <tatum/base/impl/settings_reader.h>

#include <tatum/base/datetime.h>
#include <tatum/base/json.h>
#include <tatum/base/log.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <charconv>

namespace tatum::impl {
namespace {

constexpr std::string_view kPrefix = "TATUM_";
/// What debug mode signs with where no key is set. Everybody knows it.
constexpr std::string_view kDebugKey = "tatum-insecure-debug-key";

std::string upper(std::string_view name) {
    std::string text(name);
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return text;
}

std::string described(const Value& value) {
    std::string text = value.repr();
    constexpr std::size_t shown = 60;
    if (text.size() > shown) text = text.substr(0, shown) + "...";
    return text;
}

/// "django.db.backends.sqlite3" and "sqlite3" are the same.
std::string without_package(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    return name.starts_with("django.") && dot != std::string::npos ? name.substr(dot + 1) : name;
}

Strings split_list(std::string_view text) {
    Strings items;
    for (const std::string_view piece : strings::split(text, ",")) {
        const std::string_view item = strings::strip(piece);
        if (!item.empty()) items.emplace_back(item);
    }
    return items;
}

}  // namespace

void SettingsReader::report(std::string_view code, std::string_view name, std::string message) {
    Error error{.code = std::string(code), .message = upper(name) + ": " + std::move(message)};
    std::string_view variable = variable_;
    for (const auto& [set, by] : variables_) {
        const bool covers =
            name.starts_with(set) && (name.size() == set.size() || name[set.size()] == '.');
        if (variable_.empty() && covers) variable = by;
    }
    if (!variable.empty()) {
        error.message.append(", in the environment's ").append(variable);
    } else {
        error.where.file = file_;
        // The line of the innermost table that has one.
        for (std::string path(name); !path.empty();) {
            const auto line = std::find_if(lines_.begin(), lines_.end(),
                                           [&](const auto& entry) { return entry.first == path; });
            if (line != lines_.end()) {
                error.where.line = line->second;
                break;
            }
            const std::size_t dot = path.rfind('.');
            path.resize(dot == std::string::npos ? 0 : dot);
        }
    }
    errors_.push_back(std::move(error));
}

void SettingsReader::wrong_type(std::string_view name, std::string_view expected,
                                const Value& value) {
    const bool secret = name.find("key") != std::string_view::npos ||
                        name.find("password") != std::string_view::npos;
    report("settings.E003", name,
           std::string(expected) + " expected" + (secret ? "" : ", not " + described(value)));
}

void SettingsReader::not_allowed(std::string_view name, std::string message) {
    report("settings.E004", name, std::move(message));
}

bool SettingsReader::read(std::string_view name, const Value& value, bool& out) {
    if (value.kind() == Kind::Bool) {
        out = value.as_bool();
        return true;
    }
    if (value.is_string() && !variable_.empty()) {
        const std::string text = strings::ascii_lower(value.as_string());
        for (const std::string_view yes : {"true", "1", "yes", "on"}) {
            if (text == yes) return out = true;
        }
        for (const std::string_view no : {"false", "0", "no", "off", ""}) {
            if (text == no) {
                out = false;
                return true;
            }
        }
    }
    wrong_type(name, "true or false", value);
    return false;
}

bool SettingsReader::read(std::string_view name, const Value& value, std::int64_t& out) {
    if (value.kind() == Kind::Int) {
        out = value.as_int();
        return true;
    }
    if (value.is_string() && !variable_.empty()) {
        const std::string_view text = strings::strip(value.as_string());
        const auto end = text.data() + text.size();
        const auto [stop, fault] = std::from_chars(text.data(), end, out);
        if (fault == std::errc{} && stop == end && !text.empty()) return true;
    }
    wrong_type(name, "a whole number", value);
    return false;
}

bool SettingsReader::read(std::string_view name, const Value& value, std::string& out) {
    if (!value.is_string() && !value.is_none()) {
        wrong_type(name, "a string", value);
        return false;
    }
    out = value.is_none() ? std::string() : value.str();
    return true;
}

bool SettingsReader::read(std::string_view name, const Value& value, Strings& out) {
    if (value.is_string() && !variable_.empty()) {
        if (value.as_string().starts_with("[\"")) {
            wrong_type(name, "a list as a,b,c", value);
            return false;
        }
        out = split_list(value.as_string());
        return true;
    }
    Strings items;
    bool valid = value.is_list();
    if (valid) {
        for (const Value& item : value.as_list()) {
            valid = valid && item.is_string();
            if (valid) items.push_back(item.str());
        }
    }
    if (!valid) {
        wrong_type(name, "a list of strings", value);
        return false;
    }
    out = std::move(items);
    return true;
}

const Dict* SettingsReader::read_table(std::string_view name, const Value& value) {
    if (value.is_dict()) return &value.as_dict();
    wrong_type(name, "a table", value);
    return nullptr;
}

bool SettingsReader::read(std::string_view name, const Value& value, Dict& out) {
    if (value.is_string() && !variable_.empty()) {
        const auto parsed = json::parse(value.as_string());
        if (parsed && parsed->is_dict()) {
            out = parsed->as_dict();
            return true;
        }
    }
    const Dict* table = read_table(name, value);
    if (table != nullptr) out = *table;
    return table != nullptr;
}

void SettingsReader::apply(std::string_view name, const Value& value) {
    if (name == "databases") return read_databases(value);
    if (name == "templates") return read_templates(value);
    if (name == "logging") return read_logging(value);
    if (name == "server") return read_server(value);
    if (name == "languages") return read_languages(value);
    if (name == "number_grouping") return read_number_grouping(value);
    if (name == "secure_proxy_ssl_header") return read_proxy_header(value);
    const SettingsField* field = find_settings_field(name);
    if (field == nullptr) return apply_other(name, value);
    std::visit(
        [&](auto member) {
            auto read_value = settings_.*member;
            if (read(name, value, read_value)) settings_.*member = std::move(read_value);
        },
        field->member);
}

void SettingsReader::apply_other(std::string_view name, const Value& value) {
    if (const std::string_view meant = similar_setting(name); !meant.empty()) {
        const std::size_t before = errors_.size();
        report("settings.W001", name, "there is no such setting");
        errors_.back().hint = "Did you mean " + upper(meant) + "?";
        settings_.warnings.push_back(std::move(errors_.back()));
        errors_.resize(before);
    }
    // A variable has the type that the file gave the setting.
    const Value* known = settings_.others_.find(name);
    Value converted = value;
    if (!variable_.empty() && value.is_string() && known != nullptr) {
        if (known->kind() == Kind::Bool) {
            bool flag = false;
            if (!read(name, value, flag)) return;
            converted = flag;
        } else if (known->kind() == Kind::Int) {
            std::int64_t number = 0;
            if (!read(name, value, number)) return;
            converted = number;
        } else if (known->is_list()) {
            converted = to_list(split_list(value.as_string()));
        }
    }
    settings_.others_.set(name, std::move(converted));
}

void SettingsReader::apply_file(const Dict& entries, std::string file, Lines lines) {
    file_ = std::move(file);
    lines_ = std::move(lines);
    for (const auto& [name, value] : entries) apply(name.as_string(), value);
}

void SettingsReader::apply_environment(const Environment& environment) {
    for (const std::string_view name : {"secret_key", "debug", "allowed_hosts", "database_url"}) {
        for (const auto& [variable, text] : environment) {
            if (variable == upper(name)) apply_variable(variable, name, text);
        }
    }
    for (const auto& [variable, text] : environment) {
        if (!variable.starts_with(kPrefix)) continue;
        const std::string name =
            strings::ascii_lower(std::string_view(variable).substr(kPrefix.size()));
        if (!name.empty()) apply_variable(variable, name, text);
    }
}

void SettingsReader::apply_variable(std::string_view variable, std::string_view name,
                                    const std::string& text) {
    variable_ = variable;
    if (name == "database_url") {
        apply_database_url(text);
    } else {
        // LOGGING__LEVEL=debug is {"level": "debug"} for LOGGING.
        const auto path = strings::split(name, "__");
        Value value = text;
        for (std::size_t i = path.size(); i-- > 1;) value = Dict{{path[i], value}};
        apply(path.front(), value);
    }
    variables_.emplace_back(strings::replace(name, "__", "."), variable);
    variable_.clear();
}

void SettingsReader::apply_database_url(const std::string& url) {
    auto database = parse_database_url(url);
    if (!database) return report("settings.E010", "databases.default", database.error().message);
    auto& databases = settings_.databases;
    std::erase_if(databases, [](const DatabaseSettings& d) { return d.alias == "default"; });
    databases.insert(databases.begin(), *std::move(database));
}

void SettingsReader::read_databases(const Value& value) {
    Dict tables;
    if (!read("databases", value, tables)) return;
    for (const auto& [alias, entries] : tables) {
        const std::string name = alias.str();
        const std::string path = "databases." + name;
        const Dict* table = read_table(path, entries);
        if (table == nullptr) continue;
        auto& databases = settings_.databases;
        auto place = std::find_if(databases.begin(), databases.end(),
                                  [&](const DatabaseSettings& d) { return d.alias == name; });
        if (place == databases.end()) {
            place = databases.insert(databases.end(), DatabaseSettings{.alias = name});
        }
        read_database(path, *place, *table);
    }
}

void SettingsReader::read_database(const std::string& path, DatabaseSettings& database,
                                   const Dict& entries) {
    for (const auto& [key, value] : entries) {
        const std::string option = strings::ascii_lower(key.as_string());
        const std::string name = path + "." + option;
        std::int64_t number = 0;
        if (option == "engine") {
            if (read(name, value, database.engine)) {
                database.engine = without_package(database.engine);
            }
        } else if (option == "name") {
            read(name, value, database.name);
        } else if (option == "host") {
            read(name, value, database.host);
        } else if (option == "user") {
            read(name, value, database.user);
        } else if (option == "password") {
            read(name, value, database.password);
        } else if (option == "options") {
            read(name, value, database.options);
        } else if (option == "atomic_requests") {
            read(name, value, database.atomic_requests);
        } else if (option == "conn_max_age") {
            if (!read(name, value, number)) continue;
            database.conn_max_age = number < 0 ? std::nullopt : std::optional(number);
        } else if (option == "port") {
            if (!read(name, value, number)) continue;
            if (number < 0 || number > 65535) {
                not_allowed(name, "a port from 0 to 65535 expected");
            } else {
                database.port = static_cast<std::uint16_t>(number);
            }
        } else {
            not_allowed(name, "a database has no such option");
        }
    }
}

void SettingsReader::read_templates(const Value& value) {
    const Dict* table = read_table("templates", value);
    if (table == nullptr) return;
    for (const auto& [key, entry] : *table) {
        const std::string option = strings::ascii_lower(key.as_string());
        const std::string name = "templates." + option;
        if (option == "dirs") {
            read(name, entry, settings_.templates.dirs);
        } else if (option == "string_if_invalid") {
            read(name, entry, settings_.templates.string_if_invalid);
        } else {
            not_allowed(name, "there is no such option; dirs and string_if_invalid are");
        }
    }
}

void SettingsReader::read_logging(const Value& value) {
    const Dict* table = read_table("logging", value);
    if (table == nullptr) return;
    for (const auto& [key, entry] : *table) {
        const std::string option = strings::ascii_lower(key.as_string());
        const std::string name = "logging." + option;
        if (option == "level") {
            read(name, entry, settings_.logging.level);
        } else if (option == "format") {
            read(name, entry, settings_.logging.format);
        } else if (option == "file") {
            read(name, entry, settings_.logging.file);
        } else if (option == "access_file") {
            read(name, entry, settings_.logging.access_file);
        } else if (option == "access_format") {
            read(name, entry, settings_.logging.access_format);
        } else if (option == "slow_request_ms") {
            read(name, entry, settings_.logging.slow_request_ms);
        } else if (option == "loggers") {
            const Dict* loggers = read_table(name, entry);
            if (loggers == nullptr) continue;
            for (const auto& [logger, level] : *loggers) {
                std::string text;
                if (!read(name + "." + logger.str(), level, text)) continue;
                settings_.logging.loggers.emplace_back(logger.str(), std::move(text));
            }
        } else {
            not_allowed(name,
                        "there is no such option; level, format, file, loggers, access_file, "
                        "access_format and slow_request_ms are");
        }
    }
}

/// Its entries are for the server to judge, which is not in this layer.
void SettingsReader::read_server(const Value& value) {
    const Dict* table = read_table("server", value);
    if (table == nullptr) return;
    for (const auto& [key, entry] : *table) {
        settings_.server.set(strings::ascii_lower(key.as_string()), entry);
    }
}

void SettingsReader::read_languages(const Value& value) {
    std::vector<std::pair<std::string, std::string>> languages;
    bool valid = value.is_list();
    if (valid) {
        for (const Value& item : value.as_list()) {
            Strings pair;
            const bool is_pair = item.is_list() && item.as_list().size() == 2 &&
                                 item.as_list()[0].is_string() && item.as_list()[1].is_string();
            valid = valid && is_pair;
            if (valid) languages.emplace_back(item.as_list()[0].str(), item.as_list()[1].str());
        }
    }
    if (!valid) return wrong_type("languages", "a list of [code, name] pairs", value);
    settings_.languages = std::move(languages);
}

void SettingsReader::read_number_grouping(const Value& value) {
    constexpr std::string_view name = "number_grouping";
    constexpr std::int64_t kSizeMax = 100;
    List given = value.is_list() ? value.as_list() : List{value};
    if (value.is_string() && !variable_.empty()) {
        given.clear();
        for (const std::string& size : split_list(value.as_string())) given.emplace_back(size);
    }
    std::vector<std::int64_t> sizes;
    for (const Value& item : given) {
        if (item.is_list()) return wrong_type(name, "a number, or a list of numbers", value);
        std::int64_t size = 0;
        if (!read(name, item, size)) return;
        if (size < 0 || size > kSizeMax) return not_allowed(name, "sizes are from 0 to 100");
        sizes.push_back(size);
    }
    if (sizes == std::vector<std::int64_t>{0}) sizes.clear();
    settings_.number_grouping = std::move(sizes);
}

void SettingsReader::read_proxy_header(const Value& value) {
    constexpr std::string_view name = "secure_proxy_ssl_header";
    if (value.is_none()) {
        settings_.secure_proxy_ssl_header.reset();
        return;
    }
    Strings pair;
    if (!read(name, value, pair)) return;
    if (pair.size() != 2) return not_allowed(name, "a header and its value expected");
    settings_.secure_proxy_ssl_header.emplace(pair[0], pair[1]);
}

void SettingsReader::make_absolute(std::string& path) const {
    if (path.empty() || path.starts_with('/') || settings_.base_dir.empty()) return;
    path = settings_.base_dir + "/" + path;
}

void SettingsReader::finish() {
    if (settings_.database("default") == nullptr) {
        settings_.databases.insert(settings_.databases.begin(), {.name = "db.sqlite3"});
    }
    for (const SettingsField& field : settings_fields()) {
        if (!field.is_path) continue;
        if (const auto* text = std::get_if<std::string Settings::*>(&field.member)) {
            make_absolute(settings_.**text);
        } else if (const auto* list = std::get_if<Strings Settings::*>(&field.member)) {
            for (std::string& path : settings_.**list) make_absolute(path);
        }
    }
    for (std::string& path : settings_.templates.dirs) make_absolute(path);
    make_absolute(settings_.logging.file);
    if (settings_.logging.access_file != "none") make_absolute(settings_.logging.access_file);
    for (DatabaseSettings& database : settings_.databases) {
        const bool is_file = database.engine == "sqlite3" && database.name != ":memory:" &&
                             !database.name.starts_with("file:");
        if (is_file) make_absolute(database.name);
    }
    settings_.default_auto_field = without_package(settings_.default_auto_field);
    if (settings_.secret_key.empty()) {
        if (settings_.debug) {
            settings_.secret_key = kDebugKey;
        } else {
            report("settings.E005", "secret_key", "must be set where DEBUG is off");
            errors_.back().hint = "Set SECRET_KEY in the environment or in the settings file.";
        }
    }
    check_values();
}

void SettingsReader::check_values() {
    for (const SettingsField& field : settings_fields()) {
        const auto* number = std::get_if<std::int64_t Settings::*>(&field.member);
        if (number != nullptr && settings_.**number < 0) {
            not_allowed(field.name,
                        "zero or more expected, not " + std::to_string(settings_.**number));
        }
    }
    if (Zone::find(settings_.time_zone) == nullptr) {
        not_allowed("time_zone", "no time zone is called '" + settings_.time_zone + "'");
    }
    const auto one_of = [&](std::string_view name, const std::string& value,
                            std::initializer_list<std::string_view> allowed) {
        std::string names;
        for (const std::string_view choice : allowed) {
            if (value == choice) return;
            names += (names.empty() ? "'" : ", '") + std::string(choice) + "'";
        }
        not_allowed(name, "one of " + names + " expected, not '" + value + "'");
    };
    one_of("session_cookie_samesite", settings_.session_cookie_samesite,
           {"Lax", "Strict", "None", ""});
    one_of("csrf_cookie_samesite", settings_.csrf_cookie_samesite, {"Lax", "Strict", "None", ""});
    one_of("default_auto_field", settings_.default_auto_field,
           {"BigAutoField", "AutoField", "SmallAutoField"});
    one_of("logging.format", settings_.logging.format, {"text", "json"});
    one_of("logging.access_format", settings_.logging.access_format, {"text", "json", ""});
    if (settings_.logging.slow_request_ms < 0) {
        not_allowed("logging.slow_request_ms", "zero or more expected");
    }
    for (const DatabaseSettings& database : settings_.databases) {
        one_of("databases." + database.alias + ".engine", database.engine,
               {"sqlite3", "postgresql"});
    }
    const auto check_level = [&](const std::string& name, const std::string& level) {
        if (const auto known = logging::level_named(level); !known) {
            not_allowed(name, known.error().message);
        }
    };
    check_level("logging.level", settings_.logging.level);
    for (const auto& [logger, level] : settings_.logging.loggers) {
        check_level("logging.loggers." + logger, level);
    }
}

}  // namespace tatum::impl
