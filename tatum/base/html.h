#pragma once

#include <tatum/base/value.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Django's utils.html: text for HTML pages.
namespace tatum::html {

/// Appends `text` with & < > " ' as &amp; &lt; &gt; &quot; &#x27;. Allocates nothing itself.
void append_escaped(std::string& out, std::string_view text);
std::string escape(std::string_view text);
/// Safe HTML: `value` itself if it is safe, else its text escaped.
Value conditional_escape(const Value& value);
/// Appends what conditional_escape() would give, without making a Value.
void append_conditionally_escaped(std::string& out, const Value& value);
/// Character references, numeric or named, become characters, as browsers read them (and Python's
/// html.unescape()).
std::string unescape(std::string_view html);

/// Text for a string literal in JavaScript: quotes, angle brackets, control characters and line
/// separators as \uXXXX.
std::string escapejs(std::string_view text);
/// A <script> element with `value` as JSON, for the page's scripts; without an `id` where that is
/// None or "". Errors: as json::dump().
Result<std::string> json_script(const Value& value, const Value& id = {});
/// Appends JSON text with < > & as \u003C and so on.
void append_script_json(std::string& out, std::string_view json);

/// What a browser would show, tags left out. No protection: the result may still hold markup.
/// Error html.E001: more than kStripTagsDepthMax tags inside each other, or as many opened within
/// one that is not closed: somebody tries to keep the server busy.
inline constexpr std::size_t kStripTagsDepthMax = 50;
Result<std::string> strip_tags(std::string_view html);
/// White space between a '>' and a '<' goes.
std::string strip_spaces_between_tags(std::string_view html);
/// Blanks become non-breaking.
std::string avoid_wrapping(std::string_view text);

enum class Autoescape : bool { Off, On };
/// Paragraphs at blank lines, <br> at line ends.
std::string linebreaks(std::string_view text, Autoescape autoescape = Autoescape::Off);
std::string linebreaksbr(std::string_view text, Autoescape autoescape = Autoescape::Off);

/// Which words without a scheme are links: those whose labels make a domain, or, as up to Django 5,
/// any that end in a well-known top-level domain.
enum class BareDomains : std::uint8_t { Checked, Loose };
struct UrlizeOptions {
    std::optional<std::size_t> trim_url_limit = std::nullopt;  ///< characters of a link's text
    bool nofollow = false;
    Autoescape autoescape = Autoescape::Off;
    /// The text is safe HTML already: entities in it are known as such.
    bool safe_input = false;
    /// What a link without a scheme gets; Django 7 will say "https".
    std::string_view default_scheme = "http";
    BareDomains bare_domains = BareDomains::Checked;
    /// Up to Django 6.0 what stands behind a surplus closing bracket is lost: the stop of
    /// "(x.org).".
    bool brackets_drop_trail = false;
};
/// URLs and e-mail addresses in `text` become links.
std::string urlize(std::string_view text, const UrlizeOptions& options = {});
/// A URL for an href: quoted where it is not yet.
std::string smart_urlquote(std::string_view url);

/// Replaces "{}", "{0}" and "{name}" by the escaped arguments; "{{" and "}}" stand for a brace.
/// Error html.E002: a field has no argument, or has a format ("{:x}").
using NamedValues = std::span<const std::pair<std::string_view, Value>>;
Result<Value> format_html(std::string_view format, std::span<const Value> arguments,
                          NamedValues named = {});
/// Each row through format_html(), joined by the escaped separator.
Result<Value> format_html_join(const Value& separator, std::string_view format,
                               std::span<const List> rows);

}  // namespace tatum::html
