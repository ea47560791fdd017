#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tatum::impl {

/// The next run of characters that are no white space, as split() gives them; `position` moves
/// behind it. nullopt at the end of the text.
std::optional<std::string_view> next_word(std::string_view text, std::size_t& position);

}  // namespace tatum::impl
