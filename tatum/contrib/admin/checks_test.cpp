#include <tatum/contrib/admin/admin.h>
#include <tatum/contrib/admin/admin_test.h>
#include <tatum/contrib/admin/app.h>
#include <tatum/contrib/auth/app.h>
#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/messages/app.h>
#include <tatum/contrib/sessions/app.h>

#include <gmock/gmock.h>

namespace cellar {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

namespace {

std::unique_ptr<Site> cellar_with(const admin::Registry& registry) {
    App own = app;
    own.extensions = {&registry};
    auto site = std::make_unique<Site>(tatum::testing::test_settings());
    site->install(admin::app, auth::app, sessions::app, messages::app, contenttypes::app, own);
    site->setup();
    return site;
}

/// What `check` finds in a cellar whose jams are managed as `Admin` says.
template <class Admin>
std::vector<std::string> findings() {
    const admin::Registry registry = {admin::register_<Jam, Admin>()};
    std::vector<std::string> found;
    for (const CheckMessage& message : cellar_with(registry)->check({.tags = {"admin"}})) {
        found.push_back(message.str());
    }
    return found;
}

}  // namespace

TEST(AdminChecks, FindNamesInAListThatMeanNothing) {
    struct JamAdmin : ModelAdmin<Jam> {
        JamAdmin() {
            list_display = {"name", "nothing", "labels", "maker__nothing", "is_cheap"};
            list_display_links = {"slug"};
            sortable_by = {"name", "stock"};
            list_filter = {"nothing",
                           {"name", admin::FilterKind::Related},
                           {"stock", admin::FilterKind::Empty}};
            search_fields = {"name", "nothing", "maker", "^maker__name", "slug__nothing"};
            ordering = {"-nothing", "maker__nothing", "?"};
            date_hierarchy = "stock";
            list_select_related = {"maker", "stock"};
            display("is_cheap", [](const Jam&) { return true; }, {.ordering = "price"});
        }
    };
    const std::string jam = "cellar.JamAdmin: ";
    EXPECT_THAT(
        findings<JamAdmin>(),
        ElementsAre(
            jam +
                "(admin.E032) The value of 'ordering' has the random ordering marker '?', but "
                "contains other fields as well.\n    Hint: Either remove the \"?\", or remove the "
                "other fields.",
            jam + "(admin.E033) The value of 'ordering[0]' refers to 'nothing', which is not a "
                  "field of 'cellar.Jam'.",
            jam + "(admin.E033) The value of 'ordering[1]' refers to 'maker__nothing', which is "
                  "not a field of 'cellar.Jam'.",
            jam + "(admin.E108) The value of 'list_display[1]' refers to 'nothing', which is not a "
                  "callable or attribute of 'JamAdmin', or an attribute, method, or field on "
                  "'cellar.Jam'.",
            jam + "(admin.E109) The value of 'list_display[2]' must not be a many-to-many field or "
                  "a reverse foreign key.",
            jam + "(admin.E108) The value of 'list_display[3]' refers to 'maker__nothing', which "
                  "is not a callable or attribute of 'JamAdmin', or an attribute, method, or field "
                  "on 'cellar.Jam'.",
            jam + "(admin.E111) The value of 'list_display_links[0]' refers to 'slug', which is "
                  "not defined in 'list_display'.",
            jam + "(admin.E505) The value of 'sortable_by[1]' refers to 'stock', which is not "
                  "defined in 'list_display'.",
            jam + "(admin.E508) The value of 'ordering of display(\"is_cheap\")' refers to "
                  "'price', which is not a field of 'cellar.Jam'.",
            jam + "(admin.E116) The value of 'list_filter[0]' refers to 'nothing', which does not "
                  "refer to a Field.",
            jam + "(admin.E504) The value of 'list_filter[1]' refers to 'name', but its kind of "
                  "filter needs a relation.",
            jam + "(admin.E504) The value of 'list_filter[2]' refers to 'stock', but its kind of "
                  "filter needs a field that may be empty.",
            jam + "(admin.E128) The value of 'date_hierarchy' must be a DateField or "
                  "DateTimeField.",
            jam + "(admin.E502) The value of 'search_fields[1]' refers to 'nothing', which cannot "
                  "be searched for a text.",
            jam + "(admin.E502) The value of 'search_fields[2]' refers to 'maker', which cannot be "
                  "searched for a text.",
            jam + "(admin.E502) The value of 'search_fields[4]' refers to 'slug__nothing', which "
                  "cannot be searched for a text.",
            jam + "(admin.E503) The value of 'list_select_related[1]' refers to 'stock', which is "
                  "not a key of 'cellar.Jam' to another model."));
}

TEST(AdminChecks, FindNamesInAFormThatMeanNothing) {
    struct JamAdmin : ModelAdmin<Jam> {
        JamAdmin() {
            fields = {"name", {"slug", "nothing"}, "name"};
            exclude = {"stok", "taste", "taste"};
            readonly_fields = {"boiled", "is_cheap"};
            raw_id_fields = {"name", "nobody"};
            autocomplete_fields = {"maker", "name", "nobody"};
            radio_fields = {{"taste"}, {"stock"}, {"tast"}};
            filter_horizontal = {"name", "nothing"};
            prepopulated("slug", {"name", "nothing"});
            prepopulated("maker", {"name"});
            prepopulated("slog", {"name"});
        }
    };
    const std::string jam = "cellar.JamAdmin: ";
    const std::string of_jam = "which is not a field of 'cellar.Jam'.";
    EXPECT_THAT(
        findings<JamAdmin>(),
        ElementsAre(
            jam + "(admin.E006) The value of 'fields' contains duplicate field(s).\n    Hint: "
                  "Remove duplicates of 'name'.",
            jam + "(admin.E501) The value of 'fields[1]' refers to 'nothing', " + of_jam,
            jam + "(admin.E015) The value of 'exclude' contains duplicate field(s).\n    Hint: "
                  "Remove duplicates of 'taste'.",
            jam + "(admin.E501) The value of 'exclude[0]' refers to 'stok', " + of_jam,
            jam + "(admin.E035) The value of 'readonly_fields[1]' refers to 'is_cheap', which is "
                  "not a callable, an attribute of 'JamAdmin', or an attribute of 'cellar.Jam'.",
            jam + "(admin.E003) The value of 'raw_id_fields[0]' must be a foreign key or a "
                  "many-to-many field.",
            jam + "(admin.E002) The value of 'raw_id_fields[1]' refers to 'nobody', " + of_jam,
            jam + "(admin.E039) An admin for model \"Maker\" has to be registered to be referenced "
                  "by JamAdmin.autocomplete_fields.",
            jam + "(admin.E038) The value of 'autocomplete_fields[1]' must be a foreign key or a "
                  "many-to-many field.",
            jam + "(admin.E037) The value of 'autocomplete_fields[2]' refers to 'nobody', " +
                of_jam,
            jam + "(admin.E023) The value of 'radio_fields' refers to 'stock', which is not an "
                  "instance of ForeignKey, and does not have a 'choices' definition.",
            jam + "(admin.E022) The value of 'radio_fields' refers to 'tast', " + of_jam,
            jam +
                "(admin.E030) The value of 'prepopulated_fields[\"slug\"][1]' refers to "
                "'nothing', " +
                of_jam,
            jam + "(admin.E028) The value of 'prepopulated_fields' refers to 'maker', which must "
                  "not be a DateTimeField, a ForeignKey, a OneToOneField, or a ManyToManyField.",
            jam + "(admin.E027) The value of 'prepopulated_fields' refers to 'slog', " + of_jam,
            jam + "(admin.E020) The value of 'filter_horizontal[0]' must be a many-to-many field.",
            jam + "(admin.E019) The value of 'filter_horizontal[1]' refers to 'nothing', " +
                of_jam));
}

TEST(AdminChecks, FindWhatIsWrongWithFieldsetsInlinesAndActions) {
    struct JamAdmin : ModelAdmin<Jam> {
        JamAdmin() {
            fields = {"name"};
            fieldsets = {{.fields = {"name", "nothing"}}, {.fields = {"slug", "name"}}};
            tabular_inline<Label>({.exclude = {"jam"},
                                   .readonly_fields = {"buyer"},
                                   .ordering = {"nothing"},
                                   .select_related = {"text"}});
            stacked_inline<Maker>();
            stacked_inline<Order>({.fk_name = "buyer"});
            action("sell", [](Request&, const QuerySet<Jam>&) {}, {.permissions = {"change"}});
            action("sell", [](Request&, const QuerySet<Jam>&) {}, {.permissions = {"selling"}});
        }
    };
    const std::string jam = "cellar.JamAdmin: ";
    const std::string labels = "cellar.JamAdmin.tabular_inline<Label>: ";
    EXPECT_THAT(
        findings<JamAdmin>(),
        ElementsAre(
            jam + "(admin.E005) Both 'fieldsets' and 'fields' are specified.",
            jam + "(admin.E501) The value of 'fieldsets[0][1][\"fields\"][1]' refers to 'nothing', "
                  "which is not a field of 'cellar.Jam'.",
            jam + "(admin.E012) There are duplicate field(s) in 'fieldsets[1][1]'.\n    Hint: "
                  "Remove duplicates of 'name'.",
            jam + "(admin.E130) Names of actions defined in JamAdmin must be unique. Name 'sell' "
                  "is not unique.",
            jam + "(admin.E507) The action 'sell' of JamAdmin is for those with the permission "
                  "'selling', which the app 'cellar' does not have.",
            labels + "(admin.E035) The value of 'readonly_fields[0]' refers to 'buyer', which is "
                     "not a callable, an attribute of 'tabular_inline<Label>', or an attribute of "
                     "'cellar.Label'.",
            labels + "(admin.E033) The value of 'ordering[0]' refers to 'nothing', which is not a "
                     "field of 'cellar.Label'.",
            labels + "(admin.E503) The value of 'select_related[0]' refers to 'text', which is not "
                     "a key of 'cellar.Label' to another model.",
            labels + "(admin.E201) Cannot exclude the field 'jam', because it is the foreign key "
                     "to the parent model 'cellar.Jam'.",
            "cellar.JamAdmin.stacked_inline<Maker>: (admin.E202) 'cellar.Maker' has no ForeignKey "
            "to 'cellar.Jam'.",
            "cellar.JamAdmin.stacked_inline<Order>: (admin.E202) fk_name 'buyer' is not a "
            "ForeignKey to 'cellar.Jam'."));
}

TEST(AdminChecks, FindColumnsThatCannotBeEdited) {
    struct JamAdmin : ModelAdmin<Jam> {
        JamAdmin() {
            list_display = {"name", "slug", "stock", "id"};
            list_editable = {"nothing", "taste", "name", "id", "stock"};
        }
    };
    struct LinkedAdmin : ModelAdmin<Jam> {
        LinkedAdmin() {
            list_display = {"name", "slug"};
            list_display_links = {"slug"};
            list_editable = {"name", "slug"};
        }
    };
    const std::string jam = "cellar.JamAdmin: ";
    EXPECT_THAT(findings<JamAdmin>(),
                ElementsAre(jam + "(admin.E121) The value of 'list_editable[0]' refers to "
                                  "'nothing', which is not a field of 'cellar.Jam'.",
                            jam + "(admin.E122) The value of 'list_editable[1]' refers to 'taste', "
                                  "which is not contained in 'list_display'.",
                            jam + "(admin.E124) The value of 'list_editable[2]' refers to the "
                                  "first field in 'list_display' ('name'), which cannot be used "
                                  "unless 'list_display_links' is set.",
                            jam + "(admin.E125) The value of 'list_editable[3]' refers to 'id', "
                                  "which is not editable through the admin."));
    EXPECT_THAT(findings<LinkedAdmin>(),
                ElementsAre("cellar.LinkedAdmin: (admin.E123) The value of 'slug' cannot be in "
                            "both 'list_editable' and 'list_display_links'."));
}

TEST_F(AdminTest, ChecksFindNothingWrongWithTheCellar) {
    EXPECT_THAT(site_->check({.tags = {"admin"}}), IsEmpty());
}

TEST(AdminChecks, AreWhatAPageSaysOfANameThatAFunctionGives) {
    struct JamAdmin : ModelAdmin<Jam> {
        admin::Names get_list_display(Request&) const override { return {"nothing"}; }
    };
    static const admin::Registry registry = {admin::register_<Jam, JamAdmin>()};
    const auto site = cellar_with(registry);
    const tatum::testing::TestDatabase database(*site);
    tatum::testing::Client client(*site, {.raise_request_exception = true});
    auth::force_login(client, auth::User::objects.create_superuser("boss", "boss@example.com"));
    EXPECT_THAT([&] { client.get("/admin/cellar/jam/"); },
                ThrowsMessage<ImproperlyConfigured>(HasSubstr("(admin.E108)")));
}

}  // namespace cellar
