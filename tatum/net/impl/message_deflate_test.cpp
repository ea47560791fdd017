#include <tatum/net/impl/message_deflate.h>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace tatum::net::impl {
namespace {

using Outcome = MessageInflater::Outcome;

std::string answer(std::string_view offers, const DeflateWishes& wishes = {true, true}) {
    const auto agreed = negotiate_deflate(offers, wishes);
    return agreed ? agreed->header : "declined";
}

TEST(DeflateOffers, AreAnsweredWithWhatTheServerDoes) {
    EXPECT_EQ(answer("permessage-deflate"), "permessage-deflate");
    EXPECT_EQ(answer("permessage-deflate", {}),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    EXPECT_EQ(answer("permessage-deflate; server_no_context_takeover"),
              "permessage-deflate; server_no_context_takeover");
    EXPECT_EQ(answer("permessage-deflate; client_no_context_takeover"),
              "permessage-deflate; client_no_context_takeover");
    EXPECT_EQ(answer("permessage-deflate; client_max_window_bits"), "permessage-deflate");
    EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=9"),
              "permessage-deflate; server_max_window_bits=9");
    EXPECT_EQ(answer("permessage-deflate ; server_max_window_bits = \"12\""),
              "permessage-deflate; server_max_window_bits=12");
}

TEST(DeflateOffers, AreTakenInTheirOrder) {
    EXPECT_EQ(answer("x, permessage-deflate"), "permessage-deflate");
    EXPECT_EQ(answer("x; y=\"z\", permessage-deflate"), "permessage-deflate");
    EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=8, permessage-deflate"),
              "permessage-deflate");
    EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=10, permessage-deflate"),
              "permessage-deflate; server_max_window_bits=10");
    EXPECT_EQ(answer(", ,permessage-deflate,"), "permessage-deflate");
}

TEST(DeflateOffers, AreDeclinedWhenTheyAreWrong) {
    for (const std::string_view parameter :
         {"unknown", "unknown=1", "server_no_context_takeover=1", "client_no_context_takeover=x",
          "server_max_window_bits", "server_max_window_bits=7", "server_max_window_bits=8",
          "server_max_window_bits=16", "server_max_window_bits=09", "server_max_window_bits=+9",
          "server_max_window_bits=9x", "client_max_window_bits=7", "client_max_window_bits=16",
          "client_max_window_bits=1000000000000",
          "server_max_window_bits=9; server_max_window_bits=9",
          "client_max_window_bits; client_max_window_bits=9",
          "server_no_context_takeover; server_no_context_takeover"}) {
        EXPECT_EQ(answer("permessage-deflate; " + std::string(parameter)), "declined") << parameter;
    }
    for (const std::string_view malformed :
         {"", ";", "permessage-deflate;", "permessage-deflate; =1",
          "permessage-deflate; a=", "permessage-deflate; a=\"b", "permessage-deflate x",
          "permessage-deflate; server_max_window_bits=\"\"", "permessage-deflate, \"x\"",
          "Permessage-deflate2"}) {
        EXPECT_EQ(answer(malformed), "declined") << malformed;
    }
}

TEST(DeflateOffers, AreReadUpToALimit) {
    std::string many;
    for (int i = 0; i < 16; ++i) many += "x, ";
    EXPECT_EQ(answer(many + "permessage-deflate"), "declined");
}

std::string inflated(MessageInflater& inflater, std::string_view packed, std::size_t step) {
    std::string out;
    while (!packed.empty()) {
        EXPECT_EQ(inflater.add(packed.substr(0, step), out, 1 << 24), Outcome::Fine);
        packed.remove_prefix(std::min(step, packed.size()));
    }
    EXPECT_EQ(inflater.finish(out, 1 << 24), Outcome::Fine);
    return out;
}

std::vector<std::string> messages() {
    std::mt19937 random(1);
    std::vector<std::string> all{"", "a", "hello", std::string(1000, 'x'),
                                 std::string(100'000, ' ')};
    for (const std::size_t size : {10u, 300u, 5000u, 70'000u, 300'000u}) {
        std::string noise, words;
        for (std::size_t i = 0; i < size; ++i) noise += static_cast<char>(random());
        while (words.size() < size) words += "word" + std::to_string(random() % 50) + " ";
        all.push_back(noise);
        all.push_back(words);
    }
    return all;
}

TEST(MessageDeflate, GivesBackWhatWasPacked) {
    for (const int bits : {9, 10, 12, 15}) {
        for (const bool takeover : {false, true}) {
            MessageInflater inflater({.client_window_bits = bits, .client_takeover = takeover});
            for (const std::string& message : messages()) {
                const std::string packed = deflate_message(message, bits);
                EXPECT_FALSE(packed.empty());
                EXPECT_EQ(inflated(inflater, packed, 1000), message);
            }
        }
    }
}

TEST(MessageDeflate, KeepsAWindowForAllMessages) {
    MessageDeflater deflater(15);
    MessageInflater inflater({.client_takeover = true});
    std::size_t last = 0;
    for (int round = 0; round < 2; ++round) {
        for (const std::string& message : messages()) {
            const std::string packed = deflater.pack(message);
            EXPECT_EQ(inflated(inflater, packed, 777), message);
            last = packed.size();
        }
    }
    EXPECT_LT(deflater.pack("hello, hello, word1 word2").size(), 25u);
    EXPECT_GT(last, 0u);
}

TEST(MessageDeflate, HasEmptyMessages) {
    EXPECT_EQ(deflate_message("", 15), std::string(1, '\0'));
    MessageDeflater deflater(15);
    EXPECT_EQ(deflater.pack(""), std::string(1, '\0'));
    EXPECT_EQ(deflater.pack(""), std::string(1, '\0'));
    MessageInflater inflater({.client_takeover = true});
    EXPECT_EQ(inflated(inflater, deflater.pack("x"), 1), "x");
}

/// RFC 7692 §7.2.3.4 allows a last block within a message.
TEST(MessageDeflate, TakesLastBlocksUpToALimit) {
    const std::string last("\x03\0", 2);  // empty, with the static codes
    std::string many;
    for (int i = 0; i < 16; ++i) many += last;
    MessageInflater inflater({.client_takeover = true});
    const std::string end(1, '\0');  // of the block that the tail belongs to
    for (int i = 0; i < 3; ++i) EXPECT_EQ(inflated(inflater, many + end, 7), "") << "each anew";
    std::string out;
    EXPECT_EQ(inflater.add(many + last + last, out, 1 << 20), Outcome::Malformed);
    MessageInflater other({});
    EXPECT_EQ(other.add(many, out, 1 << 20), Outcome::Fine);
    EXPECT_EQ(other.add(last + last, out, 1 << 20), Outcome::Malformed) << "of all its pieces";
}

TEST(MessageDeflate, StopsAtTheLimit) {
    const std::string packed = deflate_message(std::string(1 << 20, ' '), 15);
    EXPECT_LT(packed.size(), 10'000u);
    MessageInflater inflater({});
    std::string out;
    EXPECT_EQ(inflater.add(packed, out, 1000), Outcome::TooLarge);
    EXPECT_EQ(out.size(), 1001u);
    MessageInflater other({});
    out.clear();
    EXPECT_EQ(other.add(packed, out, 1 << 20), Outcome::Fine);
    EXPECT_EQ(other.finish(out, 1 << 20), Outcome::Fine);
    EXPECT_EQ(out.size(), std::size_t{1} << 20);
}

}  // namespace
}  // namespace tatum::net::impl
