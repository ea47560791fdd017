// Cookie headers; and values that go into a Set-Cookie and come back.

#include <tatum/base/unicode.h>
#include <tatum/http/cookies.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(tatum::http::Cookies::parse(text));
    std::string quoted;
    tatum::http::append_quoted_cookie(text, quoted);
    if (quoted.find_first_of("\r\n;") != std::string::npos) std::abort();
    const std::string back = tatum::http::unquote_cookie(quoted);
    if (tatum::strings::is_valid_utf8(text) && back != text) std::abort();
    return 0;
}
