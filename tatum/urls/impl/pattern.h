#pragma once

#include <tatum/base/regex.h>
#include <tatum/urls/impl/possibilities.h>
#include <tatum/urls/path_pattern.h>
#include <tatum/urls/urls.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tatum::urls::impl {

/// The pattern of one Url, ready to match, whichever form it has. Immutable.
class Pattern {
public:
    /// Throws ImproperlyConfigured.
    explicit Pattern(const Url& url);

    Url::Form form() const { return form_; }
    /// As written.
    const std::string& text() const { return text_; }
    /// Matches whatever the language is, and nothing but this text.
    bool is_literal() const { return path_ && path_->is_literal(); }
    /// What every match begins with.
    std::string literal_start() const;

    /// As PathPattern::match().
    std::optional<std::size_t> match(std::string_view path, Captures& captures,
                                     std::uint32_t stage) const;

    /// Django's regular expression, without its '^'. Depends on the language for LocalePrefix.
    std::string regex() const;
    std::vector<Possibility> possibilities() const;
    /// nullptr when the parameter has none.
    const Converter* converter(std::string_view parameter) const;
    bool is_locale_prefix() const { return form_ == Url::Form::LocalePrefix; }
    /// "de/", or empty where the default language has no prefix.
    std::string language_prefix() const;

private:
    std::optional<std::size_t> match_regex(std::string_view path, Captures& captures,
                                           std::uint32_t stage) const;

    Url::Form form_;
    Extent extent_;
    std::string text_;
    bool prefix_default_language_;
    std::optional<PathPattern> path_;
    Shared<const Regex> regex_;
};

}  // namespace tatum::urls::impl
