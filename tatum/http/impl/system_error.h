#pragma once

#include <string>
#include <system_error>

namespace tatum::http::impl {

/// `code` is errno's.
[[noreturn]] inline void throw_system_error(int code, const std::string& what) {
    throw std::system_error(code, std::generic_category(), what);
}

}  // namespace tatum::http::impl
