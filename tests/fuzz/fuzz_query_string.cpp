// Query strings: whatever comes, what was parsed and written again reads the same.

#include <tatum/http/query_dict.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using tatum::http::QueryDict;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const QueryDict fields = QueryDict::parse(text, "utf-8", 1000);
        if (!(QueryDict::parse(fields.urlencode()) == fields)) std::abort();
        if (!(QueryDict::parse(fields.urlencode("/")) == fields)) std::abort();
        static_cast<void>(QueryDict::parse(text, "iso-8859-1", 1000).urlencode());
    } catch (const tatum::http::TooManyFieldsSent&) {
    }
    return 0;
}
