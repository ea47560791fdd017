#include <tatum/urls/converter.h>

#include <tatum/base/regex.h>
#include <tatum/base/text.h>
#include <tatum/urls/path.h>

#include <array>
#include <charconv>

namespace tatum::urls {

namespace {

/// int: any number of ASCII digits; past 64 bits the value is a BigInt, as Python's int.
class IntConverterObject final : public Converter {
public:
    std::string_view name() const override { return "int"; }
    std::string_view regex() const override { return "[0-9]+"; }
    Scan scan() const override { return Scan::Digits; }
    std::optional<Value> to_value(std::string_view text) const override {
        if (const auto number = impl::parse_digits(text)) return Value(*number);
        const std::size_t first = std::min(text.find_first_not_of('0'), text.size() - 1);
        return Value::big_int(text.substr(first));
    }
    std::optional<std::string> to_url(const Value& value) const override { return value.str(); }
};

class TextConverterObject final : public Converter {
public:
    constexpr TextConverterObject(std::string_view name, std::string_view regex, Scan scan)
        : name_(name), regex_(regex), scan_(scan) {}
    std::string_view name() const override { return name_; }
    std::string_view regex() const override { return regex_; }
    Scan scan() const override { return scan_; }
    std::optional<Value> to_value(std::string_view text) const override { return Value(text); }
    std::optional<std::string> to_url(const Value& value) const override { return value.str(); }

private:
    std::string_view name_, regex_;
    Scan scan_;
};

class UuidConverterObject final : public Converter {
public:
    std::string_view name() const override { return "uuid"; }
    std::string_view regex() const override {
        return "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    }
    Scan scan() const override { return Scan::Uuid; }
    std::optional<Value> to_value(std::string_view text) const override {
        const auto uuid = Uuid::parse(text);
        if (!uuid) return std::nullopt;
        return Value(*uuid);
    }
    std::optional<std::string> to_url(const Value& value) const override { return value.str(); }
};

}  // namespace

const Converter* Converter::builtin(std::string_view name) {
    static const IntConverterObject integer;
    static const TextConverterObject path("path", ".+", Scan::Path);
    static const TextConverterObject slug("slug", "[-a-zA-Z0-9_]+", Scan::Slug);
    static const TextConverterObject str("str", "[^/]+", Scan::Segment);
    static const UuidConverterObject uuid;
    static const std::array<const Converter*, 5> all = {&integer, &path, &slug, &str, &uuid};
    for (const Converter* converter : all)
        if (converter->name() == name) return converter;
    return nullptr;
}

namespace impl {

std::optional<std::int64_t> parse_digits(std::string_view digits) {
    std::int64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc() || stopped != end || digits.empty()) return std::nullopt;
    return number;
}

Shared<const Regex> compile_converter(std::string_view regex) {
    return Regex::compile(regex).value_or(nullptr);
}

bool takes_all(const Regex* regex, std::string_view text) {
    std::vector<std::string_view> groups;
    return regex != nullptr &&
           regex->match(text, Regex::Anchor::Both, groups) != std::string_view::npos;
}

std::optional<std::int64_t> value_to_int(const Value& value) {
    if (value.kind() == Kind::Int) return value.as_int();
    if (value.is_string()) return parse_digits(value.as_string());
    return std::nullopt;
}

}  // namespace impl

}  // namespace tatum::urls
