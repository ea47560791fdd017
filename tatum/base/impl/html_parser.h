#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tatum::impl {

/// What parse_html() finds. Each function answers whether to go on.
class HtmlHandler {
public:
    virtual ~HtmlHandler() = default;
    /// Text between tags, with its character references as they stand. Inside of <script> and
    /// <style> there are none, whatever it looks like.
    enum class Text : bool { WithReferences, Raw };
    virtual bool text(std::string_view source, Text kind) = 0;
    /// "&name;" or "&#number;" found in text; only with References::Apart.
    virtual bool reference(std::string_view name) = 0;
    /// `name` is in lower case, `source` the whole "<p class=x>".
    virtual bool start_tag(const std::string& name, std::string_view source) = 0;
    virtual bool end_tag(const std::string& name) = 0;
};

enum class References : bool {
    /// text() gets them. What could go on after the end, as an open tag or "AT&T" could, is left
    /// out: Django's truncation never tells Python's parser that the end has come.
    InText,
    Apart,  ///< reference() gets them
};

/// A forgiving reader of HTML that finds what Python's html.parser (3.11) finds, since Django's
/// strip_tags and truncation are defined by it. Comments, declarations and processing instructions
/// are skipped. Linear in the size of `html` unless tags are opened many times and never closed.
void parse_html(std::string_view html, References references, HtmlHandler& handler);

/// Elements that have no end tag: "br", "img", ...
bool is_void_element(std::string_view name);

}  // namespace tatum::impl
