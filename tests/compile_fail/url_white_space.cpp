// error: path<>: no white space between '<' and '>' in a route
#include <tatum/urls/path.h>

using namespace tatum;

Response year(Request&, int) { return Response(); }

const Urls urls = {
    path<"a b/<int:number>/">(year),
#ifdef MISUSE
    path<"<int: number>/">(year),
#endif
};
