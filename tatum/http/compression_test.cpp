#include <tatum/http/compression.h>

#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <set>

namespace tatum::http {
namespace {

std::string unpacked(Coding coding, const std::string& packed) {
    std::string out(1 << 20, '\0');
    if (coding == Coding::Brotli) {
        std::size_t size = out.size();
        EXPECT_EQ(::BrotliDecoderDecompress(packed.size(),
                                            reinterpret_cast<const std::uint8_t*>(packed.data()),
                                            &size, reinterpret_cast<std::uint8_t*>(out.data())),
                  BROTLI_DECODER_RESULT_SUCCESS);
        out.resize(size);
        return out;
    }
    std::string input = packed;
    z_stream stream{};
    ::inflateInit2(&stream, 15 + 16);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(::inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    ::inflateEnd(&stream);
    return out;
}

TEST(AcceptedCodings, ChooseTheBestThatThereIs) {
    constexpr std::array kBoth = {Coding::Brotli, Coding::Gzip};
    const auto choice = [&](std::optional<std::string_view> header) {
        const auto coding = AcceptedCodings(header).choose(kBoth);
        return coding ? to_string(*coding) : "none";
    };
    struct Case {
        std::optional<std::string_view> header;
        std::string_view expected;
    };
    const Case cases[] = {
        {std::nullopt, "identity"},
        {"", "identity"},
        {"gzip", "gzip"},
        {"br, gzip", "br"},
        {"gzip, br", "br"},
        {"gzip;q=1, br;q=0.9", "gzip"},
        {"GZIP;Q=0.5", "gzip"},
        {"x-gzip", "gzip"},
        {"deflate , gzip ;q=1", "gzip"},
        {"*", "br"},
        {"*;q=0.1, br;q=0", "gzip"},
        {"gzip;q=0, *;q=0", "none"},
        {"identity;q=0", "none"},
        {"*;q=0", "none"},
        {"identity, *;q=0", "identity"},
        {"identity;q=0, gzip", "gzip"},
        {"identity;q=0.5, gzip;q=0.4", "identity"},
        {"identity;q=0.5, gzip;q=0.5", "gzip"},
        {"gzip;q=0", "identity"},
        {"gzip; q=0.000", "identity"},
        {"gzip;q=0.001", "gzip"},
        {"xgzip", "identity"},
        {";;,", "identity"},
        {"gzip;q=2", "identity"},
        {"gzip;q=1.001", "identity"},
        {"gzip;q=0.1234", "identity"},
        {"gzip;q=x", "identity"},
        {"gzip;level=9", "identity"},
    };
    for (const auto& [header, expected] : cases) {
        EXPECT_EQ(choice(header), expected) << header.value_or("(no header)");
    }
}

TEST(AcceptedCodings, FallBackToIdentityWhereThereIsNothingElse) {
    EXPECT_EQ(AcceptedCodings("gzip, br").choose({}), Coding::Identity);
    EXPECT_EQ(AcceptedCodings("gzip, identity;q=0").choose({}), std::nullopt);
}

TEST(AcceptedCodings, StopAtALimit) {
    std::string header;
    for (std::size_t i = 0; i < AcceptedCodings::kElementsMax - 1; ++i) header += "x, ";
    EXPECT_TRUE(AcceptedCodings(header + "gzip").accepts(Coding::Gzip));
    EXPECT_FALSE(AcceptedCodings(header + "x, gzip").accepts(Coding::Gzip));
}

TEST(Compression, CanBeUndone) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919 % 1000);
    for (const Coding coding : {Coding::Gzip, Coding::Brotli}) {
        for (const Effort effort : {Effort::Fast, Effort::Good, Effort::Best}) {
            const std::string packed = compress(coding, text, {.effort = effort});
            EXPECT_LT(packed.size(), text.size() / 2);
            EXPECT_EQ(unpacked(coding, packed), text);
        }
        EXPECT_EQ(unpacked(coding, compress(coding, "")), "");
        EXPECT_EQ(unpacked(coding, compress(coding, text, {.padding_bytes = 100})), text);
    }
    EXPECT_THROW(Compressor{Coding::Identity}, std::invalid_argument);
}

/// Pieces of all kinds, with every way to flush.
std::string compress_in_pieces(Coding coding, std::size_t padding, int phase, std::string& plain) {
    constexpr std::string_view kPieces[] = {"", "some text, ", "x"};
    Compressor compressor(coding, {.padding_bytes = padding});
    std::string packed;
    for (int i = 0; i < 60; ++i) {
        const auto flush = (i + phase) % 3 == 0 ? Compressor::Flush::Sync : Compressor::Flush::None;
        const std::string_view piece = kPieces[(i * 7 + phase) % 5 % 3];
        compressor.add(piece, flush, packed);
        plain += piece;
    }
    compressor.add("the end", Compressor::Flush::Finish, packed);
    plain += "the end";
    return packed;
}

TEST(Compression, TakesPiecesOfAnySizeBehindPaddingOfAnyLength) {
    for (const Coding coding : {Coding::Gzip, Coding::Brotli}) {
        for (std::size_t padding = 0; padding <= kPaddingBytesMax + 1; ++padding) {
            for (int phase = 0; phase < 15; ++phase) {
                std::string plain;
                const std::string packed = compress_in_pieces(coding, padding, phase, plain);
                ASSERT_EQ(unpacked(coding, packed), plain)
                    << to_string(coding) << " with padding " << padding << ", phase " << phase;
            }
        }
    }
}

TEST(Compression, IsAsMuchLongerAsThePadding) {
    const std::string text = "some text that does not matter, some text that does not matter";
    for (const Coding coding : {Coding::Gzip, Coding::Brotli}) {
        const std::size_t bare = compress(coding, text).size();
        std::size_t before = bare;
        for (std::size_t padding = 1; padding <= kPaddingBytesMax; ++padding) {
            const std::size_t size = compress(coding, text, {.padding_bytes = padding}).size();
            EXPECT_GT(size, before) << padding;
            EXPECT_GE(size, bare + padding);
            EXPECT_LE(size, bare + padding + 4);
            before = size;
        }
        EXPECT_EQ(compress(coding, text, {.padding_bytes = kPaddingBytesMax + 1}).size(), before);
    }
}

TEST(Compression, DrawsThePaddingUpToAMaximum) {
    EXPECT_EQ(random_padding(0), 0u);
    std::set<std::size_t> drawn;
    for (int i = 0; i < 2000; ++i) drawn.insert(random_padding(10));
    EXPECT_EQ(drawn.size(), 11u);
    EXPECT_EQ(*drawn.rbegin(), 10u);
}

TEST(Compression, KnowsWhatIsWorthIt) {
    for (const std::string_view type :
         {"text/html; charset=utf-8", "TEXT/CSS", "application/json", "image/svg+xml",
          "application/ld+json", "application/wasm", "font/ttf"}) {
        EXPECT_TRUE(is_compressible_type(type)) << type;
    }
    for (const std::string_view type :
         {"image/png", "video/mp4", "application/zip", "application/gzip", "font/woff2",
          "application/octet-stream", ""}) {
        EXPECT_FALSE(is_compressible_type(type)) << type;
    }
}

}  // namespace
}  // namespace tatum::http
