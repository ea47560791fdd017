#include <tatum/base/regex.h>

#include <re2/re2.h>

namespace tatum {

namespace {

// What Python's classes hold, as the inside of RE2's brackets. RE2 cannot say "all but" within
// brackets, so that the complements are lists of categories.
constexpr std::string_view kWord = "\\p{L}\\p{N}_";
constexpr std::string_view kNotWord =
    "\\p{M}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}\\x{203F}\\x{2040}\\x{2054}"
    "\\x{FE33}\\x{FE34}\\x{FE4D}-\\x{FE4F}\\x{FF3F}\\p{S}\\p{Z}\\p{C}";
constexpr std::string_view kSpace = "\\t-\\r\\x1c-\\x1f\\x{85}\\p{Z}";
constexpr std::string_view kNotSpace =
    "\\x00-\\x08\\x0e-\\x1b\\x7f-\\x{84}\\x{86}-\\x{9f}\\p{Cf}\\p{Co}\\p{L}\\p{M}\\p{N}\\p{P}\\p{"
    "S}";

std::string in_brackets_or_not(bool in_brackets, std::string_view open, std::string_view inside) {
    if (in_brackets) return std::string(inside);
    return std::string(open).append(inside).append("]");
}

/// How RE2 spells an escape of Python's, outside and inside of brackets; empty: as Python.
std::string translate_escape(char c, bool in_brackets) {
    switch (c) {
        case 'Z':
            return "\\z";
        case 'd':
            return "\\p{Nd}";
        case 'D':
            return "\\P{Nd}";
        case 'w':
            return in_brackets_or_not(in_brackets, "[", kWord);
        case 'W':
            return in_brackets ? std::string(kNotWord) : in_brackets_or_not(false, "[^", kWord);
        case 's':
            return in_brackets_or_not(in_brackets, "[", kSpace);
        case 'S':
            return in_brackets ? std::string(kNotSpace) : in_brackets_or_not(false, "[^", kSpace);
        default:
            return {};
    }
}

/// The digits of \uXXXX and \UXXXXXXXX at the beginning of `text`; empty if there are too few.
std::string_view code_point_digits(std::string_view text) {
    const std::size_t count = text.starts_with('u') ? 4 : text.starts_with('U') ? 8 : 0;
    if (count == 0 || text.size() <= count) return {};
    const std::string_view digits = text.substr(1, count);
    const bool all = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
    return all ? digits : std::string_view();
}

/// ",3}", ",}": Python's at most so often, from behind the brace.
bool is_at_most(std::string_view text) {
    if (!text.starts_with(',')) return false;
    const std::size_t end = text.find_first_not_of("0123456789", 1);
    return end != std::string_view::npos && text[end] == '}';
}

std::string translate_regex(std::string_view pattern, RegexFlags flags) {
    std::string out;
    bool in_brackets = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\' && i + 1 < pattern.size()) {
            ++i;
            if (const auto digits = code_point_digits(pattern.substr(i)); !digits.empty()) {
                out.append("\\x{").append(digits).append("}");
                i += digits.size();
                continue;
            }
            const std::string known = translate_escape(pattern[i], in_brackets);
            if (known.empty())
                out.append(pattern.substr(i - 1, 2));
            else
                out.append(known);
            continue;
        }
        if (c == '$' && !in_brackets && flags.lenient_end && !flags.multi_line) {
            out += "(?:\\n?\\z)";
            continue;
        }
        out += c;
        if (in_brackets) {
            in_brackets = c != ']';
        } else if (c == '{' && is_at_most(pattern.substr(i + 1))) {
            out += '0';  // x{,3}, which RE2 would take for these characters
        } else if (c == '[') {
            in_brackets = true;
            // A bracket that stands first is one of the characters.
            if (i + 1 < pattern.size() && pattern[i + 1] == '^') out += pattern[++i];
            if (i + 1 < pattern.size() && pattern[i + 1] == ']') (out += "\\]"), ++i;
        }
    }
    return out;
}

}  // namespace

struct Regex::Compiled {
    Compiled(const std::string& pattern, const RE2::Options& options) : re(pattern, options) {}
    RE2 re;
};

Regex::Regex(std::string_view pattern, Owned<Compiled> compiled)
    : pattern_(pattern),
      compiled_(std::move(compiled)),
      names_(static_cast<std::size_t>(compiled_->re.NumberOfCapturingGroups())) {
    for (const auto& [index, name] : compiled_->re.CapturingGroupNames()) {
        names_[static_cast<std::size_t>(index) - 1] = name;
        has_names_ = true;
    }
}
Regex::~Regex() = default;

Result<Shared<const Regex>> Regex::compile(std::string_view pattern, RegexFlags flags) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(!flags.ignore_case);
    options.set_dot_nl(flags.dot_all);
    std::string translated = translate_regex(pattern, flags);
    if (flags.multi_line) translated = "(?m)" + translated;
    auto compiled = owned<Compiled>(translated, options);
    const RE2& re = compiled->re;
    const auto fail = [&](const std::string& why) {
        return Error{
            .code = "regex.E001",
            .message = "\"" + std::string(pattern) + "\" is not a valid regular expression: " + why,
            .hint = "Look-around and back-references are not supported."};
    };
    if (!re.ok()) return fail(re.error());
    if (re.NumberOfCapturingGroups() > static_cast<int>(kGroupsMax))
        return fail("more than " + std::to_string(kGroupsMax) + " groups");
    return shared<const Regex>(pattern, std::move(compiled));
}

std::size_t Regex::match(std::string_view text, Anchor anchor,
                         std::vector<std::string_view>& groups) const {
    constexpr RE2::Anchor kAnchors[] = {RE2::UNANCHORED, RE2::ANCHOR_START, RE2::ANCHOR_BOTH};
    re2::StringPiece found[kGroupsMax + 1];
    const int wanted = static_cast<int>(names_.size()) + 1;
    const re2::StringPiece subject(text.data(), text.size());
    if (!compiled_->re.Match(subject, 0, text.size(), kAnchors[static_cast<int>(anchor)], found,
                             wanted))
        return std::string_view::npos;
    groups.clear();
    for (int i = 1; i < wanted; ++i) groups.emplace_back(found[i].data(), found[i].size());
    return static_cast<std::size_t>(found[0].data() - text.data()) + found[0].size();
}

bool Regex::search(std::string_view text) const {
    const re2::StringPiece subject(text.data(), text.size());
    return compiled_->re.Match(subject, 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

std::string regex_escape(std::string_view literal) {
    constexpr std::string_view kSpecial = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
    std::string out;
    for (const char c : literal) {
        if (kSpecial.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace tatum
