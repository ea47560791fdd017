#include <tatum/net/impl/ocsp.h>

#include <tatum/net/impl/test_certificates.h>
#include <tatum/net/impl/test_server.h>

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>

namespace tatum::net::impl {
namespace {

using Clock = OcspStaple::Clock;

class Ocsp : public testing::Test {
protected:
    std::shared_ptr<OcspStaple> from_file(const std::string& content) {
        std::ofstream(file_, std::ios::binary) << content;
        return OcspStaple::make(authority_.leaf(), authority_.certificate(), file_);
    }
    std::string code_of(const std::string& content) {
        const auto staple = from_file(content);
        const auto done = staple->refresh(Clock::now());
        EXPECT_EQ(staple->response(Clock::now()) != nullptr, done.has_value());
        return done ? std::string() : done.error().code;
    }

    TestAuthority authority_;
    std::string file_ = testing::TempDir() + "tatum_ocsp_test.der";
};

TEST_F(Ocsp, TakesWhatTheIssuerSays) {
    authority_.issue("tatum_ocsp_test", "a.example", "");
    const std::string response = authority_.say(TestAuthority::State::Good);
    const auto staple = from_file(response);
    const auto now = Clock::now();
    EXPECT_EQ(staple->response(now), nullptr);
    ASSERT_TRUE(staple->refresh(now));
    EXPECT_EQ(*staple->response(now), response);
    EXPECT_EQ(staple->response(now + std::chrono::hours(2)), nullptr) << "it is good for one";
    EXPECT_GT(staple->next_refresh(), now);
    EXPECT_LT(staple->next_refresh(), now + std::chrono::hours(1));
}

TEST_F(Ocsp, TakesNothingElse) {
    authority_.issue("tatum_ocsp_test", "a.example", "");
    EXPECT_EQ(code_of(""), "net.E012");
    EXPECT_EQ(code_of("nonsense"), "net.E012");
    EXPECT_EQ(code_of(authority_.lie()), "net.E013");
    EXPECT_EQ(code_of(authority_.say(TestAuthority::State::Good, -7200, -3600)), "net.E013");
    EXPECT_EQ(code_of(authority_.say(TestAuthority::State::Revoked)), "net.E014");
    const std::string of_another = authority_.say(TestAuthority::State::Good);
    EXPECT_EQ(code_of(of_another), "");
    TestAuthority other;
    other.issue("tatum_ocsp_test", "a.example", "");
    EXPECT_EQ(code_of(other.say(TestAuthority::State::Good)), "net.E013");
}

TEST_F(Ocsp, KeepsWhatItHasWhenARefreshFails) {
    authority_.issue("tatum_ocsp_test", "a.example", "");
    const std::string response = authority_.say(TestAuthority::State::Good);
    const auto staple = from_file(response);
    const auto now = Clock::now();
    ASSERT_TRUE(staple->refresh(now));
    std::ofstream(file_, std::ios::trunc).close();
    EXPECT_FALSE(staple->refresh(now));
    EXPECT_EQ(*staple->response(now), response);
    const auto first = staple->next_refresh();
    EXPECT_FALSE(staple->refresh(now));
    EXPECT_GT(staple->next_refresh(), first) << "it asks less and less often";
}

TEST_F(Ocsp, AsksTheResponderThatTheCertificateNames) {
    std::string answer;
    TestServer responder([&](Exchange& exchange) {
        EXPECT_EQ(exchange.request().method, "POST");
        EXPECT_EQ(exchange.request().path, "/ask");
        EXPECT_EQ(exchange.request().header("content-type"), "application/ocsp-request");
        EXPECT_FALSE(body_of(exchange).empty());
        const Header type{"Content-Type", "application/ocsp-response"};
        exchange.respond({.headers = {&type, 1}}, answer);
    });
    authority_.issue("tatum_ocsp_test", "a.example",
                     "http://" + responder.address().str() + "/ask");
    answer = authority_.say(TestAuthority::State::Good);
    const auto staple = OcspStaple::make(authority_.leaf(), authority_.certificate(), "");
    OcspRefresher refresher;
    refresher.watch({staple});
    for (int i = 0; i < 500 && !staple->response(Clock::now()); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ASSERT_NE(staple->response(Clock::now()), nullptr);
    EXPECT_EQ(*staple->response(Clock::now()), answer);
    refresher.watch({});
}

TEST_F(Ocsp, KeepsWhatItHasWhenCertificatesAreReadAgain) {
    authority_.issue("tatum_ocsp_test", "a.example", "");
    const std::string response = authority_.say(TestAuthority::State::Good);
    const auto before = from_file(response);
    ASSERT_TRUE(before->refresh(Clock::now()));
    OcspRefresher refresher;
    refresher.watch({before});
    const auto after = from_file("");
    refresher.watch({after});
    ASSERT_NE(after->response(Clock::now()), nullptr);
    EXPECT_EQ(*after->response(Clock::now()), response);
    authority_.issue("tatum_ocsp_test", "a.example", "");
    const auto renewed = from_file("");
    refresher.watch({renewed});
    EXPECT_EQ(renewed->response(Clock::now()), nullptr);
}

std::set<std::string> threads() {
    std::set<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
        all.insert(entry.path());
    }
    return all;
}

/// OpenSSL writes to sockets without MSG_NOSIGNAL: a responder that hangs up would end the process.
TEST_F(Ocsp, AsksOnAThreadThatNoSignalReaches) {
    authority_.issue("tatum_ocsp_test", "a.example", "");
    const auto before = threads();
    OcspRefresher refresher;
    refresher.watch({from_file("")});
    int found = 0;
    for (const std::string& thread : threads()) {
        if (before.contains(thread)) continue;
        ++found;
        std::ifstream status(thread + "/status");
        std::string line;
        while (std::getline(status, line) && !line.starts_with("SigBlk:")) {
        }
        const auto blocked = std::stoull(line.substr(8), nullptr, 16);
        EXPECT_TRUE(blocked >> (SIGPIPE - 1) & 1) << line;
        EXPECT_TRUE(blocked >> (SIGTERM - 1) & 1) << line;
    }
    EXPECT_EQ(found, 1);
}

TEST_F(Ocsp, NeedsAnIssuerAndASource) {
    authority_.issue("tatum_ocsp_test", "a.example", "");
    EXPECT_EQ(OcspStaple::make(authority_.leaf(), authority_.certificate(), ""), nullptr);
    EXPECT_EQ(OcspStaple::make(authority_.leaf(), nullptr, file_), nullptr);
    TestServer nothing([](Exchange& exchange) { exchange.respond({.status = 404}, "no"); });
    authority_.issue("tatum_ocsp_test", "a.example", "http://" + nothing.address().str());
    const auto staple = OcspStaple::make(authority_.leaf(), authority_.certificate(), "");
    ASSERT_NE(staple, nullptr);
    EXPECT_EQ(staple->refresh(Clock::now()).error().code, "net.E012");
}

}  // namespace
}  // namespace tatum::net::impl
