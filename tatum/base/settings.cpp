#include <tatum/base/settings.h>

#include <tatum/base/impl/settings_reader.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>

#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tatum {
namespace {

constexpr std::uintmax_t kFileBytesMax = 1u << 20;

/// Turns TOML into values and notes on which line each stands.
class TomlReader {
public:
    explicit TomlReader(impl::SettingsReader::Lines& lines) : lines_(lines) {}

    /// The keys of the outermost table are names of settings: lower case.
    Dict table(const toml::table& table, const std::string& path) {
        Dict entries;
        for (const auto& [key, node] : table) {
            const std::string lower = strings::ascii_lower(key.str());
            const std::string inner = path.empty() ? lower : path + "." + lower;
            lines_.emplace_back(inner, node.source().begin.line);
            entries.set(path.empty() ? lower : std::string(key.str()), value(node, inner));
        }
        return entries;
    }

private:
    Value value(const toml::node& node, const std::string& path) {
        if (const auto* inner = node.as_table()) return table(*inner, path);
        if (const auto* array = node.as_array()) {
            List items;
            for (const toml::node& item : *array) items.push_back(value(item, path));
            return items;
        }
        if (const auto* text = node.as_string()) return text->get();
        if (const auto* integer = node.as_integer()) return integer->get();
        if (const auto* number = node.as_floating_point()) return number->get();
        if (const auto* flag = node.as_boolean()) return flag->get();
        if (const auto* day = node.as_date()) return date(day->get());
        if (const auto* clock = node.as_time()) return time(clock->get());
        return datetime(node.as_date_time()->get());
    }

    static Date date(const toml::date& d) { return Date::make(d.year, d.month, d.day).value(); }
    static Time time(const toml::time& t) {
        return Time::make(t.hour, t.minute, t.second, static_cast<int>(t.nanosecond / 1000))
            .value();
    }
    static DateTime datetime(const toml::date_time& moment) {
        if (!moment.offset) return DateTime(date(moment.date), time(moment.time));
        return DateTime(date(moment.date), time(moment.time),
                        Zone::fixed(moment.offset->minutes * 60));
    }

    impl::SettingsReader::Lines& lines_;
};

[[noreturn]] void fail(const std::vector<Error>& errors) {
    if (errors.size() == 1) throw ImproperlyConfigured(errors.front());
    std::string message = std::to_string(errors.size()) + " faults in the settings:";
    for (const Error& error : errors) message += "\n" + error.str();
    throw ImproperlyConfigured(message);
}

Value database_value(const DatabaseSettings& database) {
    Dict entries{{"engine", database.engine},
                 {"name", database.name},
                 {"host", database.host},
                 {"port", database.port},
                 {"user", database.user},
                 {"password", database.password},
                 {"options", database.options},
                 {"conn_max_age", database.conn_max_age},
                 {"atomic_requests", database.atomic_requests}};
    return entries;
}

}  // namespace

Environment process_environment() {
    Environment environment;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        environment.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return environment;
}

const DatabaseSettings* Settings::database(std::string_view alias) const {
    const auto place = std::find_if(databases.begin(), databases.end(),
                                    [&](const DatabaseSettings& d) { return d.alias == alias; });
    return place == databases.end() ? nullptr : &*place;
}

Settings Settings::load(const std::string& path, const Environment& environment) {
    std::error_code fault;
    const std::uintmax_t size = std::filesystem::file_size(path, fault);
    std::ifstream file(path, std::ios::binary);
    if (fault || !file || size > kFileBytesMax) {
        throw ImproperlyConfigured(
            Error{.code = "settings.E001",
                  .message = !fault && file ? "the settings file " + path + " is too large"
                                            : "the settings file " + path + " cannot be read"});
    }
    std::ostringstream text;
    text << file.rdbuf();
    return parse(text.str(), path, std::filesystem::absolute(path).parent_path().string(),
                 environment);
}

Settings Settings::parse(std::string_view toml, std::string_view file, std::string base_dir,
                         const Environment& environment) {
    impl::SettingsReader::Lines lines;
    Dict entries;
    try {
        entries = TomlReader(lines).table(toml::parse(toml, file), "");
    } catch (const toml::parse_error& error) {
        throw ImproperlyConfigured(Error{.code = "settings.E002",
                                         .message = std::string(error.description()),
                                         .where = {.file = std::string(file),
                                                   .line = error.source().begin.line,
                                                   .column = error.source().begin.column}});
    }
    Settings settings;
    settings.base_dir = std::move(base_dir);
    impl::SettingsReader reader(settings);
    reader.apply_file(entries, std::string(file), std::move(lines));
    reader.apply_environment(environment);
    reader.finish();
    if (!reader.errors().empty()) fail(reader.errors());
    return settings;
}

Value Settings::get(std::string_view name) const {
    const std::string lower = strings::ascii_lower(name);
    if (const impl::SettingsField* field = impl::find_settings_field(lower)) {
        return std::visit(
            [&](auto member) -> Value {
                using Type = std::remove_cvref_t<decltype(this->*member)>;
                if constexpr (std::is_same_v<Type, Strings>) {
                    return to_list(this->*member);
                } else {
                    return Value(this->*member);
                }
            },
            field->member);
    }
    if (lower == "databases") {
        Dict tables;
        for (const auto& database : databases) tables.set(database.alias, database_value(database));
        return tables;
    }
    if (lower == "languages") {
        List pairs;
        for (const auto& [code, title] : languages) pairs.push_back(Value::tuple({code, title}));
        return pairs;
    }
    if (lower == "number_grouping") return List(number_grouping.begin(), number_grouping.end());
    if (lower == "secure_proxy_ssl_header") {
        if (!secure_proxy_ssl_header) return {};
        return Value::tuple({secure_proxy_ssl_header->first, secure_proxy_ssl_header->second});
    }
    if (lower == "templates") {
        return Dict{{"dirs", to_list(templates.dirs)},
                    {"string_if_invalid", templates.string_if_invalid}};
    }
    if (lower == "logging") {
        Dict loggers;
        for (const auto& [logger, level] : logging.loggers) loggers.set(logger, level);
        return Dict{{"level", logging.level},
                    {"format", logging.format},
                    {"file", logging.file},
                    {"loggers", loggers},
                    {"access_file", logging.access_file},
                    {"access_format", logging.access_format},
                    {"slow_request_ms", logging.slow_request_ms}};
    }
    if (lower == "server") return server;
    return others_.get(lower);
}

Result<void> Settings::set(std::string_view name, Value value) {
    impl::SettingsReader reader(*this);
    const std::size_t known_warnings = warnings.size();
    reader.apply(strings::ascii_lower(name), value);
    warnings.resize(known_warnings);
    if (!reader.errors().empty()) return reader.errors().front();
    return {};
}

const Settings& current_settings() {
    static const Settings defaults;
    const void* settings = local(Slot::Settings);
    return settings != nullptr ? *static_cast<const Settings*>(settings) : defaults;
}

}  // namespace tatum
