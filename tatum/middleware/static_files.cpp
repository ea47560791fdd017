#include <tatum/middleware/static_files.h>

#include <tatum/views/static_files.h>

namespace tatum::middleware {

http::Response StaticFilesMiddleware::process(http::Request& request, const Next& next) const {
    return files_.covers(request.path_info()) ? files_.serve(request) : next(request);
}

}  // namespace tatum::middleware
