#include <tatum/base/passwords.h>
#include <tatum/base/unicode.h>

#include <algorithm>
#include <vector>

namespace tatum::passwords {
namespace {

std::u32string code_points(std::string_view text) {
    std::u32string points;
    for (std::size_t i = 0; i < text.size();) points += strings::next_code_point(text, i);
    return points;
}

/// Twice the characters that both have, whatever their order, by the characters of both: the upper
/// bound that Python's SequenceMatcher.quick_ratio() gives.
double similarity(std::u32string a, std::u32string b) {
    const std::size_t total = a.size() + b.size();
    if (total == 0) return 1;
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    std::size_t matches = 0;
    for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
        if (*x == *y) {
            ++matches, ++x, ++y;
        } else if (*x < *y) {
            ++x;
        } else {
            ++y;
        }
    }
    return 2.0 * static_cast<double>(matches) / static_cast<double>(total);
}

/// The words of a text and the whole of it.
std::vector<std::u32string> parts_of(std::string_view text) {
    const std::u32string whole = code_points(text);
    std::vector<std::u32string> parts(1);
    for (const char32_t c : whole) {
        if (strings::is_word(c)) {
            parts.back() += c;
        } else if (!parts.back().empty()) {
            parts.emplace_back();
        }
    }
    parts.push_back(whole);
    return parts;
}

/// A short part of a long password says nothing.
bool is_too_short_to_compare(std::size_t password, std::size_t part, double max_similarity) {
    return password >= 10 * part &&
           static_cast<double>(part) < max_similarity / 2 * static_cast<double>(password);
}

}  // namespace

std::optional<Fault> check_length(std::string_view password, std::size_t minimum) {
    if (strings::length(password) >= minimum) return std::nullopt;
    return Fault{"password_too_short", "This password is too short. It must contain at least " +
                                           std::to_string(minimum) +
                                           (minimum == 1 ? " character." : " characters.")};
}

std::optional<Fault> check_numeric(std::string_view password) {
    const std::u32string points = code_points(password);
    const bool numeric = std::all_of(points.begin(), points.end(),
                                     [](char32_t c) { return strings::decimal_digit(c) >= 0; });
    if (points.empty() || !numeric) return std::nullopt;
    return Fault{"password_entirely_numeric", "This password is entirely numeric."};
}

std::optional<Fault> check_similarity(std::string_view password, Attributes attributes,
                                      double max_similarity) {
    const std::u32string lower = code_points(strings::lower(password));
    for (const auto& [name, text] : attributes) {
        if (text.empty()) continue;
        for (const std::u32string& part : parts_of(strings::lower(text))) {
            if (is_too_short_to_compare(lower.size(), part.size(), max_similarity)) continue;
            if (similarity(lower, part) < max_similarity) continue;
            return Fault{"password_too_similar",
                         "The password is too similar to the " + name + "."};
        }
    }
    return std::nullopt;
}

std::optional<Fault> check_common(std::string_view password,
                                  std::span<const std::string_view> common) {
    const std::string lower = strings::lower(password);
    if (!std::binary_search(common.begin(), common.end(), std::string_view(lower))) {
        return std::nullopt;
    }
    return Fault{"password_too_common", "This password is too common."};
}

}  // namespace tatum::passwords
