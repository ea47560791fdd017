#include <tatum/site/impl/board.h>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>

namespace tatum::site {
namespace {

void name_route(ThreadCells& thread, std::size_t index, const char* name) {
    std::strcpy(thread.routes[index].name.data(), name);
    thread.routes[index].named = true;
}

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Board, SumsThreadsAndWorkersInOneText) {
    const Board board(2, 2);
    name_route(board.thread(0, 0), 0, "item");
    name_route(board.thread(1, 1), 0, "other");
    name_route(board.thread(1, 1), 1, "item");
    RouteCells& here = board.thread(0, 0).routes[0];
    here.requests[0][1].add(2);
    here.buckets[0].add();
    here.buckets[2].add();
    here.microseconds.add(500);
    RouteCells& there = board.thread(1, 1).routes[1];
    there.requests[0][1].add();
    there.buckets[kMetricBounds.size()].add();
    there.microseconds.add(20'000'000);
    board.worker(0).connections.set(3);
    board.worker(1).connections.set(4);
    const std::string text = metrics_text(board);
    EXPECT_TRUE(
        has_line(text, "tatum_http_requests_total{method=\"GET\",status=\"2xx\",route=\"item\"} 3"))
        << text;
    const std::string bucket = "tatum_http_request_duration_seconds_bucket{route=\"item\",le=";
    EXPECT_TRUE(has_line(text, bucket + "\"0.0001\"} 1"));
    EXPECT_TRUE(has_line(text, bucket + "\"0.0005\"} 2"));
    EXPECT_TRUE(has_line(text, bucket + "\"10\"} 2"));
    EXPECT_TRUE(has_line(text, bucket + "\"+Inf\"} 3"));
    EXPECT_TRUE(has_line(text, "tatum_http_request_duration_seconds_sum{route=\"item\"} 20.0005"));
    EXPECT_TRUE(has_line(text, "tatum_http_request_duration_seconds_count{route=\"item\"} 3"));
    EXPECT_TRUE(has_line(text, "tatum_connections_total 7"));
    EXPECT_TRUE(has_line(text, "# TYPE tatum_connections_open gauge"));
}

TEST(Board, TellsHowDatabasesStand) {
    const Board board(2, 1);
    for (unsigned slot = 0; slot < 2; ++slot) {
        DatabaseCells& cells = board.worker(slot).databases[0];
        std::strcpy(cells.name.data(), "default");
        cells.named = true;
        cells.open.set(3);
        cells.idle.set(2);
        cells.waiting.set(slot);
        cells.waits[0].set(5);
        cells.waits.back().set(1);
        cells.wait_microseconds.set(6'000'000);
    }
    const std::string text = metrics_text(board);
    for (const char* line :
         {"tatum_database_connections_open{database=\"default\"} 6",
          "tatum_database_connections_idle{database=\"default\"} 4",
          "tatum_database_writers_waiting{database=\"default\"} 1",
          "tatum_database_write_wait_seconds_bucket{database=\"default\",le=\"0.0001\"} 10",
          "tatum_database_write_wait_seconds_bucket{database=\"default\",le=\"+Inf\"} 12",
          "tatum_database_write_wait_seconds_sum{database=\"default\"} 12",
          "tatum_database_write_wait_seconds_count{database=\"default\"} 12"}) {
        EXPECT_TRUE(has_line(text, line)) << line << "\n" << text;
    }
}

TEST(Board, EscapesLabels) {
    const Board board(1, 1);
    name_route(board.thread(0, 0), 0, "a\"b\\c\nd");
    board.thread(0, 0).routes[0].requests[8][4].add();
    EXPECT_TRUE(has_line(metrics_text(board),
                         "tatum_http_requests_total{method=\"other\",status=\"5xx\",route=\"a"
                         "\\\"b\\\\c\\nd\"} 1"));
}

TEST(Board, IsSharedByItsDescriptor) {
    const Board mine(3, 2);
    const auto theirs = Board::attach(::dup(mine.descriptor()));
    ASSERT_TRUE(theirs);
    EXPECT_EQ(theirs->workers(), 3u);
    EXPECT_EQ(theirs->threads(), 2u);
    theirs->thread(2, 1).slow.add(5);
    EXPECT_EQ(mine.thread(2, 1).slow.get(), 5u);
}

TEST(Board, IsNotTakenFromAnotherProgram) {
    EXPECT_FALSE(Board::attach(-1));
    const int empty = ::memfd_create("empty", MFD_CLOEXEC);
    EXPECT_FALSE(Board::attach(empty));
    ASSERT_EQ(::ftruncate(empty, 4096), 0);
    EXPECT_FALSE(Board::attach(empty));
    ::close(empty);
    const Board cut(1, 1);
    const int copy = ::dup(cut.descriptor());
    ASSERT_EQ(::ftruncate(copy, 1024), 0);
    EXPECT_FALSE(Board::attach(copy));
    ::close(copy);
}

}  // namespace
}  // namespace tatum::site
