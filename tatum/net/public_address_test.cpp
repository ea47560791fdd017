#include <tatum/net/public_address.h>

#include <tatum/net/network.h>

#include <gtest/gtest.h>

namespace tatum::net {
namespace {

TEST(PublicAddress, IsOnTheOpenInternet) {
    for (const std::string_view text : {"1.1.1.1",
                                        "8.8.8.8",
                                        "9.255.255.255",
                                        "11.0.0.0",
                                        "100.63.255.255",
                                        "100.128.0.0",
                                        "126.255.255.255",
                                        "128.0.0.0",
                                        "169.253.255.255",
                                        "172.15.255.255",
                                        "172.32.0.0",
                                        "192.167.255.255",
                                        "192.169.0.0",
                                        "198.17.255.255",
                                        "198.20.0.0",
                                        "223.255.255.255",
                                        "2606:4700:4700::1111",
                                        "2001:4860:4860::8888",
                                        "2a00::1",
                                        "64:ff9b::8.8.8.8",
                                        "::ffff:8.8.8.8"}) {
        EXPECT_TRUE(is_public(parse_ip(text).value())) << text;
    }
}

TEST(PublicAddress, IsNotInsideAnyNetwork) {
    for (const std::string_view text : {"0.0.0.0",
                                        "0.1.2.3",
                                        "10.0.0.1",
                                        "10.255.255.255",
                                        "100.64.0.0",
                                        "100.100.100.200",
                                        "127.0.0.1",
                                        "127.255.255.255",
                                        "168.63.129.16",
                                        "169.254.169.254",
                                        "172.16.0.0",
                                        "172.31.255.255",
                                        "192.0.0.192",
                                        "192.0.2.1",
                                        "192.88.99.1",
                                        "192.168.0.1",
                                        "198.18.0.1",
                                        "198.19.255.255",
                                        "198.51.100.7",
                                        "203.0.113.9",
                                        "224.0.0.1",
                                        "239.1.1.1",
                                        "240.0.0.1",
                                        "255.255.255.255",
                                        "::",
                                        "::1",
                                        "::127.0.0.1",
                                        "::8.8.8.8",
                                        "::ffff:127.0.0.1",
                                        "::ffff:10.0.0.1",
                                        "::ffff:169.254.169.254",
                                        "64:ff9b::127.0.0.1",
                                        "64:ff9b::10.0.0.1",
                                        "64:ff9b:1::1",
                                        "100::1",
                                        "2001::1",
                                        "2001:10::1",
                                        "2001:db8::1",
                                        "2002:7f00:1::",
                                        "3fff::1",
                                        "fc00::1",
                                        "fd00:ec2::254",
                                        "fe80::1",
                                        "fec0::1",
                                        "ff02::1"}) {
        EXPECT_FALSE(is_public(parse_ip(text).value())) << text;
    }
    EXPECT_FALSE(is_public(Address()));
    EXPECT_FALSE(is_public(Address::unix_socket("/run/site.sock")));
}

}  // namespace
}  // namespace tatum::net
