#include <tatum/base/ascii.h>
#include <tatum/base/value.h>

namespace tatum {
namespace {

using ascii::hex_digit;

bool drop_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

}  // namespace

// Python's UUID() takes away "urn:" and "uuid:", braces at the ends and all dashes; 32 hexadecimal
// digits must be left.
Result<Uuid> Uuid::parse(std::string_view text) {
    std::string_view rest = text;
    drop_prefix(rest, "urn:");
    drop_prefix(rest, "uuid:");
    const auto brace = [](char c) { return c == '{' || c == '}'; };
    while (!rest.empty() && brace(rest.front())) rest.remove_prefix(1);
    while (!rest.empty() && brace(rest.back())) rest.remove_suffix(1);
    Uuid uuid;
    std::size_t count = 0;
    bool valid = true;
    for (const char c : rest) {
        if (c == '-') continue;
        const int digit = hex_digit(c);
        valid = valid && digit >= 0 && count < 32;
        if (!valid) break;
        unsigned char& byte = uuid.bytes[count++ / 2];
        byte = static_cast<unsigned char>(byte << 4 | digit);
    }
    if (valid && count == 32) return uuid;
    return Error{.code = "uuid.E001",
                 .message = "\"" + std::string(text.substr(0, 80)) + "\" is not a UUID"};
}

std::string Uuid::str() const {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += hex[bytes[i] >> 4];
        text += hex[bytes[i] & 15];
    }
    return text;
}

}  // namespace tatum
