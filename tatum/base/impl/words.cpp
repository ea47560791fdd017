#include <tatum/base/impl/words.h>

#include <tatum/base/unicode.h>

#include <array>

namespace tatum::impl {

namespace {

enum class Start : unsigned char { Other, Space, Perhaps };

/// What a byte says about the character that it begins. White space beyond ASCII is U+0085, U+00A0,
/// U+1680, some of U+20xx, and U+3000.
constexpr std::array<Start, 256> kStarts = [] {
    std::array<Start, 256> starts{};
    for (std::size_t c = 0x09; c <= 0x0D; ++c) starts[c] = Start::Space;
    for (std::size_t c = 0x1C; c <= 0x20; ++c) starts[c] = Start::Space;
    for (const std::size_t c : {0xC2u, 0xE1u, 0xE2u, 0xE3u}) starts[c] = Start::Perhaps;
    return starts;
}();

Start start_of(char c) { return kStarts[static_cast<unsigned char>(c)]; }

/// The bytes of the white space at `position`, or 0.
inline std::size_t space_at(std::string_view text, std::size_t position) {
    if (start_of(text[position]) == Start::Space) return 1;
    if (start_of(text[position]) == Start::Other) return 0;
    std::size_t next = position;
    return strings::is_space(strings::next_code_point(text, next)) ? next - position : 0;
}

}  // namespace

std::optional<std::string_view> next_word(std::string_view text, std::size_t& position) {
    std::size_t at = position;
    while (at < text.size()) {
        const std::size_t space = space_at(text, at);
        if (space == 0) break;
        at += space;
    }
    const std::size_t begin = at;
    while (at < text.size()) {
        // Bytes in the middle of a character begin none, and so no white space.
        while (at < text.size() && start_of(text[at]) == Start::Other) ++at;
        if (at == text.size() || space_at(text, at) != 0) break;
        ++at;
    }
    position = at;
    if (begin == at) return std::nullopt;
    return text.substr(begin, at - begin);
}

}  // namespace tatum::impl
