// error: reverse<view>(): give one argument for each parameter behind Request&
#include <tatum/urls/reverse.h>

using namespace tatum;

Response category(Request&, std::string) { return Response(); }

std::string address() {
#ifdef MISUSE
    return reverse<category>();
#else
    return reverse<category>("sauces");
#endif
}
