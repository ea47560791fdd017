#include <tatum/net/network.h>

#include <gtest/gtest.h>

namespace tatum::net {
namespace {

bool network_has(std::string_view network, std::string_view address) {
    return Network::parse(network).value().contains(parse_ip(address).value());
}

TEST(Network, ContainsWhatSharesItsPrefix) {
    EXPECT_TRUE(network_has("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(network_has("10.0.0.0/8", "11.0.0.0"));
    EXPECT_TRUE(network_has("10.1.2.3", "10.1.2.3"));
    EXPECT_FALSE(network_has("10.1.2.3", "10.1.2.4"));
    EXPECT_TRUE(network_has("192.168.4.0/22", "192.168.7.255"));
    EXPECT_FALSE(network_has("192.168.4.0/22", "192.168.8.0"));
    EXPECT_TRUE(network_has("0.0.0.0/0", "203.0.113.9"));
    EXPECT_TRUE(network_has("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(network_has("2001:db8::/33", "2001:db8:8000::1"));
    EXPECT_FALSE(network_has("::/0", "203.0.113.9")) << "of another family";
}

TEST(Network, TakesAMappedAddressForTheIpv4AddressThatItIs) {
    EXPECT_TRUE(network_has("127.0.0.0/8", "::ffff:127.0.0.1"));
}

TEST(Network, MeansEveryUnixSocketByItsName) {
    const Network unix_sockets = Network::parse("unix:").value();
    EXPECT_TRUE(unix_sockets.contains(Address::unix_socket("/run/x.sock")));
    EXPECT_TRUE(unix_sockets.contains(Address::unix_socket("")));
    EXPECT_FALSE(unix_sockets.contains(Address::ipv4({127, 0, 0, 1}, 80)));
    EXPECT_FALSE(unix_sockets.contains(Address()));
}

TEST(Network, RefusesWhatIsNone) {
    for (const std::string_view text :
         {"", "10", "10.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "/8",
          "10.0.0.0/8/8", "::/129", "localhost", "unix:/run/x", "10.0.0.1:80", "[::1]",
          "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc"}) {
        const auto network = Network::parse(text);
        ASSERT_FALSE(network) << text;
        EXPECT_EQ(network.error().code, "net.E008");
    }
}

}  // namespace
}  // namespace tatum::net
