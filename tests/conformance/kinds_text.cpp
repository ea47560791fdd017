#include "kinds.h"

#include <tatum/base/dateparse.h>
#include <tatum/base/formats.h>
#include <tatum/base/header_values.h>
#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/json.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>

#include <algorithm>
#include <cmath>

namespace tatum::conformance {

namespace {

/// The arguments of a call, by place or by name.
class Arguments {
public:
    explicit Arguments(const Case& c) : positional_(c.list("args")), named_(c.dict("kwargs")) {}

    bool has(std::size_t index, std::string_view name = {}) const {
        return index < positional_.size() || named_.contains(Name(name));
    }
    Value get(std::size_t index, std::string_view name = {}) const {
        return index < positional_.size() ? positional_[index] : named_.get(Name(name));
    }
    std::string text(std::size_t index) const { return get(index).str(); }
    const List& positional() const { return positional_; }
    const Dict& named() const { return named_; }

private:
    List positional_;
    const Dict& named_;
};

template <class T>
Outcome value_or(const Result<T>& result, const char* error) {
    return result ? Outcome::value(Value(*result)) : Outcome::failure(error, result.error());
}

Outcome safe_or(const Result<std::string>& html, const char* error) {
    return html ? Outcome::value(Value::safe(*html)) : Outcome::failure(error, html.error());
}

List to_values(const auto& texts) {
    List values;
    for (const auto& text : texts) values.emplace_back(std::string_view(text));
    return values;
}

std::vector<std::string> to_texts(const Value& list) {
    std::vector<std::string> texts;
    if (list.is_list()) {
        for (const Value& item : list.as_list()) texts.push_back(item.str());
    }
    return texts;
}

/// Functions of one text that give a text.
struct TextFunction {
    std::string_view name;
    std::string (*run)(std::string_view);
};
constexpr TextFunction kTextFunctions[] = {
    {"linebreaks", [](std::string_view t) { return html::linebreaks(t); }},
    {"escape_uri_path", uri::escape_uri_path},
    {"strip_spaces_between_tags", html::strip_spaces_between_tags},
    {"phone2numeric", strings::phone2numeric},
    {"camel_case_to_spaces", strings::camel_case_to_spaces},
    {"normalize_newlines", strings::normalize_newlines},
    {"filepath_to_uri", uri::filepath_to_uri},
    {"avoid_wrapping", html::avoid_wrapping},
    {"smart_urlquote", html::smart_urlquote},
    {"uri_to_iri", uri::uri_to_iri},
    {"iri_to_uri", uri::iri_to_uri},
    {"capfirst", strings::capfirst},
    {"urlsafe_base64_encode", strings::urlsafe_base64_encode},
    {"escape_leading_slashes", uri::escape_leading_slashes},
    {"sanitize_separators", sanitize_separators},
    {"quote_etag", header_values::quote_etag},
};

NumberFormat number_format_from(const Arguments& arguments, std::string& point,
                                std::string& thousands, std::vector<std::int8_t>& groups) {
    NumberFormat format;
    point = arguments.get(1, "decimal_sep").str();
    format.decimal_separator = point;
    const Value places = arguments.get(2, "decimal_pos");
    if (!places.is_none()) format.decimal_pos = static_cast<int>(to_integer(places));
    const Value grouping = arguments.get(3, "grouping");
    if (grouping.is_list()) {
        for (const Value& size : grouping.as_list()) {
            groups.push_back(static_cast<std::int8_t>(to_integer(size)));
        }
    } else if (!grouping.is_none()) {
        groups.push_back(static_cast<std::int8_t>(to_integer(grouping)));
    }
    format.grouping = groups;
    if (arguments.has(4, "thousand_sep")) thousands = arguments.get(4, "thousand_sep").str();
    format.thousand_separator = thousands;
    format.group = arguments.get(5, "force_grouping").truth();
    return format;
}

Outcome numbered(const Value& number, const NumberFormat& format) {
    const std::string text = format_number(number, format);
    return Outcome::value(is_safe_number(number, format) ? Value::safe(text) : Value(text));
}

Outcome run_numbers(const Case& c, const Arguments& arguments) {
    if (c.text("func") == "format_number") {
        std::string point, thousands;
        std::vector<std::int8_t> groups;
        const NumberFormat format = number_format_from(arguments, point, thousands, groups);
        return numbered(arguments.get(0), format);
    }
    NumberOptions options;
    const Value places = arguments.get(1, "decimal_pos");
    if (!places.is_none()) options.decimal_pos = static_cast<int>(to_integer(places));
    const Value l10n = arguments.get(2, "use_l10n");
    if (!l10n.is_none() && !l10n.truth()) options.use_l10n = UseL10n::Off;
    options.force_grouping = arguments.get(3, "force_grouping").truth();
    return numbered(arguments.get(0), number_format_of(options, current_language()));
}

Outcome run_truncate(const Case& c, const Arguments& arguments) {
    strings::TruncateOptions options{.html = arguments.get(3, "html").truth()};
    const Value mark = arguments.get(2, "truncate");
    if (!mark.is_none()) options.truncate = mark.as_string();
    const std::string text = arguments.text(0);
    const std::int64_t length = to_integer(arguments.get(1));
    return Outcome::value(c.text("func") == "truncate_chars"
                              ? strings::truncate_chars(text, length, options)
                              : strings::truncate_words(text, length, options));
}

Outcome run_format_html(const Arguments& arguments) {
    std::vector<std::pair<std::string_view, Value>> named;
    for (const auto& [name, value] : arguments.named()) named.emplace_back(name.as_string(), value);
    const std::span<const Value> all = arguments.positional();
    return value_or(html::format_html(arguments.get(0).as_string(), all.subspan(1), named),
                    "ValueError");
}

Outcome run_format_html_join(const Arguments& arguments) {
    std::vector<List> rows;
    for (const Value& row : arguments.get(2).as_list()) rows.push_back(*row.items());
    return value_or(html::format_html_join(arguments.get(0), arguments.get(1).as_string(), rows),
                    "ValueError");
}

/// Those that make or take apart HTML.
Outcome run_html(const Case& c, const Arguments& arguments) {
    const std::string func = c.text("func");
    const Value value = arguments.get(0);
    if (func == "escape") return Outcome::value(Value::safe(html::escape(value.str())));
    if (func == "escapejs") return Outcome::value(Value::safe(html::escapejs(value.str())));
    if (func == "conditional_escape") return Outcome::value(html::conditional_escape(value));
    if (func == "strip_tags") return value_or(html::strip_tags(value.str()), "SuspiciousOperation");
    if (func == "urlize") return Outcome::value(html::urlize(value.str()));
    if (func == "format_html") return run_format_html(arguments);
    if (func == "format_html_join") return run_format_html_join(arguments);
    if (func == "json_script") {
        const std::string id = arguments.has(1) ? arguments.text(1) : "";
        return safe_or(html::json_script(value, id), "TypeError");
    }
    return Outcome::failure("unknown", "function " + func);
}

Outcome run_header_values(const Case& c, const Arguments& arguments) {
    const std::string func = c.text("func");
    if (func == "parse_etags") {
        return Outcome::value(to_values(header_values::parse_etags(arguments.text(0))));
    }
    if (func == "content_disposition_header") {
        const auto disposition = arguments.get(0).truth() ? header_values::Disposition::Attachment
                                                          : header_values::Disposition::Inline;
        return Outcome::value(header_values::content_disposition(disposition, arguments.text(1)));
    }
    const auto parsed = header_values::parse_parameters(arguments.text(0));
    if (!parsed) return Outcome::failure("ValueError", parsed.error());
    Dict parameters;
    for (const auto& [name, value] : parsed->parameters) parameters.set(name, Value(value));
    return Outcome::value(Value(List{Value(parsed->value), Value(std::move(parameters))}));
}

Outcome run_urls(const Case& c, const Arguments& arguments) {
    if (c.text("func") == "is_same_domain") {
        return Outcome::value(uri::is_same_domain(arguments.text(0), arguments.text(1)));
    }
    if (c.text("func") == "urlencode") {
        const auto sequences =
            arguments.get(1, "doseq").truth() ? uri::Sequences::Each : uri::Sequences::AsText;
        return value_or(uri::urlencode(arguments.get(0), sequences), "TypeError");
    }
    const auto https =
        arguments.get(2, "require_https").truth() ? uri::RequireHttps::Yes : uri::RequireHttps::No;
    return Outcome::value(uri::url_has_allowed_host_and_scheme(
        arguments.text(0), to_texts(arguments.get(1, "allowed_hosts")), https));
}

Outcome run_http_date(const Case& c, const Arguments& arguments) {
    if (c.text("func") == "http_date") {
        const Value seconds = arguments.get(0);
        return Outcome::value(
            http_date(seconds.kind() == Kind::Float
                          ? static_cast<std::int64_t>(std::floor(seconds.as_float()))
                          : to_integer(seconds)));
    }
    const auto seconds = parse_http_date(arguments.text(0));
    return Outcome::value(seconds ? Value(static_cast<long long>(*seconds)) : Value());
}

Outcome run_words(const Case& c, const Arguments& arguments) {
    const std::string func = c.text("func");
    const std::string text = arguments.text(0);
    if (func == "smart_split") return Outcome::value(to_values(strings::smart_split(text)));
    if (func == "slugify") {
        const bool unicode = arguments.get(1, "allow_unicode").truth();
        return Outcome::value(
            slugify(text, unicode ? SlugCharacters::Unicode : SlugCharacters::Ascii));
    }
    if (func == "get_valid_filename") {
        return value_or(strings::get_valid_filename(text), "SuspiciousFileOperation");
    }
    if (func == "unescape_string_literal") {
        return value_or(strings::unescape_string_literal(text), "ValueError");
    }
    if (func == "int_to_base36") {
        return value_or(strings::int_to_base36(to_integer(arguments.get(0))), "ValueError");
    }
    if (func == "base36_to_int") return value_or(strings::base36_to_int(text), "ValueError");
    if (func == "get_text_list") {
        const auto items = to_texts(arguments.get(0));
        if (!arguments.has(1)) return Outcome::value(strings::get_text_list(items));
        return Outcome::value(strings::get_text_list(items, arguments.text(1)));
    }
    return Outcome::failure("unknown", "function " + func);
}

using Family = Outcome (*)(const Case&, const Arguments&);
struct FamilyOf {
    std::string_view name;
    Family family;
};
constexpr FamilyOf kFamilies[] = {
    {"format_number", run_numbers},
    {"number_format", run_numbers},
    {"truncate_chars", run_truncate},
    {"truncate_words", run_truncate},
    {"parse_etags", run_header_values},
    {"content_disposition_header", run_header_values},
    {"parse_header_parameters", run_header_values},
    {"is_same_domain", run_urls},
    {"urlencode", run_urls},
    {"url_has_allowed_host_and_scheme", run_urls},
    {"http_date", run_http_date},
    {"parse_http_date_safe", run_http_date},
    {"escape", run_html},
    {"escapejs", run_html},
    {"conditional_escape", run_html},
    {"strip_tags", run_html},
    {"urlize", run_html},
    {"format_html", run_html},
    {"format_html_join", run_html},
    {"json_script", run_html},
};

Outcome run_text(const Case& c) {
    const Arguments arguments(c);
    const std::string func = c.text("func");
    for (const TextFunction& function : kTextFunctions) {
        if (function.name == func) return Outcome::value(function.run(arguments.text(0)));
    }
    for (const FamilyOf& entry : kFamilies) {
        if (entry.name == func) return entry.family(c, arguments);
    }
    return run_words(c, arguments);
}

Outcome run_accept_language(const Case& c) {
    const std::string header = c.text("header");
    List parsed;
    for (const auto& [code, quality] : parse_accept_language(header)) {
        parsed.push_back(Value(List{Value(code), Value(quality)}));
    }
    const Translations& translations = current_language().translations();
    return Outcome::value(Value(Dict{{"parsed", Value(std::move(parsed))},
                                     {"language", translations.language_for(header)}}));
}

constexpr CaseKind kTextKinds[] = {{"text", run_text}, {"accept_language", run_accept_language}};

}  // namespace

std::span<const CaseKind> text_kinds() { return kTextKinds; }

}  // namespace tatum::conformance
