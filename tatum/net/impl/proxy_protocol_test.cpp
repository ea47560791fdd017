#include <tatum/net/impl/proxy_protocol.h>

#include <gtest/gtest.h>

#include <string>

namespace tatum::net::impl {
namespace {

using State = ProxyParse::State;
using namespace std::string_literals;

constexpr std::string_view kSignature{"\r\n\r\n\0\r\nQUIT\n", 12};

std::string v2(char command, char family, const std::string& rest) {
    std::string text(kSignature);
    text += command;
    text += family;
    text += static_cast<char>(rest.size() >> 8);
    text += static_cast<char>(rest.size() & 255);
    return text + rest;
}

const std::string kIpv4 = "\xc0\x00\x02\x05\x7f\x00\x00\x01\x1f\x90\x00\x50"s;

std::string field(char type, const std::string& value) {
    return std::string{type, static_cast<char>(value.size() >> 8),
                       static_cast<char>(value.size() & 255)} +
           value;
}

/// The client that a header names; "-" for none, "?" when it is not a whole header.
std::string source_of(std::string_view bytes) {
    const ProxyParse parse = parse_proxy_header(bytes);
    if (parse.state != State::Done) return "?";
    EXPECT_LE(parse.bytes, bytes.size());
    return parse.header.source ? parse.header.source->str() : "-";
}

TEST(ProxyProtocol, ReadsTheLineOfVersion1) {
    EXPECT_EQ(source_of("PROXY TCP4 192.0.2.5 127.0.0.1 8080 80\r\nGET"), "192.0.2.5:8080");
    EXPECT_EQ(source_of("PROXY TCP6 2001:db8::5 ::1 65535 0\r\n"), "[2001:db8::5]:65535");
    EXPECT_EQ(source_of("PROXY TCP6 ::ffff:192.0.2.5 ::1 1 2\r\n"), "192.0.2.5:1");
    EXPECT_EQ(source_of("PROXY UNKNOWN\r\n"), "-");
    EXPECT_EQ(source_of("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"), "-");
    EXPECT_EQ(parse_proxy_header("PROXY UNKNOWN\r\nGET /").bytes, 15u);
}

TEST(ProxyProtocol, RefusesOtherLines) {
    for (const std::string_view line :
         {"PROXY TCP4 192.0.2.5 127.0.0.1 8080\r\n", "PROXY TCP4 192.0.2.5 127.0.0.1 8080 80 \r\n",
          "PROXY TCP4  192.0.2.5 127.0.0.1 8080 80\r\n", "PROXY TCP4 192.0.2 127.0.0.1 8080 80\r\n",
          "PROXY TCP4 192.0.2.5 127.0.0.1 65536 80\r\n", "PROXY TCP4 192.0.2.5 127.0.0.1 -1 80\r\n",
          "PROXY TCP4 192.0.2.5 127.0.0.1 080 80\r\n", "PROXY TCP4 ::1 127.0.0.1 80 80\r\n",
          "PROXY TCP4 ::ffff:1.2.3.4 ::1 80 80\r\n", "PROXY TCP6 192.0.2.5 ::1 80 80\r\n",
          "PROXY TCP6 fe80::1%eth0 ::1 80 80\r\n", "PROXY UDP4 192.0.2.5 127.0.0.1 8080 80\r\n",
          "PROXY \r\n", "PROXY tcp4 192.0.2.5 127.0.0.1 8080 80\r\n", "GET / HTTP/1.1\r\n",
          "\r\n\r\nX", "PROXY TCP4 192.0.2.5 127.0.0.1 8080 80\n\r\n", "\x16\x03\x01"}) {
        EXPECT_EQ(parse_proxy_header(line).state, State::Fault) << line;
    }
}

TEST(ProxyProtocol, WaitsForALineOfAtMost107Bytes) {
    const std::string line = "PROXY UNKNOWN " + std::string(91, 'x');
    EXPECT_EQ(parse_proxy_header(line + "\r\n").state, State::Done);
    EXPECT_EQ(parse_proxy_header(line + "\r").state, State::NeedMore);
    EXPECT_EQ(parse_proxy_header(line + "x\r\n").state, State::Fault);
}

TEST(ProxyProtocol, ReadsVersion2) {
    EXPECT_EQ(source_of(v2('\x21', '\x11', kIpv4) + "GET"), "192.0.2.5:8080");
    const std::string ipv6 = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + '\x05' +
                             std::string(16, '\1') + "\x1f\x90\x00\x50"s;
    EXPECT_EQ(source_of(v2('\x21', '\x21', ipv6)), "[2001:db8::5]:8080");
    EXPECT_EQ(source_of(v2('\x21', '\x31', std::string(216, 'u'))), "-");
    EXPECT_EQ(source_of(v2('\x21', '\x00', "")), "-");
    EXPECT_EQ(source_of(v2('\x21', '\x00', "whatever it is")), "-");
    EXPECT_EQ(source_of(v2('\x20', '\x51', "whatever it is")), "-") << "LOCAL has no family";
    EXPECT_EQ(source_of(v2('\x20', '\x11', kIpv4)), "-") << "LOCAL";
    EXPECT_EQ(parse_proxy_header(v2('\x21', '\x11', kIpv4) + "GET").bytes, 28u);
}

TEST(ProxyProtocol, RefusesMalformedVersion2) {
    EXPECT_EQ(parse_proxy_header(v2('\x11', '\x11', kIpv4)).state, State::Fault) << "version";
    EXPECT_EQ(parse_proxy_header(v2('\x22', '\x11', kIpv4)).state, State::Fault) << "command";
    EXPECT_EQ(parse_proxy_header(v2('\x21', '\x11', kIpv4.substr(1))).state, State::Fault);
    EXPECT_EQ(parse_proxy_header(v2('\x21', '\x21', std::string(35, 'x'))).state, State::Fault);
    EXPECT_EQ(parse_proxy_header(v2('\x21', '\x11', kIpv4 + "\x04")).state, State::Fault);
    EXPECT_EQ(parse_proxy_header(v2('\x21', '\x11', kIpv4 + "\x04\x00\x02x"s)).state, State::Fault);
    for (const char family : {'\x51', '\xf1', '\x13', '\x1f'}) {
        EXPECT_EQ(parse_proxy_header(v2('\x21', family, kIpv4)).state, State::Fault);
    }
}

TEST(ProxyProtocol, LimitsVersion2To4096Bytes) {
    const std::string padding = field('\x04', std::string(4096 - 16 - 12 - 3, '\0'));
    EXPECT_EQ(parse_proxy_header(v2('\x21', '\x11', kIpv4 + padding)).state, State::Done);
    EXPECT_EQ(parse_proxy_header(v2('\x21', '\x11', kIpv4 + padding + '\0')).state, State::Fault);
}

TEST(ProxyProtocol, LearnsThatTheClientCameByTls) {
    const auto tls = [&](char client) {
        const auto ssl = field('\x20', std::string{client, 0, 0, 0, 0});
        return parse_proxy_header(v2('\x21', '\x11', kIpv4 + field('\x02', "a.example") + ssl))
            .header.tls;
    };
    EXPECT_TRUE(tls('\x01'));
    EXPECT_TRUE(tls('\x07'));
    EXPECT_FALSE(tls('\x00'));
    EXPECT_FALSE(parse_proxy_header(v2('\x21', '\x11', kIpv4)).header.tls);
}

TEST(ProxyProtocol, ChecksAChecksum) {
    // The right one, of the header with zeros in its place, was reckoned by another program.
    const auto state = [&](const std::string& sum) {
        return parse_proxy_header(v2('\x21', '\x11', kIpv4 + field('\x03', sum))).state;
    };
    EXPECT_EQ(state("\x16\x7f\x5f\xfc"s), State::Done);
    EXPECT_EQ(state("\x1d\xf4\x2c\x2d"s), State::Fault);
    EXPECT_EQ(state("abc"), State::Fault);
}

TEST(ProxyProtocol, NeedsAllOfAHeaderWhereverItIsCut) {
    for (const std::string& header : {v2('\x21', '\x11', kIpv4 + field('\x02', "a.example")),
                                      "PROXY TCP4 192.0.2.5 127.0.0.1 8080 80\r\n"s}) {
        for (std::size_t size = 0; size < header.size(); ++size) {
            EXPECT_EQ(parse_proxy_header(header.substr(0, size)).state, State::NeedMore) << size;
        }
        EXPECT_EQ(parse_proxy_header(header).bytes, header.size());
    }
}

}  // namespace
}  // namespace tatum::net::impl
