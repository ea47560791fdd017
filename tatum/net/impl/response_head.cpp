#include <tatum/net/impl/response_head.h>

#include <tatum/base/error.h>
#include <tatum/net/impl/ascii.h>
#include <tatum/net/reason_phrase.h>

#include <charconv>
#include <string>

namespace tatum::net::impl {

namespace {

/// Headers that the server decides on.
enum class Owned { No, Connection, Length, Coding, Date };

Owned owned(std::string_view name) {
    switch (name.size()) {
        case 4:
            return ascii::equals_ignoring_case(name, "date") ? Owned::Date : Owned::No;
        case 10:
            return ascii::equals_ignoring_case(name, "connection") ||
                           ascii::equals_ignoring_case(name, "keep-alive")
                       ? Owned::Connection
                       : Owned::No;
        case 14:
            return ascii::equals_ignoring_case(name, "content-length") ? Owned::Length : Owned::No;
        case 17:
            return ascii::equals_ignoring_case(name, "transfer-encoding") ? Owned::Coding
                                                                          : Owned::No;
        default:
            return Owned::No;
    }
}

void append_header(Buffer& out, const Header& header) {
    check_header(header);
    out.append(header.name);
    out.append(": ");
    out.append(header.value);
    out.append("\r\n");
}

void append_number(Buffer& out, std::uint64_t number) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append({digits, static_cast<std::size_t>(end - digits)});
}

void append_status_line(Buffer& out, const ResponseHead& head) {
    out.reserve(128);
    if (head.status == 200 && head.reason.empty()) {
        out.append("HTTP/1.1 200 OK\r\n");
        return;
    }
    if (!is_field_value(head.reason)) throw Exception("a reason phrase cannot be sent");
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::uint64_t>(head.status));
    out.append(" ");
    out.append(head.reason.empty() ? reason_phrase(head.status) : head.reason);
    out.append("\r\n");
}

}  // namespace

void check_header(const Header& header) {
    if (is_token(header.name) && is_field_value(header.value)) return;
    throw Exception("a response header cannot be sent: \"" + std::string(header.name) + "\"");
}

std::string plain_answer(int status, std::string_view reason) {
    std::string body = std::to_string(status);
    body.append(" ").append(reason_phrase(status));
    if (!reason.empty()) body.append(": ").append(reason);
    return body.append("\n");
}

HeadFacts inspect(const ResponseHead& head) {
    HeadFacts facts;
    for (const Header& header : head.headers) {
        switch (owned(header.name)) {
            case Owned::Connection:
                facts.close |= ascii::equals_ignoring_case(strip_blanks(header.value), "close");
                break;
            case Owned::Date:
                facts.has_date = true;
                break;
            case Owned::Length:
                facts.has_length = true;
                break;
            default:
                break;
        }
    }
    return facts;
}

void append_head(Buffer& out, const ResponseHead& head, const HeadFacts& facts,
                 const Framing& framing, std::string_view date_line, std::string_view server_line) {
    append_status_line(out, head);
    for (const Header& header : head.headers) {
        const Owned kind = owned(header.name);
        const bool passes = kind == Owned::No || kind == Owned::Date ||
                            (kind == Owned::Length && framing.keep_own_length);
        if (passes) append_header(out, header);
    }
    out.append(head.header_lines);
    if (framing.content_length) {
        out.append("Content-Length: ");
        append_number(out, *framing.content_length);
        out.append("\r\n");
    }
    if (framing.chunked) out.append("Transfer-Encoding: chunked\r\n");
    if (!facts.has_date) out.append(date_line);
    out.append(server_line);
    switch (framing.connection) {
        case Framing::Connection::Unsaid:
            break;
        case Framing::Connection::Close:
            out.append("Connection: close\r\n");
            break;
        case Framing::Connection::KeepAlive:
            out.append("Connection: keep-alive\r\n");
            break;
        case Framing::Connection::Upgrade:
            out.append("Connection: Upgrade\r\n");
            break;
    }
    out.append("\r\n");
}

void append_interim(Buffer& out, const ResponseHead& head) {
    append_status_line(out, head);
    for (const Header& header : head.headers) {
        if (owned(header.name) == Owned::No) append_header(out, header);
    }
    out.append(head.header_lines);
    out.append("\r\n");
}

}  // namespace tatum::net::impl
