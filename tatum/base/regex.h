#pragma once

#include <tatum/base/owned.h>
#include <tatum/base/result.h>
#include <tatum/base/shared.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tatum {

/// What a Regex is compiled with besides its pattern: the flags of Python's re, all off for URLs.
struct RegexFlags {
    bool ignore_case = false;
    bool multi_line = false;  ///< ^ and $ match at every line
    bool dot_all = false;     ///< . matches a line feed too
    /// Python's $, which matches before a line feed at the end too.
    bool lenient_end = false;
};

/// A regular expression in Python's spelling, matched by RE2 in linear time: \Z is the end, and \d
/// and \w mean Unicode's digits and letters. Immutable.
class Regex {
public:
    static constexpr std::size_t kGroupsMax = 64;

    /// Error regex.E001: not such an expression, or too large or with too many groups.
    static Result<Shared<const Regex>> compile(std::string_view pattern, RegexFlags flags = {});
    struct Compiled;
    /// For compile(), which has looked at it.
    Regex(std::string_view pattern, Owned<Compiled> compiled);
    ~Regex();

    enum class Anchor : unsigned char { None, Start, Both };
    /// Groups 1 to group_count() into `groups`, null views for those that took no part; returns
    /// where the match ends, npos when there is none.
    std::size_t match(std::string_view text, Anchor anchor,
                      std::vector<std::string_view>& groups) const;

    /// Does it match anywhere? Faster than match(), for it looks for no groups.
    bool search(std::string_view text) const;

    std::size_t group_count() const { return names_.size(); }
    /// Name of group `index` from 0; empty when it has none.
    const std::string& group_name(std::size_t index) const { return names_[index]; }
    bool has_names() const { return has_names_; }
    const std::string& pattern() const { return pattern_; }

private:
    std::string pattern_;
    Owned<const Compiled> compiled_;
    std::vector<std::string> names_;
    bool has_names_ = false;
};

/// Python's re.escape().
std::string regex_escape(std::string_view literal);

}  // namespace tatum
