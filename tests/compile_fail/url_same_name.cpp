// error: path<>: a route names a parameter twice
#include <tatum/urls/path.h>

using namespace tatum;

Response range(Request&, int, int) { return Response(); }

const Urls urls = {
    path<"<int:first>/<int:last>/">(range),
#ifdef MISUSE
    path<"<int:first>/<int:first>/">(range),
#endif
};
