#include <tatum/base/impl/log_format.h>

#include <tatum/base/datetime.h>
#include <tatum/base/json.h>
#include <tatum/base/unicode.h>

namespace tatum::logging::impl {
namespace {

void append_digits(std::string& out, std::int64_t number, int width) {
    char digits[8];
    for (int i = width; i-- > 0; number /= 10) digits[i] = static_cast<char>('0' + number % 10);
    out.append(digits, static_cast<std::size_t>(width));
}

/// "2024-02-29T13:05:00.123Z". Lines come many to the second: its text is kept.
void append_time(std::string& out, std::int64_t microseconds) {
    struct Second {
        std::int64_t number = -1;
        std::string text;
    };
    thread_local Second last;
    const std::int64_t number = microseconds / 1'000'000;
    if (last.number != number) {
        last.number = number;
        last.text = DateTime::from_local(number * 1'000'000).isoformat();
    }
    out += last.text;
    out += '.';
    append_digits(out, microseconds % 1'000'000 / 1000, 3);
    out += 'Z';
}

void append_printable(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t start = i;
        while (i < text.size() && static_cast<unsigned char>(text[i]) >= 0x20 && text[i] != 0x7F) {
            ++i;
        }
        out.append(text, start, i - start);
        if (i == text.size()) return;
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '\n') {
            out += "\n    ";
        } else {
            out += "\\x";
            out += hex[c >> 4];
            out += hex[c & 15];
        }
    }
}

/// A value that has spaces or quotes is printed in quotes.
void append_field(std::string& out, const Value& value) {
    if (!value.is_string()) return value.append_str(out);
    const std::string_view text = value.as_string();
    if (!text.empty() && text.find_first_of(" \"=\\") == std::string_view::npos) {
        append_printable(out, text);
    } else {
        json::append_string(out, text, false);
    }
}

}  // namespace

void append_text(std::string& out, const Line& line) {
    append_time(out, line.microseconds);
    out += ' ';
    out += level_name(line.level);
    out += ' ';
    out += line.logger;
    if (!line.request_id.empty()) {
        out += " [";
        append_printable(out, line.request_id);
        out += ']';
    }
    out += ' ';
    append_printable(out, line.message);
    for (const Field& field : line.fields) {
        out += ' ';
        out += field.key;
        out += '=';
        append_field(out, field.value);
    }
    out += '\n';
}

void append_json(std::string& out, const Line& line) {
    const std::size_t start = out.size();
    json::Options options = json::Options::compact();
    options.ensure_ascii = false;
    json::Writer writer(out, options);
    writer.begin_object();
    std::string time;
    append_time(time, line.microseconds);
    const auto entry = [&](std::string_view key, std::string_view text) {
        writer.key(key);
        writer.string(text);
    };
    entry("time", time);
    entry("level", level_name(line.level));
    entry("logger", line.logger);
    if (!line.request_id.empty()) entry("request_id", line.request_id);
    entry("message", line.message);
    for (const Field& field : line.fields) {
        writer.key(field.key);
        const std::size_t before = out.size();
        if (!writer.value(field.value)) {
            out.resize(before);
            json::append_string(out, field.value.str(), false);
        }
    }
    writer.end_object();
    out += '\n';
    // RFC 8259 §8.1: whatever bytes somebody has logged.
    const std::string_view made = std::string_view(out).substr(start);
    if (!strings::is_valid_utf8(made)) {
        out.replace(start, made.size(), strings::replace_invalid_utf8(made));
    }
}

}  // namespace tatum::logging::impl
