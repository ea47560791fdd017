#pragma once

#include <tatum/http/errors.h>

#include <string>
#include <utility>

namespace tatum::urls {

/// No route matches a path; a Http404, so answered with 404.
struct Resolver404 : Http404 {
    explicit Resolver404(std::string path_)
        : Http404("no route matches '" + path_ + "'"), path(std::move(path_)) {}
    std::string path;
};

/// No route has that name, or none fits the arguments.
struct NoReverseMatch : Exception {
    using Exception::Exception;
};

}  // namespace tatum::urls

namespace tatum {
using urls::NoReverseMatch;
using urls::Resolver404;
}  // namespace tatum
