// error: path<>: a parameter of the view does not fit its converter
#include <tatum/urls/path.h>

using namespace tatum;

Response year(Request&, int) { return Response(); }

const Urls urls = {
    path<"<int:number>/">(year),
#ifdef MISUSE
    path<"<slug:number>/">(year),
#endif
};
