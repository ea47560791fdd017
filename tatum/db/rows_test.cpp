#include <tatum/db/impl/test_models.h>

namespace tatum::db::shop {

namespace {

/// What a template finds under `path` ("category.parent.name") from `value`.
std::optional<Value> look_up(Value value, std::string_view path) {
    while (!path.empty()) {
        const auto dot = path.find('.');
        const std::string_view name = path.substr(0, dot);
        if (!value.is_object()) return std::nullopt;
        auto found = value.as_object().attribute(value.self(), name);
        if (!found) return std::nullopt;
        value = *found;
        path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    }
    return value;
}

std::string text(const Value& value, std::string_view path) {
    const auto found = look_up(value, path);
    return found ? found->str() : "(nothing)";
}

}  // namespace

using RowsTest = ShopTest;

TEST_F(RowsTest, ShowsFieldsRelationsAndMethodsToTemplates) {
    fill();
    const Value row = to_value(Product::objects.get(F<&Product::name> == "cranberry"));
    EXPECT_EQ(row.str(), "cranberry");
    EXPECT_EQ(row.repr(), "<Product: cranberry>");
    EXPECT_EQ(text(row, "name"), "cranberry");
    EXPECT_EQ(text(row, "price"), "1.50");
    EXPECT_EQ(text(row, "pk"), "1");
    EXPECT_EQ(text(row, "id"), "1");
    EXPECT_EQ(text(row, "old_price"), "None");
    EXPECT_EQ(text(row, "on_sale"), "False");
    EXPECT_EQ(text(row, "category_id"), "2");
    EXPECT_EQ(text(row, "category"), "Fall: Food - Sauces");
    EXPECT_EQ(text(row, "category.parent.name"), "Food");
    EXPECT_EQ(text(row, "category.get_absolute_url"), "/category/sauces/");
    EXPECT_EQ(text(row, "second_category"), "None");
    EXPECT_EQ(text(row, "half_price"), "0.75");
    EXPECT_EQ(text(row, "details.all.count"), "2");
    EXPECT_EQ(text(row, "tags.count"), "2");
    EXPECT_EQ(text(row, "category.parent.children.all"),
              "<QuerySet [<Category: Fall: Food - Sauces>]>");
    EXPECT_EQ(text(row, "colour"), "(nothing)");
    EXPECT_THROW(look_up(row, "sheet"), Sheet::DoesNotExist);
}

TEST_F(RowsTest, RowsOfAQuerySetAreNotCopied) {
    fill();
    const auto products = Product::objects.order_by("name").select_related<&Product::category>();
    const Value value = to_value(products);
    ASSERT_EQ(value.size(), 5u);
    const Value first = *value.at(0);
    EXPECT_EQ(first.self(), &*products.begin());
    const Value name = *look_up(first, "name");
    EXPECT_EQ(name.as_string().data(), products.begin()->name.data());
    const QueryLog log;
    EXPECT_EQ(text(first, "category.name"), "Sauces");
    EXPECT_EQ(log.count(), 0u);
}

TEST_F(RowsTest, KeepsTheResultAliveAsLongAsAnythingOfItIsUsed) {
    fill();
    Value name;
    Product copy;
    {
        const auto products =
            Product::objects.order_by("name").select_related<&Product::category>();
        name = *look_up(*to_value(products).at(0), "name");
        copy = *products.begin();
    }
    EXPECT_EQ(name.str(), "apple");
    const QueryLog log;
    EXPECT_EQ(copy.category->name, "Sauces");
    EXPECT_EQ(log.count(), 0u);
}

TEST_F(RowsTest, ComparesRowsByModelAndKey) {
    fill();
    const Value a = to_value(food), b = to_value(Category::objects.get_pk(food.id));
    EXPECT_EQ(a, b);
    EXPECT_EQ(a.hash(), b.hash());
    EXPECT_FALSE(a == to_value(tools));
    EXPECT_FALSE(a == to_value(catalog) && food.id == catalog.id);
}

TEST_F(RowsTest, ShowsTheLabelsOfChoicesAndTheNameOfAnObjectWithoutText) {
    Everything row{.state = State::Shipped, .size = Size::Large};
    EXPECT_EQ(text(to_value(row), "get_state_display"), "On its way");
    EXPECT_EQ(text(to_value(row), "get_size_display"), "Big");
    EXPECT_EQ(text(to_value(row), "state"), "SHIPPED");
    EXPECT_EQ(to_value(row).str(), "Everything object (None)");
    EXPECT_EQ(text(to_value(row), "id"), "None");
}

TEST_F(RowsTest, ReadsThousandsOfRowsWithoutMovingThem) {
    std::vector<Tag> tags;
    for (int i = 0; i < 10'000; ++i) tags.push_back({.name = std::to_string(i)});
    Tag::objects.bulk_create(tags);
    const auto all = Tag::objects.order_by("id");
    std::size_t count = 0;
    for (const Tag& tag : all) {
        ASSERT_EQ(tag.name, std::to_string(count));
        ++count;
    }
    EXPECT_EQ(count, 10'000u);
    EXPECT_EQ(to_value(all).at(9'999)->str(), "9999");
}

TEST_F(RowsTest, KeepsTheObjectsOfAListForTemplatesTogether) {
    std::vector<Tag> tags{{.name = "a"}, {.name = std::string(40, 'b')}, {.name = "c"}};
    List list = to_list(tags);
    tags.clear();
    ASSERT_EQ(list.size(), 3u);
    EXPECT_EQ(&list[0].as_object(), &list[2].as_object());
    const Value second = list[1];
    list.clear();
    EXPECT_EQ(text(second, "name"), std::string(40, 'b'));
    EXPECT_TRUE(to_list(std::vector<Tag>()).empty());
}

TEST_F(RowsTest, FindsEveryAttributeAndNoOther) {
    for (const auto& model : registry.models()) {
        for (const AttributeMeta& attribute : model->attributes) {
            EXPECT_EQ(model->find_attribute(Name(attribute.name)), &attribute) << attribute.name;
            EXPECT_EQ(model->find_attribute(Name(attribute.name + "_")), nullptr);
        }
        EXPECT_EQ(model->find_attribute(Name("")), nullptr);
    }
}

}  // namespace tatum::db::shop
