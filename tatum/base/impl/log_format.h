#pragma once

#include <tatum/base/log.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tatum::logging::impl {

/// What one line says.
struct Line {
    std::int64_t microseconds;  ///< since 1970 UTC
    Level level;
    std::string_view logger, request_id, message;
    std::initializer_list<Field> fields;
};

/// Appends the line with its line break. Control characters are escaped, so that nothing that a
/// client sends looks like a line of its own; line breaks inside of a text line are followed by
/// four spaces.
void append_text(std::string& out, const Line& line);
void append_json(std::string& out, const Line& line);

}  // namespace tatum::logging::impl
