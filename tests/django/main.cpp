#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/contenttypes/models.h>
#include <tatum/contrib/messages/app.h>
#include <tatum/contrib/messages/messages.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/contrib/sessions/session.h>
#include <tatum/site/site.h>
#include <tatum/urls/path.h>

namespace {

using namespace tatum;

Response set(Request& request, std::string name, std::string value) {
    session(request).set(name, value);
    return Response("set");
}

Response get(Request& request, std::string name) {
    return Response(session(request).get(name).str());
}

Response flush(Request& request) {
    session(request).flush();
    return Response("flushed");
}

Response note(Request& request, std::string text) {
    messages::success(request, text, {.extra_tags = "from tatum"});
    return Response("noted");
}

Response show(Request& request) {
    std::string text;
    for (const messages::Message& message : messages::get_messages(request)) {
        text += "[" + message.tags() + "]" + message.text.str() + ";";
    }
    return Response(text);
}

Response types(Request&) {
    std::string text;
    for (const auto& type : contenttypes::ContentType::objects.order_by("id")) {
        text += std::to_string(type.id) + " " + type.app_label + "." + type.model + ";";
    }
    return Response(text);
}

const Urls kUrls = {
    urls::path<"set/<name>/<value>/">(set, "set"),
    urls::path<"get/<name>/">(get, "get"),
    urls::path<"flush/">(flush, "flush"),
    urls::path<"note/<text>/">(note, "note"),
    urls::path<"show/">(show, "show"),
    urls::path<"types/">(types, "types"),
};

}  // namespace

/// What a Django site shares its database with; see shared_test.py.
int main(int argc, char** argv) {
    tatum::Site site{"settings.toml"};
    site.install(tatum::contenttypes::app, tatum::sessions::app, tatum::messages::app);
    site.urls(kUrls);
    return site.run(argc, argv);
}
