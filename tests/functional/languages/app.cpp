#include "app.h"

#include <tatum/base/i18n.h>
#include <tatum/middleware/locale.h>
#include <tatum/site/site.h>
#include <tatum/tatum.h>

#include <languages_files.h>

using namespace tatum;

namespace languages {

namespace {

Response page(Request& request) {
    const Value basket = request.GET().contains("n")
                             ? Value(std::stoi(std::string(request.GET().get("n"))))
                             : Value(1);
    return render(request, "languages/page.html",
                  {{"n", basket}, {"price", 1234.5}, {"note", tatum::gettext("Thank you")}});
}

}  // namespace

const urls::Urls urls = {path<"">(page, "page")};

const App app{
    .label = "languages",
    .urls = &urls,
    .files = &languages_files,
    .middleware = {[](const site::Site& site) {
        return shared<const middleware::LocaleMiddleware>(site.translations());
    }},
};

}  // namespace languages
