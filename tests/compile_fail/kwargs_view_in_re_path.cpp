// error: re_path(): the view takes const Kwargs& or nothing behind Request&
#include <tatum/urls/path.h>

using namespace tatum;

Response sound(Request&, const Kwargs&) { return Response(); }
Response typed(Request&, int) { return Response(); }

const Urls urls = {
    re_path("^a/(\\d+)/$", sound),
#ifdef MISUSE
    re_path("^a/(\\d+)/$", typed),
#endif
};
