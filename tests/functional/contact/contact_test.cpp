#include "app.h"
#include "forms.h"

#include <tatum/forms/formsets.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>
#include <tatum/urls/path.h>

using namespace tatum;
using namespace tatum::testing;

namespace contact {
namespace {

site::Site& contact_site() {
    static const urls::Urls root{urls::path("", urls::include(urls))};
    static site::Site made(test_settings());
    if (!made.is_ready()) {
        made.install(app);
        made.urls(root);
        made.setup();
    }
    return made;
}

class ContactTest : public ::testing::Test {
protected:
    ContactTest() : site_(contact_site()), client_(site_) {}

    site::Site& site_;
    Client client_;
};

const std::vector<FormField> kGood = {
    {"subject", "Re: Hello"}, {"sender", "ann@example.org"}, {"message", "How are you?"}};

/// The good form with one field changed.
std::vector<FormField> but(std::string name, std::string value) {
    std::vector<FormField> fields;
    for (const FormField& field : kGood) {
        if (field.name != name) fields.push_back(field);
    }
    fields.emplace_back(std::move(name), std::move(value));
    return fields;
}

TEST_F(ContactTest, ShowsAnEmptyForm) {
    const TestResponse page = client_.get("/");
    EXPECT_TRUE(contains(page, "<label for=\"id_subject\">Subject:</label>"));
    EXPECT_TRUE(contains(page,
                         "<div class=\"helptext\" id=\"id_subject_helptext\">100 characters at "
                         "most.</div>"));
    EXPECT_TRUE(contains(page,
                         "<input type=\"text\" name=\"subject\" maxlength=\"100\" required "
                         "aria-describedby=\"id_subject_helptext\" id=\"id_subject\">"));
    EXPECT_TRUE(contains(page,
                         "<input type=\"number\" name=\"age\" min=\"0\" max=\"150\" "
                         "id=\"id_age\">"));
    EXPECT_TRUE(contains(page, "<label for=\"id_message\">Your message:</label>"));
    EXPECT_TRUE(not_contains(page, "errorlist"));
    EXPECT_TRUE(not_contains(page, "multipart"));
}

TEST_F(ContactTest, GivesTheViewMembersOnceTheFormIsValid) {
    EXPECT_TRUE(redirects(client_.post("/", kGood), "/thanks/?subject=Hello"));
    EXPECT_TRUE(redirects(client_.post_urlencoded("/", kGood), "/thanks/?subject=Hello"));
}

TEST_F(ContactTest, ShowsAgainWhatWasSentWithWhatIsWrong) {
    const TestResponse page = client_.post("/", but("sender", "ann at example"));
    EXPECT_TRUE(contains(page,
                         "<ul class=\"errorlist\" id=\"id_sender_error\"><li>Enter a valid email "
                         "address.</li></ul>"));
    EXPECT_TRUE(contains(page, "value=\"ann at example\""));
    EXPECT_TRUE(contains(page, "aria-invalid=\"true\" aria-describedby=\"id_sender_error\""));
    EXPECT_TRUE(contains(page, "value=\"Re: Hello\""));
    EXPECT_TRUE(contains(client_.post("/", but("sender", "")), "How do we reach you?"));
}

TEST_F(ContactTest, AsksTheChecksOfTheForm) {
    EXPECT_TRUE(contains(client_.post("/", but("subject", "Re: spam")), "We do not read that."));
    EXPECT_TRUE(contains(client_.post("/", but("sender", "x@example.invalid")),
                         "<ul class=\"errorlist nonfield\"><li>Nobody answers from there."
                         "</li></ul>"));
    auto fields = but("message", std::string(20'000, 'x'));
    fields.emplace_back("cc_myself", "on");
    EXPECT_TRUE(contains(client_.post("/", fields), "No copies of messages"));
}

TEST_F(ContactTest, KeepsMarkupThatWasSentFromBeingMarkup) {
    const std::string attack = "\"><script>alert('x')</script>&amp;";
    const TestResponse page = client_.post("/", but("sender", attack));
    EXPECT_TRUE(not_contains(page, "<script>"));
    EXPECT_TRUE(contains(page,
                         "&quot;&gt;&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"
                         "&amp;amp;"));
    auto fields = but("sender", "");
    for (FormField& field : fields) {
        if (field.name == "message") field.value = "</textarea><script>";
    }
    EXPECT_TRUE(contains(client_.post("/", fields),
                         "\n&lt;/textarea&gt;&lt;script&gt;"
                         "</textarea>"));
    const TestResponse order = client_.post_urlencoded("/order/", {{"order-rooms", attack}});
    EXPECT_TRUE(not_contains(order, "<script>"));
}

TEST_F(ContactTest, IsNotTakenFromAnotherSite) {
    Client strict(site_, {.enforce_csrf_checks = true});
    EXPECT_EQ(strict.post("/", kGood).status(), 403);
    const std::string page = strict.get("/").content();
    const std::string mark = "name=\"csrfmiddlewaretoken\" value=\"";
    const std::size_t at = page.find(mark);
    ASSERT_NE(at, std::string::npos);
    auto fields = kGood;
    fields.emplace_back("csrfmiddlewaretoken", page.substr(at + mark.size(), 64));
    EXPECT_TRUE(redirects(strict.post("/", fields), "/thanks/?subject=Hello"));
}

TEST_F(ContactTest, TakesTextInUtf8Only) {
    const auto send = [&](std::string_view subject, std::string_view type) {
        return client_.request("POST", "/",
                               "sender=a%40b.co&message=m&subject=" + std::string(subject), type);
    };
    const std::string_view form = "application/x-www-form-urlencoded";
    EXPECT_TRUE(redirects(send("Gr%C3%BC%C3%9Fe", form), "/thanks/?subject=Gr%C3%BC%C3%9Fe"));
    // Forms of this type are UTF-8, as in Django from 5.0 on.
    EXPECT_EQ(send("Gr%FC%DFe", std::string(form) + "; charset=iso-8859-1").status(), 400);
    // Latin-1 that says it is UTF-8: replacement characters, no failure.
    EXPECT_TRUE(redirects(send("Gr%FC%DFe", form), "/thanks/?subject=Gr%EF%BF%BD%EF%BF%BDe"));
    // A charset that nobody knows is as good as none.
    EXPECT_TRUE(
        redirects(send("x", std::string(form) + "; charset=klingon"), "/thanks/?subject=x"));
    EXPECT_TRUE(contains(send("a%00b", form), "Null characters are not allowed."));
}

TEST_F(ContactTest, BearsInputOfAnySize) {
    const TestResponse page = client_.post("/", but("subject", std::string(1'000'000, 'y')));
    EXPECT_TRUE(contains(page, "Ensure this value has at most 100 characters (it has 1000000)."));
    EXPECT_TRUE(contains(client_.post("/", but("age", std::string(100'000, '9'))),
                         "Enter a whole number."));
    EXPECT_TRUE(contains(client_.post("/", but("age", "99999999999999999999")),
                         "Ensure this value is less than or equal to 150."));
    std::string many = "subject=x";
    for (int i = 0; i < 2'000; ++i) many += "&f" + std::to_string(i) + "=1";
    EXPECT_EQ(client_.request("POST", "/", many, "application/x-www-form-urlencoded").status(),
              400);
}

TEST_F(ContactTest, LeavesTheLayoutToATemplate) {
    const TestResponse page = client_.get("/order/");
    EXPECT_TRUE(contains(page, "<option value=\"1\" selected>Big</option>"));
    EXPECT_TRUE(contains(page, "<option value=\"\" selected>---------</option>"));
    EXPECT_TRUE(contains(page, "<option value=\"2\">Two &amp; more</option>"));
    EXPECT_TRUE(contains(page,
                         "[Sea view|id_order-wishes_0|<input type=\"checkbox\" "
                         "name=\"order-wishes\" value=\"sea\" id=\"id_order-wishes_0\">"));
    EXPECT_TRUE(contains(page, "data-type=\"checkboxselectmultiple\""));
    EXPECT_TRUE(contains(page,
                         "<input type=\"hidden\" name=\"order-token\" value=\"t\" "
                         "id=\"id_order-token\">"));
    EXPECT_TRUE(contains(page, "no arrival True order False"));
    const TestResponse sent = client_.post("/order/", {{"order-arrival", "yesterday"}});
    EXPECT_TRUE(contains(sent, "<i>arrival: Enter a valid date.</i>"));
}

TEST_F(ContactTest, FillsMembersOfEveryKind) {
    const TestResponse done = client_.post("/order/", {{"order-size", "1"},
                                                       {"order-rooms", ""},
                                                       {"order-wishes", "sea"},
                                                       {"order-wishes", "cot"},
                                                       {"order-arrival", "2026-12-24"},
                                                       {"order-deposit", "12.50"},
                                                       {"order-token", "t"}});
    EXPECT_EQ(done.content(), "1 1 2 2026-12-24 12.50 no rooms");
}

TEST_F(ContactTest, TakesFiles) {
    EXPECT_TRUE(contains(client_.get("/upload/"), "enctype=\"multipart/form-data\""));
    const UploadedFile letter("letter.txt", "Dear all", "text/plain");
    const UploadedFile one("1.png", "1"), two("2.png", "22");
    const TestResponse done = client_.post(
        "/upload/", {{"title", "T"}, {"document", letter}, {"pictures", one}, {"pictures", two}});
    EXPECT_EQ(done.content(), "T: letter.txt 8, 1.png, 2.png");
    EXPECT_EQ(client_.post("/upload/", {{"title", "T"}, {"document", letter}}).content(),
              "T: letter.txt 8");
}

TEST_F(ContactTest, RefusesFilesThatAreMissingEmptyOrBadlyNamed) {
    EXPECT_TRUE(contains(client_.post("/upload/", {{"title", "T"}}), "This field is required."));
    EXPECT_TRUE(contains(
        client_.post("/upload/", {{"title", "T"}, {"document", UploadedFile("a.txt", "")}}),
        "The submitted file is empty."));
    EXPECT_TRUE(contains(
        client_.post("/upload/",
                     {{"title", "T"}, {"document", UploadedFile("a-name-that-is-long.txt", "x")}}),
        "Ensure this filename has at most 20 characters (it has 23)."));
    // Without multipart there is no file, whatever the field says.
    EXPECT_TRUE(
        contains(client_.post_urlencoded("/upload/", {{"title", "T"}, {"document", "/etc/passwd"}}),
                 "This field is required."));
}

std::vector<FormField> guest_fields(std::string total) {
    return {{"form-TOTAL_FORMS", std::move(total)},
            {"form-INITIAL_FORMS", "0"},
            {"form-0-name", "Ann"},
            {"form-0-nights", "2"},
            {"form-1-name", ""},
            {"form-1-nights", "1"}};
}

TEST_F(ContactTest, TakesSeveralFormsAtOnce) {
    const TestResponse page = client_.get("/guests/");
    EXPECT_TRUE(contains(page, "name=\"form-TOTAL_FORMS\" value=\"2\""));
    EXPECT_TRUE(contains(page, "name=\"form-1-nights\" value=\"1\""));
    EXPECT_TRUE(contains(page, "id=\"id_form-__prefix__-name\""));
    EXPECT_TRUE(redirects(client_.post("/guests/", guest_fields("2")), "/thanks/?subject=Ann;"));
}

TEST_F(ContactTest, DoesNotMakeMoreFormsThanItsLimit) {
    const TestResponse page = client_.post("/guests/", guest_fields("1000000000"));
    EXPECT_TRUE(contains(page, "Please submit at most 5 forms."));
    EXPECT_TRUE(contains(page, "<section>", 200, 1005));
    EXPECT_TRUE(contains(client_.post("/guests/", guest_fields("-3")), "0 errors", 302, 0));
    for (const char* total : {"", "x", "1.5", "99999999999999999999999999"}) {
        EXPECT_EQ(client_.post("/guests/", guest_fields(total)).status(), 200) << total;
    }
    EXPECT_TRUE(contains(client_.post("/guests/"), "ManagementForm data is missing"));
}

TEST_F(ContactTest, DerivesFormsFromForms) {
    const TestResponse page = client_.post("/support/", {{"order_number", "12"}});
    EXPECT_TRUE(contains(page, "<div class=\"error required\">"));
    EXPECT_TRUE(contains(page, "<label for=\"id_order_number\" class=\"required\">"));
    EXPECT_TRUE(contains(page, "Enter a valid value."));
    EXPECT_TRUE(not_contains(page, "id_age"));
    auto fields = kGood;
    fields.emplace_back("order_number", "1234");
    EXPECT_EQ(client_.post("/support/", fields).content(), "Hello 1234");
    fields.emplace_back("subject", "spam");
    EXPECT_TRUE(contains(client_.post("/support/", fields), "We do not read that."));
}

TEST_F(ContactTest, MakesFormsOfFieldsKnownAtRunTime) {
    EXPECT_TRUE(contains(client_.get("/survey/?ask=pet"), "<label for=\"id_pet\">Pet:</label>"));
    EXPECT_EQ(client_.post("/survey/?ask=pet&ask=car", {{"pet", "cat"}}).content(),
              "{\"pet\": \"cat\", \"car\": \"\"}");
    // Names come from the address here, so they may be anything.
    EXPECT_TRUE(not_contains(client_.get("/survey/?ask=%22%3E%3Cscript%3E"), "<script>"));
}

TEST_F(ContactTest, IsLaidOutByTemplatesOfTheSite) {
    const TestResponse page = client_.get("/styled/");
    EXPECT_TRUE(contains(page,
                         "<dl><dt><label data-use=\"True\" for=\"id_name\">Name:</label></dt><dd>"
                         "<input type=\"text\" name=\"name\" required aria-describedby="
                         "\"id_name_helptext\" id=\"id_name\"><small>As <i>called</i></small></dd>"
                         "(0)<dt>Code</dt><dd><input type=\"text\" name=\"code\" required "
                         "id=\"id_code\"></dd>(0)\n"
                         "<input type=\"hidden\" name=\"mark\" id=\"id_mark\"></dl>"));
    const TestResponse sent = client_.post("/styled/", {{"name", "Ann"}});
    EXPECT_TRUE(contains(sent,
                         "<b class=\"errorlist nonfield\">(Hidden field mark) This field is "
                         "required.;<ul"));
    EXPECT_TRUE(contains(sent, "</dd>(0)<dt>Code</dt>"));
    // A template that shows itself is a mistake, and no end of the process.
    EXPECT_EQ(client_.get("/styled/?by=contact/itself.html").status(), 500);
}

TEST_F(ContactTest, KeepsWhatATemplateWasGivenAfterTheFormIsGone) {
    const TestResponse page = client_.post("/", but("sender", "nobody"));
    const Value form = page.context("form");
    const Value sender = form.as_object().attribute(form.self(), "sender").value();
    EXPECT_EQ(sender.as_object().attribute(sender.self(), "value"), Value("nobody"));
    EXPECT_EQ(form.as_object().attribute(form.self(), "is_valid"), Value(false));
}

}  // namespace
}  // namespace contact
