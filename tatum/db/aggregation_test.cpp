#include <tatum/db/impl/query.h>
#include <tatum/db/impl/test_models.h>

namespace tatum::db::shop {

/// What belongs to which group, and what is counted. The results are those of Django.
class AggregationTest : public ShopTest {
protected:
    AggregationTest() { fill(); }

    /// "Food1 Tools0": each category with its annotation n.
    static std::string counts(const QuerySet<Category>& categories) {
        std::string list;
        for (const Category& category : categories) {
            list += (list.empty() ? "" : " ") + category.name + category.annotation("n").str();
        }
        return list;
    }
    static std::string text(const ValuesQuerySet& values) { return Value(values.rows()).str(); }

    static constexpr auto kProducts = F<reverse<&Product::category>>;
};

TEST_F(AggregationTest, AFilterOfAnAggregateLeavesOutNoGroup) {
    const auto by_name = Category::objects.order_by("name");
    const Q cheap_in_stock = F<reverse<&Product::category>, &Product::on_sale> == false &&
                             F<reverse<&Product::category>, &Product::stock> > 3;
    EXPECT_EQ(counts(by_name.annotate("n", Count(kProducts, {.filter = cheap_in_stock}))),
              "Food1 Sauces1 Tools0");
    EXPECT_EQ(counts(by_name.annotate("n", Count(kProducts, {.filter = !cheap_in_stock}))),
              "Food0 Sauces1 Tools2");
}

TEST_F(AggregationTest, FiltersAndOrdersByAnAggregateThatIsNoAnnotation) {
    const Expression children = Count(F<reverse<&Category::parent>>);
    EXPECT_EQ(Category::objects.filter(children == 0).count(), 2);
    EXPECT_EQ(Category::objects.filter(children == 0, Q("products__name", Value("saw"))).count(),
              1);
    EXPECT_EQ(Category::objects.filter(children > 0 || F<&Category::name> == "Tools").count(), 2);
    EXPECT_THROW(
        (void)Category::objects.filter(children > 0 || Q("products__name", Value("saw"))).count(),
        QueryError);
    EXPECT_EQ(Category::objects.filter(children > 0).get().name, "Food");
    EXPECT_EQ(text(Category::objects.order_by(-OrderBy(children), "-name").values_flat("name")),
              "['Food', 'Tools', 'Sauces']");
}

TEST_F(AggregationTest, SelectRelatedDividesNoGroup) {
    const auto with_children = Category::objects.select_related("parent")
                                   .annotate("n", Count(F<reverse<&Category::parent>>))
                                   .order_by("name");
    EXPECT_EQ(counts(with_children), "Food1 Sauces0 Tools0");
    Category::objects.create({.catalog = catalog, .parent = food, .name = "Bread", .slug = "b"});
    EXPECT_EQ(counts(with_children.all()), "Bread0 Food2 Sauces0 Tools0");
}

TEST_F(AggregationTest, OrdersByAnAggregateThatIsNotSelected) {
    const auto most = Category::objects.annotate("n", Count(F<reverse<&Product::category>>))
                          .order_by("n", "-name");
    EXPECT_EQ(text(most.values_flat("name")), "['Food', 'Tools', 'Sauces']");
    EXPECT_EQ(text(most.reverse().values_flat("name")), "['Sauces', 'Tools', 'Food']");
    EXPECT_EQ(names(Product::objects.filter(F<&Product::category>.in(most[{0, 1}]))), "bread");
    EXPECT_EQ(counts(most), "Food1 Tools2 Sauces2");
    EXPECT_EQ(Category::objects.alias("n", Count(F<reverse<&Product::category>>))
                  .order_by("n")
                  .first()
                  ->name,
              "Food");
}

TEST_F(AggregationTest, TermsThatDifferByTheirParametersOnly) {
    const auto is = [](int stock) {
        return Case({When(F<&Product::stock> == stock, Value(0))}, Value(1));
    };
    // The same form with equal values must not be what the others get from the cache.
    EXPECT_EQ(names(Product::objects.order_by(is(1), is(1), "name")),
              "saw apple bread cranberry hammer");
    EXPECT_EQ(names(Product::objects.order_by(is(1), is(2), "name")),
              "saw hammer apple bread cranberry");
    EXPECT_EQ(text(Product::objects.annotate("a", is(1))
                       .annotate("b", is(2))
                       .values("a", "b")
                       .annotate("n", Count("pk"))
                       .order_by("a", "b")),
              "[{'a': 0, 'b': 1, 'n': 1}, {'a': 1, 'b': 0, 'n': 1}, {'a': 1, 'b': 1, 'n': 3}]");
}

TEST_F(AggregationTest, ValuesWithoutNamesGroupByEveryField) {
    const auto rows = Category::objects.values().annotate("n", Count("products")).rows();
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].as_dict().get("name").str(), "Food");
    EXPECT_EQ(rows[0].as_dict().get("n"), Value(1));
    EXPECT_EQ(rows[2].as_dict().get("n"), Value(2));
}

TEST_F(AggregationTest, GroupsByAnAnnotationOverManyRows) {
    EXPECT_EQ(text(Product::objects.annotate("d", Expression::field("details__name"))
                       .annotate("n", Count("tags", {.distinct = true}))
                       .order_by("name", "d")
                       .values_list("name", "d", "n")),
              "[('apple', None, 1), ('bread', None, 0), ('cranberry', 'colour', 2), "
              "('cranberry', 'weight', 2), ('hammer', None, 0), ('saw', 'weight', 0)]");
    const auto many = Product::objects.annotate("d", Expression::field("details__name"));
    EXPECT_EQ(many.count(), 6);
    EXPECT_EQ(many.size(), 6u);
    EXPECT_EQ(many.aggregate(Sum("stock")), Value(28));
}

TEST_F(AggregationTest, ASliceHasARowForEachOfTheRowsAnAnnotationLeadsTo) {
    const auto details = Product::objects.annotate("d", Expression::field("details__name"))
                             .order_by("name")
                             .slice({2, 4});
    EXPECT_EQ(names(details), "cranberry cranberry");
    EXPECT_EQ(names(Product::objects.filter(Q("pk__in", to_value(details)))), "cranberry");
    // What a subquery computes of the row around is none of its own.
    const auto same = Tag::objects.annotate("stock", OuterRef(F<&Product::stock> - 8))
                          .filter(Q("id", Expression::field("stock")))
                          .annotate("n", Count("products"));
    EXPECT_EQ(names(Product::objects.filter(Exists(same) == Expression(Value(true)))), "cranberry");
}

TEST_F(AggregationTest, ValuesAfterAGroupOnlyChooseWhatIsRead) {
    const auto stock =
        Product::objects.values("category").annotate("t", Sum("stock")).order_by("t").any();
    const std::string names[] = {"t"};
    EXPECT_EQ(text(stock.values(names)), "[{'t': 3}, {'t': 5}, {'t': 10}]");
    // Django's way to aggregate in a subquery.
    const AnyQuerySet of_category = Product::objects.filter(Q("category", OuterRef("pk")))
                                        .values("category")
                                        .annotate("t", Sum("stock"))
                                        .any()
                                        .values_flat("t")
                                        .any();
    EXPECT_EQ(counts(Category::objects.annotate("n", Subquery(of_category))),
              "Food5 Sauces10 Tools3");
}

TEST_F(AggregationTest, AggregatesOverASlice) {
    const auto cheapest = Product::objects.order_by("price")[{0, 3}];
    EXPECT_EQ(cheapest.aggregate(Count("pk", {.filter = F<&Product::stock> > 4})), Value(2));
    EXPECT_EQ(cheapest.aggregate(Sum("price", {.filter = F<&Product::stock> > 4})).str(), "4.75");
    EXPECT_EQ(cheapest.aggregate(Count()), Value(3));
    EXPECT_THROW((void)cheapest.aggregate(Sum("price", {.default_value = Value(0)})), QueryError);
}

TEST_F(AggregationTest, AggregatesOverDistinctValuesAndGroups) {
    EXPECT_EQ(Product::objects.values("on_sale").distinct().any().aggregate(Count("on_sale")),
              Value(1));
    EXPECT_EQ(Product::objects.values("category").distinct().any().aggregate(Sum("price")).str(),
              "67.74");
    const AnyQuerySet groups = Product::objects.values("category").annotate("n", Count("pk")).any();
    EXPECT_EQ(groups.aggregate(Sum("n")), Value(5));
    EXPECT_EQ(groups.aggregate(Max("n")), Value(2));
    EXPECT_EQ(groups.aggregate(Sum("price")).str(), "67.74");
    EXPECT_EQ(Product::objects.annotate("n", Count("tags")).aggregate(Count("details")), Value(3));
}

TEST_F(AggregationTest, AggregatesOverACombinationOnlyCount) {
    const auto one = Product::objects.filter(F<&Product::stock> == 1);
    const auto both = one.union_(Product::objects.filter(F<&Product::stock> == 2));
    EXPECT_EQ(both.aggregate(Count()), Value(2));
    EXPECT_THROW((void)both.aggregate(Sum("price")), QueryError);
}

}  // namespace tatum::db::shop
