// error: path<>: the route names an unknown converter
#include <tatum/urls/path.h>

using namespace tatum;

Response year(Request&, int) { return Response(); }

struct Year {
    static constexpr std::string_view name = "yyyy";
    static constexpr std::string_view regex = "[0-9]{4}";
    static std::optional<int> to_cpp(std::string_view) { return 1; }
    static std::string to_url(int) { return "1"; }
};

const Urls urls = {
    path<"<yyyy:number>/", Year>(year),
#ifdef MISUSE
    path<"<yyyy:number>/">(year),
#endif
};
