#include <tatum/db/any_object.h>

#include <tatum/db/impl/test_models.h>
#include <tatum/db/validation.h>

namespace tatum::db::shop {

namespace {

std::vector<std::string> codes_of(const ValidationError& error) {
    std::vector<std::string> codes;
    for (const ValidationFault& fault : error.faults())
        codes.push_back(fault.field + ":" + fault.code);
    return codes;
}

template <class F>
std::vector<std::string> codes(F&& f) {
    try {
        f();
    } catch (const ValidationError& error) {
        return codes_of(error);
    }
    return {};
}

}  // namespace

using AnyObjectTest = ShopTest;
using Codes = std::vector<std::string>;

TEST_F(AnyObjectTest, IsReadWrittenAndDeletedByNames) {
    fill();
    const AnyObject tag(registry.get(model_type<Tag>));
    EXPECT_TRUE(tag.is_adding());
    EXPECT_TRUE(tag.pk().is_none());
    tag.set("name", Value("fresh"));
    tag.save();
    EXPECT_FALSE(tag.is_adding());
    EXPECT_EQ(tag.db(), "default");
    EXPECT_EQ(Tag::objects.get_pk(tag.pk()).name, "fresh");
    EXPECT_EQ(tag.as<Tag>().name, "fresh");
    EXPECT_EQ(tag.delete_(), 1);
    EXPECT_TRUE(tag.is_adding());
    EXPECT_THROW(tag.set("colour", Value("red")), FieldDoesNotExist);
}

TEST_F(AnyObjectTest, IsOneObjectForAllItsCopies) {
    fill();
    const AnyObject one(registry.get(model_type<Tag>));
    const AnyObject other = one;
    other.set("name", Value("x"));
    EXPECT_EQ(one.get("name").str(), "x");
    EXPECT_EQ(one.value(), other.value());
    const Tag tag{.name = "y"};
    const AnyObject copy = AnyObject::copy_of(model_type<Tag>, &tag);
    copy.set("name", Value("z"));
    EXPECT_EQ(tag.name, "y");
}

TEST_F(AnyObjectTest, SetsManyToManyFieldsByKeys) {
    fill();
    Tag red{.name = "r"}, blue{.name = "b"};
    red.save();
    blue.save();
    const RowsPtr rows = AnyQuerySet(registry.get(model_type<Product>)).first();
    const AnyObject product(rows, rows->at(0));
    const FieldMeta& tags = product.model().field("tags");
    product.set_many(tags, {Value(red.id), Value(blue.id)});
    EXPECT_EQ(product.many(tags).count(), 2);
    product.set_many(tags, {Value(blue.id)});
    EXPECT_EQ(product.many(tags).count(), 1);
    EXPECT_THROW(AnyObject(product.model()).many(tags), ValueError);
}

TEST_F(AnyObjectTest, KnowsItsAddressWhereTheModelHasOne) {
    fill();
    EXPECT_EQ(AnyObject::copy_of(model_type<Category>, &food).absolute_url(),
              "/category/" + food.slug + "/");
    EXPECT_FALSE(AnyObject(registry.get(model_type<Tag>)).absolute_url());
}

TEST_F(AnyObjectTest, ChecksEachPartByItself) {
    fill();
    Tag{.name = "taken"}.save();
    const Tag second{.name = "taken"};
    const AnyObject tag = AnyObject::copy_of(model_type<Tag>, &second);
    EXPECT_EQ(codes([&] { tag.clean_fields(); }), Codes{});
    EXPECT_EQ(codes([&] { tag.validate_unique(); }), Codes{"name:unique"});
    EXPECT_EQ(codes([&] { tag.validate_unique(Codes{"name"}); }), Codes{});
    tag.set("name", Value(""));
    EXPECT_EQ(codes([&] { tag.clean_fields(); }), Codes{"name:blank"});
    EXPECT_EQ(codes([&] { tag.clean_fields(Codes{"name"}); }), Codes{});
    EXPECT_EQ(tag.unique_checks().fields, (std::vector<Codes>{{"id"}, {"name"}}));
    EXPECT_EQ(tag.unique_checks(Codes{"name"}).fields, (std::vector<Codes>{{"id"}}));
}

TEST_F(AnyObjectTest, AsksForTheRowsOfRelationsThatWereNotSeen) {
    fill();
    const Detail detail{.product = Product::objects.first()->id, .name = "n", .value = "v"};
    const AnyObject object = AnyObject::copy_of(model_type<Detail>, &detail);
    {
        const QueryLog queries;
        object.clean_fields();
        EXPECT_EQ(queries.count(), 1u);
    }
    const QueryLog queries;
    object.clean_fields({}, Codes{"product"});
    EXPECT_EQ(queries.count(), 0u);
}

}  // namespace tatum::db::shop
