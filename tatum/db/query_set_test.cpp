#include <tatum/db/impl/query.h>
#include <tatum/db/impl/test_models.h>

namespace tatum::db::shop {

namespace {

/// The part of a SELECT from FROM on.
std::string tail(const std::string& sql) { return sql.substr(sql.find(" FROM ") + 6); }

std::string what_of(auto&& function) {
    try {
        function();
    } catch (const Exception& error) {
        return error.what();
    }
    return "nothing was thrown";
}

}  // namespace

using QuerySetTest = ShopTest;
using Products = QuerySet<Product>;

TEST_F(QuerySetTest, ComparesColumnsWithValues) {
    const auto where = [](const Q& q) {
        const std::string sql = Product::objects.filter(q).sql();
        return sql.substr(sql.find(" WHERE ") + 7);
    };
    EXPECT_EQ(where(F<&Product::name> == "saw"), R"("shop_product"."name" = 'saw')");
    EXPECT_EQ(where(F<&Product::name> != "saw"), R"(NOT ("shop_product"."name" = 'saw'))");
    EXPECT_EQ(where(F<&Product::price> >= 20_dec), R"("shop_product"."price" >= 20.0)");
    EXPECT_EQ(where(F<&Product::on_sale> == true), R"("shop_product"."on_sale" = 1)");
    EXPECT_EQ(where(F<&Product::name>.contains("5%_\\")),
              R"("shop_product"."name" LIKE '%5\%\_\\%' ESCAPE '\')");
    EXPECT_EQ(where(F<&Product::name>.istartswith("a")),
              R"("shop_product"."name" LIKE 'a%' ESCAPE '\')");
    EXPECT_EQ(where(F<&Product::name>.iexact("A")), R"("shop_product"."name" LIKE 'A' ESCAPE '\')");
    EXPECT_EQ(where(F<&Product::stock>.in({1, 2})), R"("shop_product"."stock" IN (1, 2))");
    EXPECT_EQ(where(F<&Product::stock>.range(1, 5)), R"("shop_product"."stock" BETWEEN 1 AND 5)");
    EXPECT_EQ(where(Q("stock__gte", Value(2.5))), R"("shop_product"."stock" >= 3)");
    EXPECT_EQ(where(Q("stock__lt", Value(2.5))), R"("shop_product"."stock" < 3)");
    EXPECT_EQ(where(Q("stock__gt", Value(2.5))), R"("shop_product"."stock" > 2)");
    EXPECT_EQ(where(F<&Product::released>.isnull()), R"("shop_product"."released" IS NULL)");
    EXPECT_EQ(where(F<&Product::released> == std::nullopt), R"("shop_product"."released" IS NULL)");
    EXPECT_EQ(where(F<&Product::name>.regex("^a")), R"("shop_product"."name" REGEXP '^a')");
    EXPECT_EQ(where(F<&Product::name>.iregex("^a")), R"("shop_product"."name" REGEXP '(?i)^a')");
    EXPECT_EQ(where(F<&Product::price> < F<&Product::old_price> * 2),
              R"("shop_product"."price" < ("shop_product"."old_price" * 2))");
    EXPECT_EQ(where(F<&Product::created>.year() == 2024),
              R"("shop_product"."created" BETWEEN '2024-01-01 00:00:00' AND )"
              R"('2024-12-31 23:59:59.999999')");
    EXPECT_EQ(where(F<&Product::released>.year() > 2024),
              R"("shop_product"."released" > '2024-12-31')");
    EXPECT_EQ(where(F<&Product::released>.month() == 5),
              R"(tatum_date_part('month', "shop_product"."released") = 5)");
}

TEST_F(QuerySetTest, CombinesConditions) {
    const auto where = [](const Q& q) {
        const std::string sql = Product::objects.filter(q).sql();
        return sql.substr(sql.find(" WHERE ") + 7);
    };
    const Q a = F<&Product::stock> == 1, b = F<&Product::stock> == 2, c = F<&Product::stock> == 3;
    EXPECT_EQ(where(a || (b && c)),
              R"(("shop_product"."stock" = 1 OR ("shop_product"."stock" = 2 AND )"
              R"("shop_product"."stock" = 3)))");
    EXPECT_EQ(where(!(a || b)),
              R"(NOT ("shop_product"."stock" = 1 OR "shop_product"."stock" = 2))");
    EXPECT_EQ(
        where(!(F<&Product::old_price> == 1_dec)),
        R"(NOT (("shop_product"."old_price" = 1.0 AND "shop_product"."old_price" IS NOT NULL)))");
    EXPECT_EQ(where(Q() && a), R"("shop_product"."stock" = 1)");
    EXPECT_EQ(where((a && F<&Product::stock>.in(std::vector<int>{})) || b),
              R"("shop_product"."stock" = 2)");
}

TEST_F(QuerySetTest, AnExclusiveOrHoldsWhenAnOddNumberOfItsPartsDo) {
    fill();
    const auto those = [](const Q& q) {
        return names(Product::objects.filter(q).order_by("name"));
    };
    const Q in_stock = F<&Product::stock> > 0, dear = F<&Product::price> > 10;
    const Q with_r = F<&Product::name>.contains("r"), some = F<&Product::id>.in({0}), all = !some;
    EXPECT_EQ(those(in_stock ^ dear), "apple bread cranberry");
    EXPECT_EQ(those(!(in_stock ^ dear)), "hammer saw");
    EXPECT_EQ(those(in_stock ^ dear ^ with_r), "apple hammer");
    EXPECT_EQ(those((in_stock ^ dear) && with_r), "bread cranberry");
    EXPECT_EQ(those(some ^ dear), "apple hammer saw");
    const Q none = F<&Product::id>.in(std::vector<int>{});
    EXPECT_EQ(those(none ^ dear), "apple hammer saw");
    EXPECT_EQ(those(!none ^ dear), "bread cranberry");
    EXPECT_EQ(those(!none ^ !none), "");
    EXPECT_EQ(those(none ^ !none), "apple bread cranberry hammer saw");
    // What is NULL does not hold, and a row that is not there leaves no other out.
    EXPECT_EQ(those((F<&Product::old_price> == 1_dec) ^ dear), "apple hammer saw");
    EXPECT_EQ(those((F<&Product::second_category, &Category::name> == "x" &&
                     F<&Product::second_category, &Category::slug> == "x") ^
                    dear),
              "apple hammer saw");
}

TEST_F(QuerySetTest, AConditionInsideAnExpressionLeavesOutNoRows) {
    fill();
    const Q second = F<&Product::second_category, &Category::name> == "Food" &&
                     F<&Product::second_category, &Category::slug> == "food";
    const Expression known = Case({When(second, Value("yes"))}, Value("no"));
    EXPECT_EQ(Product::objects.annotate("x", known).size(), 5u);
    EXPECT_EQ(Product::objects.filter(known == Value("no")).count(), 5);
    EXPECT_EQ(
        Product::objects.annotate("x", Expression(!second)).filter(Q("x", Value(true))).count(), 5);
    // Nor does a function of what is not there. (Django's right side does: a fault of its.)
    const Expression name = Coalesce({F<&Product::second_category, &Category::name>, Value("saw")});
    EXPECT_EQ(Product::objects.filter(name == Value("saw")).count(), 5);
    EXPECT_EQ(names(Product::objects.filter(Q("name", name))), "saw");
    EXPECT_EQ(names(Product::objects.exclude(Q("name", name)).order_by("name")),
              "apple bread cranberry hammer");
    EXPECT_THROW(Product::objects.update(F<&Product::name> = known == Value("no")), FieldError);
}

TEST_F(QuerySetTest, JoinsOnceForAPathAndNotForAKey) {
    EXPECT_EQ(tail(Product::objects
                       .filter(F<&Product::category, &Category::slug> == "a",
                               F<&Product::category, &Category::name> == "b")
                       .sql()),
              R"("shop_product" INNER JOIN "shop_category" ON ("shop_product"."category_id" = )"
              R"("shop_category"."id") WHERE ("shop_category"."slug" = 'a' AND )"
              R"("shop_category"."name" = 'b'))");
    EXPECT_EQ(tail(Product::objects.filter(F<&Product::category, &Category::id> == 3).sql()),
              R"("shop_product" WHERE "shop_product"."category_id" = 3)");
    EXPECT_EQ(tail(Product::objects
                       .filter(F<&Product::category, &Category::parent, &Category::name> == "a")
                       .sql()),
              R"("shop_product" INNER JOIN "shop_category" ON ("shop_product"."category_id" = )"
              R"("shop_category"."id") INNER JOIN "shop_category" T3 ON )"
              R"(("shop_category"."parent_id" = T3."id") WHERE T3."name" = 'a')");
}

TEST_F(QuerySetTest, JoinsOuterWhereOneAlternativeNeedsNoRow) {
    const std::string sql =
        Product::objects
            .filter(F<&Product::second_category, &Category::name> == "a" || F<&Product::stock> == 1)
            .sql();
    EXPECT_NE(sql.find("LEFT OUTER JOIN"), std::string::npos) << sql;
    const std::string inner =
        Product::objects.filter(F<&Product::second_category, &Category::name> == "a").sql();
    EXPECT_NE(inner.find("INNER JOIN"), std::string::npos) << inner;
    const std::string null =
        Product::objects.filter(F<&Product::second_category, &Category::name>.isnull()).sql();
    EXPECT_NE(null.find("LEFT OUTER JOIN"), std::string::npos) << null;
}

TEST_F(QuerySetTest, ConditionsOfOneCallHoldForTheSameRelatedRow) {
    fill();
    const Q colour = F<reverse<&Detail::product>, &Detail::name> == "colour";
    const Q heavy = F<reverse<&Detail::product>, &Detail::value> == "200 g";
    EXPECT_EQ(Product::objects.filter(colour, heavy).count(), 0);
    EXPECT_EQ(Product::objects.filter(colour).filter(heavy).count(), 1);
}

TEST_F(QuerySetTest, ExcludesRowsOfWhichNoRelatedRowMatches) {
    fill();
    const Q weight = F<reverse<&Detail::product>, &Detail::name> == "weight";
    EXPECT_EQ(names(Product::objects.exclude(weight).order_by("name")), "apple bread hammer");
    EXPECT_EQ(names(Product::objects.filter(!weight).order_by("name")), "apple bread hammer");
    EXPECT_EQ(
        names(Product::objects.exclude(F<&Product::tags, &Tag::name> == "sweet").order_by("name")),
        "bread hammer saw");
    EXPECT_EQ(
        names(Product::objects.exclude(F<reverse<&Detail::product>>.isnull()).order_by("name")),
        "cranberry saw");
    EXPECT_EQ(
        names(Product::objects.filter(F<reverse<&Detail::product>>.isnull()).order_by("name")),
        "apple bread hammer");
    EXPECT_EQ(
        names(Product::objects.exclude(F<&Product::second_category, &Category::name> == "Food")
                  .order_by("name")),
        "apple bread cranberry hammer saw");
}

TEST_F(QuerySetTest, ExcludesByAnExpressionOfTheRowItself) {
    fill();
    // `stock` is that of the product which has the tags, not of those which the tags are on.
    EXPECT_EQ(
        names(Product::objects.exclude(Q("tags__id__gt", F<&Product::stock> * 2)).order_by("name")),
        "bread cranberry hammer saw");
    EXPECT_EQ(
        names(Product::objects.exclude(Q("tags__id__gt", Coalesce({F<&Product::stock>, Value(0)})))
                  .order_by("name")),
        "bread cranberry hammer saw");
    // In a subquery, of the row outside of that too.
    const auto without = Product::objects.filter(Q("category", OuterRef("pk")))
                             .exclude(Q("tags__id", OuterRef("pk")));
    EXPECT_EQ(Category::objects.filter(Exists(without) == Expression(Value(true))).count(), 2);
    const auto chosen = Tag::objects.filter(Q("id", OuterRef("stock")));
    EXPECT_EQ(Product::objects.exclude(Q("tags__in", to_value(chosen))).count(), 5);
    const auto next = Tag::objects.filter(Q("id", OuterRef(F<&Product::stock> - 8)));
    EXPECT_EQ(names(Product::objects.filter(Exists(next) == Expression(Value(true)))), "cranberry");
}

TEST_F(QuerySetTest, OrdersByMembersNamesAndRelations) {
    fill();
    EXPECT_EQ(names(Product::objects.order_by(-F<&Product::price>)),
              "saw apple hammer bread cranberry");
    EXPECT_EQ(names(Product::objects.order_by("category__name", "-name")),
              "bread cranberry apple saw hammer");
    EXPECT_EQ(names(Product::objects.order_by("category", "name")),
              "bread apple cranberry hammer saw");
    EXPECT_EQ(names(Product::objects.order_by(F<&Product::price>).reverse()),
              "saw apple hammer bread cranberry");
    EXPECT_EQ(Category::objects.all().sql().substr(Category::objects.all().sql().find(" ORDER")),
              R"( ORDER BY "shop_category"."name" ASC)");
    EXPECT_EQ(Category::objects.order_by().sql().find("ORDER"), std::string::npos);
    EXPECT_NE(Product::objects.order_by(OrderBy("old_price").nulls_last()).sql().find("NULLS LAST"),
              std::string::npos);
    EXPECT_EQ(Product::objects.order_by("?").size(), 5u);
}

TEST_F(QuerySetTest, SlicesWithoutReadingMore) {
    fill();
    const auto ordered = Product::objects.order_by("name");
    EXPECT_EQ(names(ordered[{1, 3}]), "bread cranberry");
    EXPECT_EQ(names(ordered[{1, 4}][{1, 9}]), "cranberry hammer");
    EXPECT_EQ(names(ordered.slice({3})), "hammer saw");
    EXPECT_EQ(ordered[2].name, "cranberry");
    EXPECT_EQ(ordered.slice({0, 2}).count(), 2);
    EXPECT_EQ(ordered.slice({4, 9}).count(), 1);
    EXPECT_EQ(ordered.slice({3, 3}).size(), 0u);
    EXPECT_THROW(ordered[99], Product::DoesNotExist);
    EXPECT_EQ(what_of([&] { ordered.slice({0, 2}).filter(F<&Product::stock> == 1); }),
              "Cannot filter a query once a slice has been taken.");
    EXPECT_EQ(what_of([&] { ordered.slice({-1}); }), "Negative indexing is not supported.");
}

TEST_F(QuerySetTest, EvaluatesOnceAndSharesTheRows) {
    fill();
    const Products all = Product::objects.order_by("name");
    const Products copy = all;
    const QueryLog log;
    EXPECT_EQ(all.size(), 5u);
    EXPECT_EQ(copy.begin()->name, "apple");
    EXPECT_EQ(copy.count(), 5);
    EXPECT_TRUE(copy.exists());
    EXPECT_EQ(copy.first()->name, "apple");
    EXPECT_EQ(copy.last()->name, "saw");
    EXPECT_EQ(log.count(), 1u);
}

TEST_F(QuerySetTest, FindsOneRow) {
    fill();
    EXPECT_EQ(Product::objects.get(F<&Product::name> == "saw").stock, 1);
    EXPECT_EQ(what_of([] { Product::objects.get(F<&Product::name> == "x"); }),
              "Product matching query does not exist.");
    EXPECT_THROW(Product::objects.get(F<&Product::stock> > 1), Product::MultipleObjectsReturned);
    EXPECT_EQ(Product::objects.find(F<&Product::name> == "x"), std::nullopt);
    EXPECT_EQ(Product::objects.none().first(), std::nullopt);
    EXPECT_EQ(Product::objects.first()->name, "cranberry");
    EXPECT_EQ(Product::objects.last()->name, "saw");
    EXPECT_EQ(Product::objects.latest().name, "saw");
    EXPECT_EQ(Product::objects.earliest("price").name, "cranberry");
    EXPECT_THROW(Product::objects.none().latest("price"), Product::DoesNotExist);
    EXPECT_TRUE(Product::objects.filter(F<&Product::stock> > 1).exists());
    EXPECT_FALSE(Product::objects.filter(F<&Product::stock> > 100).exists());
    const auto saw = Product::objects.get(F<&Product::name> == "saw");
    EXPECT_TRUE(Product::objects.contains(saw));
    EXPECT_FALSE(Product::objects.exclude(F<&Product::name> == "saw").contains(saw));
    const auto bulk = Product::objects.in_bulk({Value(1), Value(5), Value(99)});
    EXPECT_EQ(bulk.size(), 2u);
    EXPECT_EQ(bulk.find(Value(5))->name, "saw");
}

TEST_F(QuerySetTest, ReadsRelatedRowsInTheSameQuery) {
    fill();
    const QueryLog log;
    for (const Product& product :
         Product::objects
             .select_related<&Product::category, &Category::catalog, &Product::second_category>()) {
        EXPECT_EQ(product.category->catalog->name, "Fall");
        EXPECT_FALSE(product.second_category);
    }
    EXPECT_EQ(log.count(), 1u);
    const Product kept = *Product::objects.select_related("category").order_by("name").first();
    EXPECT_EQ(kept.category->name, "Sauces");
    EXPECT_EQ(log.count(), 2u);
    EXPECT_EQ(what_of([] { Product::objects.select_related("tags").size(); }),
              "Invalid field name(s) given in select_related: 'tags'. Choices are: category, "
              "second_category, sheet");
}

TEST_F(QuerySetTest, ReadsTheOtherEndOfAOneToOneRelation) {
    fill();
    const auto saw = Product::objects.get(F<&Product::name> == "saw");
    Sheet::objects.create({.product = saw, .text = "sharp"});
    const QueryLog log;
    for (const Product& product : Product::objects.select_related("sheet")) {
        EXPECT_EQ(product.related<&Sheet::product>().exists(), product.name == "saw");
    }
    EXPECT_EQ(log.count(), 1u);
}

TEST_F(QuerySetTest, PrefetchesEachRelationInOneQuery) {
    fill();
    const QueryLog log;
    for (const Product& product :
         Product::objects.order_by("name")
             .prefetch_related<&Product::category, &Category::parent, reverse<&Detail::product>,
                               &Product::tags>()) {
        const auto details = product.related<&Detail::product>();
        const std::size_t expected = product.name == "cranberry" ? 2
                                     : product.name == "saw"     ? 1
                                                                 : 0;
        EXPECT_EQ(details.size(), expected);
        for (const Detail& detail : details) EXPECT_EQ(detail.product->name, product.name);
        EXPECT_EQ(product.tags.all().size(), product.name == "cranberry" ? 2u
                                             : product.name == "apple"   ? 1u
                                                                         : 0u);
        EXPECT_EQ(product.category->parent ? product.category->parent->name : "",
                  product.category->name == "Sauces" ? "Food" : "");
    }
    EXPECT_EQ(log.count(), 5u);
}

TEST_F(QuerySetTest, PrefetchesTheRowsOfAQueryOfOnesOwn) {
    fill();
    const QueryLog log;
    const auto categories = Category::objects.prefetch_related(
        "products", Product::objects.filter(F<&Product::stock> > 1));
    std::string found;
    for (const Category& category : categories) {
        for (const Product& product : category.related<&Product::category>()) {
            found += product.name + " ";
        }
    }
    EXPECT_EQ(found, "bread cranberry hammer ");
    EXPECT_EQ(log.count(), 2u);
    EXPECT_EQ(what_of([] { Category::objects.prefetch_related("nothing").size(); }),
              "Cannot find 'nothing' on Category object, 'nothing' is an invalid parameter to "
              "prefetch_related()");
}

TEST_F(QuerySetTest, PrefetchesTwoRelationsOfTheSameModels) {
    fill();
    Product::objects.filter(F<&Product::name> == "saw").update(F<&Product::second_category> = food);
    const auto categories = Category::objects.filter(F<&Category::name> == "Food")
                                .prefetch_related("products", "second_products");
    const Category& category = *categories.begin();
    EXPECT_EQ(names(category.related<&Product::category>()), "bread");
    EXPECT_EQ(names(category.related<&Product::second_category>()), "saw");
}

TEST_F(QuerySetTest, PrefetchesWhatPathsBeginWithOnce) {
    fill();
    const QueryLog log;
    for (const Category& category :
         Category::objects.prefetch_related("products__details", "products__tags", "products")) {
        for (const Product& product : category.related<&Product::category>()) {
            EXPECT_EQ(product.related<&Detail::product>().size(), product.name == "cranberry" ? 2u
                                                                  : product.name == "saw"     ? 1u
                                                                                              : 0u);
            EXPECT_EQ(product.tags.all().size(), product.name == "cranberry" ? 2u
                                                 : product.name == "apple"   ? 1u
                                                                             : 0u);
        }
    }
    EXPECT_EQ(log.count(), 4u);
    EXPECT_EQ(what_of([] {
                  Category::objects.prefetch_related("products__tags")
                      .prefetch_related("products", Product::objects.all())
                      .size();
              }),
              "'products' lookup was already seen with a different queryset. You may need to "
              "adjust the ordering of your lookups.");
}

TEST_F(QuerySetTest, Aggregates) {
    fill();
    EXPECT_EQ(Product::objects.count(), 5);
    EXPECT_EQ(Product::objects.aggregate(Sum(F<&Product::price>)).str(), "67.74");
    const Dict found =
        Product::objects.aggregate({{"most", Max(F<&Product::price>)},
                                    {"stock", Sum("stock")},
                                    {"mean", Avg(F<&Product::stock>)},
                                    {"categories", Count("category", {.distinct = true})}});
    EXPECT_EQ(found.get("most").str(), "30.00");
    EXPECT_EQ(found.get("stock"), Value(18));
    EXPECT_EQ(found.get("mean"), Value(3.6));
    EXPECT_EQ(found.get("categories"), Value(3));
    EXPECT_EQ(Product::objects.none().aggregate(Count("pk")), Value(0));
    EXPECT_TRUE(Product::objects.none().aggregate(Sum("price")).is_none());
    EXPECT_EQ(Product::objects.order_by("price").slice({0, 2}).aggregate(Sum("price")).str(),
              "4.75");
    EXPECT_EQ(Product::objects.aggregate(Count("pk", {.filter = F<&Product::stock> > 1})),
              Value(3));
}

TEST_F(QuerySetTest, AnnotatesAndFiltersByTheAnnotation) {
    fill();
    const auto counted = Category::objects.annotate("n", Count(F<reverse<&Product::category>>))
                             .order_by("-n", "name");
    std::string found;
    for (const Category& category : counted) {
        found += category.name + category.annotation("n").str() + " ";
    }
    EXPECT_EQ(found, "Sauces2 Tools2 Food1 ");
    EXPECT_EQ(counted.filter(Q("n__gte", Value(2))).count(), 2);
    EXPECT_EQ(counted.filter(Q("n", Value(1)) && F<&Category::slug> == "food").get().name, "Food");
    EXPECT_EQ(Product::objects.annotate("twice", F<&Product::price> * 2)
                  .filter(Q("twice__gt", Value(39)))
                  .count(),
              2);
    const auto labelled =
        Product::objects.annotate("size", Case({When(F<&Product::stock> > 4, Value("many")),
                                                When(F<&Product::stock> > 0, Value("few"))},
                                               Value("none")));
    EXPECT_EQ(labelled.order_by("name").first()->annotation("size").str(), "none");
    EXPECT_EQ(what_of([] { Product::objects.annotate("name", Count("tags")); }),
              "The annotation 'name' conflicts with a field on the model.");
}

TEST_F(QuerySetTest, GivesValues) {
    fill();
    EXPECT_EQ(
        to_value(Product::objects.order_by("name").values("name", "category__name").slice({0, 1}))
            .items()
            .value()[0]
            .str(),
        "{'name': 'apple', 'category__name': 'Sauces'}");
    EXPECT_EQ(
        Value(Product::objects.order_by("stock").values_list("stock", "on_sale").rows()[0]).str(),
        "(0, False)");
    EXPECT_EQ(Value(Product::objects.order_by("name").values_flat("name").rows()).str(),
              "['apple', 'bread', 'cranberry', 'hammer', 'saw']");
    EXPECT_EQ(Value(Product::objects.values("category__name")
                        .annotate("n", Count("pk"))
                        .order_by("category__name")
                        .rows())
                  .str(),
              "[{'category__name': 'Food', 'n': 1}, {'category__name': 'Sauces', 'n': 2}, "
              "{'category__name': 'Tools', 'n': 2}]");
    EXPECT_EQ(
        Product::objects.values_flat("category").distinct().order_by("category").rows().size(), 3u);
}

TEST_F(QuerySetTest, ReadsTheFirstOfValuesAlone) {
    fill();
    const QueryLog log;
    EXPECT_EQ(Product::objects.values("name").first()->str(), "{'name': 'cranberry'}");
    EXPECT_NE(log.statements()[0].find("LIMIT 1"), std::string::npos);
    EXPECT_EQ(Product::objects.order_by("-name").values_flat("name").first()->str(), "saw");
    const auto by_name = Product::objects.order_by("name").values_flat("name");
    EXPECT_EQ(by_name.slice({1, 3}).first()->str(), "bread");
    EXPECT_EQ(Product::objects.none().values_flat("name").first(), std::nullopt);
    const auto read = Product::objects.order_by("name").values_flat("name");
    EXPECT_EQ(read.size(), 5u);
    EXPECT_EQ(read.first()->str(), "apple");
    EXPECT_EQ(log.count(), 4u);
    const Value template_value = to_value(read);
    const auto of_template = [&](std::string_view name) {
        return template_value.as_object().attribute(template_value.self(), name)->str();
    };
    EXPECT_EQ(of_template("first"), "apple");
    EXPECT_EQ(of_template("last"), "saw");
    EXPECT_THROW((void)read.any().first(), QueryError);
}

TEST_F(QuerySetTest, UsesSubqueries) {
    fill();
    EXPECT_EQ(names(Product::objects
                        .filter(F<&Product::category>.in(
                            Category::objects.filter(F<&Category::parent> == food)))
                        .order_by("name")),
              "apple cranberry");
    EXPECT_EQ(
        Category::objects
            .annotate("cheapest", Subquery(Product::objects.filter(Q("category", OuterRef("pk")))
                                               .order_by("price")
                                               .values("price")
                                               .slice({0, 1})
                                               .any()))
            .order_by("name")
            .last()
            ->annotation("cheapest")
            .str(),
        "12.99");
    EXPECT_EQ(Category::objects
                  .filter(Exists(Product::objects.filter(Q("category", OuterRef("pk")),
                                                         F<&Product::stock> == 0)) ==
                          Expression(Value(true)))
                  .get()
                  .name,
              "Sauces");
    const auto dearest = Product::objects.filter(Q("category", OuterRef("pk"))).order_by("-price");
    EXPECT_EQ(Category::objects.annotate("dearest", Subquery(dearest.values("price").any()))
                  .last()
                  ->annotation("dearest")
                  .str(),
              "30.00");
    // Which rows there are does not depend on an order.
    EXPECT_EQ(Category::objects
                  .filter(F<reverse<&Product::category>>.in(
                      Product::objects.order_by("category__catalog__name")))
                  .sql()
                  .find("shop_catalog"),
              std::string::npos);
    EXPECT_EQ(what_of([] { Product::objects.filter(Q("name", OuterRef("x"))).count(); }),
              "OuterRef('x') may only be used in a Subquery or Exists.");
}

TEST_F(QuerySetTest, CombinesQueries) {
    fill();
    const auto cheap = Product::objects.filter(F<&Product::price> < 4);
    const auto food_products = Product::objects.filter(F<&Product::category> == sauces);
    EXPECT_EQ(names(cheap.union_(food_products).order_by("name")), "apple bread cranberry");
    EXPECT_EQ(cheap.union_all(food_products).count(), 4);
    EXPECT_EQ(names(cheap.intersection(food_products)), "cranberry");
    EXPECT_EQ(names(cheap.difference(food_products)), "bread");
    EXPECT_EQ(cheap.union_(Product::objects.none()).count(), 2);
    EXPECT_THROW(cheap.union_(food_products).filter(F<&Product::stock> == 1), NotSupportedError);
    EXPECT_EQ(cheap.union_(food_products).none().count(), 0);
    EXPECT_EQ(
        Category::objects.filter(F<reverse<&Product::category>>.in(cheap.union_(food_products)))
            .distinct()
            .count(),
        2);
}

TEST_F(QuerySetTest, DeletesNoCombinedQuery) {
    for (const std::string name : {"a", "b", "c"}) Tag::objects.create({.name = name});
    const auto coins = Currency::objects.filter(F<&Currency::digits> > 7);
    const auto details = Detail::objects.filter(F<&Detail::name> == "x");
    EXPECT_EQ(what_of([&] { details.union_(details).delete_(); }),
              "Calling QuerySet.delete() after union(), intersection() or difference() is not "
              "supported.");
    EXPECT_THROW(coins.difference(coins).delete_(), NotSupportedError);
    const auto tags = Tag::objects.filter(F<&Tag::name> == "a");
    EXPECT_THROW(tags.union_(tags).delete_(), NotSupportedError);
    EXPECT_EQ(Tag::objects.count(), 3);
}

TEST_F(QuerySetTest, GivesValuesOfCombinedQueries) {
    fill();
    const auto one = Product::objects.filter(F<&Product::stock> == 1);
    const auto two = Product::objects.filter(F<&Product::stock> == 2);
    const auto both = one.union_(two).order_by("name");
    EXPECT_EQ(Value(both.values_flat("name").rows()).str(), "['hammer', 'saw']");
    EXPECT_EQ(Value(both.values("name", "stock").rows()).str(),
              "[{'name': 'hammer', 'stock': 2}, {'name': 'saw', 'stock': 1}]");
    EXPECT_EQ(both.values_list("name").first()->str(), "('hammer',)");
    EXPECT_EQ(Value(one.union_(two).values_flat("category").rows()).str(), "[3]");
    EXPECT_THROW((void)both.values_flat("stock").rows(), QueryError);
}

TEST_F(QuerySetTest, UpdatesRows) {
    fill();
    const QueryLog log;
    EXPECT_EQ(
        Product::objects.filter(F<&Product::stock> > 1)
            .update(F<&Product::price> = F<&Product::price> + 1_dec, F<&Product::on_sale> = true),
        3);
    EXPECT_EQ(
        log.statements()[0],
        R"(UPDATE "shop_product" SET "price" = ("shop_product"."price" + 1.0), "on_sale" = 1 )"
        R"(WHERE "shop_product"."stock" > 1)");
    EXPECT_EQ(Product::objects.get(F<&Product::name> == "bread").price.str(), "4.25");
    EXPECT_EQ(Product::objects.filter(F<&Product::category, &Category::slug> == "tools")
                  .update(F<&Product::category> = food, F<&Product::old_price> = std::nullopt),
              2);
    EXPECT_EQ(food.related<&Product::category>().count(), 3);
    EXPECT_EQ(
        what_of([] {
            Product::objects.update(F<&Product::name> = F<&Product::category, &Category::name>);
        }),
        "Joined field references are not permitted in this query");
}

TEST_F(QuerySetTest, GetsOrCreatesAndUpdatesOrCreates) {
    const auto [first, created] = Tag::objects.get_or_create({F<&Tag::name> = "blue"});
    EXPECT_TRUE(created);
    const auto [second, again] = Tag::objects.get_or_create({F<&Tag::name> = "blue"});
    EXPECT_FALSE(again);
    EXPECT_EQ(first, second);
    const auto [changed, fresh] =
        Tag::objects.update_or_create({F<&Tag::id> = first.id}, {F<&Tag::name> = "green"});
    EXPECT_FALSE(fresh);
    EXPECT_EQ(Tag::objects.get().name, "green");
}

TEST_F(QuerySetTest, CreatesAndUpdatesInBulk) {
    std::vector<Tag> tags;
    for (int i = 0; i < 50; ++i) tags.push_back({.name = "tag" + std::to_string(i)});
    {
        const QueryLog log;
        Tag::objects.bulk_create(tags);
        EXPECT_EQ(log.count(), 1u);
    }
    EXPECT_EQ(tags[49].id, tags[0].id + 49);
    for (Tag& tag : tags) tag.name += "x";
    const QueryLog log;
    EXPECT_EQ(Tag::objects.bulk_update<&Tag::name>(tags), 50);
    EXPECT_EQ(log.count(), 1u);
    EXPECT_EQ(Tag::objects.get_pk(tags[7].id).name, "tag7x");
    std::vector<Tag> more{{.name = "tag7x"}, {.name = "new"}};
    EXPECT_THROW(Tag::objects.bulk_create(more), IntegrityError);
    Tag::objects.bulk_create(more, {.ignore_conflicts = true});
    EXPECT_EQ(Tag::objects.count(), 51);
}

TEST_F(QuerySetTest, LeavesColumnsUnread) {
    fill();
    const auto only = Product::objects.only<&Product::name>();
    EXPECT_EQ(only.sql().substr(0, only.sql().find(" FROM")),
              R"(SELECT "shop_product"."id", "shop_product"."name")");
    Product saw = only.get(F<&Product::name> == "saw");
    EXPECT_EQ(saw.stock, 0);
    EXPECT_EQ(to_value(saw).as_object().attribute(to_value(saw).self(), "stock"), Value(1));
    saw.name = "renamed";
    saw.save();
    saw.refresh_from_db();
    EXPECT_EQ(saw.stock, 1);
    EXPECT_EQ(saw.name, "renamed");
    EXPECT_EQ(Product::objects.defer<&Product::name>().sql().find("\"shop_product\".\"name\""),
              std::string::npos);
}

TEST_F(QuerySetTest, RunsSqlOfOnesOwn) {
    fill();
    const auto rows = Product::objects.raw(
        "SELECT id, name, price * ? AS scaled FROM shop_product WHERE stock > ? ORDER BY id",
        {Value(2), Value(1)});
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].name, "cranberry");
    EXPECT_EQ(rows[0].annotation("scaled"), Value(3.0));
    EXPECT_EQ(what_of([] { Product::objects.raw("SELECT name FROM shop_product"); }),
              "Raw query must include the primary key");
}

TEST_F(QuerySetTest, UnderstandsNamesAtRunTime) {
    fill();
    const auto count = [](std::string_view path, const Value& value) {
        return Product::objects.filter(Q(path, value)).count();
    };
    EXPECT_EQ(count("category__slug__icontains", Value("SAU")), 2);
    EXPECT_EQ(count("category", to_value(tools)), 2);
    EXPECT_EQ(count("category_id", Value("4")), 0);
    EXPECT_EQ(
        count("category__in", to_value(Category::objects.filter(F<&Category::slug> == "food"))), 1);
    EXPECT_EQ(count("stock__gte", Value("5")), 2);
    EXPECT_EQ(count("tags__name", Value("red")), 1);
    EXPECT_EQ(count("details__isnull", Value(true)), 3);
    EXPECT_EQ(count("pk__in", Value(List{Value(1), Value("2")})), 2);
    EXPECT_EQ(count("price", Value("1.50")), 1);
    EXPECT_EQ(count("released__isnull", Value(true)), 5);
    EXPECT_EQ(what_of([&] { count("colour", Value(1)); }),
              "Cannot resolve keyword 'colour' into field. Choices are: category, category_id, "
              "created, details, id, name, old_price, on_sale, price, released, second_category, "
              "second_category_id, sheet, slug, stock, tags");
    EXPECT_EQ(what_of([&] { count("name__colour", Value(1)); }),
              "Unsupported lookup 'colour' for CharField or join on the field not permitted.");
    EXPECT_EQ(what_of([&] { count("category__colour", Value(1)); }),
              "Related Field got invalid lookup: colour");
    EXPECT_EQ(what_of([&] { count("stock", Value("x")); }),
              "Field 'stock' expected a number but got 'x'.");
    EXPECT_EQ(what_of([&] { count("stock__gt", Value()); }), "Cannot use None as a query value");
}

TEST_F(QuerySetTest, ChangesOnlyWhatNobodyElseHas) {
    fill();
    const AnyQuerySet all(model_type<Product>);
    const Q cranberry = F<&Product::name> == "cranberry";
    // Copies that are about to go share with `all`, which must not notice.
    EXPECT_EQ(AnyQuerySet(all).filter(cranberry).get()->count(), 1u);
    EXPECT_TRUE(AnyQuerySet(all).filter(cranberry).find());
    EXPECT_EQ(all.count(), 5);
    EXPECT_FALSE(all.query().is_sliced());
    EXPECT_TRUE(all.query().filters.empty());

    // One that nobody shares, but with rows: they are read anew, as Django's get() does.
    AnyQuerySet rows = AnyQuerySet(model_type<Product>).filter(cranberry);
    Rows* const read = &rows.rows();
    EXPECT_NE(std::move(rows).get().get(), read);

    const QuerySet<Product> some = Product::objects.filter(F<&Product::stock> > 1);
    EXPECT_EQ(some.get(cranberry).name, "cranberry");
    EXPECT_EQ(some.filter(cranberry).count(), 1);
    EXPECT_EQ(some.count(), 3);
    EXPECT_THROW(AnyQuerySet(all).slice({0, 2}).filter(cranberry), QueryError);
    EXPECT_THROW(AnyQuerySet(all).get(), Product::MultipleObjectsReturned);
    EXPECT_THROW(AnyQuerySet(all).none().get(), Product::DoesNotExist);
}

TEST_F(QuerySetTest, TakesNoUnknownColumnForAText) {
    fill();
    EXPECT_THROW(Product::objects.raw("SELECT id FROM shop_product ORDER BY \"nothing\""),
                 OperationalError);
}

TEST_F(QuerySetTest, ExplainsHowTheDatabaseWouldRunIt) {
    EXPECT_NE(Product::objects.filter(F<&Product::id> == 1).explain().find("SEARCH"),
              std::string::npos);
}

}  // namespace tatum::db::shop
