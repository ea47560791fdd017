// error: path<>: a parameter of the view does not fit its converter
#include <tatum/urls/path.h>

using namespace tatum;

struct Coordinate {
    int x = 0, y = 0;
};
struct CoordinateConverter {
    static constexpr std::string_view name = "xy";
    static constexpr std::string_view regex = "[0-9]+,[0-9]+";
    static std::optional<Coordinate> to_cpp(std::string_view) { return Coordinate{}; }
    static std::string to_url(const Coordinate&) { return "0,0"; }
};

Response map(Request&, Coordinate) { return Response(); }
Response other(Request&, Uuid) { return Response(); }

const Urls urls = {
    path<"map/<xy:place>/", CoordinateConverter>(map),
#ifdef MISUSE
    path<"map/<xy:place>/", CoordinateConverter>(other),
#endif
};
