#include <tatum/urls/impl/pattern.h>

#include <tatum/base/i18n.h>

namespace tatum::urls::impl {

namespace {

constexpr std::string_view kMeta = "\\^$.|?*+()[]{}";

/// What every match of an anchored regular expression begins with.
std::string literal_start_of(std::string_view regex) {
    if (!regex.starts_with('^') || regex.find('|') != std::string_view::npos) return {};
    regex.remove_prefix(1);
    std::size_t end = std::min(regex.find_first_of(kMeta), regex.size());
    // A quantifier makes the character before it optional; UTF-8 has more than one byte there.
    const bool quantified =
        end < regex.size() && std::string_view("?*{+").find(regex[end]) != std::string_view::npos;
    if (quantified) {
        while (end > 0 && (static_cast<unsigned char>(regex[end - 1]) & 0xC0) == 0x80) --end;
        if (end > 0) --end;
    }
    return std::string(regex.substr(0, end));
}

}  // namespace

Pattern::Pattern(const Url& url)
    : form_(url.form),
      extent_(url.included ? Extent::Start : Extent::All),
      text_(url.pattern),
      prefix_default_language_(url.prefix_default_language) {
    if (form_ == Url::Form::Path) {
        auto parsed = PathPattern::parse(url.pattern, extent_, url.converters);
        if (!parsed) throw ImproperlyConfigured(std::move(parsed).error());
        path_ = *std::move(parsed);
    } else if (form_ == Url::Form::Regex) {
        auto compiled = Regex::compile(url.pattern);
        if (!compiled) throw ImproperlyConfigured(std::move(compiled).error());
        regex_ = *std::move(compiled);
    }
}

std::string Pattern::literal_start() const {
    if (path_) return path_->segments().front().literal;
    if (regex_) return literal_start_of(text_);
    return {};
}

std::optional<std::size_t> Pattern::match(std::string_view path, Captures& captures,
                                          std::uint32_t stage) const {
    if (path_) return path_->match(path, captures, stage);
    if (regex_) return match_regex(path, captures, stage);
    const std::string prefix = language_prefix();
    if (!path.starts_with(prefix)) return std::nullopt;
    return prefix.size();
}

/// Named groups alone count where there are any (Django docs: topics/http/urls#named-groups).
std::optional<std::size_t> Pattern::match_regex(std::string_view path, Captures& captures,
                                                std::uint32_t stage) const {
    std::vector<std::string_view> groups;
    const bool to_the_end = extent_ == Extent::All && text_.ends_with('$');
    const bool from_the_start = text_.starts_with('^') && text_.find('|') == std::string::npos;
    const Regex::Anchor anchor = to_the_end       ? Regex::Anchor::Both
                                 : from_the_start ? Regex::Anchor::Start
                                                  : Regex::Anchor::None;
    const std::size_t end = regex_->match(path, anchor, groups);
    if (end == std::string_view::npos) return std::nullopt;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const std::string& name = regex_->group_name(i);
        if (regex_->has_names() && (name.empty() || groups[i].data() == nullptr)) continue;
        captures.push_back({name, groups[i], nullptr, stage});
    }
    return end;
}

std::string Pattern::regex() const {
    if (path_) return path_->regex();
    if (regex_) return text_.starts_with('^') ? text_.substr(1) : text_;
    return regex_escape(language_prefix());
}

std::vector<Possibility> Pattern::possibilities() const {
    if (path_) return {possibility_of(*path_)};
    if (regex_) return possibilities_of(text_);
    return {Possibility()};  // its text depends on the language: see language_prefix()
}

const Converter* Pattern::converter(std::string_view parameter) const {
    if (path_)
        for (const PathPattern::Segment& segment : path_->segments())
            if (segment.name == parameter) return segment.converter;
    return nullptr;
}

std::string Pattern::language_prefix() const {
    const Language& language = current_language();
    const std::string& code = language.code();
    if (!prefix_default_language_ && code == language.translations().options().language_code)
        return {};
    return code + "/";
}

}  // namespace tatum::urls::impl
