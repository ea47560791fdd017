#pragma once

#include <cstdint>
#include <string>

namespace tatum::impl {

/// Appends `value` (not negative) in decimal, filled with zeros to at least `width` digits.
inline void append_padded(std::string& out, std::int64_t value, int width) {
    char digits[20];
    int count = 0;
    do {
        digits[count++] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value != 0);
    for (int i = count; i < width; ++i) out += '0';
    while (count > 0) out += digits[--count];
}

/// Appends a UTC offset: "+01:00" with `separator` ':', "+0100" with '\0'; seconds where there are.
inline void append_offset(std::string& out, std::int32_t seconds, char separator) {
    out += seconds < 0 ? '-' : '+';
    const std::int32_t magnitude = seconds < 0 ? -seconds : seconds;
    append_padded(out, magnitude / 3600, 2);
    if (separator != '\0') out += separator;
    append_padded(out, magnitude / 60 % 60, 2);
    if (magnitude % 60 != 0) {
        if (separator != '\0') out += separator;
        append_padded(out, magnitude % 60, 2);
    }
}

}  // namespace tatum::impl
