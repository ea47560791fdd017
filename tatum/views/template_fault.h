#pragma once

#include <tatum/template/errors.h>

namespace tatum::views {

/// Where the template failed that a view rendered: an extension of the request, for the debug page.
struct FailedTemplate {
    template_::TemplateFault fault;
};

}  // namespace tatum::views
