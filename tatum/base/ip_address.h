#pragma once

#include <optional>
#include <string>
#include <string_view>

/// IP addresses as text, as Python's ipaddress reads and writes them.
namespace tatum::ip {

/// Four numbers up to 255 without leading zeros: "192.0.2.1".
bool is_ipv4(std::string_view text);
/// RFC 4291 §2.2, with a zone ("fe80::1%eth0") too; at most kIpv6LengthMax characters, as Django.
inline constexpr std::size_t kIpv6LengthMax = 39;
bool is_ipv6(std::string_view text);

/// What GenericIPAddressField does with an IPv6 address: its shortest form in lower case (RFC
/// 5952), without a zone; an IPv4 address within it stays readable ("::ffff:192.0.2.1"), or is all
/// that remains. nullopt when it is none.
enum class UnpackIpv4 : bool { No, Yes };
std::optional<std::string> clean_ipv6(std::string_view text, UnpackIpv4 unpack = UnpackIpv4::No);

}  // namespace tatum::ip
