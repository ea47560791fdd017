#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tatum {

/// A name with its hash, so that looking it up in a table or a Dict hashes nothing at run time.
/// Views into its text: names written in code, or kept by a parsed template.
struct Name {
    std::string_view text;
    std::uint32_t hash = 0;

    constexpr Name() = default;
    constexpr Name(std::string_view name) : text(name), hash(hash_of(name)) {}
    constexpr Name(const char* name) : Name(std::string_view(name)) {}
    Name(const std::string& name) : Name(std::string_view(name)) {}

    /// 32-bit FNV-1a.
    static constexpr std::uint32_t hash_of(std::string_view name) {
        std::uint32_t hash = 2166136261u;
        for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
        return hash;
    }

    friend constexpr bool operator==(const Name& a, const Name& b) {
        return a.hash == b.hash && a.text == b.text;
    }
};

}  // namespace tatum
