#pragma once

#include <tatum/http/request.h>
#include <tatum/http/response.h>

#include <string>

namespace reviews {

tatum::Response book(tatum::Request& request, std::string slug);

}  // namespace reviews
