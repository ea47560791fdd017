#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tatum::net::impl {

/// The functions of an executable or a library as its own symbol table lists them; dladdr(3) knows
/// only those that are exported.
class Symbols {
public:
    /// Of a 64-bit ELF file. Without symbols when it has none, or is something else.
    explicit Symbols(const std::string& path);

    struct Found {
        std::string name;  ///< demangled; empty: unknown
        std::uint64_t offset = 0;
    };
    /// `address` as the file counts: where it is loaded, less the load address.
    Found find(std::uint64_t address) const;

private:
    struct Function {
        std::uint64_t start, size;
        std::size_t name;  ///< in names_
    };
    std::vector<Function> functions_;  ///< by start
    std::string names_;
};

}  // namespace tatum::net::impl
