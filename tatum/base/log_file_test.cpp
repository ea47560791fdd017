#include <tatum/base/log_file.h>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace tatum::logging {
namespace {

/// A folder that goes when the test ends.
class Folder {
public:
    Folder() {
        char name[] = "/tmp/tatum_log_file_test_XXXXXX";
        path_ = ::mkdtemp(name);
    }
    ~Folder() {
        ::unlink(log().c_str());
        ::unlink((path_ + "/other").c_str());
        ::rmdir(path_.c_str());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string log() const { return path_ + "/log"; }
    std::string other() const { return path_ + "/other"; }

private:
    std::string path_;
};

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(LogFile, AppendsToWhatThereIs) {
    const Folder folder;
    std::ofstream(folder.log()) << "before\n";
    const auto file = LogFile::open(folder.log()).value();
    file->append("a\nb\n");
    file->append("");
    file->append("c\n");
    EXPECT_EQ(content_of(folder.log()), "before\na\nb\nc\n");
}

TEST(LogFile, SaysWhyItCannotBeOpened) {
    const auto opened = LogFile::open("/nowhere/log");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, "log.E002");
    EXPECT_EQ(opened.error().message,
              "the log file /nowhere/log cannot be opened: No such file or directory");
}

TEST(LogFile, GoesOnInANewFileOnceReopened) {
    const Folder folder;
    const auto file = LogFile::open(folder.log()).value();
    file->append("first\n");
    ASSERT_EQ(std::rename(folder.log().c_str(), folder.other().c_str()), 0);
    file->append("second\n");
    ASSERT_TRUE(file->reopen());
    file->append("third\n");
    EXPECT_EQ(content_of(folder.other()), "first\nsecond\n");
    EXPECT_EQ(content_of(folder.log()), "third\n");
}

TEST(LogFile, TellsOnceThatTheDiskIsFullAndOnceThatItIsOver) {
    const Folder folder;
    ASSERT_EQ(::symlink("/dev/full", folder.log().c_str()), 0);
    std::vector<Error> complaints;
    const auto file = LogFile::open(folder.log(), [&](const Error& fault) {
                          complaints.push_back(fault);
                      }).value();
    file->append("a\nb\n");
    file->append("c\n");
    ASSERT_EQ(complaints.size(), 1u);
    EXPECT_EQ(complaints[0].code, "log.E003");
    EXPECT_EQ(complaints[0].message, "the log file " + folder.log() +
                                         " cannot be written, its lines are lost: No space left on "
                                         "device");
    ::unlink(folder.log().c_str());
    ASSERT_TRUE(file->reopen());
    file->append("");
    EXPECT_EQ(complaints.size(), 1u) << "nothing has been tried";
    file->append("d\n");
    file->append("e\n");
    ASSERT_EQ(complaints.size(), 2u);
    EXPECT_EQ(complaints[1].code, "log.E004");
    EXPECT_EQ(complaints[1].message,
              "the log file " + folder.log() + " can be written again; 3 lines were lost");
    EXPECT_EQ(content_of(folder.log()), "d\ne\n");
}

TEST(LogFile, KeepsLinesWholeInAPipeWhoeverWritesBeside) {
    std::array<int, 2> ends;
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    // Smaller than what is written at once, so that writers wait within it.
    ::fcntl(ends[1], F_SETPIPE_SZ, 4096);
    std::string text;
    std::thread reader([&] {
        std::array<char, 3000> buffer;
        for (;;) {
            const ::ssize_t count = ::read(ends[0], buffer.data(), buffer.size());
            if (count <= 0) return;
            text.append(buffer.data(), static_cast<std::size_t>(count));
        }
    });
    {
        // As two processes have it: each with an opening of its own.
        const std::string path = "/proc/self/fd/" + std::to_string(ends[1]);
        const auto one = LogFile::open(path).value();
        const auto two = LogFile::open(path).value();
        const auto write = [](LogFile& file, char letter) {
            std::string lines;
            for (std::size_t i = 0; i < 500; ++i) lines += std::string(80 + i % 40, letter) + "\n";
            for (int i = 0; i < 20; ++i) file.append(lines);
        };
        std::thread other([&] { write(*two, 'b'); });
        write(*one, 'a');
        other.join();
    }
    ::close(ends[1]);
    reader.join();
    ::close(ends[0]);
    std::size_t count = 0, mixed = 0;
    for (std::size_t start = 0; start < text.size(); ++count) {
        const std::size_t end = text.find('\n', start);
        ASSERT_NE(end, std::string::npos);
        const std::string_view line = std::string_view(text).substr(start, end - start);
        mixed += line.empty() || line.find_first_not_of(line[0]) != std::string_view::npos;
        start = end + 1;
    }
    EXPECT_EQ(mixed, 0u);
    EXPECT_EQ(count, 20'000u);
}

TEST(LogFile, WritesALineThatNoPipeKeepsWhole) {
    std::array<int, 2> ends;
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const auto file = LogFile::open("/proc/self/fd/" + std::to_string(ends[1])).value();
    const std::string text = "short\n" + std::string(10'000, 'x') + "\nshort\n";
    file->append(text);
    std::string read(text.size(), '\0');
    EXPECT_EQ(::read(ends[0], read.data(), read.size()), static_cast<::ssize_t>(text.size()));
    EXPECT_EQ(read, text);
    ::close(ends[0]);
    ::close(ends[1]);
}

}  // namespace
}  // namespace tatum::logging
