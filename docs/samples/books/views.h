#pragma once

#include <tatum/http/request.h>
#include <tatum/http/response.h>

#include <string>

namespace books {

tatum::Response index(tatum::Request& request);
tatum::Response detail(tatum::Request& request, std::string slug);

}  // namespace books
