#include <tatum/urls/path_pattern.h>

#include <tatum/base/ascii.h>
#include <tatum/base/regex.h>
#include <tatum/base/text.h>
#include <tatum/urls/path.h>

#include <algorithm>

namespace tatum::urls {

namespace {

using Scan = Converter::Scan;

constexpr std::size_t kUuidLength = 36;

using ascii::is_digit;
bool is_slug(char c) { return is_digit(c) || ascii::is_letter(c) || c == '-' || c == '_'; }

/// May `c` stand in what a converter of this kind takes?
bool is_in(Scan scan, char c) {
    switch (scan) {
        case Scan::Digits:
            return is_digit(c);
        case Scan::Segment:
            return c != '/';
        case Scan::Slug:
            return is_slug(c);
        case Scan::Path:
            return c != '\n';
        case Scan::Uuid:
        case Scan::Regex:
            break;
    }
    return true;
}

bool is_uuid(std::string_view text) {
    if (text.size() < kUuidLength) return false;
    for (std::size_t i = 0; i < kUuidLength; ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        if (dash ? c != '-' : !(is_digit(c) || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}

/// How much of `text` a converter takes at most.
std::size_t run_length(Scan scan, std::string_view text) {
    if (scan == Scan::Uuid) return is_uuid(text) ? kUuidLength : 0;
    if (scan == Scan::Segment) return std::min(text.find('/'), text.size());
    if (scan == Scan::Path) return std::min(text.find('\n'), text.size());
    std::size_t length = 0;
    while (length < text.size() && is_in(scan, text[length])) ++length;
    return length;
}

const Converter* find_converter(std::string_view name, std::span<const Converter* const> own) {
    for (const Converter* converter : own)
        if (converter->name() == name) return converter;
    return Converter::builtin(name);
}

Error fault(std::string code, std::string message) {
    return Error{.code = std::move(code), .message = std::move(message)};
}

}  // namespace

Result<PathPattern> PathPattern::parse(std::string_view route, Extent extent,
                                       std::span<const Converter* const> own) {
    PathPattern pattern;
    pattern.route_ = route;
    pattern.extent_ = extent;
    const std::string quoted = "URL route '" + pattern.route_ + "'";
    std::size_t literal = 0;
    for (impl::RouteHole hole = impl::next_hole(route, 0); hole.start != std::string_view::npos;
         hole = impl::next_hole(route, hole.end)) {
        const auto [converter, name] = hole.parameter;
        if (impl::has_white_space(route.substr(hole.start, hole.end - hole.start)))
            return fault("urls.E102", quoted + " cannot contain whitespace in angle brackets <…>.");
        if (!impl::is_identifier(name))
            return fault("urls.E103", quoted + " uses parameter name " + strings::repr(name) +
                                          " which isn't a valid Python identifier.");
        const Converter* found = find_converter(converter, own);
        if (found == nullptr)
            return fault("urls.E101",
                         quoted + " uses invalid converter " + strings::repr(converter) + ".");
        for (const Segment& segment : pattern.segments_)
            if (segment.name == name)
                return fault("urls.E104", quoted + " uses parameter name " + strings::repr(name) +
                                              " more than once.");
        pattern.segments_.push_back(
            {std::string(route.substr(literal, hole.start - literal)), std::string(name), found});
        literal = hole.end;
    }
    pattern.segments_.push_back({std::string(route.substr(literal)), {}, nullptr});
    if (pattern.needs_regex()) {
        const Result<void> compiled = pattern.compile();
        if (!compiled) return compiled.error();
    }
    return pattern;
}

/// One pass will do unless the end of a parameter depends on what follows it.
bool PathPattern::needs_regex() const {
    for (std::size_t i = 0; i + 1 < segments_.size(); ++i) {
        const Scan scan = segments_[i].converter->scan();
        const std::string& next = segments_[i + 1].literal;
        const bool last = i + 2 == segments_.size();
        if (scan == Scan::Regex) return true;
        if (scan == Scan::Uuid || (last && (extent_ == Extent::All || next.empty()))) continue;
        if (next.empty() || is_in(scan, next[0])) return true;
    }
    return false;
}

Result<void> PathPattern::compile() {
    std::string pattern;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
        pattern += regex_escape(segments_[i].literal);
        if (segments_[i].converter == nullptr) continue;
        pattern.append("(?P<p").append(std::to_string(i)).append(">");
        pattern.append(segments_[i].converter->regex()).append(")");
    }
    auto regex = Regex::compile(pattern);
    if (!regex) return fault("urls.E105", "URL route '" + route_ + "': " + regex.error().message);
    regex_ = *std::move(regex);
    return {};
}

std::string PathPattern::regex() const {
    std::string pattern;
    for (const Segment& segment : segments_) {
        pattern += regex_escape(segment.literal);
        if (segment.converter == nullptr) continue;
        pattern.append("(?P<").append(segment.name).append(">");
        pattern.append(segment.converter->regex()).append(")");
    }
    if (extent_ == Extent::All) pattern += "\\Z";
    return pattern;
}

std::optional<std::size_t> PathPattern::match(std::string_view path, Captures& captures,
                                              std::uint32_t stage) const {
    const std::size_t before = captures.size();
    const auto matched =
        regex_ ? match_regex(path, captures, stage) : match_segments(path, captures, stage);
    if (!matched) captures.truncate(before);
    return matched;
}

std::optional<std::size_t> PathPattern::match_segments(std::string_view path, Captures& captures,
                                                       std::uint32_t stage) const {
    std::size_t at = 0;
    for (std::size_t i = 0;; ++i) {
        const Segment& segment = segments_[i];
        if (!path.substr(at).starts_with(segment.literal)) return std::nullopt;
        at += segment.literal.size();
        if (segment.converter == nullptr) break;
        std::string_view rest = path.substr(at);
        const bool to_the_end = extent_ == Extent::All && i + 2 == segments_.size();
        if (to_the_end) {
            // All but the literal at the end must be the parameter's.
            const std::string& tail = segments_[i + 1].literal;
            if (!rest.ends_with(tail)) return std::nullopt;
            rest.remove_suffix(tail.size());
        }
        const std::size_t length = run_length(segment.converter->scan(), rest);
        if (length == 0 || (to_the_end && length != rest.size())) return std::nullopt;
        captures.push_back({segment.name, rest.substr(0, length), segment.converter, stage});
        at += length;
    }
    if (extent_ == Extent::All && at != path.size()) return std::nullopt;
    return at;
}

std::optional<std::size_t> PathPattern::match_regex(std::string_view path, Captures& captures,
                                                    std::uint32_t stage) const {
    using Anchor = Regex::Anchor;
    std::vector<std::string_view> groups;
    const Anchor anchor = extent_ == Extent::All ? Anchor::Both : Anchor::Start;
    const std::size_t end = regex_->match(path, anchor, groups);
    if (end == std::string_view::npos) return std::nullopt;
    std::size_t next = 0;
    for (std::size_t group = 0; group < groups.size(); ++group) {
        const std::string own_name = "p" + std::to_string(next);
        if (regex_->group_name(group) != own_name) continue;  // a group inside a converter's own
        const Segment& segment = segments_[next++];
        if (segment.converter->scan() == Scan::Regex && !segment.converter->to_value(groups[group]))
            return std::nullopt;
        captures.push_back({segment.name, groups[group], segment.converter, stage});
    }
    return end;
}

}  // namespace tatum::urls
