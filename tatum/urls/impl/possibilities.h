#pragma once

#include <tatum/urls/path_pattern.h>

#include <string>
#include <string_view>
#include <vector>

namespace tatum::urls::impl {

/// One text that a pattern stands for: literals with parameters between them.
struct Possibility {
    /// A literal, then a parameter; the last piece has no parameter (an empty name).
    struct Piece {
        std::string literal;
        std::string parameter;
    };
    std::vector<Piece> pieces{1};

    void append_literal(std::string_view text) { pieces.back().literal += text; }
    void append_parameter(std::string_view name) {
        pieces.back().parameter = name;
        pieces.emplace_back();
    }
    void append(const Possibility& other);
    std::vector<std::string_view> parameters() const;
};

/// Every way in which `a` is followed by `b`.
std::vector<Possibility> sequence(const std::vector<Possibility>& a,
                                  const std::vector<Possibility>& b);

Possibility possibility_of(const PathPattern& pattern);

/// The texts that a regular expression stands for, simplified as Django does it: what may repeat
/// stands as often as it must; an optional group with parameters stands once and not at all; of
/// alternatives in brackets the first stands, and unnamed groups are called "_0", "_1" and so on.
/// Not for '|', where one empty text results.
std::vector<Possibility> possibilities_of(std::string_view regex);

}  // namespace tatum::urls::impl
