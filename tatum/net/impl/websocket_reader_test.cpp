#include <tatum/net/impl/websocket_reader.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace tatum::net::impl {
namespace {

using Event = WebSocketReader::Event;

// --- the cases -----------------------------------------------------------------------------------

struct Case {
    std::string name;
    std::size_t limit = 100;
    std::optional<DeflateTerms> terms;
    std::string bytes;
    std::vector<std::string> events;
};

/// Escapes, and "{x*3}" for "xxx".
std::string decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{') {
            const std::size_t end = text.find('}', i);
            const std::size_t star = text.rfind('*', end);
            const int times = std::stoi(std::string(text.substr(star + 1, end - star - 1)));
            for (int n = 0; n < times; ++n) out += text.substr(i + 1, star - i - 1);
            i = end;
        } else if (text[i] != '\\') {
            out += text[i];
        } else if (text[++i] == 'x') {
            out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += text[i] == 'r' ? '\r' : text[i] == 'n' ? '\n' : text[i] == '0' ? '\0' : text[i];
        }
    }
    return out;
}

/// The first word of `text`, which loses it.
std::string take_word(std::string& text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string word = text.substr(0, end);
    text.erase(0, std::min(end + 1, text.size()));
    return word;
}

std::uint8_t opcode_named(const std::string& word) {
    constexpr std::pair<const char*, Opcode> kNames[] = {
        {"text", Opcode::Text},   {"binary", Opcode::Binary}, {"more", Opcode::Continuation},
        {"close", Opcode::Close}, {"ping", Opcode::Ping},     {"pong", Opcode::Pong}};
    for (const auto& [name, opcode] : kNames) {
        if (word == name) return static_cast<std::uint8_t>(opcode);
    }
    return static_cast<std::uint8_t>(std::stoi(word.substr(2)));
}

std::string masked_frame(std::uint8_t first, std::string payload, bool masked) {
    const Mask mask{0xA1, 0x02, 0x7F, 0xFE};
    const auto bit = static_cast<std::uint8_t>(masked ? 0x80 : 0);
    std::string frame{static_cast<char>(first)};
    if (payload.size() < 126) {
        frame += static_cast<char>(bit | payload.size());
    } else {
        frame += static_cast<char>(bit | 126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xFF);
    }
    if (!masked) return frame + payload;
    frame.append(mask.begin(), mask.end());
    apply_mask(payload, mask, 0);
    return frame + payload;
}

std::string frame_of(std::string line) {
    std::uint8_t first = 0x80;
    bool masked = true;
    for (;;) {
        std::string word = take_word(line);
        if (word == "raw") return decode(line);
        if (word == "bare") {
            masked = false;
        } else if (word.starts_with("rsv")) {
            first = static_cast<std::uint8_t>(first | 0x80 >> (word[3] - '0'));
        } else {
            if (word.ends_with('-')) {
                word.pop_back();
                first &= 0x7F;
            }
            first |= opcode_named(word);
            return masked_frame(first, decode(line), masked);
        }
    }
}

std::vector<Case> read_cases() {
    std::ifstream file(TATUM_SOURCE_DIR "/tests/spec/net/websocket.spec", std::ios::binary);
    std::vector<Case> cases;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("case ")) {
            cases.push_back({.name = line.substr(5), .terms = {}, .bytes = {}, .events = {}});
        } else if (line == "! deflate") {
            cases.back().terms.emplace();
        } else if (line == "! takeover") {
            cases.back().terms->client_takeover = true;
        } else if (line.starts_with("! limit ")) {
            cases.back().limit = std::stoul(line.substr(8));
        } else if (line.starts_with("> ")) {
            cases.back().bytes += frame_of(line.substr(2));
        } else if (line.starts_with("= ")) {
            cases.back().events.push_back(decode(line.substr(2)));
        }
    }
    return cases;
}

std::string with(const char* name, std::string_view payload) {
    std::string text(name);
    if (!payload.empty()) text.append(" ").append(payload);
    return text;
}

// --- the runner ----------------------------------------------------------------------------------

/// The events of the bytes, cut at these places.
std::vector<std::string> events_of(const Case& one, const std::vector<std::size_t>& cuts) {
    WebSocketReader reader(one.limit, one.terms);
    std::vector<std::string> events;
    std::string bytes = one.bytes;
    std::size_t begin = 0;
    for (const std::size_t cut : cuts) {
        std::span<char> piece = std::span(bytes).subspan(begin, cut - begin);
        begin = cut;
        while (!piece.empty()) {
            const auto [event, consumed] = reader.feed(piece);
            piece = piece.subspan(consumed);
            switch (event) {
                case Event::NeedMore:
                    break;
                case Event::Message:
                    events.push_back(with(reader.message_kind() == Opcode::Text ? "text" : "binary",
                                          std::exchange(reader.message(), {})));
                    break;
                case Event::Ping:
                    events.push_back(with("ping", reader.control()));
                    break;
                case Event::Pong:
                    events.push_back(with("pong", reader.control()));
                    break;
                case Event::Close:
                    events.push_back(with(("close " + std::to_string(reader.close_code())).c_str(),
                                          reader.close_reason()));
                    return events;
                case Event::Fault:
                    events.push_back("fault " + std::to_string(reader.fault().code));
                    EXPECT_FALSE(reader.fault().reason.empty());
                    return events;
            }
        }
    }
    return events;
}

TEST(WebSocketReader, UnderstandsTheSpecWhole) {
    const auto cases = read_cases();
    EXPECT_GT(cases.size(), 90u);
    for (const Case& one : cases) {
        EXPECT_EQ(events_of(one, {one.bytes.size()}), one.events) << one.name;
    }
}

TEST(WebSocketReader, UnderstandsTheSpecByteByByte) {
    for (const Case& one : read_cases()) {
        std::vector<std::size_t> cuts;
        for (std::size_t i = 1; i <= one.bytes.size(); ++i) cuts.push_back(i);
        EXPECT_EQ(events_of(one, cuts), one.events) << one.name;
    }
}

TEST(WebSocketReader, UnderstandsTheSpecInRandomPieces) {
    const unsigned seed = std::random_device()();
    std::mt19937 random(seed);
    for (const Case& one : read_cases()) {
        for (int round = 0; round < 20; ++round) {
            std::vector<std::size_t> cuts{one.bytes.size()};
            for (int i = 0; i < 4; ++i) cuts.push_back(random() % (one.bytes.size() + 1));
            std::sort(cuts.begin(), cuts.end());
            EXPECT_EQ(events_of(one, cuts), one.events) << one.name << ", seed " << seed;
        }
    }
}

TEST(WebSocketReader, TakesMemoryForWhatHasComeOnly) {
    WebSocketReader reader(std::size_t{1} << 40, std::nullopt);
    std::string bytes("\x82\xff\0\0\0\xff\0\0\0\0\0\0\0\0abc", 17);
    EXPECT_EQ(reader.feed(bytes).event, Event::NeedMore);
    EXPECT_TRUE(reader.within_message());
    EXPECT_EQ(reader.message(), "abc");
    EXPECT_LT(reader.message().capacity(), 100u);
}

// --- frames --------------------------------------------------------------------------------------

TEST(WebSocketFrame, HasTheShortestLength) {
    for (const auto& [size, header] : std::vector<std::pair<std::size_t, std::string>>{
             {0, std::string("\x81\0", 2)},
             {125, "\x81\x7d"},
             {126, std::string("\x81\x7e\0\x7e", 4)},
             {65535, "\x81\x7e\xff\xff"},
             {65536, std::string("\x81\x7f\0\0\0\0\0\x01\0\0", 10)}}) {
        std::string frame;
        append_frame(frame, Opcode::Text, std::string(size, 'x'));
        EXPECT_EQ(frame.substr(0, header.size()), header);
        EXPECT_EQ(frame.size(), header.size() + size);
    }
}

TEST(WebSocketFrame, CutsAReasonBetweenCharacters) {
    EXPECT_EQ(close_payload(1005, "none"), "");
    EXPECT_EQ(close_payload(1000, "bye"),
              "\x03\xe8"
              "bye");
    EXPECT_EQ(close_payload(1000, std::string(200, 'x')).size(), 125u);
    std::string long_text;
    for (int i = 0; i < 60; ++i) long_text += "\xe2\x82\xac";
    const std::string payload = close_payload(1000, "a" + long_text);
    EXPECT_EQ(payload.size(), 2 + 1 + 40 * 3u);
    EXPECT_EQ(payload.substr(3), long_text.substr(0, 120));
}

TEST(WebSocketFrame, MasksFromAnyOffset) {
    const Mask mask{1, 2, 3, 4};
    std::string whole(100, 'x');
    apply_mask(whole, mask, 0);
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        std::string text(100, 'x');
        const std::size_t offset = apply_mask(std::span(text).first(cut), mask, 0);
        EXPECT_EQ(offset, cut % 4);
        apply_mask(std::span(text).subspan(cut), mask, offset);
        EXPECT_EQ(text, whole) << cut;
    }
}

}  // namespace
}  // namespace tatum::net::impl
