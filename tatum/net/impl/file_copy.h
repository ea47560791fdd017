#pragma once

#include <tatum/base/function.h>

#include <cstdint>
#include <string_view>

namespace tatum::net::impl {

/// Reads a part of a file and gives it to `write`, piece by piece, where sendfile(2) cannot be
/// used. Throws Exception when the file is shorter, and what `write` throws.
void copy_file(int file, std::uint64_t offset, std::uint64_t length,
               const Function<void(std::string_view)>& write);

}  // namespace tatum::net::impl
