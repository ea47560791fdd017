#include <tatum/middleware/static_files.h>

#include <tatum/views/static_files.h>

namespace tatum::middleware {

http::Response StaticFilesMiddleware::process(http::Request& request, const Next& next) const {
    const bool is_static = files_.covers(request.path_info());
    if (!is_static && !media_.covers(request.path_info())) return next(request);
    // Unlike Django's and WhiteNoise's: a host that is not allowed gets no files either.
    static_cast<void>(request.get_host());
    return is_static ? files_.serve(request) : media_.serve(request);
}

}  // namespace tatum::middleware
