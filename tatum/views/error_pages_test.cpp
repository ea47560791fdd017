#include <tatum/views/error_pages.h>

#include <tatum/http/errors.h>
#include <tatum/net/exchange.h>
#include <tatum/net/fiber.h>

#include <gtest/gtest.h>

#include <cerrno>
#include <system_error>

namespace tatum::views {
namespace {

template <class E>
int status(E exception) {
    return status_of(std::make_exception_ptr(std::move(exception)));
}

TEST(ErrorPages, HaveTheStatusOfTheException) {
    EXPECT_EQ(status(Http404("")), 404);
    EXPECT_EQ(status(PermissionDenied("")), 403);
    EXPECT_EQ(status(SuspiciousOperation("")), 400);
    EXPECT_EQ(status(http::BadRequest("")), 400);
    EXPECT_EQ(status(http::TooManyFieldsSent("")), 400);
    EXPECT_EQ(status(http::RequestDataTooBig("")), 400);
    EXPECT_EQ(status(http::UnsupportedMediaType("")), 415);
    EXPECT_EQ(status(net::RequestFault(431, "")), 431);
    EXPECT_EQ(status(net::TimedOut("")), 503);
    EXPECT_EQ(status(std::runtime_error("")), 500);
    for (const int code : {ENOSPC, EDQUOT, EFBIG}) {
        EXPECT_EQ(status(std::system_error(code, std::generic_category())), 507);
        EXPECT_EQ(status(std::system_error(code, std::system_category())), 507);
    }
    EXPECT_EQ(status(std::system_error(EIO, std::generic_category())), 500);
}

}  // namespace
}  // namespace tatum::views
