#include <tatum/forms/impl/numbers.h>

#include <tatum/base/text.h>

#include <charconv>
#include <cstdlib>
#include <string>

namespace tatum::forms::impl {

namespace {

/// Stripped, in ASCII digits and without the underscores; nullopt where one stands wrongly.
std::optional<std::string> plain_number(std::string_view text) {
    text = strings::strip(text);
    std::string plain;
    plain.reserve(text.size());
    bool after_digit = false, after_underscore = false;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = strings::next_code_point(text, at);
        if (c == U'_') {
            if (!after_digit) return std::nullopt;
            after_digit = false;
            after_underscore = true;
            continue;
        }
        const int digit = strings::decimal_digit(c);
        if (digit < 0 && (after_underscore || c >= 0x80)) return std::nullopt;
        plain += digit < 0 ? static_cast<char>(c) : static_cast<char>('0' + digit);
        after_digit = digit >= 0;
        after_underscore = false;
    }
    if (after_underscore) return std::nullopt;
    return plain;
}

}  // namespace

std::optional<Value> read_integer(std::string_view text) {
    if (text.size() > kIntegerDigitsMax * 8) return std::nullopt;
    std::optional<std::string> plain = plain_number(text);
    if (!plain) return std::nullopt;
    std::string_view digits = *plain;
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    if (digits.empty() || digits.size() > kIntegerDigitsMax) return std::nullopt;
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    std::string number = (negative && digits != "0" ? "-" : "") + std::string(digits);
    long long small = 0;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), small);
    if (read.ec == std::errc()) return Value(small);
    return Value::big_int(number);
}

std::optional<double> read_float(std::string_view text) {
    if (text.size() > kFloatBytesMax) return std::nullopt;
    const std::optional<std::string> plain = plain_number(text);
    if (!plain || plain->find_first_of("()xXpP") != std::string::npos) return std::nullopt;
    const std::string_view number =
        plain->starts_with('+') ? std::string_view(*plain).substr(1) : std::string_view(*plain);
    if (number.empty() || number.starts_with('+')) return std::nullopt;
    if (number.starts_with('-') && plain->starts_with('+')) return std::nullopt;
    double value = 0;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
    if (read.ptr != number.data() + number.size() || read.ec == std::errc::invalid_argument)
        return std::nullopt;
    if (read.ec == std::errc::result_out_of_range)
        return std::strtod(std::string(number).c_str(), nullptr);
    return value;
}

}  // namespace tatum::forms::impl
