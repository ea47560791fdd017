#pragma once

#include <tatum/forms/media.h>

#include <string>
#include <string_view>

/// The pieces of HTML that choices are made of, with the white space of Django's templates.
namespace tatum::forms::impl {

void begin_option_group(std::string& out, const Value& heading);
void append_option(std::string& out, const Value& value, const Attributes& attributes,
                   const Value& label);

/// `<div id="..." class="...">`, without what is empty.
void begin_input_list(std::string& out, const Value& id, const Value& css_class);
void begin_input_group(std::string& out, const Value& heading);
void append_input_option(std::string& out, std::string_view type, std::string_view name,
                         const Value& value, const Attributes& attributes, const Value& label);
/// The label with its input in it, as it stands in append_input_option().
void append_labelled_input(std::string& out, std::string_view type, std::string_view name,
                           const Value& value, const Attributes& attributes, const Value& label);

}  // namespace tatum::forms::impl
