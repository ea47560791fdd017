#include <tatum/base/html.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/template/impl/builtins.h>
#include <tatum/template/impl/filter_tools.h>
#include <tatum/template/impl/percent_format.h>

#include <algorithm>

namespace tatum::template_::impl {
namespace {

Value addslashes(const void*, const FilterCall& call) {
    const Text text(call.value);
    std::string out;
    for (const char c : text.get()) {
        if (c == '\\' || c == '"' || c == '\'') out += '\\';
        out += c;
    }
    return Value(out);
}

Value capfirst(const void*, const FilterCall& call) {
    return Value(strings::capfirst(Text(call.value).get()));
}

Value escapejs(const void*, const FilterCall& call) {
    return Value(html::escapejs(Text(call.value).get())).mark_safe();
}

Value lower(const void*, const FilterCall& call) {
    return Value(strings::lower(Text(call.value).get()));
}

Value upper(const void*, const FilterCall& call) {
    return Value(strings::upper(Text(call.value).get()));
}

/// As Python's title(), but "don't" and "2nd" stay in lower case behind apostrophe and digit.
Value title(const void*, const FilterCall& call) {
    std::string text = strings::title(Text(call.value).get());
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto to_lower = [](char& c) { c = static_cast<char>(c - 'A' + 'a'); };
    for (std::size_t i = 2; i < text.size(); ++i) {
        if (is_upper(text[i]) && text[i - 1] == '\'' && is_lower(text[i - 2])) to_lower(text[i]);
    }
    std::size_t position = 0;
    while (position < text.size()) {
        const int digit = strings::decimal_digit(strings::next_code_point(text, position));
        if (digit >= 0 && position < text.size() && is_upper(text[position])) {
            to_lower(text[position]);
        }
    }
    return Value(text);
}

Value make_list(const void*, const FilterCall& call) {
    const Text text(call.value);
    const std::size_t limit = options_of(call.context).limits.value_bytes;
    if (strings::length(text.get()) > limit / sizeof(Value)) limit_passed("value_bytes", limit);
    List characters;
    for (std::size_t position = 0; position < text.get().size();) {
        const std::size_t start = position;
        strings::next_code_point(text.get(), position);
        characters.emplace_back(text.get().substr(start, position - start));
    }
    return Value(std::move(characters));
}

Value slugify(const void*, const FilterCall& call) {
    return Value(strings::slugify(Text(call.value).get()));
}

Value stringformat(const void*, const FilterCall& call) {
    const Value value = call.value.kind() == Kind::Tuple ? Value(call.value.str()) : call.value;
    Result<std::string> text = percent_format("%" + call.argument->str(), value);
    if (!text && text.error().code == "template.E106") {
        throw TemplateRenderError(std::move(text).error());
    }
    return Value(text.value_or(""));
}

Value truncate_characters(const FilterCall& call, bool is_html) {
    const Text text(call.value);
    std::int64_t length = 0;
    if (!read_integer(*call.argument, length)) return Value(text.get());
    return Value(strings::truncate_chars(text.get(), length, {.html = is_html}));
}

Value truncate_whole_words(const FilterCall& call, bool is_html) {
    const Text text(call.value);
    std::int64_t length = 0;
    if (!read_integer(*call.argument, length)) return Value(text.get());
    return Value(strings::truncate_words(text.get(), length,
                                         {.truncate = " \xE2\x80\xA6", .html = is_html}));
}

Value truncatechars(const void*, const FilterCall& call) {
    return truncate_characters(call, false);
}
Value truncatechars_html(const void*, const FilterCall& call) {
    return truncate_characters(call, true);
}
Value truncatewords(const void*, const FilterCall& call) {
    return truncate_whole_words(call, false);
}
Value truncatewords_html(const void*, const FilterCall& call) {
    return truncate_whole_words(call, true);
}

Value wordcount(const void*, const FilterCall& call) {
    return Value(static_cast<long long>(strings::split(Text(call.value).get()).size()));
}

Value wordwrap(const void*, const FilterCall& call) {
    const Text text(call.value);
    const std::int64_t width = integer_of(*call.argument);
    if (width <= 0 && !text.get().empty()) {
        fail("template.E101", "invalid width " + std::to_string(width) + " (must be > 0)");
    }
    return Value(strings::wordwrap(text.get(), std::max<std::int64_t>(width, 1)));
}

/// The text with `before` and `after` blanks around it.
Value padded(std::string_view text, std::int64_t before, std::int64_t after) {
    std::string out(static_cast<std::size_t>(std::max<std::int64_t>(before, 0)), ' ');
    out += text;
    out.append(static_cast<std::size_t>(std::max<std::int64_t>(after, 0)), ' ');
    return Value(out);
}

std::int64_t missing_width(std::string_view text, std::int64_t width) {
    return checked_width(width) - static_cast<std::int64_t>(strings::length(text));
}

Value ljust(const void*, const FilterCall& call) {
    const Text text(call.value);
    return padded(text.get(), 0, missing_width(text.get(), integer_of(*call.argument)));
}

Value rjust(const void*, const FilterCall& call) {
    const Text text(call.value);
    return padded(text.get(), missing_width(text.get(), integer_of(*call.argument)), 0);
}

Value center(const void*, const FilterCall& call) {
    const Text text(call.value);
    const std::int64_t width = integer_of(*call.argument);
    const std::int64_t missing = missing_width(text.get(), width);
    if (missing <= 0) return Value(text.get());
    // Django 5 put the odd blank where Python's str.center() does, later ones behind.
    const bool centered_by_method = options_of(call.context).django_version < 600;
    const std::int64_t before = missing / 2 + (centered_by_method ? missing & width & 1 : 0);
    return padded(text.get(), before, missing - before);
}

Value cut(const void*, const FilterCall& call) {
    const std::string_view what = text_argument(call);
    const Text text(call.value);
    Value result(what.empty() ? std::string(text.get()) : strings::replace(text.get(), what, ""));
    // A ';' taken out of an entity would leave something that is not safe.
    return call.value.is_safe() && what != ";" ? std::move(result).mark_safe() : result;
}

Value linenumbers(const void*, const FilterCall& call) {
    refuse_argument(call);
    const Text text(call.value);
    const auto lines = strings::split(text.get(), "\n");
    const std::size_t width = std::to_string(lines.size()).size();
    const bool escaping = call.autoescape && !call.value.is_safe();
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string number = std::to_string(i + 1);
        if (i > 0) out += '\n';
        out.append(width - number.size(), '0').append(number).append(". ");
        if (escaping) {
            html::append_escaped(out, lines[i]);
        } else {
            out += lines[i];
        }
    }
    return Value(out).mark_safe();
}

Value iriencode(const void*, const FilterCall& call) {
    return Value(uri::iri_to_uri(Text(call.value).get()));
}

Value urlencode(const void*, const FilterCall& call) {
    const Text text(call.value);
    // As Python's quote(), which hands an empty text back, safe or not.
    if (call.value.is_string() && text.get().empty()) return call.value;
    if (call.argument == nullptr || call.argument->is_none() || text.get().empty()) {
        return Value(uri::quote(text.get()));
    }
    return Value(uri::quote(text.get(), text_argument(call)));
}

Value phone2numeric(const void*, const FilterCall& call) {
    if (!call.value.is_string()) {
        fail_type("'" + python_type_name(call.value) + "' object has no attribute 'lower'");
    }
    return Value(strings::phone2numeric(call.value.as_string()));
}

}  // namespace

void add_text_filters(Library& library) {
    const auto one = ArgumentRule::Required;
    const auto none = ArgumentRule::None;
    add_filter(library, "addslashes", &addslashes, none, kSafe);
    add_filter(library, "capfirst", &capfirst, none, kSafe);
    add_filter(library, "escapejs", &escapejs);
    add_filter(library, "lower", &lower, none, kSafe);
    add_filter(library, "upper", &upper);
    add_filter(library, "title", &title, none, kSafe);
    add_filter(library, "make_list", &make_list);
    add_filter(library, "slugify", &slugify, none, kSafe);
    add_filter(library, "stringformat", &stringformat, one, kSafe);
    add_filter(library, "truncatechars", &truncatechars, one, kSafe);
    add_filter(library, "truncatechars_html", &truncatechars_html, one, kSafe);
    add_filter(library, "truncatewords", &truncatewords, one, kSafe);
    add_filter(library, "truncatewords_html", &truncatewords_html, one, kSafe);
    add_filter(library, "wordcount", &wordcount);
    add_filter(library, "wordwrap", &wordwrap, one, kSafe);
    add_filter(library, "ljust", &ljust, one, kSafe);
    add_filter(library, "rjust", &rjust, one, kSafe);
    add_filter(library, "center", &center, one, kSafe);
    add_filter(library, "cut", &cut, one);
    add_filter(library, "linenumbers", &linenumbers, ArgumentRule::Optional, kSafeAutoescape);
    add_filter(library, "iriencode", &iriencode, none, kSafe);
    add_filter(library, "urlencode", &urlencode, ArgumentRule::Optional);
    add_filter(library, "phone2numeric", &phone2numeric, none, kSafe);
}

}  // namespace tatum::template_::impl
