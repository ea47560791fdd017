#include <tatum/base/header_values.h>

#include <tatum/base/header_lines.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>

#include <algorithm>

namespace tatum::header_values {

namespace {

bool is_etag(std::string_view text) {
    if (text.starts_with("W/")) text.remove_prefix(2);
    return text.size() >= 2 && text.front() == '"' && text.find('"', 1) == text.size() - 1;
}

}  // namespace

std::vector<std::string> parse_etags(std::string_view header) {
    if (strings::strip(header) == "*") return {"*"};
    std::vector<std::string> tags;
    for (const std::string_view piece : strings::split(header, ",")) {
        const std::string_view tag = strings::strip(piece);
        if (is_etag(tag)) tags.emplace_back(tag);
    }
    return tags;
}

std::string quote_etag(std::string_view tag) {
    return is_etag(tag) ? std::string(tag) : '"' + std::string(tag) + '"';
}

namespace {

/// The next piece up to a ';' that is not inside quotes; moves `rest` behind it.
std::string_view next_piece(std::string_view& rest) {
    bool quoted = false;
    std::size_t end = 0;
    for (; end < rest.size(); ++end) {
        const char c = rest[end];
        if (c == '"' && !(end > 0 && rest[end - 1] == '\\')) quoted = !quoted;
        if (c == ';' && !quoted) break;
    }
    const std::string_view piece = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return strings::strip(piece);
}

/// RFC 2231 §4: "charset'language'percent-encoded". nullopt for an unknown charset.
std::optional<std::string> decode_extended(std::string_view value) {
    const std::size_t first = value.find('\'');
    const std::size_t second = value.find('\'', first + 1);
    const std::string charset = strings::ascii_lower(value.substr(0, first));
    const std::string bytes = uri::unquote(value.substr(second + 1));
    if (charset == "utf-8" || charset == "utf8") return strings::replace_invalid_utf8(bytes);
    if (charset != "iso-8859-1" && charset != "latin-1" && charset != "latin1" &&
        charset != "us-ascii" && charset != "ascii") {
        return std::nullopt;
    }
    std::string out;
    for (const char c : bytes) strings::append_utf8(out, static_cast<unsigned char>(c));
    return out;
}

void set_parameter(Parameters& parsed, std::string name, std::string value) {
    for (auto& [known, text] : parsed.parameters) {
        if (known == name) {
            text = std::move(value);
            return;
        }
    }
    parsed.parameters.emplace_back(std::move(name), std::move(value));
}

}  // namespace

const std::string* Parameters::find(std::string_view name) const {
    for (const auto& [known, text] : parameters) {
        if (known == name) return &text;
    }
    return nullptr;
}

Result<Parameters> parse_parameters(std::string_view header) {
    Parameters parsed;
    std::string_view rest = header;
    parsed.value = strings::lower(next_piece(rest));
    while (!rest.empty()) {
        const std::string_view piece = next_piece(rest);
        const std::size_t equals = piece.find('=');
        if (equals == std::string_view::npos) continue;
        if (parsed.parameters.size() == kParametersMax) {
            return Error{.code = "headers.E001", .message = "a header with too many parameters"};
        }
        std::string name = strings::lower(strings::strip(piece.substr(0, equals)));
        std::string_view raw = strings::strip(piece.substr(equals + 1));
        const bool extended = name.ends_with('*');
        if (extended) name.pop_back();
        std::string value(raw);
        if (raw.size() >= 2 && raw.front() == '"' && raw.back() == '"') {
            value = strings::replace(raw.substr(1, raw.size() - 2), "\\\\", "\\");
            value = strings::replace(value, "\\\"", "\"");
        }
        if (extended && std::count(value.begin(), value.end(), '\'') == 2) {
            auto decoded = decode_extended(value);
            if (!decoded) {
                return Error{.code = "headers.E001",
                             .message = "a header with an unknown charset: " + value};
            }
            value = *std::move(decoded);
        }
        set_parameter(parsed, std::move(name), std::move(value));
    }
    return parsed;
}

std::optional<std::string> content_disposition(Disposition disposition, std::string_view filename) {
    const bool attachment = disposition == Disposition::Attachment;
    if (filename.empty()) {
        return attachment ? std::optional<std::string>("attachment") : std::nullopt;
    }
    std::string out = attachment ? "attachment; " : "inline; ";
    // Control characters cannot stand in a header as they are.
    if (strings::is_ascii(filename) && header_lines::is_field_value(filename)) {
        const std::string escaped = strings::replace(filename, "\\", "\\\\");
        out += "filename=\"" + strings::replace(escaped, "\"", "\\\"") + '"';
    } else {
        out += "filename*=utf-8''" + uri::quote(filename);
    }
    return out;
}

}  // namespace tatum::header_values
