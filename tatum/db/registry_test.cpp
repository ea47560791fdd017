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

TEST(ModelRegistry, SaysWhatIsMissingOutsideOfASite) {
    EXPECT_THROW(Tag::objects.count(), ImproperlyConfigured);
}

}  // namespace tatum::db::shop
