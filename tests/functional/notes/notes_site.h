#pragma once

#include "app.h"
#include "forms.h"

#include <tatum/db/any_object.h>
#include <tatum/db/database.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>
#include <tatum/urls/path.h>

namespace notes {

/// One site for all tests; each rolls back what it changes.
inline site::Site& notes_site() {
    static const urls::Urls root{urls::path("", urls::include(urls))};
    static site::Site made([] {
        Settings settings = tatum::testing::test_settings();
        settings.set("storages", Dict{{"default", Dict{{"BACKEND", "InMemoryStorage"}}}}).value();
        return settings;
    }());
    if (!made.is_ready()) {
        made.install(app);
        made.urls(root);
        made.setup();
    }
    return made;
}

class NotesTest : public ::testing::Test {
protected:
    NotesTest() : site_(notes_site()), database_(site_), client_(site_) {
        std::string text;
        site::Output out(text);
        EXPECT_EQ(site_.command_line().run(std::vector<std::string>{"loaddata", "notes"}, &site_,
                                           out, out),
                  0)
            << text;
    }
    /// A client in whose name somebody has entered; "" is nobody.
    tatum::testing::Client client_of(const std::string& name) {
        tatum::testing::Client client(site_);
        if (!name.empty()) client.post("/enter/", {{"name", name}});
        return client;
    }

    site::Site& site_;
    tatum::testing::TestDatabase database_;
    tatum::testing::Client client_;
};

/// "field: code" of each error of a form.
inline std::vector<std::string> codes(BaseForm& form) {
    std::vector<std::string> all;
    for (const auto& [field, list] : form.errors()) {
        for (const ValidationFault& fault : list) all.push_back(field + ": " + fault.code);
    }
    return all;
}
using Codes = std::vector<std::string>;

}  // namespace notes
