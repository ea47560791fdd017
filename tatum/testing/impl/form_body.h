#pragma once

#include <tatum/testing/client.h>

#include <string>
#include <string_view>

namespace tatum::testing::impl {

inline constexpr std::string_view kBoundary = "BoUnDaRyStRiNg";
inline constexpr std::string_view kMultipartType = "multipart/form-data; boundary=BoUnDaRyStRiNg";

/// RFC 7578.
std::string multipart_body(const Form& form);
/// The fields; a file stands as its name.
std::string urlencoded_body(const Form& form);

}  // namespace tatum::testing::impl
