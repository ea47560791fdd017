// The smallest site: one page, one template, no app and no database.
#include <tatum/site/site.h>
#include <tatum/urls/path.h>
#include <tatum/views/shortcuts.h>

using namespace tatum;

namespace hello {

Response hello(Request& request) { return render(request, "hello.html", {{"name", "world"}}); }

Response hello_you(Request& request, std::string name) {
    return render(request, "hello.html", {{"name", name}});
}

Response plain(Request&) { return Response("Hello, world!", {.content_type = "text/plain"}); }

const Urls urls = {
    path<"">(hello, "hello"),
    path<"plain/">(plain, "plain"),
    path<"hello/<str:name>/">(hello_you, "hello_you"),
};

}  // namespace hello

int main(int argc, char** argv) {
    Site site{"settings.toml"};
    site.urls(hello::urls);
    return site.run(argc, argv);
}
