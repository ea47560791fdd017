#include <tatum/files/file.h>

#include <gtest/gtest.h>

#include <memory>

namespace tatum::files {
namespace {

TEST(File, IsANameAndContent) {
    const File file("notes/a.txt", "words");
    EXPECT_EQ(file.name(), "notes/a.txt");
    EXPECT_EQ(file.size(), 5u);
    EXPECT_EQ(file.read(), "words");
    char buffer[3];
    EXPECT_EQ(file.read_at(3, buffer), 2u);
    EXPECT_EQ(std::string_view(buffer, 2), "ds");
    EXPECT_EQ(file.read_at(5, buffer), 0u);
}

TEST(File, SharesItsContentWithItsCopies) {
    const auto file = std::make_unique<File>("a.txt", "words");
    File copy = *file;
    copy.set_name("b.txt");
    EXPECT_EQ(file->name(), "a.txt");
    EXPECT_EQ(copy.read(), "words");
}

TEST(File, IsWhatWasUploaded) {
    const http::UploadedFile upload("a.txt", "words", "text/plain");
    const File file = upload;
    EXPECT_EQ(file.name(), "a.txt");
    EXPECT_EQ(file.read(), "words");
    EXPECT_EQ(file.temporary_file(), nullptr);
}

}  // namespace
}  // namespace tatum::files
