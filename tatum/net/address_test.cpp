#include <tatum/net/address.h>

#include <tatum/net/impl/socket_address.h>

#include <gtest/gtest.h>

namespace tatum::net {
namespace {

TEST(Address, ReadsAndPrintsWhatAServerMayListenAt) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"127.0.0.1:8000", "127.0.0.1:8000"},
        {"0.0.0.0:0", "0.0.0.0:0"},
        {":80", "0.0.0.0:80"},
        {"*:80", "0.0.0.0:80"},
        {"localhost:65535", "127.0.0.1:65535"},
        {"[::1]:8000", "[::1]:8000"},
        {"[2001:DB8::1]:443", "[2001:db8::1]:443"},
        {"[::ffff:192.0.2.7]:1", "192.0.2.7:1"},
        {"unix:/run/site.sock", "unix:/run/site.sock"},
        {"unix:@site", "unix:@site"},
    };
    for (const auto& [text, printed] : cases) {
        const auto address = Address::parse(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->str(), printed);
    }
}

TEST(Address, RejectsWhatIsNone) {
    for (const auto text : {"", "8000", "127.0.0.1", "127.0.0.1.5:80", "256.0.0.1:80", "::1:80",
                            "[::1]80", "[::1:80", "[]:80", "example.org:80", "unix:", "unix:@"}) {
        const auto address = Address::parse(text);
        ASSERT_FALSE(address) << text;
        EXPECT_TRUE(address.error().code == "net.E001" || address.error().code == "net.E002")
            << text;
    }
    for (const auto text :
         {"127.0.0.1:", "127.0.0.1:x", "127.0.0.1:-1", "127.0.0.1:65536", ":80 "}) {
        EXPECT_EQ(Address::parse(text).error().code, "net.E002") << text;
    }
    EXPECT_EQ(Address::parse("unix:/" + std::string(107, 'x')).error().code, "net.E001");
    EXPECT_TRUE(Address::parse("unix:/" + std::string(106, 'x')));
}

TEST(Address, KnowsLoopback) {
    for (const auto text : {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1"}) {
        EXPECT_TRUE(Address::parse(text)->is_loopback()) << text;
    }
    for (const auto text : {"128.0.0.1:1", "[::2]:1", "unix:/x"}) {
        EXPECT_FALSE(Address::parse(text)->is_loopback()) << text;
    }
}

TEST(Address, SurvivesTheKernelsForm) {
    for (const auto text : {"192.0.2.1:8000", "[2001:db8::5]:443", "unix:/run/x.sock", "unix:@x"}) {
        const Address address = Address::parse(text).value();
        const impl::SocketAddress kernel(address);
        EXPECT_EQ(impl::to_address(kernel.storage, kernel.length), address) << text;
    }
}

}  // namespace
}  // namespace tatum::net
