#include <tatum/template/impl/lorem.h>

#include <tatum/base/crypto.h>
#include <tatum/base/text.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace tatum::template_::impl {
namespace {

// Cicero, De finibus bonorum et malorum, as printers have garbled it since the 1960s.
constexpr std::string_view kFirstParagraph =
    "Lorem ipsum dolor sit amet, consectetur adipisicing elit, sed do eiusmod tempor incididunt "
    "ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation "
    "ullamco laboris nisi ut aliquip ex ea commodo consequat. Duis aute irure dolor in "
    "reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur. Excepteur "
    "sint occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est "
    "laborum.";
constexpr std::size_t kCommonWords = 19;

constexpr std::string_view kOtherWords =
    "accusamus alias animi architecto aspernatur assumenda atque autem beatae blanditiis "
    "corporis culpa cumque debitis deleniti delectus dicta dignissimos distinctio dolorem "
    "ducimus earum eligendi error eveniet excepturi expedita explicabo facere facilis fugit "
    "harum hic illo impedit inventore ipsa iste itaque iure iusto laudantium libero magnam "
    "maiores maxime minima modi molestiae natus nemo nesciunt nihil nobis numquam odio odit "
    "officiis omnis optio pariatur perferendis perspiciatis placeat porro possimus praesentium "
    "provident quae quam quasi quidem quisquam quod ratione recusandae rem repellat rerum "
    "saepe sapiente sequi similique soluta tempora tenetur totam ullam unde vel velit veniam "
    "vero vitae voluptas voluptatem";

/// Draws small numbers, many from one call for random bytes.
class Chance {
public:
    /// A number below `bound`, which is small.
    std::size_t below(std::size_t bound) {
        if (used_ == bytes_.size()) {
            bytes_ = crypto::random_bytes(kBytesAtOnce);
            used_ = 0;
        }
        std::size_t number = 0;
        for (int i = 0; i < kBytesOfNumber; ++i) {
            number = number * 256 + static_cast<unsigned char>(bytes_[used_++]);
        }
        return number % bound;
    }

private:
    static constexpr int kBytesOfNumber = 4, kBytesAtOnce = 256 * kBytesOfNumber;

    std::string bytes_;
    std::size_t used_ = 0;
};

std::string join(const std::vector<std::string_view>& words) {
    std::string text;
    for (const std::string_view word : words) {
        if (!text.empty()) text += ' ';
        text += word;
    }
    return text;
}

std::vector<std::string_view> random_words(Chance& chance, std::size_t count) {
    static const std::vector<std::string_view> all = strings::split(kOtherWords);
    std::vector<std::string_view> words;
    words.reserve(count);
    while (words.size() < count) words.push_back(all[chance.below(all.size())]);
    return words;
}

std::string random_sentence(Chance& chance) {
    std::string sentence;
    const std::size_t parts = 1 + chance.below(4);
    for (std::size_t i = 0; i < parts; ++i) {
        if (i > 0) sentence += ", ";
        sentence += join(random_words(chance, 3 + chance.below(9)));
    }
    return strings::capfirst(sentence) + (chance.below(4) == 0 ? "?" : ".");
}

std::string random_paragraph(Chance& chance) {
    std::string paragraph = random_sentence(chance);
    for (std::size_t i = chance.below(4); i > 0; --i) paragraph += " " + random_sentence(chance);
    return paragraph;
}

}  // namespace

std::string lorem_words(std::int64_t count, bool common) {
    std::vector<std::string_view> words;
    std::string beginning;
    if (common) {
        beginning = strings::lower(kFirstParagraph);
        std::erase_if(beginning, [](char c) { return c == ',' || c == '.'; });
        words = strings::split(beginning);
        words.resize(kCommonWords);
    }
    // A negative count takes words off the end, as a slice does in Python.
    const auto known = static_cast<std::int64_t>(words.size());
    if (count <= known) {
        const std::int64_t kept = count < 0 ? std::max<std::int64_t>(known + count, 0) : count;
        words.resize(static_cast<std::size_t>(kept));
        return join(words);
    }
    Chance chance;
    for (const std::string_view word :
         random_words(chance, static_cast<std::size_t>(count - known))) {
        words.push_back(word);
    }
    return join(words);
}

std::string lorem_paragraphs(std::int64_t count, bool common, std::string_view before,
                             std::string_view after) {
    Chance chance;
    std::string text;
    for (std::int64_t i = 0; i < count; ++i) {
        if (i > 0) text += "\n\n";
        text += before;
        text += i == 0 && common ? std::string(kFirstParagraph) : random_paragraph(chance);
        text += after;
    }
    return text;
}

}  // namespace tatum::template_::impl
