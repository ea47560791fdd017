#include <tatum/db/impl/test_models.h>

namespace tatum::db::shop {

namespace {

struct Loose : Model<Loose> {
    ForeignKey<Tag> tag;
    std::string name;
    static void define(Definition<Loose>& d) {
        d.field<&Loose::tag>(on_delete(Cascade));
        d.field<&Loose::name>(max_length(5));
    }
};
struct Unlimited : Model<Unlimited> {
    std::string name;
    static void define(Definition<Unlimited>& d) { d.field<&Unlimited::name>(); }
};
struct Twice : Model<Twice> {
    int number = 0;
    static void define(Definition<Twice>& d) {
        d.field<&Twice::number>();
        d.field<&Twice::number>();
        d.unique<&Twice::number>({.condition = F<&Twice::number> > 0});
    }
};
struct Orphan : Model<Orphan> {
    ForeignKey<Tag> tag;
    static void define(Definition<Orphan>& d) { d.field<&Orphan::tag>(on_delete(SetNull)); }
};
struct Clash : Model<Clash> {
    ForeignKey<Tag> first, second;
    static void define(Definition<Clash>& d) {
        d.field<&Clash::first>();
        d.field<&Clash::second>();
        d.index({"colour"});
    }
};

/// A model that others know by its number.
struct Customer : Model<Customer> {
    std::int64_t number = 0;
    std::string code;
    std::string name;
    static void define(Definition<Customer>& d) {
        d.field<&Customer::number>(unique);
        d.field<&Customer::code>(unique, max_length(8));
        d.field<&Customer::name>(unique, max_length(50));
    }
};
struct ByNumber : Model<ByNumber> {
    ForeignKey<Customer> customer;
    static void define(Definition<ByNumber>& d) {
        d.field<&ByNumber::customer>(to_field("number"));
    }
};
struct ByCode : Model<ByCode> {
    ForeignKey<Customer, std::string> customer;
    static void define(Definition<ByCode>& d) { d.field<&ByCode::customer>(to_field("code")); }
};
struct ByName : Model<ByName> {
    ForeignKey<Customer, std::string> customer;
    static void define(Definition<ByName>& d) { d.field<&ByName::customer>(to_field("name")); }
};
struct ByWrongType : Model<ByWrongType> {
    ForeignKey<Customer> customer;
    static void define(Definition<ByWrongType>& d) {
        d.field<&ByWrongType::customer>(to_field("code"));
    }
};
/// A model whose key is a key.
struct Profile : Model<Profile> {
    OneToOneField<Customer> customer;
    static void define(Definition<Profile>& d) { d.field<&Profile::customer>(primary_key); }
};
struct Visit : Model<Visit> {
    ForeignKey<Profile> profile;
    static void define(Definition<Visit>& d) { d.field<&Visit::profile>(); }
};

template <class... Ts>
std::string fault() {
    ModelRegistry registry;
    try {
        registry.add<Ts...>("app");
        registry.finish();
    } catch (const ImproperlyConfigured& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

using RegistryTest = ShopTest;

TEST_F(RegistryTest, TellsTheFirstFaultOfADeclaration) {
    EXPECT_EQ(fault<Twice>(), "Twice.number: is declared twice");
}

TEST_F(RegistryTest, GivesKeysTheKindThatTheirAppAsksFor) {
    ModelRegistry models;
    models.add(model_type<Tag>, "shop", "AutoField");
    EXPECT_EQ(models.get(model_type<Tag>).pk->kind, FieldKind::AutoField);
    EXPECT_THROW(models.add(model_type<Catalog>, "shop", "CharField"), ImproperlyConfigured);
}

TEST_F(RegistryTest, GivesTheNamesThatDjangoWouldGive) {
    const ModelMeta& product = registry.get(model_type<Product>);
    EXPECT_EQ(product.label, "shop.Product");
    EXPECT_EQ(product.db_table, "shop_product");
    EXPECT_EQ(product.verbose_name_plural, "products");
    EXPECT_EQ(product.field("category").column, "category_id");
    EXPECT_EQ(product.field("category_id").name, "category");
    EXPECT_EQ(product.field("second_category").verbose_name, "second category");
    EXPECT_EQ(product.pk->kind, FieldKind::BigAutoField);
    EXPECT_EQ(product.field("slug").kind, FieldKind::SlugField);
    EXPECT_EQ(product.field("stock").kind, FieldKind::PositiveIntegerField);
    EXPECT_TRUE(product.field("category").db_index);
    EXPECT_TRUE(product.field("old_price").null);
    const ModelMeta* pairs = registry.find("shop.product_tags");
    ASSERT_NE(pairs, nullptr);
    EXPECT_EQ(pairs->db_table, "shop_product_tags");
    EXPECT_EQ(pairs->fields[1]->column, "product_id");
    EXPECT_EQ(pairs->fields[2]->column, "tag_id");
    const ModelMeta& category = registry.get(model_type<Category>);
    EXPECT_EQ(category.find_accessor("children")->field->name, "parent");
    EXPECT_EQ(category.verbose_name_plural, "categories");
    EXPECT_EQ(registry.get(model_type<Tag>).find_accessor("products")->field->name, "tags");
    EXPECT_EQ(product.find_accessor("sheet")->one(), true);
    EXPECT_THROW(product.field("colour"), FieldDoesNotExist);
}

TEST_F(RegistryTest, WritesConditionsOfConstraintsAsSql) {
    const ModelMeta& product = registry.get(model_type<Product>);
    EXPECT_EQ(condition_sql(product, product.checks[0].condition), R"("price" >= '0')");
    EXPECT_EQ(
        condition_sql(product, F<&Product::name>.startswith("a") && F<&Product::on_sale> == true),
        R"(("name" LIKE 'a%' ESCAPE '\' AND "on_sale" = 1))");
    EXPECT_THROW(condition_sql(product, F<&Product::category, &Category::name> == "x"), FieldError);
}

TEST(ModelRegistry, NamesWhatContradictsItself) {
    EXPECT_EQ(fault<Loose>(),
              "The models cannot be used:\n  app.Loose.tag refers to the model Tag, which is not "
              "installed.");
    EXPECT_EQ(fault<Unlimited>(),
              "Unlimited.name: CharFields must define a 'max_length'; say text for unlimited text");
    EXPECT_EQ(fault<Orphan>(), "Orphan.tag: on_delete(SetNull) needs null");
    const std::string clash = fault<Tag, Clash>();
    EXPECT_NE(clash.find("are both app.Tag.clash_set. Give one another related_name."),
              std::string::npos)
        << clash;
    EXPECT_NE(clash.find("an index names 'colour', which is no field"), std::string::npos);
    EXPECT_EQ((fault<Tag, Tag>()), "The model Tag is installed twice.");
}

TEST(ModelRegistry, RefusesKeysWhoseTypeDoesNotTellTheirField) {
    EXPECT_EQ((fault<Customer, ByCode, Profile, Visit>()), "none");
    EXPECT_EQ(
        (fault<Customer, ByNumber>()),
        "The models cannot be used:\n  Keys refer to app.Customer.number, which is of the same "
        "type as id: they could not be told apart. Refer to one of them.");
    EXPECT_EQ((fault<Customer, ByName, ByCode>()),
              "The models cannot be used:\n  Keys refer to app.Customer.code, which is of the same "
              "type as name: they could not be told apart. Refer to one of them.");
    EXPECT_EQ((fault<Customer, ByWrongType>()),
              "The models cannot be used:\n  app.ByWrongType.customer holds keys of another type "
              "than app.Customer.code: name the type, as in ForeignKey<Customer, std::string>.");
}

TEST(ModelRegistry, KeysFindTheFieldThatTheyReferTo) {
    ModelRegistry models;
    models.add<Customer, ByCode, Profile, Visit>("app");
    models.finish();
    Databases databases(models);
    databases.add("default", {.name = ":memory:"});
    const DatabasesScope scope(databases);
    databases.default_().execute_script(
        "CREATE TABLE app_customer (id integer PRIMARY KEY, number bigint, code text, name text);"
        "CREATE TABLE app_bycode (id integer PRIMARY KEY, customer_id text);"
        "CREATE TABLE app_profile (customer_id bigint PRIMARY KEY);"
        "CREATE TABLE app_visit (id integer PRIMARY KEY, profile_id bigint)");
    Customer::objects.create({.number = 5, .code = "x", .name = "other"});
    const auto ann = Customer::objects.create({.number = 7, .code = "ann", .name = "Ann"});
    ByCode::objects.create({.customer = ann});
    const auto found = ByCode::objects.all().get();
    EXPECT_EQ(found.customer.id, "ann");
    EXPECT_EQ(found.customer->name, "Ann");
    Profile::objects.create({.customer = ann});
    Visit::objects.create({.profile = Profile::objects.all().get()});
    const auto visit = Visit::objects.all().get();
    EXPECT_EQ(visit.profile.id, ann.id);
    const QueryLog queries;
    EXPECT_EQ(visit.profile->customer.id, ann.id);
    EXPECT_EQ(visit.profile->customer->name, "Ann");
    EXPECT_EQ(queries.count(), 2u);  // what a key has read stays
}

TEST(ModelRegistry, SaysWhatIsMissingOutsideOfASite) {
    EXPECT_THROW(Tag::objects.count(), ImproperlyConfigured);
}

}  // namespace tatum::db::shop
