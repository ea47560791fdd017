// main() of the tests of apps and sites: GoogleTest's own, without the network.
#include <tatum/net/http_tape.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

int main(int argc, char** argv) {
    testing::InitGoogleMock(&argc, argv);
    tatum::net::NoNetwork no_network;
    const tatum::net::HttpTransportScope scope(no_network);
    return RUN_ALL_TESTS();
}
