#include <tatum/base/settings.h>
#include <tatum/contrib/admin/admin.h>
#include <tatum/contrib/admin/admin_test.h>
#include <tatum/contrib/admin/app.h>
#include <tatum/contrib/auth/app.h>
#include <tatum/contrib/contenttypes/app.h>
#include <tatum/contrib/messages/app.h>
#include <tatum/contrib/sessions/app.h>
#include <tatum/db/meta.h>

namespace cellar {

void Maker::define(Definition<Maker>& d) {
    d.field<&Maker::name>(max_length(80));
    d.field<&Maker::slug>(SlugField, unique, max_length(80));
    d.ordering("name");
}

void Jam::define(Definition<Jam>& d) {
    d.field<&Jam::name>(max_length(80));
    d.field<&Jam::slug>(SlugField, unique, max_length(80));
    d.field<&Jam::maker>(related_name("jams"), on_delete(Cascade));
    d.field<&Jam::taste>(max_length(10), blank, choices({{"tart", "Tart"}, {"sweet", "Sweet"}}));
    d.field<&Jam::is_sold>(default_(true));
    d.field<&Jam::stock>(PositiveIntegerField, default_(0));
    d.field<&Jam::boiled>(null, blank);
    d.field<&Jam::photo>(ImageField, blank, upload_to("jams"));
    d.ordering("name");
}

void Label::define(Definition<Label>& d) {
    d.field<&Label::jam>(related_name("labels"), on_delete(Cascade));
    d.field<&Label::text>(max_length(80));
    d.field<&Label::position>(default_(0));
    d.field<&Label::print>(FileField, blank, upload_to("labels"));
    d.unique<&Label::jam, &Label::text>();
    d.ordering("position");
}

void Order::define(Definition<Order>& d) {
    d.field<&Order::jam>(related_name("orders"), on_delete(Protect));
    d.field<&Order::buyer>(max_length(80));
}

namespace {

struct MakerAdmin : ModelAdmin<Maker> {
    MakerAdmin() {
        list_display = {"name", "slug"};
        list_editable = {"slug"};
        search_fields = {"name"};
        prepopulated<&Maker::slug, &Maker::name>();
    }
    void save_model(Request&, Maker& maker, admin::Saving) const override {
        if (maker.slug == "bad") throw ValidationError("No maker is bad.");
        maker.save();
    }
};

struct JamAdmin : ModelAdmin<Jam> {
    JamAdmin() {
        list_display = {"name",  "maker",  "maker__slug", "taste", "is_sold",
                        "stock", "boiled", "is_rare",     "photo"};
        list_filter = {
            "is_sold", "taste", "maker", "boiled",
            admin::SimpleListFilter{
                .title = "amount",
                .parameter_name = "amount",
                .lookups = [](Request&) { return admin::FilterChoices{{"none", "None left"}}; },
                .queryset = [](const db::AnyQuerySet& rows,
                               std::string_view) { return rows.filter(Q("stock", Value(0))); }}};
        list_editable = {"is_sold", "stock"};
        search_fields = {"name", "=slug", "maker__name"};
        date_hierarchy = "boiled";
        list_per_page = 10;
        list_max_show_all = 40;
        autocomplete_fields = {"maker"};
        save_as = true;
        prepopulated<&Jam::slug, &Jam::name>();
        const auto has = [](Request& request, const Jam* jam, const char* permission) {
            return auth::user(request).has_perm(permission) &&
                   (jam == nullptr || jam->name != "Labelled");
        };
        tabular_inline<Label>({.extra = 2}, {.has_add_permission =
                                                 [=](Request& request, const Jam* jam) {
                                                     return has(request, jam, "cellar.add_label");
                                                 },
                                             .has_delete_permission =
                                                 [=](Request& request, const Jam* jam) {
                                                     return has(request, jam,
                                                                "cellar.delete_label");
                                                 }});
        display("is_rare", [](const Jam& jam) { return jam.stock < 5; },
                {.description = "Rare?", .boolean = true, .ordering = "stock"});
        action("sell",
               [](Request&, const QuerySet<Jam>& jams) { jams.update(F<&Jam::is_sold> = true); },
               {.description = "Sell selected %(verbose_name_plural)s", .permissions = {"change"}});
    }
    void saved(Request&, Jam& jam, admin::Saving) const override {
        // As if somebody else had taken the slug since the form was checked.
        if (jam.name == "Late") Maker::objects.create({.name = "Bell", .slug = "bell"});
    }
    bool has_change_permission(Request& request, const Jam* jam) const override {
        return ModelAdmin::has_change_permission(request, jam) &&
               (jam == nullptr || jam->name != "Sealed");
    }
};

struct OrderAdmin : ModelAdmin<Order> {
    OrderAdmin() {
        list_display = {"buyer", "jam"};
        list_editable = {"jam"};
    }
};

const admin::Registry cellar_admin = {
    admin::register_<Maker, MakerAdmin>(),
    admin::register_<Jam, JamAdmin>(),
    admin::register_<Order, OrderAdmin>(),
};

constexpr std::string_view kMigration = R"(
initial = true

[[operations]]
type = "CreateModel"
name = "Maker"
fields = [
    {name = "id", type = "BigAutoField", primary_key = true},
    {name = "name", type = "CharField", max_length = 80},
    {name = "slug", type = "SlugField", unique = true, max_length = 80},
]

[[operations]]
type = "CreateModel"
name = "Jam"
fields = [
    {name = "id", type = "BigAutoField", primary_key = true},
    {name = "name", type = "CharField", max_length = 80},
    {name = "slug", type = "SlugField", unique = true, max_length = 80},
    {name = "maker", type = "ForeignKey", to = "cellar.Maker"},
    {name = "taste", type = "CharField", max_length = 10},
    {name = "is_sold", type = "BooleanField", default = true},
    {name = "stock", type = "PositiveIntegerField", default = 0},
    {name = "boiled", type = "DateField", null = true},
    {name = "photo", type = "ImageField", max_length = 100},
]

[[operations]]
type = "CreateModel"
name = "Label"
fields = [
    {name = "id", type = "BigAutoField", primary_key = true},
    {name = "jam", type = "ForeignKey", to = "cellar.Jam"},
    {name = "text", type = "CharField", max_length = 80},
    {name = "position", type = "IntegerField", default = 0},
    {name = "print", type = "FileField", max_length = 100},
]
unique_together = [["jam", "text"]]

[[operations]]
type = "CreateModel"
name = "Order"
fields = [
    {name = "id", type = "BigAutoField", primary_key = true},
    {name = "jam", type = "ForeignKey", to = "cellar.Jam"},
    {name = "buyer", type = "CharField", max_length = 80},
]
)";
constexpr EmbeddedFile kFiles[] = {
    {"migrations/0001_initial.toml", kMigration.data(), kMigration.data() + kMigration.size()}};
constexpr AppFiles kAppFiles{"", kFiles};

}  // namespace

const App app{.label = "cellar",
              .models = models<Maker, Jam, Label, Order>(),
              .files = &kAppFiles,
              .extensions = {&cellar_admin}};

void AdminTest::SetUpTestSuite() {
    Settings settings = tatum::testing::test_settings();
    settings.password_hashers = {"md5"};
    settings.media_url = "/media/";
    settings.set("storages", Dict{{"default", Dict{{"BACKEND", "InMemoryStorage"}}}}).value();
    site_ = std::make_unique<Site>(std::move(settings));
    site_->install(admin::app, auth::app, sessions::app, messages::app, contenttypes::app, app);
}

void AdminTest::SetUp() {
    boss_ = auth::User::objects.create_superuser("boss", "boss@example.com");
    bell_ = Maker::objects.create({.name = "Bell", .slug = "bell"});
    bog_ = Maker::objects.create({.name = "Bog", .slug = "bog"});
    auth::force_login(client_, boss_);
}

void AdminTest::add_jams(int count) const {
    for (int i = 1; i <= count; ++i) {
        const std::string number = std::string(i < 10 ? "0" : "") + std::to_string(i);
        Jam::objects.create({.name = "Jam " + number,
                             .slug = "jam-" + number,
                             .maker = i % 2 == 0 ? bell_ : bog_,
                             .taste = i % 3 == 0 ? "tart" : "sweet",
                             .is_sold = i % 4 != 0,
                             .stock = i,
                             .boiled = Date::make(2020 + i % 3, 1 + i % 12, 5).value()});
    }
}

void AdminTest::log_in_with(const std::vector<std::string>& permissions) {
    const auth::User staff =
        auth::User::objects.create_user("staff", "", std::nullopt, {.is_staff = true});
    for (const std::string& name : permissions) {
        const std::size_t dot = name.find('.');
        staff.user_permissions.add(
            auth::Permission::objects.get(F<&auth::Permission::codename> == name.substr(dot + 1)));
    }
    auth::force_login(client_, staff);
}

tatum::testing::Form AdminTest::jam_form(const std::string& name, const std::string& slug,
                                         const Maker& maker) {
    return {{"name", name},
            {"slug", slug},
            {"maker", std::to_string(maker.id)},
            {"taste", "tart"},
            {"stock", "7"},
            {"boiled", "2024-02-29"},
            {"labels-TOTAL_FORMS", "0"},
            {"labels-INITIAL_FORMS", "0"}};
}

}  // namespace cellar
