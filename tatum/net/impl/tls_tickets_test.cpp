#include <tatum/net/impl/tls_tickets.h>

#include <gtest/gtest.h>

namespace tatum::net::impl {
namespace {

TEST(TlsTicketKeys, SealWithOneKeyForAWhile) {
    TlsTicketKeys keys;
    const auto start = TlsTicketKeys::Clock::now();
    const auto first = keys.current(start).value();
    EXPECT_EQ(keys.current(start + TlsTicketKeys::kLife / 2)->name, first.name);
    EXPECT_TRUE(keys.find(first.name.data(), start)->seals);
    EXPECT_EQ(keys.find(first.name.data(), start)->key.cipher, first.cipher);
}

TEST(TlsTicketKeys, TakeTheirTurnsAndAreForgotten) {
    TlsTicketKeys keys;
    const auto start = TlsTicketKeys::Clock::now();
    const auto first = keys.current(start).value();
    const auto later = start + TlsTicketKeys::kLife;
    const auto second = keys.current(later).value();
    EXPECT_NE(second.name, first.name);
    EXPECT_NE(second.cipher, first.cipher);
    EXPECT_FALSE(keys.find(first.name.data(), later)->seals) << "it opens, and no more";
    EXPECT_TRUE(keys.find(second.name.data(), later)->seals);
    EXPECT_FALSE(keys.find(first.name.data(), start + 2 * TlsTicketKeys::kLife));
    EXPECT_TRUE(keys.find(second.name.data(), start + 2 * TlsTicketKeys::kLife));
    const TlsTicketKeys::Key unknown{};
    EXPECT_FALSE(keys.find(unknown.name.data(), later));
}

}  // namespace
}  // namespace tatum::net::impl
