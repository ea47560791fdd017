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
        std::make_shared<const SecurityMiddleware>(SecurityOptions::from(settings)),
        std::make_shared<const StaticFilesMiddleware>(files, views::MediaFiles::from(settings)),
        std::make_shared<const CommonMiddleware>(CommonOptions::from(settings)),
        std::make_shared<const CsrfViewMiddleware>(CsrfOptions::from(settings)),
        std::make_shared<const XFrameOptionsMiddleware>(settings.x_frame_options),
        std::make_shared<const ContentSecurityPolicyMiddleware>(policy,
                                                                settings.secure_csp_report_only),
    };
}

}  // namespace tatum::middleware
