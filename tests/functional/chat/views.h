#pragma once

#include <tatum/http/request.h>
#include <tatum/http/response.h>

#include <string>

namespace chat {

tatum::Response room(tatum::Request& request, std::string name);
tatum::Response polite_room(tatum::Request& request, std::string name);
tatum::Response ticker(tatum::Request& request);
tatum::Response news(tatum::Request& request, std::string topic);
tatum::Response countdown(tatum::Request& request, int from);
tatum::Response publish(tatum::Request& request, std::string topic);

}  // namespace chat
