#pragma once

#include <tatum/base/result.h>
#include <tatum/base/shared.h>
#include <tatum/urls/captures.h>
#include <tatum/urls/converter.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tatum {
class Regex;
}

namespace tatum::urls {

/// Whether a pattern takes all that is left of the path, or its start: the prefix of an include.
enum class Extent : std::uint8_t { All, Start };

/// One route, e.g. "shop/<slug:category>/<int:id>/"; grammar as in Django's path(). A value,
/// immutable once parsed, so any thread may match() with it.
///
/// Most routes can be matched in one pass from left to right, since what follows a parameter cannot
/// stand in it; those where it can ("<path:p>/x/<path:q>") are left to RE2.
class PathPattern {
public:
    /// A literal and the parameter behind it; the last segment has no parameter.
    struct Segment {
        std::string literal;
        std::string name;
        const Converter* converter = nullptr;
    };

    /// Errors, in Django's words: urls.E101 unknown converter, urls.E102 white space in angle
    /// brackets, urls.E103 a name that is no identifier, urls.E104 a name used twice, urls.E105 a
    /// converter whose regular expression RE2 does not take. `own` are converters that the route
    /// may name besides the built-in ones, which they hide; they live as long as the pattern.
    static Result<PathPattern> parse(std::string_view route, Extent extent = Extent::All,
                                     std::span<const Converter* const> own = {});

    const std::string& route() const { return route_; }
    std::span<const Segment> segments() const { return segments_; }
    bool is_literal() const { return segments_.size() == 1; }
    /// As Django's regular expression for this route, without its '^'; for messages.
    std::string regex() const;

    /// Appends the captures (with `stage`) and returns how many bytes of `path` match; nullopt, and
    /// `captures` as they were, when it does not. `path` is percent-decoded and has no leading '/'.
    std::optional<std::size_t> match(std::string_view path, Captures& captures,
                                     std::uint32_t stage = 0) const;

private:
    std::optional<std::size_t> match_segments(std::string_view path, Captures& captures,
                                              std::uint32_t stage) const;
    std::optional<std::size_t> match_regex(std::string_view path, Captures& captures,
                                           std::uint32_t stage) const;
    bool needs_regex() const;
    Result<void> compile();

    std::string route_;
    Extent extent_ = Extent::All;
    std::vector<Segment> segments_;
    Shared<const Regex> regex_;  ///< null when one pass will do
};

}  // namespace tatum::urls
