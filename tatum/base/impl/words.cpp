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
    for (const std::size_t c : {0xC2, 0xE1, 0xE2, 0xE3}) starts[c] = Start::Perhaps;
    return starts;
}();

/// Whether there is white space at `position`, which moves behind the character, or behind its
/// first byte where the others cannot begin white space.
bool take_space(std::string_view text, std::size_t& position) {
    switch (kStarts[static_cast<unsigned char>(text[position])]) {
        case Start::Other:
            ++position;
            return false;
        case Start::Space:
            ++position;
            return true;
        case Start::Perhaps:
            break;
    }
    return strings::is_space(strings::next_code_point(text, position));
}

}  // namespace

std::optional<std::string_view> next_word(std::string_view text, std::size_t& position) {
    std::size_t begin = position;
    while (begin < text.size() && take_space(text, position)) begin = position;
    if (begin == text.size()) return std::nullopt;
    for (std::size_t end = position; end < text.size(); end = position) {
        if (take_space(text, position)) return text.substr(begin, end - begin);
    }
    return text.substr(begin);
}

}  // namespace tatum::impl
