#include <tatum/files/image.h>

#include <gtest/gtest.h>

#include <utility>

namespace tatum::files {
namespace {

constexpr std::string_view kPng("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\2\0\0\0....",
                                33);
constexpr std::string_view kGif("GIF89a\x02\0\x03\0\0\0\0", 13);
constexpr std::string_view kJpeg("\xff\xd8\xff\xe0\0\4JF\xff\xff\xc0\0\x11\x08\0\3\0\2\3\1\x22\0\2",
                                 23);
constexpr std::string_view kBmp("BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0\2\0\0\0\xfd\xff\xff\xff\1\0",
                                28);
constexpr std::string_view kWebp("RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\1\0\0\2\0\0", 30);

TEST(ImageReader, FindsKindAndSizeInTheHead) {
    for (const auto& [bytes, type] : {std::pair{kPng, "image/png"},
                                      {kGif, "image/gif"},
                                      {kJpeg, "image/jpeg"},
                                      {kBmp, "image/bmp"},
                                      {kWebp, "image/webp"}}) {
        const std::optional<ImageHead> head = ImageReader::read(bytes);
        ASSERT_TRUE(head) << type;
        EXPECT_EQ(head->content_type, type);
        EXPECT_EQ(head->width, 2u) << type;
        EXPECT_EQ(head->height, 3u) << type;
        for (std::size_t size = 0; size + 4 < bytes.size() && type != std::string("image/bmp");
             ++size)
            EXPECT_FALSE(ImageReader::read(bytes.substr(0, size))) << type << " " << size;
    }
    for (const std::string_view text : {"", "<svg>", "PNG", "\xff\xd8\xff\xff\xff\xff\xff\xff"})
        EXPECT_FALSE(ImageReader::read(text));
}

TEST(ImageReader, ReadsFilesAsItReadsTexts) {
    const auto head = ImageReader::read(File("a.png", std::string(kPng)));
    ASSERT_TRUE(head);
    EXPECT_EQ(head->height, 3u);
    EXPECT_FALSE(ImageReader::read(File("a.png", "")));
}

}  // namespace
}  // namespace tatum::files
