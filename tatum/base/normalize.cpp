#include <tatum/base/unicode.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace tatum::strings {

namespace {

/// Full decompositions of one code point, as places in a pool. A size of zero: none of that kind.
struct Decomposition {
    std::uint32_t code;
    std::uint16_t compatible_at, canonical_at;
    std::uint8_t compatible_size, canonical_size;
};
struct Composition {
    std::uint32_t first, second, composed;
};

constexpr std::size_t kCombiningBlock = 128;

#include <tatum/base/impl/unicode_normalization.inc>

// Hangul syllables are composed by arithmetic (Unicode 14 §3.12).
constexpr char32_t kSyllables = 0xAC00, kLeads = 0x1100, kVowels = 0x1161, kTails = 0x11A7;
constexpr char32_t kLeadCount = 19, kVowelCount = 21, kTailCount = 28;
constexpr char32_t kSyllableCount = kLeadCount * kVowelCount * kTailCount;

void append_decomposed(std::vector<char32_t>& out, char32_t c, bool compatible) {
    if (c >= kSyllables && c < kSyllables + kSyllableCount) {
        const char32_t index = c - kSyllables;
        out.push_back(kLeads + index / (kVowelCount * kTailCount));
        out.push_back(kVowels + index % (kVowelCount * kTailCount) / kTailCount);
        if (index % kTailCount != 0) out.push_back(kTails + index % kTailCount);
        return;
    }
    const auto found =
        std::lower_bound(std::begin(kDecompositions), std::end(kDecompositions), c,
                         [](const Decomposition& d, char32_t code) { return d.code < code; });
    if (found == std::end(kDecompositions) || found->code != c) {
        out.push_back(c);
        return;
    }
    const std::size_t at = compatible ? found->compatible_at : found->canonical_at;
    const std::size_t size = compatible ? found->compatible_size : found->canonical_size;
    if (size == 0) out.push_back(c);
    out.insert(out.end(), kDecompositionPool + at, kDecompositionPool + at + size);
}

/// Sorts the marks from `begin` to `end` by class, keeping the order of equal ones.
void order_marks(std::vector<char32_t>& text, std::size_t begin, std::size_t end) {
    const auto by_class = [](char32_t a, char32_t b) {
        return combining_class(a) < combining_class(b);
    };
    const auto first = text.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = text.begin() + static_cast<std::ptrdiff_t>(end);
    if (std::is_sorted(first, last, by_class)) return;
    std::vector<std::pair<std::size_t, char32_t>> keyed;
    for (auto mark = first; mark != last; ++mark) {
        const auto rank = static_cast<std::size_t>(combining_class(*mark));
        keyed.emplace_back(rank * (end - begin) + static_cast<std::size_t>(mark - first), *mark);
    }
    std::sort(keyed.begin(), keyed.end());
    for (std::size_t i = 0; i < keyed.size(); ++i) text[begin + i] = keyed[i].second;
}

/// Marks that follow a letter go in the order of their classes.
void order_canonically(std::vector<char32_t>& text) {
    for (std::size_t begin = 0; begin < text.size();) {
        if (combining_class(text[begin]) == 0) {
            ++begin;
            continue;
        }
        std::size_t end = begin;
        while (end < text.size() && combining_class(text[end]) != 0) ++end;
        order_marks(text, begin, end);
        begin = end;
    }
}

/// 0 when the two do not compose.
char32_t compose(char32_t first, char32_t second) {
    if (first >= kLeads && first < kLeads + kLeadCount && second >= kVowels &&
        second < kVowels + kVowelCount) {
        return kSyllables + ((first - kLeads) * kVowelCount + (second - kVowels)) * kTailCount;
    }
    if (first >= kSyllables && first < kSyllables + kSyllableCount &&
        (first - kSyllables) % kTailCount == 0 && second > kTails && second < kTails + kTailCount) {
        return first + (second - kTails);
    }
    const auto before = [](const Composition& c, std::pair<char32_t, char32_t> pair) {
        return c.first != pair.first ? c.first < pair.first : c.second < pair.second;
    };
    const auto found = std::lower_bound(std::begin(kCompositions), std::end(kCompositions),
                                        std::pair(first, second), before);
    const bool matches =
        found != std::end(kCompositions) && found->first == first && found->second == second;
    return matches ? found->composed : 0;
}

/// Unicode 14 §3.11, D117: each mark joins the last starter unless something blocks it.
void compose_all(std::vector<char32_t>& text) {
    std::size_t starter = text.size();
    std::size_t out = 0;
    int last_class = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char32_t c = text[i];
        const int mark_class = combining_class(c);
        const bool has_starter = starter < text.size();
        const bool adjacent = has_starter && starter + 1 == out;
        const bool blocked = !adjacent && (last_class == 0 || last_class >= mark_class);
        if (has_starter && !blocked) {
            if (const char32_t composed = compose(text[starter], c); composed != 0) {
                text[starter] = composed;
                continue;
            }
        }
        if (mark_class == 0) starter = out;
        last_class = mark_class;
        text[out++] = c;
    }
    text.resize(out);
}

}  // namespace

int combining_class(char32_t c) {
    if (c < 0x300 || c > 0x10FFFF) return 0;
    return kCombiningBlocks[kCombiningIndex[c / kCombiningBlock] * kCombiningBlock +
                            c % kCombiningBlock];
}

std::string normalize(std::string_view text, Normalization form) {
    if (is_ascii(text)) return std::string(text);
    const bool compatible = form == Normalization::NFKC || form == Normalization::NFKD;
    const bool composed = form == Normalization::NFC || form == Normalization::NFKC;
    std::vector<char32_t> points;
    points.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        append_decomposed(points, next_code_point(text, i), compatible);
    }
    order_canonically(points);
    if (composed) compose_all(points);
    std::string out;
    out.reserve(text.size());
    for (const char32_t c : points) append_utf8(out, c);
    return out;
}

}  // namespace tatum::strings
