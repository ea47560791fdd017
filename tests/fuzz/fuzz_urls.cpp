// A route and a path, separated by the first line break: the route is parsed, and what it matches
// is reversed to the same path.

#include <tatum/base/uri.h>
#include <tatum/urls/path.h>
#include <tatum/urls/resolver.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

tatum::Response view(tatum::Request&, const tatum::Kwargs&) { return tatum::Response(); }

void resolve_and_reverse(std::string_view route, const std::string& text) {
    using namespace tatum::urls;
    const Resolver resolver(Urls{path(route, view, "it")});
    static_cast<void>(resolver.tried(text));
    static_cast<void>(resolver.check());
    const auto match = resolver.resolve(text);
    if (!match) return;
    const auto url = resolver.find_url("it", {}, match->kwargs().dict());
    // Numbers lose their leading zeros, so only what was reversed must come back as it is.
    if (!url) return;
    const std::string again = tatum::uri::unquote(*url);
    if (!resolver.resolve(again)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t line = text.find('\n');
    if (line == std::string_view::npos || line > 200) return 0;
    try {
        resolve_and_reverse(text.substr(0, line), "/" + std::string(text.substr(line + 1)));
    } catch (const tatum::ImproperlyConfigured&) {
    }
    return 0;
}
