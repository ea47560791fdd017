#include <tatum/base/ip_address.h>

#include <gtest/gtest.h>

namespace tatum::ip {
namespace {

TEST(IpAddressTest, ReadsWhatPythonReads) {
    for (const char* good : {"::ffff:1.2.3.4", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
                             "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4", "::", "1:2:3:4:5:6:7:8",
                             "fe80::1%eth0", "::1%aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        EXPECT_TRUE(is_ipv6(good)) << good;
    }
    for (const char* bad : {"",
                            ":",
                            "1",
                            "1.2.3",
                            "1.2.3.4",
                            "1::2::3",
                            ":1:2",
                            "1:2:3:4:5:6:7::8",
                            "1.2.3.4::",
                            ":::",
                            "1:::2",
                            "::1/64",
                            "::1%",
                            "::1%a%b",
                            "::1%aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                            "1:2:3:4:5:6:7:8:",
                            "::g",
                            "::00001",
                            "1:2:3:4:5:6:7:1.2.3.4",
                            "::1:",
                            "1.2.3.4:5::",
                            "1:2:3:4:5:6:7",
                            "1:2:3:4:5:6:7:8:9",
                            "::1.2.3",
                            "::1.2.3.04",
                            "::1\n"}) {
        EXPECT_FALSE(is_ipv6(bad)) << bad;
    }
    for (const char* good : {"0.0.0.0", "255.255.255.255"}) EXPECT_TRUE(is_ipv4(good)) << good;
    for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.01", "1.2.3.", "1.2.3.+4",
                            "1.2.3.4 ", "1.2.3.1000", "٩.8.7.6"}) {
        EXPECT_FALSE(is_ipv4(bad)) << bad;
    }
}

TEST(IpAddressTest, CleansToTheShortestForm) {
    const std::pair<const char*, const char*> cases[] = {{"::FFFF:1.2.3.4", "::ffff:1.2.3.4"},
                                                         {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
                                                         {"1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"},
                                                         {"0:0:0:0:0:0:0:0", "::"},
                                                         {"fe80::1%e", "fe80::1"},
                                                         {"1:0:0:2:0:0:3:4", "1::2:0:0:3:4"},
                                                         {"::1.2.3.4", "::102:304"},
                                                         {"0:0:1::", "0:0:1::"},
                                                         {"0001::", "1::"},
                                                         {"::ffff:0:0", "::ffff:0.0.0.0"}};
    for (const auto& [text, clean] : cases) EXPECT_EQ(clean_ipv6(text), clean) << text;
    EXPECT_EQ(clean_ipv6("::ffff:1.2.3.4", UnpackIpv4::Yes), "1.2.3.4");
    EXPECT_EQ(clean_ipv6("::1.2.3.4", UnpackIpv4::Yes), "::102:304");
    EXPECT_EQ(clean_ipv6("1.2.3.4"), std::nullopt);
}

}  // namespace
}  // namespace tatum::ip
