// error: reverse<view>(): an argument does not convert to the view's parameter
#include <tatum/urls/reverse.h>

using namespace tatum;

Response year(Request&, int) { return Response(); }

std::string address() {
#ifdef MISUSE
    return reverse<year>("sauces");
#else
    return reverse<year>(2024);
#endif
}
