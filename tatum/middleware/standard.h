#pragma once

#include <tatum/middleware/middleware.h>

namespace tatum {
struct Settings;
}
namespace tatum::views {
class StaticFiles;
}

namespace tatum::middleware {

/// What every site starts with, outermost first: security headers, static files, common rules,
/// CSRF, frames, content security policy. Others (gzip.h, conditional_get.h, locale.h) a site
/// adds by Site::use(). `files` outlives the list.
MiddlewareList standard(const Settings& settings, const views::StaticFiles& files);

}  // namespace tatum::middleware
