#include <tatum/base/log.h>

#include <tatum/base/datetime.h>
#include <tatum/base/json.h>
#include <tatum/base/locals.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

namespace tatum::logging {
namespace {

class FixedClock final : public Clock {
public:
    std::int64_t now() const override { return 1'714'910'400'123'456; }
};

/// A file that goes when the test ends.
class TemporaryFile {
public:
    TemporaryFile() {
        char name[] = "/tmp/tatum_log_test_XXXXXX";
        ::close(::mkstemp(name));
        path_ = name;
    }
    ~TemporaryFile() { std::remove(path_.c_str()); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& path() const { return path_; }
    std::string text() const {
        std::ifstream file(path_);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }

private:
    std::string path_;
};

/// Far longer than a test: only what the test does makes a sink write.
constexpr std::chrono::hours kNever{1};

TEST(Log, WritesTextLinesWithFields) {
    const TemporaryFile file;
    const FixedClock clock;
    const Context context{.request_id = "r-1"};
    const LocalScope clock_scope(Slot::Clock, &clock);
    const auto sink = Sink::open({.file = file.path(), .flush_interval = kNever}).value();
    const LocalScope sink_scope(Slot::Log, sink.get());
    Logger("tatum.request").info("GET /", {{"status", 200}, {"path", "a b\""}, {"ms", 1.5}});
    {
        const LocalScope context_scope(Slot::LogContext, &context);
        Logger("tatum.db").warning("slow");
    }
    EXPECT_EQ(file.text(), "");
    sink->flush();
    EXPECT_EQ(
        file.text(),
        "2024-05-05T12:00:00.123Z INFO tatum.request GET / status=200 path=\"a b\\\"\" ms=1.5\n"
        "2024-05-05T12:00:00.123Z WARNING tatum.db [r-1] slow\n");
}

TEST(Log, CannotBeMadeToShowFalseLines) {
    const TemporaryFile file;
    const auto sink = Sink::open({.file = file.path(), .flush_interval = kNever}).value();
    Logger("x", *sink).info("a\n2024-05-05T12:00:00.123Z INFO x forged\r\x1b[31m", {{"k", "v\nw"}});
    sink->flush();
    const std::string text = file.text();
    EXPECT_NE(text.find("a\n    2024"), std::string::npos) << text;
    EXPECT_NE(text.find("\\x0d\\x1b[31m"), std::string::npos) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
}

TEST(Log, WritesJsonLines) {
    const TemporaryFile file;
    const FixedClock clock;
    const LocalScope scope(Slot::Clock, &clock);
    const auto sink =
        Sink::open({.file = file.path(), .format = Format::Json, .flush_interval = kNever}).value();
    Logger("x", *sink).info("é\n", {{"n", 1}, {"set", Value::set({1})}});
    sink->flush();
    EXPECT_EQ(file.text(), R"({"time":"2024-05-05T12:00:00.123Z","level":"INFO","logger":"x",)"
                           R"("message":"é\n","n":1,"set":"{1}"})"
                           "\n");
    EXPECT_TRUE(json::parse(file.text()));
}

TEST(Log, TakesTheLevelOfTheClosestName) {
    const TemporaryFile file;
    const auto sink = Sink::open({.file = file.path(),
                                  .level = Level::Warning,
                                  .loggers = {{"tatum", Level::Error},
                                              {"tatum.db.schema", Level::Info},
                                              {"tatum.db", Level::Debug}}})
                          .value();
    EXPECT_EQ(sink->threshold("shop"), Level::Warning);
    EXPECT_EQ(sink->threshold("tatum"), Level::Error);
    EXPECT_EQ(sink->threshold("tatum.request"), Level::Error);
    EXPECT_EQ(sink->threshold("tatum.db"), Level::Debug);
    EXPECT_EQ(sink->threshold("tatum.db.backends"), Level::Debug);
    EXPECT_EQ(sink->threshold("tatum.db.schema"), Level::Info);
    EXPECT_EQ(sink->threshold("tatumx"), Level::Warning);
    EXPECT_FALSE(Logger("shop", *sink).enabled(Level::Info));
    EXPECT_TRUE(Logger("shop", *sink).enabled(Level::Critical));
}

TEST(Log, WritesErrorsAtOnceWithWhatCameBefore) {
    const TemporaryFile file;
    const auto sink = Sink::open({.file = file.path(), .flush_interval = kNever}).value();
    const Logger logger("x", *sink);
    logger.info("first");
    logger.error("second");
    const std::string text = file.text();
    EXPECT_LT(text.find("first"), text.find("second"));
    EXPECT_NE(text.find("second"), std::string::npos);
}

TEST(Log, WritesWhenABufferIsFullAndWhenTheSinkGoes) {
    const TemporaryFile file;
    {
        const auto sink =
            Sink::open({.file = file.path(), .flush_interval = kNever, .buffer_bytes_max = 100})
                .value();
        const Logger logger("x", *sink);
        logger.info("short");
        EXPECT_EQ(file.text(), "");
        logger.info(std::string(100, 'a'));
        EXPECT_NE(file.text(), "");
        logger.info("last");
        EXPECT_EQ(file.text().find("last"), std::string::npos);
    }
    EXPECT_NE(file.text().find("last"), std::string::npos);
}

TEST(Log, LosesNoLineOfManyThreads) {
    constexpr int threads = 4, lines = 500;
    const TemporaryFile file;
    {
        const auto sink =
            Sink::open({.file = file.path(), .flush_interval = std::chrono::milliseconds(1)})
                .value();
        std::vector<std::thread> writers;
        for (int t = 0; t < threads; ++t) {
            writers.emplace_back([&sink, t] {
                for (int i = 0; i < lines; ++i) {
                    Logger("x", *sink).info("line", {{"thread", t}, {"number", i}});
                }
            });
        }
        for (std::thread& writer : writers) writer.join();
    }
    const std::string text = file.text();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), threads * lines);
    // The lines of one thread keep their order.
    EXPECT_LT(text.find("thread=2 number=100\n"), text.find("thread=2 number=101\n"));
}

TEST(Log, OpensItsFileAnewAfterItWasMoved) {
    const TemporaryFile file, moved;
    const auto sink = Sink::open({.file = file.path(), .flush_interval = kNever}).value();
    const Logger logger("x", *sink);
    logger.info("before");
    ASSERT_EQ(std::rename(file.path().c_str(), moved.path().c_str()), 0);
    EXPECT_TRUE(sink->reopen());
    logger.info("after");
    sink->flush();
    EXPECT_NE(moved.text().find("before"), std::string::npos);
    EXPECT_NE(file.text().find("after"), std::string::npos);
    EXPECT_EQ(file.text().find("before"), std::string::npos);
}

TEST(Log, SaysWhyAFileCannotBeOpened) {
    const auto sink = Sink::open({.file = "/nonexistent/x.log"});
    ASSERT_FALSE(sink);
    EXPECT_EQ(sink.error().code, "log.E002");
    EXPECT_EQ(level_named("loud").error().code, "log.E001");
    EXPECT_EQ(level_named("Warning").value(), Level::Warning);
}

TEST(Log, WritesJsonWhateverBytesItIsGiven) {
    const TemporaryFile file;
    const auto sink =
        Sink::open({.file = file.path(), .format = Format::Json, .flush_interval = kNever}).value();
    Logger("x", *sink).info("a\xff\xc3", {{"k", Value(std::string("\xe9t\xe9"))}});
    sink->flush();
    const auto line = json::parse(file.text());
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_EQ(line->as_dict().find("message")->str(), "a\uFFFD\uFFFD");
    EXPECT_EQ(line->as_dict().find("k")->str(), "\uFFFDt\uFFFD");
}

TEST(Log, KeepsTheLastLinesOfThreadsThatEnd) {
    const TemporaryFile file;
    constexpr int kThreads = 1000;
    {
        const auto sink = Sink::open({.file = file.path(), .flush_interval = kNever}).value();
        std::atomic<bool> ended = false;
        std::thread flusher([&] {
            while (!ended) sink->flush();
        });
        for (int i = 0; i < kThreads; ++i) {
            std::thread([&] { Logger("x", *sink).info("the last"); }).join();
        }
        ended = true;
        flusher.join();
    }
    const std::string text = file.text();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), kThreads);
}

}  // namespace
}  // namespace tatum::logging
