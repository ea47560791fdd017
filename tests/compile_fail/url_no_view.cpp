// error: path<>: a view is a function or an object with one operator()
#include <tatum/urls/path.h>

using namespace tatum;

Response sound(Request&) { return Response(); }
int no_view(Request&) { return 1; }

const Urls urls = {
    path<"a/">(sound),
#ifdef MISUSE
    path<"b/">(no_view),
#endif
};
