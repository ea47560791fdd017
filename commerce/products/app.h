#pragma once

#include <tatum/http/request.h>
#include <tatum/http/response.h>
#include <tatum/site/app.h>
#include <tatum/urls/urls.h>

#include <string_view>

namespace products {

/// The catalog of a store. Its urls are those of a whole shop and begin at the root.
extern const tatum::App app;
extern const tatum::Urls urls;

// Error pages within the shop's frame, for Site::handlers(). They render 400.html, 403.html and
// 404.html with the catalogs around them, or without when the database does not answer.
tatum::http::Response bad_request(tatum::http::Request& request, std::string_view text);
tatum::http::Response permission_denied(tatum::http::Request& request, std::string_view text);
tatum::http::Response page_not_found(tatum::http::Request& request, std::string_view text);

}  // namespace products
