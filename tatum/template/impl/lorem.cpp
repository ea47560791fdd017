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

/// A number below `bound`, which is small.
std::size_t below(std::size_t bound) {
    const std::string bytes = crypto::random_bytes(4);
    std::size_t number = 0;
    for (const char byte : bytes) number = number * 256 + static_cast<unsigned char>(byte);
    return number % bound;
}

std::string join(const std::vector<std::string_view>& words) {
    std::string text;
    for (const std::string_view word : words) {
        if (!text.empty()) text += ' ';
        text += word;
    }
    return text;
}

std::vector<std::string_view> random_words(std::size_t count) {
    static const std::vector<std::string_view> all = strings::split(kOtherWords);
    std::vector<std::string_view> words;
    words.reserve(count);
    while (words.size() < count) words.push_back(all[below(all.size())]);
    return words;
}

std::string random_sentence() {
    std::string sentence;
    const std::size_t parts = 1 + below(4);
    for (std::size_t i = 0; i < parts; ++i) {
        if (i > 0) sentence += ", ";
        sentence += join(random_words(3 + below(9)));
    }
    return strings::capfirst(sentence) + (below(4) == 0 ? "?" : ".");
}

std::string random_paragraph() {
    std::string paragraph = random_sentence();
    for (std::size_t i = below(4); i > 0; --i) paragraph += " " + random_sentence();
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
    for (const std::string_view word : random_words(static_cast<std::size_t>(count - known))) {
        words.push_back(word);
    }
    return join(words);
}

std::string lorem_paragraphs(std::int64_t count, bool common, std::string_view before,
                             std::string_view after) {
    std::string text;
    for (std::int64_t i = 0; i < count; ++i) {
        if (i > 0) text += "\n\n";
        text += before;
        text += i == 0 && common ? std::string(kFirstParagraph) : random_paragraph();
        text += after;
    }
    return text;
}

}  // namespace tatum::template_::impl
