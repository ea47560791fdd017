#pragma once

#include <tatum/template/library.h>
#include <tatum/template/loader.h>

#include <memory>

namespace tatum::forms {

/// Django's names of widget templates ("django/forms/widgets/attrs.html"), for templates of a site
/// that include them. They show the variable `widget` by the same compiled code as widgets do.
std::shared_ptr<const template_::Loader> widget_template_loader();
/// What those templates load; an engine that has the loader has this library.
template_::Library widget_template_library();

}  // namespace tatum::forms
