// PROXY headers of version 1 and 2, whole and cut short: what the parser has decided must not
// depend on what follows.
#include <tatum/net/impl/proxy_protocol.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

using tatum::net::impl::parse_proxy_header;
using State = tatum::net::impl::ProxyParse::State;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const auto whole = parse_proxy_header(text);
    if (whole.state == State::Done && whole.bytes > size) std::abort();
    if (whole.state == State::NeedMore) return 0;
    // What is decided does not change with what follows, and was open or the same before.
    for (std::size_t cut = 0; cut < size; ++cut) {
        const auto part = parse_proxy_header(text.substr(0, cut));
        if (part.state == State::Done && (whole.state != State::Done || part.bytes != whole.bytes))
            std::abort();
        if (part.state == State::Fault && whole.state != State::Fault) std::abort();
    }
    return 0;
}
