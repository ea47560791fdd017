#include "app.h"

#include <tatum/base/text.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace tatum;
using namespace tatum::testing;

namespace languages {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSource = R"(#include <string>
// Translators: after an order
std::string_view a = gettext("Thank you");
auto b = tatum::ngettext("%(count)d row", "%(count)d rows", n);
auto c = pgettext("verb", "Open");
auto d = other("Not a message");
)";

/// A folder of its own that is the current one for the length of a test.
class Workplace {
public:
    Workplace() : before_(fs::current_path()) {
        std::string name = (fs::temp_directory_path() / "tatum-languages-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
        fs::current_path(folder_);
    }
    ~Workplace() {
        fs::current_path(before_);
        fs::remove_all(folder_);
    }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;

    static void write(const fs::path& path, std::string_view text) {
        if (path.has_parent_path()) fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
    }
    static std::string read(const fs::path& path) {
        std::ifstream file(path, std::ios::binary);
        return std::string((std::istreambuf_iterator<char>(file)), {});
    }
    /// Replaces the first `from` behind `after` in a file.
    static void edit(const fs::path& path, std::string_view after, std::string_view from,
                     std::string_view to) {
        std::string text = read(path);
        const std::size_t start = text.find(after);
        ASSERT_NE(start, std::string::npos) << after << "\n" << text;
        const std::size_t at = text.find(from, start);
        ASSERT_NE(at, std::string::npos) << from << "\n" << text;
        text.replace(at, from.size(), to);
        write(path, text);
    }

private:
    fs::path before_, folder_;
};

struct Outcome {
    int code;
    std::string text;
};

Outcome run(const std::vector<std::string>& words) {
    site::Site site{test_settings()};
    Outcome outcome{};
    site::Output out(outcome.text);
    outcome.code = site.run(words, out, out);
    return outcome;
}

const fs::path kGerman = "locale/de/LC_MESSAGES/django.po";

/// What the app's template and kSource ask for, in German.
void translate() {
    const auto set = [](std::string_view id, std::string_view to) {
        Workplace::edit(kGerman, "msgid \"" + std::string(id) + "\"", "msgstr \"\"",
                        "msgstr \"" + std::string(to) + "\"");
    };
    set("Welcome", "Willkommen");
    set("Thank you", "Danke");
    set("May", "Mai");
    Workplace::edit(kGerman, "msgid \"One item", "msgstr[0] \"\"", "msgstr[0] \"Ein Artikel\"");
    Workplace::edit(kGerman, "msgid \"One item", "msgstr[1] \"\"", "msgstr[1] \"%(n)s Artikel\"");
}

void make_sources() {
    const auto page = app.files->find("templates/languages/page.html");
    ASSERT_TRUE(page);
    Workplace::write("templates/languages/page.html", page->content());
    Workplace::write("views.cpp", kSource);
    fs::create_directories("locale");
}

TEST(Makemessages, GathersTheCommentsOfATextThatStandsTwice) {
    const Workplace workplace;
    Workplace::write("templates/a.html",
                     "{% load i18n %}{# Translators: one #}\n{% translate 'A' %}\n"
                     "{# Translators: two #}\n{% translate 'A' %}\n");
    fs::create_directories("locale");
    ASSERT_EQ(run({"makemessages", "-l", "de"}).code, 0);
    const std::string po = Workplace::read(kGerman);
    EXPECT_NE(po.find("#. Translators: one\n#. Translators: two\n"), std::string::npos) << po;
    EXPECT_EQ(po.find("#-#-#"), std::string::npos) << po;
}

TEST(Makemessages, CollectsTheTextsOfTemplatesAndSources) {
    const Workplace workplace;
    make_sources();
    const Outcome made = run({"makemessages", "-l", "de", "-l", "pt-br"});
    ASSERT_EQ(made.code, 0) << made.text;
    EXPECT_EQ(made.text, "processing locale de\nprocessing locale pt_BR\n");
    EXPECT_TRUE(fs::exists("locale/pt_BR/LC_MESSAGES/django.po"));
    EXPECT_FALSE(fs::exists("locale/django.pot"));
    EXPECT_FALSE(fs::exists("locale/sources.po"));
    const std::string po = Workplace::read(kGerman);
    for (const char* part :
         {"#. Translators: the heading of the shop\n#: templates/languages/page.html:3\nmsgid "
          "\"Welcome\"\n",
          "msgctxt \"month\"\nmsgid \"May\"\n",
          "#, python-format\nmsgid \"One item in your basket\"\nmsgid_plural \"%(n)s items in your "
          "basket\"\n",
          "#. Translators: after an order\n#: views.cpp:3\nmsgid \"Thank you\"\n",
          "#, python-format\nmsgid \"%(count)d row\"\nmsgid_plural \"%(count)d rows\"\n",
          "msgctxt \"verb\"\nmsgid \"Open\"\n", "\"Language: de\\n\"",
          "\"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"", "charset=UTF-8"}) {
        EXPECT_NE(po.find(part), std::string::npos) << part << "\n" << po;
    }
    EXPECT_EQ(po.find("Not a message"), std::string::npos);
}

TEST(Makemessages, KeepsWhatIsTranslated) {
    const Workplace workplace;
    make_sources();
    ASSERT_EQ(run({"makemessages", "-l", "de"}).code, 0);
    translate();
    Workplace::write("views.cpp", "auto x = gettext(\"New text\");\n");
    ASSERT_EQ(run({"makemessages", "--all", "--no-location"}).code, 0);
    const std::string po = Workplace::read(kGerman);
    EXPECT_NE(po.find("msgid \"Welcome\"\nmsgstr \"Willkommen\""), std::string::npos) << po;
    EXPECT_NE(po.find("msgid \"New text\"\n"), std::string::npos);
    EXPECT_NE(po.find("#~ msgid \"Thank you\"\n#~ msgstr \"Danke\""), std::string::npos) << po;
    EXPECT_EQ(po.find("#: "), std::string::npos);
    ASSERT_EQ(run({"makemessages", "-a", "--no-obsolete", "--keep-pot"}).code, 0);
    EXPECT_EQ(Workplace::read(kGerman).find("#~"), std::string::npos);
    EXPECT_TRUE(fs::exists("locale/django.pot"));
}

TEST(Makemessages, GivesEachFileToTheNearestLocaleFolder) {
    const Workplace workplace;
    fs::create_directories("locale");
    fs::create_directories("shop/locale");
    Workplace::write("page.html", "{% load i18n %}{% translate 'Root' %}");
    Workplace::write("shop/page.html", "{% load i18n %}{% translate 'Shop' %}");
    Workplace::write("shop/old/page.html", "{% load i18n %}{% translate 'Old' %}");
    Workplace::write("build/page.html", "{% load i18n %}{% translate 'Built' %}");
    Workplace::write("notes.md", "{% load i18n %}{% translate 'Notes' %}");
    ASSERT_EQ(run({"makemessages", "-l", "de", "-i", "shop/old/*", "-e", "html,txt"}).code, 0);
    const std::string root = Workplace::read(kGerman), shop = Workplace::read("shop" / kGerman);
    EXPECT_NE(root.find("msgid \"Root\""), std::string::npos);
    EXPECT_NE(shop.find("msgid \"Shop\""), std::string::npos);
    for (const char* other : {"Shop", "Old", "Built", "Notes"}) {
        EXPECT_EQ(root.find(other + std::string("\"")), std::string::npos) << other;
    }
    EXPECT_EQ(shop.find("Old"), std::string::npos);
    EXPECT_EQ(shop.find("Root"), std::string::npos);
}

TEST(Makemessages, SaysWhatIsMissing) {
    const Workplace workplace;
    EXPECT_EQ(run({"makemessages"}).code, 2);
    EXPECT_EQ(run({"makemessages", "-l", "no language"}).code, 2);
    const Outcome no_folder = run({"makemessages", "-l", "de"});
    EXPECT_EQ(no_folder.code, 1);
    EXPECT_NE(no_folder.text.find("no folder named locale"), std::string::npos) << no_folder.text;
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", "/nowhere", 1);
    const Outcome no_tools = run({"makemessages", "-l", "de"});
    const Outcome no_msgfmt = run({"compilemessages"});
    ::setenv("PATH", path.c_str(), 1);
    EXPECT_EQ(no_tools.code, 1);
    EXPECT_NE(no_tools.text.find("xgettext is missing"), std::string::npos) << no_tools.text;
    EXPECT_NE(no_tools.text.find("apt install gettext"), std::string::npos) << no_tools.text;
    EXPECT_EQ(no_msgfmt.code, 1);
    EXPECT_NE(no_msgfmt.text.find("msgfmt is missing"), std::string::npos) << no_msgfmt.text;
}

TEST(Compilemessages, ReportsFaultsOfCatalogs) {
    const Workplace workplace;
    Workplace::write(kGerman,
                     "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
                     "#, python-format\nmsgid \"%(n)s items\"\nmsgstr \"%(m)s Artikel\"\n");
    const Outcome failed = run({"compilemessages"});
    EXPECT_EQ(failed.code, 1);
    EXPECT_NE(failed.text.find("django.po:6"), std::string::npos) << failed.text;
    EXPECT_NE(failed.text.find("generated one or more errors"), std::string::npos);
    Workplace::write(kGerman, "\xef\xbb\xbfmsgid \"a\"\nmsgstr \"b\"\n");
    EXPECT_NE(run({"compilemessages", "-l", "de"}).text.find("byte order mark"), std::string::npos);
    EXPECT_EQ(run({"compilemessages", "-x", "de"}).code, 0);
}

TEST(Compilemessages, LeavesAloneWhatIsUpToDate) {
    const Workplace workplace;
    Workplace::write(kGerman,
                     "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
                     "msgid \"a\"\nmsgstr \"b\"\n");
    fs::last_write_time(kGerman, fs::file_time_type::clock::now() - std::chrono::seconds(10));
    EXPECT_NE(run({"compilemessages"}).text.find("processing file django.po in locale/de"),
              std::string::npos);
    EXPECT_TRUE(fs::exists("locale/de/LC_MESSAGES/django.mo"));
    EXPECT_NE(run({"compilemessages"}).text.find("already compiled"), std::string::npos);
}

/// From the sources to the page: each reader's language, with its formats and plural forms.
TEST(Languages, EachRequestIsAnsweredInItsLanguage) {
    const Workplace workplace;
    make_sources();
    ASSERT_EQ(run({"makemessages", "-l", "de"}).code, 0);
    translate();
    const Outcome compiled = run({"compilemessages"});
    ASSERT_EQ(compiled.code, 0) << compiled.text;
    Settings settings = test_settings();
    settings.locale_paths = {fs::absolute("locale").string()};
    site::Site site(std::move(settings));
    site.install(app);
    site.setup();
    Client client(site);
    const auto get = [&](const std::string& path, const std::string& languages) {
        return client.get(path, {.headers = {{"Accept-Language", languages}}});
    };
    const TestResponse german = get("/?n=3", "de-at, en;q=0.5");
    EXPECT_TRUE(contains(german, "<html lang=\"de\">"));
    EXPECT_TRUE(contains(german, "<h1>Willkommen</h1>"));
    EXPECT_TRUE(contains(german, "<p>Mai 1234,5 Danke</p>"));
    EXPECT_TRUE(contains(german, "<p>3 Artikel</p>"));
    EXPECT_TRUE(contains(get("/", "de"), "<p>Ein Artikel</p>"));
    EXPECT_EQ(german.header("Content-Language"), "de");
    const TestResponse english = get("/?n=3", "en");
    EXPECT_TRUE(contains(english, "<h1>Welcome</h1>"));
    EXPECT_TRUE(contains(english, "<p>May 1234.5 Thank you</p>"));
    EXPECT_TRUE(contains(english, "<p>3 items in your basket</p>"));
}

TEST(Languages, ABrokenCatalogStopsTheStart) {
    const Workplace workplace;
    Workplace::write("locale/de/LC_MESSAGES/django.mo", "no catalog");
    Settings settings = test_settings();
    settings.locale_paths = {"locale"};
    site::Site broken(settings);
    EXPECT_THROW(broken.setup(), ImproperlyConfigured);
    settings.locale_paths = {"nowhere"};
    site::Site missing(settings);
    EXPECT_THROW(missing.setup(), ImproperlyConfigured);
}

}  // namespace
}  // namespace languages
