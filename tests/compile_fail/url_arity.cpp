// error: path<>: the view must take one parameter behind Request& for each <...>
#include <tatum/urls/path.h>

using namespace tatum;

Response category(Request&, std::string) { return Response(); }

const Urls urls = {
    path<"category/<slug:slug>/">(category),
#ifdef MISUSE
    path<"category/">(category),
#endif
};
