#pragma once

#include <tatum/forms/media.h>

#include <string>
#include <string_view>

/// Pieces of HTML that widgets are made of.
namespace tatum::forms::impl {

/// ` name="value"` for each attribute but those that are false; of two Dicts, the second wins where
/// both have a name, and the order is that of a Dict with both.
void append_attributes(std::string& out, const Attributes& attributes);
void append_attributes(std::string& out, const Attributes& attributes, const Attributes& more);
/// One of them; `name` is escaped.
void append_attribute(std::string& out, const Value& name, const Value& value);
void append_text_attribute(std::string& out, std::string_view name, std::string_view value);

/// `<input type="..." name="..." value="..."`, without the end; no value where it is None.
void begin_input(std::string& out, std::string_view type, std::string_view name,
                 const Value& value);
/// Without the white space between tags from `begin` on: {% spaceless %}.
void remove_space_between_tags(std::string& out, std::size_t begin);

}  // namespace tatum::forms::impl
