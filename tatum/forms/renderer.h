#pragma once

#include <tatum/base/value.h>

#include <string>
#include <string_view>

namespace tatum::template_ {
class Engine;
}

namespace tatum::forms {

/// The templates of the site whose request or command runs now (Slot::Templates); nullptr where
/// there is none.
const template_::Engine* current_templates();

/// Appends what the site's template of that name makes of `variables`, without the white space
/// around it. Throws
/// TemplateDoesNotExist, and ImproperlyConfigured where no site is current.
void append_template(std::string& out, std::string_view template_name, const Dict& variables);

}  // namespace tatum::forms
