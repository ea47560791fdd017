#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// Content codings (RFC 9110 §8.4.1) and the Accept-Encoding header (§12.5.3).
namespace tatum::http {

enum class Coding : std::uint8_t { Identity, Gzip, Brotli };

/// "identity", "gzip" or "br": as in Content-Encoding.
std::string_view to_string(Coding coding);

/// What a client says of codings. A value.
class AcceptedCodings {
public:
    /// Elements beyond this many are ignored.
    static constexpr std::size_t kElementsMax = 32;

    /// nullopt: no header, and so any coding. Elements with a malformed weight are ignored.
    explicit AcceptedCodings(std::optional<std::string_view> header);

    /// The weight of a coding, 0 to 1000; 0: not acceptable. "x-gzip" counts as "gzip".
    int weight(Coding coding) const;
    bool accepts(Coding coding) const { return weight(coding) > 0; }
    /// The coding that the client likes best: of equals the earlier in `available`, and identity
    /// only when nothing else is as good. Identity need not be listed. nullopt: not even that is
    /// acceptable (406).
    std::optional<Coding> choose(std::span<const Coding> available) const;

private:
    struct Element {
        std::string_view name;  // views into the header
        int weight;
    };
    std::optional<int> listed(std::string_view name) const;

    bool present_;
    std::vector<Element> elements_;
};

}  // namespace tatum::http
