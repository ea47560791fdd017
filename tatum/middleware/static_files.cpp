#include <tatum/middleware/static_files.h>

#include <tatum/views/static_files.h>

namespace tatum::middleware {

http::Response StaticFilesMiddleware::process(http::Request& request, const Next& next) const {
    if (files_.covers(request.path_info())) return files_.serve(request);
    if (media_.covers(request.path_info())) return media_.serve(request);
    return next(request);
}

}  // namespace tatum::middleware
