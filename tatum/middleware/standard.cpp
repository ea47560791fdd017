#include <tatum/middleware/standard.h>

#include <tatum/base/settings.h>
#include <tatum/middleware/common.h>
#include <tatum/middleware/csp.h>
#include <tatum/middleware/csrf.h>
#include <tatum/middleware/security.h>
#include <tatum/middleware/static_files.h>

namespace tatum::middleware {

MiddlewareList standard(const Settings& settings, const views::StaticFiles& files) {
    const Dict policy = settings.secure_csp.empty() ? default_csp() : settings.secure_csp;
    return {
        shared<const SecurityMiddleware>(SecurityOptions::from(settings)),
        shared<const StaticFilesMiddleware>(files, views::MediaFiles::from(settings)),
        shared<const CommonMiddleware>(CommonOptions::from(settings)),
        shared<const CsrfViewMiddleware>(CsrfOptions::from(settings)),
        shared<const XFrameOptionsMiddleware>(settings.x_frame_options),
        shared<const ContentSecurityPolicyMiddleware>(policy, settings.secure_csp_report_only),
    };
}

}  // namespace tatum::middleware
