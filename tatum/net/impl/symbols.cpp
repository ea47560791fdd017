#include <tatum/net/impl/symbols.h>

#include <cxxabi.h>
#include <elf.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>

namespace tatum::net::impl {

namespace {

/// A symbol table that is larger than this is not read.
constexpr std::uint64_t kTableBytesMax = 256u << 20;

template <class T>
bool read_at(std::ifstream& file, std::uint64_t offset, T* into, std::uint64_t count) {
    if (count > kTableBytesMax / sizeof(T)) return false;
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(reinterpret_cast<char*>(into), static_cast<std::streamsize>(count * sizeof(T)));
    return static_cast<bool>(file);
}

std::string demangled(const char* name) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text(
        abi::__cxa_demangle(name, nullptr, nullptr, &status), &std::free);
    return status == 0 && text ? text.get() : name;
}

}  // namespace

Symbols::Symbols(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    Elf64_Ehdr head{};
    if (!read_at(file, 0, &head, 1) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_shentsize != sizeof(Elf64_Shdr)) {
        return;
    }
    std::vector<Elf64_Shdr> sections(head.e_shnum);
    if (!read_at(file, head.e_shoff, sections.data(), sections.size())) return;
    const auto table = std::ranges::find(sections, Elf64_Word{SHT_SYMTAB}, &Elf64_Shdr::sh_type);
    if (table == sections.end() || table->sh_link >= sections.size()) return;
    const Elf64_Shdr& text = sections[table->sh_link];
    if (text.sh_size > kTableBytesMax || table->sh_size > kTableBytesMax) return;
    std::vector<Elf64_Sym> symbols(table->sh_size / sizeof(Elf64_Sym));
    names_.resize(text.sh_size);
    if (!read_at(file, table->sh_offset, symbols.data(), symbols.size()) ||
        !read_at(file, text.sh_offset, names_.data(), names_.size())) {
        return;
    }
    names_.push_back('\0');
    for (const Elf64_Sym& symbol : symbols) {
        if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_value == 0) continue;
        if (symbol.st_name >= names_.size()) continue;
        functions_.push_back({symbol.st_value, symbol.st_size, symbol.st_name});
    }
    std::ranges::sort(functions_, {}, &Function::start);
}

Symbols::Found Symbols::find(std::uint64_t address) const {
    auto next = std::ranges::upper_bound(functions_, address, {}, &Function::start);
    if (next == functions_.begin()) return {};
    const Function& function = *--next;
    if (address - function.start >= std::max<std::uint64_t>(function.size, 1)) return {};
    return {demangled(names_.data() + function.name), address - function.start};
}

}  // namespace tatum::net::impl
