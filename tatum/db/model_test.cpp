#include <tatum/db/impl/test_models.h>

namespace tatum::db::shop {

using ModelTest = ShopTest;

TEST_F(ModelTest, SavesAndReadsBackEveryTypeOfField) {
    Currency::objects.create({.code = "EUR", .digits = 2});
    Everything row{.flag = true,
                   .small = -7,
                   .number = 42,
                   .big = 1LL << 40,
                   .real = 0.1,
                   .text = "O'Neil \"ü\"",
                   .amount = 1234.5678_dec,
                   .day = Date::make(2024, 2, 29).value(),
                   .time = Time::make(13, 5, 0, 500000).value(),
                   .moment = DateTime::from_utc(1709211900123456),
                   .span = Duration::days(2),
                   .uuid = Uuid::parse("12345678-1234-5678-1234-567812345678").value(),
                   .json = Value(Dict{{"a", List{Value(1), Value("x")}}}),
                   .bytes = {std::byte{0}, std::byte{255}},
                   .maybe = 5,
                   .state = State::Paid,
                   .size = Size::Large,
                   .currency = "EUR"};
    row.save();
    ASSERT_GT(row.id, 0);
    const auto read = Everything::objects.get_pk(row.id);
    EXPECT_TRUE(read.flag);
    EXPECT_EQ(read.small, -7);
    EXPECT_EQ(read.number, 42);
    EXPECT_EQ(read.big, 1LL << 40);
    EXPECT_EQ(read.real, 0.1);
    EXPECT_EQ(read.text, row.text);
    EXPECT_TRUE(Decimal::identical(read.amount, row.amount));
    EXPECT_EQ(read.day, row.day);
    EXPECT_EQ(read.time, row.time);
    EXPECT_EQ(read.moment, row.moment);
    EXPECT_TRUE(read.moment.is_aware());
    EXPECT_EQ(read.span, row.span);
    EXPECT_EQ(read.uuid, row.uuid);
    EXPECT_EQ(read.json, row.json);
    EXPECT_EQ(read.bytes, row.bytes);
    EXPECT_EQ(read.maybe, 5);
    EXPECT_EQ(read.nickname, std::nullopt);
    EXPECT_EQ(read.state, State::Paid);
    EXPECT_EQ(read.size, Size::Large);
    EXPECT_EQ(read.currency.id, "EUR");
    EXPECT_EQ(read.currency->digits, 2);
    EXPECT_EQ(read.display<&Everything::state>(), "Paid for");
    EXPECT_EQ(read.display<&Everything::size>(), "Big");
    EXPECT_EQ(Everything::objects.filter(F<&Everything::state> == State::Paid).count(), 1);
}

TEST_F(ModelTest, KeepsValuesAsDjangoKeepsThem) {
    Everything row{.flag = true,
                   .amount = 1.50_dec,
                   .day = Date::make(2024, 2, 29).value(),
                   .time = Time::make(13, 5).value(),
                   .moment = DateTime::from_utc(1709211900000000),
                   .span = Duration::seconds(1),
                   .json = Value(List{Value(1)}),
                   .state = State::Paid};
    row.uuid.bytes[15] = 0xab;
    row.save();
    const auto kept = databases->default_().execute(
        "SELECT flag, amount, typeof(amount), day, time, moment, span, uuid, json, state, size, "
        "currency_id FROM shop_everything");
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(Value(kept[0]).str(),
              "[1, 1.5, 'real', '2024-02-29', '13:05:00', '2024-02-29 13:05:00', 1000000, "
              "'000000000000000000000000000000ab', '[1]', 'PAID', 0, None]");
}

TEST_F(ModelTest, UpdatesARowThatExistsAndInsertsOneWithAChosenKey) {
    Tag tag{.name = "one"};
    tag.save();
    tag.name = "two";
    {
        const QueryLog log;
        tag.save();
        EXPECT_EQ(log.statements(),
                  std::vector<std::string>{
                      R"(UPDATE "shop_tag" SET "name" = 'two' WHERE "shop_tag"."id" = 1)"});
    }
    Tag chosen{.name = "three"};
    chosen.id = 77;
    const QueryLog log;
    chosen.save();
    EXPECT_EQ(log.count(), 2u);
    EXPECT_EQ(Tag::objects.get_pk(77).name, "three");
    EXPECT_EQ(Tag::objects.count(), 2);
}

TEST_F(ModelTest, SavesOnlyTheFieldsNamed) {
    fill();
    auto product = Product::objects.get(F<&Product::name> == "saw");
    product.name = "changed";
    product.stock = 99;
    product.save({.update_fields = {"stock"}});
    product.refresh_from_db();
    EXPECT_EQ(product.name, "saw");
    EXPECT_EQ(product.stock, 99);
    EXPECT_THROW(product.save({.update_fields = {"colour"}}), ValueError);
    product.delete_();
    product.id = 1234;
    EXPECT_THROW(product.save({.force_update = true}), DatabaseError);
}

TEST_F(ModelTest, LoadsAForeignKeyOnceWhenItIsTouched) {
    fill();
    const auto product = Product::objects.get(F<&Product::name> == "cranberry");
    const QueryLog log;
    EXPECT_EQ(product.category->name, "Sauces");
    EXPECT_EQ(product.category->slug, "sauces");
    EXPECT_EQ(log.count(), 1u);
    EXPECT_EQ(str(*product.category), "Fall: Food - Sauces");
    EXPECT_EQ(log.count(), 3u);
}

TEST_F(ModelTest, ForgetsTheObjectOfAForeignKeyWhoseKeyChanges) {
    fill();
    auto product = Product::objects.get(F<&Product::name> == "cranberry");
    EXPECT_EQ(product.category->name, "Sauces");
    product.category.id = tools.id;
    EXPECT_EQ(product.category->name, "Tools");
    product.category = food;
    const QueryLog log;
    EXPECT_EQ(product.category->name, "Food");
    EXPECT_EQ(log.count(), 0u);
}

TEST_F(ModelTest, ThrowsWhereAForeignKeyIsEmptyOrItsRowGone) {
    fill();
    EXPECT_FALSE(food.parent);
    EXPECT_THROW(static_cast<void>(food.parent->name), Category::DoesNotExist);
    EXPECT_EQ(food.parent.find(), nullptr);
    Product product{.category = 999};
    EXPECT_THROW(static_cast<void>(product.category->name), ObjectDoesNotExist);
}

TEST_F(ModelTest, RefusesToSaveBesideAnUnsavedObject) {
    Category unsaved{.name = "x"};
    Product product{.category = unsaved, .name = "y"};
    try {
        product.save();
        FAIL();
    } catch (const ValueError& error) {
        EXPECT_STREQ(error.what(),
                     "save() prohibited to prevent data loss due to unsaved related object "
                     "'category'.");
    }
}

TEST_F(ModelTest, ComparesObjectsByModelAndKey) {
    fill();
    EXPECT_EQ(Category::objects.get_pk(food.id), food);
    EXPECT_NE(food, tools);
    const Tag a, b;
    EXPECT_NE(a, b);
    EXPECT_EQ(a, a);
}

TEST_F(ModelTest, ViolatedConstraintsAreIntegrityErrors) {
    fill();
    Product twin{.category = food, .name = "x", .slug = "saw", .price = 1_dec};
    try {
        twin.save();
        FAIL();
    } catch (const IntegrityError& error) {
        EXPECT_STREQ(error.what(), "UNIQUE constraint failed: shop_product.slug");
    }
    EXPECT_THROW(Product::objects.create({.category = food, .slug = "n", .price = -1_dec}),
                 IntegrityError);
    EXPECT_THROW(Product::objects.create({.category = 999, .slug = "n"}), IntegrityError);
    EXPECT_THROW(Product::objects.create({.category = food, .slug = "n", .price = 1234567.89_dec}),
                 DataError);
}

TEST_F(ModelTest, FullCleanNamesAllFaultsAtOnce) {
    fill();
    Product product{.name = "forbidden", .slug = "saw", .price = 1234567.891_dec};
    try {
        product.full_clean();
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_EQ(error.messages("category"),
                  std::vector<std::string>{"This field cannot be null."});
        EXPECT_EQ(error.messages("slug"),
                  std::vector<std::string>{"Product with this Slug already exists."});
        EXPECT_EQ(error.messages("price").size(), 1u);
        EXPECT_EQ(error.messages("name"), std::vector<std::string>{"This name is taken by us."});
    }
    Product negative{.category = food, .name = "n", .slug = "n", .price = -1_dec};
    try {
        negative.full_clean();
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_EQ(error.messages(""),
                  std::vector<std::string>{"Constraint “price_not_negative” is violated."});
    }
    Category again{.catalog = catalog, .name = "x", .slug = "food"};
    try {
        again.full_clean();
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_EQ(error.messages(""),
                  std::vector<std::string>{"Category with this Catalog and Slug already exists."});
    }
    again.slug = "fresh";
    EXPECT_NO_THROW(again.full_clean());
}

TEST_F(ModelTest, DeletesWhatCascadesAndRefusesWhatIsProtected) {
    fill();
    try {
        sauces.delete_();
        FAIL();
    } catch (const ProtectedError& error) {
        EXPECT_STREQ(error.what(),
                     "Cannot delete some instances of model 'Category' because they are referenced "
                     "through protected foreign keys: 'Product.category'.");
    }
    Product other{.category = tools, .second_category = sauces, .name = "o", .slug = "o"};
    other.save();
    // cranberry with two details and two tags, apple with one tag
    EXPECT_EQ(Product::objects.filter(F<&Product::category> == sauces).delete_(), 7);
    EXPECT_EQ(sauces.delete_(), 1);
    other.refresh_from_db();
    EXPECT_FALSE(other.second_category);
    EXPECT_EQ(Detail::objects.count(), 1);
}

TEST_F(ModelTest, HoldsManyToManyRelations) {
    fill();
    auto saw = Product::objects.get(F<&Product::name> == "saw");
    const auto red = Tag::objects.get(F<&Tag::name> == "red");
    saw.tags.add(red);
    saw.tags.add(red);
    EXPECT_EQ(saw.tags.count(), 1);
    EXPECT_EQ(names(Product::objects.filter(F<&Product::tags> == red).order_by("name")),
              "cranberry saw");
    EXPECT_EQ(
        names(Product::objects.filter(F<&Product::tags, &Tag::name> == "sweet").order_by("name")),
        "apple cranberry");
    EXPECT_EQ(Tag::objects.filter(F<reverse<&Product::tags>, &Product::name> == "apple").count(),
              1);
    saw.tags.set({Tag::objects.get(F<&Tag::name> == "sweet")});
    EXPECT_EQ(saw.tags.all().first()->name, "sweet");
    saw.tags.remove(red);
    EXPECT_EQ(saw.tags.count(), 1);
    saw.tags.clear();
    EXPECT_FALSE(saw.tags.exists());
    EXPECT_EQ(red.related<&Product::tags>().count(), 1);
    Product unsaved;
    EXPECT_THROW(unsaved.tags.add(red), ValueError);
}

TEST_F(ModelTest, FollowsRelationsInTheDatabaseOfTheObject) {
    Database& other = add_database("other");
    other.execute("INSERT INTO shop_catalog VALUES (1, 'Spring', 'spring')");
    other.execute(
        "INSERT INTO shop_category (id, name, slug, description, catalog_id) "
        "VALUES (5, 'Herbs', 'herbs', '', 1)");
    other.execute("INSERT INTO shop_tag VALUES (9, 'green')");
    Product dill{.category = 5, .name = "dill", .slug = "dill", .price = 1_dec};
    dill.save({.using_ = "other"});
    EXPECT_EQ(dill.category->name, "Herbs");

    auto read = *Product::objects.using_("other").first();
    EXPECT_EQ(read.category->catalog->name, "Spring");
    read.tags.add(9);
    EXPECT_EQ(read.tags.all().get().name, "green");
    EXPECT_EQ(other.execute("SELECT count(*) FROM shop_product_tags")[0][0], Value(1));
    const auto ahead = Product::objects.using_("other").prefetch_related("tags").get();
    EXPECT_EQ(ahead.tags.all().get().name, "green");
    read.tags.set(std::vector<Tag>{});
    EXPECT_FALSE(read.tags.exists());

    EXPECT_NO_THROW(read.full_clean());
    Product::objects.using_("other").create(
        {.category = 5, .name = "mint", .slug = "mint", .price = 1_dec});
    read.slug = "mint";
    try {
        read.full_clean();
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_EQ(error.messages("slug"),
                  std::vector<std::string>{"Product with this Slug already exists."});
        EXPECT_EQ(error.faults().size(), 1u);
    }
}

TEST_F(ModelTest, RelatesMoreRowsThanAStatementTakesParameters) {
    fill();
    // 32,766 parameters unless SQLite was built to take more; 10,000 keys are a portion.
    std::vector<Tag> tags(10'001);
    for (std::size_t i = 0; i < tags.size(); ++i) tags[i].name = "t" + std::to_string(i);
    Tag::objects.bulk_create(tags);
    const auto saw = Product::objects.get(F<&Product::name> == "saw");
    {
        const QueryLog log;
        saw.tags.set(tags);
        EXPECT_EQ(log.count(), 5u);  // what is there: 1, of those to add: 2, new: 2
    }
    EXPECT_EQ(saw.tags.count(), 10'001);
    saw.tags.set(std::vector<Tag>{tags[0]});
    EXPECT_EQ(saw.tags.get().name, "t0");
}

TEST_F(ModelTest, FollowsRelationsBackwards) {
    fill();
    EXPECT_EQ(sauces.related<&Product::category>().count(), 2);
    {
        const QueryLog log;
        for (const Product& product : sauces.related<&Product::category>().order_by("name")) {
            EXPECT_EQ(product.category->name, "Sauces");
        }
        EXPECT_EQ(log.count(), 1u);  // the products know their category
    }
    const auto product = sauces.related<&Product::category>().create({.name = "n", .slug = "n"});
    EXPECT_EQ(product.category.id, sauces.id);
    Sheet::objects.create({.product = product, .text = "t"});
    EXPECT_EQ(product.related<&Sheet::product>().get().text, "t");
}

}  // namespace tatum::db::shop
