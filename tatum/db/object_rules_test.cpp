#include <tatum/db/impl/test_models.h>
#include <tatum/db/migrations/autodetector.h>
#include <tatum/db/migrations/executor.h>
#include <tatum/db/serializers/fixtures.h>

namespace tatum::db::shop {

class SavingTest : public ShopTest {
protected:
    SavingTest() { fill(); }

    static QuerySet<Product> named(std::string_view name) {
        return Product::objects.filter(Q("name", Value(name)));
    }
};

TEST_F(SavingTest, WhatWasAssignedToAnUnreadMemberIsSaved) {
    Product saw = *named("saw").only<&Product::name>().first();
    saw.stock = 7;
    saw.save();
    const Product again = named("saw").get();
    EXPECT_EQ(again.stock, 7);
    EXPECT_EQ(again.price, 30_dec);
}

TEST_F(SavingTest, HalfOfARowIsNoNewOne) {
    Product saw = *named("saw").only<&Product::name>().first();
    Detail::objects.all().delete_();
    named("saw").delete_();
    EXPECT_THROW(saw.save(), DatabaseError);
    EXPECT_EQ(named("saw").count(), 0);
}

TEST_F(SavingTest, AnUnreadPartIsReadForAnotherDatabase) {
    add_database("other").execute("PRAGMA foreign_keys = OFF");
    Product saw = *named("saw").only<&Product::name>().first();
    saw.save({.using_ = "other"});
    EXPECT_EQ(Product::objects.using_("other").get(Q("name", Value("saw"))).price, 30_dec);
}

}  // namespace tatum::db::shop

namespace tatum::db {
namespace {

struct Person : Model<Person> {
    std::string name;
    ManyToMany<Person> friends;

    static void define(Definition<Person>& d) {
        d.field<&Person::name>(max_length(50));
        d.field<&Person::friends>();
    }
};
struct House : Model<House> {
    ForeignKey<Person> owner;

    static void define(Definition<House>& d) { d.field<&House::owner>(on_delete(Cascade)); }
};
struct Room : Model<Room> {
    ForeignKey<House> house;
    ForeignKey<Person> keeper;

    static void define(Definition<Room>& d) {
        d.field<&Room::house>(on_delete(Cascade));
        d.field<&Room::keeper>(null, on_delete(Restrict));
    }
};

struct Post : Model<Post> {
    std::string title, slug;
    bool active = false;
    int size = 0;
    DateTime published;

    static void define(Definition<Post>& d) {
        d.field<&Post::title>(max_length(50), unique_for_date("published"));
        d.field<&Post::slug>(max_length(50));
        d.field<&Post::active>();
        d.field<&Post::size>();
        d.field<&Post::published>();
        d.unique<&Post::slug>({.name = "one_active", .condition = F<&Post::active> == true});
        d.check("size_not_negative", F<&Post::size> >= 0);
    }
};

struct Membership;
struct Club : Model<Club> {
    std::string name;
    ManyToMany<Person> members;

    static void define(Definition<Club>& d);
};
struct Membership : Model<Membership> {
    ForeignKey<Club> club;
    ForeignKey<Person> person;
    std::string role;

    static void define(Definition<Membership>& d) {
        d.field<&Membership::club>(on_delete(Cascade));
        d.field<&Membership::person>(on_delete(Cascade));
        d.field<&Membership::role>(max_length(20));
    }
};
void Club::define(Definition<Club>& d) {
    d.field<&Club::name>(max_length(50));
    d.field<&Club::members>(through<Membership>(), related_name("clubs"));
}

class PeopleTest : public testing::Test {
protected:
    PeopleTest() {
        registry_.add<Person, House, Room, Post, Club, Membership>("people");
        registry_.finish();
        Database& database = databases_.add("default", {.name = ":memory:"});
        scope_.emplace(databases_);
        migrations::Questioner nobody;
        const migrations::MigrationGraph graph(migrations::detect_changes(
            migrations::MigrationGraph({}), migrations::declared_state(registry_), nobody));
        const migrations::Executor executor(database, graph);
        migrations::Progress quiet;
        executor.migrate(executor.plan(), {}, quiet);
        ann = Person::objects.create({.name = "Ann"});
        bob = Person::objects.create({.name = "Bob"});
    }

    static std::int64_t pairs() {
        return Databases::current()
            .default_()
            .execute("SELECT count(*) FROM people_person_friends")[0][0]
            .as_int();
    }

    ModelRegistry registry_;
    Databases databases_{registry_};
    std::optional<DatabasesScope> scope_;
    Person ann, bob;
};

TEST_F(PeopleTest, SymmetricalRelationsTakeEachPairOnce) {
    ann.friends.add(ann);
    EXPECT_EQ(pairs(), 1);
    Databases::current().default_().execute(
        "INSERT INTO people_person_friends (from_person_id, to_person_id) VALUES (2, 1)");
    ann.friends.add(bob);
    EXPECT_EQ(pairs(), 3);
    ann.friends.clear();
    EXPECT_EQ(pairs(), 0);
}

TEST_F(PeopleTest, AFilterOfARelationIsAboutItsOwnPairs) {
    const Club chess = Club::objects.create({.name = "Chess"});
    const Club golf = Club::objects.create({.name = "Golf"});
    Membership::objects.create({.club = chess, .person = ann, .role = "head"});
    Membership::objects.create({.club = chess, .person = bob, .role = "guest"});
    Membership::objects.create({.club = golf, .person = bob, .role = "head"});
    const Q is_head("membership__role", Value("head"));
    EXPECT_EQ(chess.members.filter(is_head).count(), 1);
    EXPECT_EQ(chess.members.filter(is_head).first()->name, "Ann");
    EXPECT_EQ(chess.members.filter(Q("name__gt", Value(""))).filter(is_head).count(), 2);
    EXPECT_EQ(bob.related<&Club::members>().filter(is_head).count(), 1);
}

TEST_F(PeopleTest, RelationsTakeKeysAsText) {
    ann.friends.add(Value("2"));
    ann.friends.add(Value("2"), 2);
    EXPECT_EQ(pairs(), 2);
    const List keys{Value("2")};
    ann.friends.set(keys);
    EXPECT_EQ(pairs(), 2);
    EXPECT_THROW(ann.friends.add(Person{}), ValueError);
}

TEST_F(PeopleTest, FixturesGiveASymmetricalPairOnce) {
    serializers::load(
        Databases::current().default_(), registry_,
        R"([{"model": "people.person", "pk": 1, "fields": {"name": "A", "friends": [2, 2, 1]}}])",
        {});
    EXPECT_EQ(pairs(), 3);
    EXPECT_EQ(bob.friends.get().name, "A");
}

TEST_F(PeopleTest, ValidatesWhatConstraintsAreAbout) {
    const DateTime moment = DateTime::from_utc(1'700'000'000'000'000);
    Post first{.title = "News", .slug = "x", .active = true, .published = moment};
    first.full_clean();
    first.save();
    first.full_clean();
    Post second{.title = "More", .slug = "x", .published = moment};
    EXPECT_NO_THROW(second.full_clean());  // only active ones need slugs of their own
    second.active = true;
    EXPECT_THROW(second.full_clean(), ValidationError);
    EXPECT_NO_THROW(second.full_clean({"active"}));
    Post third{.title = "News", .slug = "y", .size = -1, .published = moment};
    try {
        third.full_clean();
        FAIL();
    } catch (const ValidationError& error) {
        EXPECT_EQ(error.messages("title"),
                  std::vector<std::string>{"Title must be unique for Published date."});
        EXPECT_EQ(error.messages("").size(), 1u);
    }
    third.published = moment + Duration::days(1);
    EXPECT_THROW(third.full_clean(), ValidationError);
    EXPECT_NO_THROW(third.full_clean({"size"}));
}

TEST_F(PeopleTest, RowsThatGoByAConditionRestrictNothing) {
    const House house = House::objects.create({.owner = ann});
    Room::objects.create({.house = house, .keeper = ann});
    EXPECT_EQ(ann.delete_(), 3);
    EXPECT_EQ(Room::objects.count(), 0);
    Room::objects.create({.house = House::objects.create({.owner = bob}), .keeper = bob});
    Room::objects.create(
        {.house = House::objects.create({.owner = Person::objects.create({.name = "Eve"})}),
         .keeper = bob});
    EXPECT_THROW(bob.delete_(), RestrictedError);
}

}  // namespace
}  // namespace tatum::db
