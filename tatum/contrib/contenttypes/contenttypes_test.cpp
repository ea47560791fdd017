#include "app.h"
#include "models.h"

#include <tatum/db/database.h>
#include <tatum/db/meta.h>
#include <tatum/db/migrations/executor.h>
#include <tatum/db/transaction.h>
#include <tatum/site/migrations.h>
#include <tatum/site/output.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <span>
#include <string>
#include <vector>

using namespace tatum;
using namespace tatum::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace tatum::contenttypes {
namespace {

/// A model whose table is somebody else's, so that the test needs no migration for it.
struct OrderLine : Model<OrderLine> {
    std::string name;
    static void define(Definition<OrderLine>& d) {
        d.field<&OrderLine::name>(max_length(10));
        d.not_managed();
    }
};

class ContentTypesTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        site_ = std::make_unique<site::Site>(test_settings());
        const App shop{.label = "shop", .verbose_name = "My Shop", .models = models<OrderLine>()};
        site_->install(app, shop);
    }
    static void TearDownTestSuite() { site_.reset(); }

    static ContentType order_line() { return ContentType::objects.get_for_model<OrderLine>(); }

    static std::unique_ptr<site::Site> site_;
    TestDatabase database_{*site_};
};
std::unique_ptr<site::Site> ContentTypesTest::site_;

TEST_F(ContentTypesTest, MigrateMakesARowForEachModel) {
    std::vector<std::string> names;
    for (const auto& type : ContentType::objects.order_by("app_label")) {
        names.push_back(type.app_label + "." + type.model);
    }
    EXPECT_THAT(names, ElementsAre("contenttypes.contenttype", "shop.orderline"));
}

TEST_F(ContentTypesTest, ATypeThatIsKnownCostsNoQuery) {
    assert_num_queries(0, [&] {
        const ContentType type = order_line();
        EXPECT_EQ(ContentType::objects.get_for_id(type.id), type);
        EXPECT_EQ(ContentType::objects.get_by_natural_key("shop", "orderline"), type);
        EXPECT_EQ(ContentType::objects.get_for_models({&db::meta_of<OrderLine>()}).at(0), type);
    });
    ContentType::objects.clear_cache();
    assert_num_queries(1, [&] { order_line(); });
}

TEST_F(ContentTypesTest, SaysWhatItIsToPeople) {
    const ContentType type = order_line();
    EXPECT_EQ(str(type), "My Shop | order line");
    EXPECT_EQ(type.name(), "order line");
    EXPECT_EQ(type.model_class(), &db::meta_of<OrderLine>());
    const ContentType gone{.app_label = "shop", .model = "basket"};
    EXPECT_EQ(str(gone), "basket");
    EXPECT_EQ(gone.model_class(), nullptr);
    EXPECT_THROW(gone.all_objects(), ContentType::DoesNotExist);
    EXPECT_EQ(str(ContentType::objects.get_for_model<ContentType>()),
              "Content Types | content type");
}

TEST_F(ContentTypesTest, LeadsToTheRowsOfItsModel) {
    const ContentType type = ContentType::objects.get_for_model<ContentType>();
    const db::RowsPtr found = type.get_object(Value(type.id));
    EXPECT_EQ(static_cast<const ContentType*>(found->at(0))->model, "contenttype");
    EXPECT_THROW(type.get_object(Value(0)), ContentType::DoesNotExist);
}

TEST_F(ContentTypesTest, MakesARowThatIsMissingAndForgetsItWithTheTransaction) {
    ContentType::objects.clear_cache();
    ContentType::objects.all().delete_();
    const ContentType made = order_line();
    EXPECT_GT(made.id, 0);
    // Not remembered: the test's transaction takes the row back.
    assert_num_queries(1, [&] { EXPECT_EQ(order_line(), made); });
    EXPECT_THROW(ContentType::objects.get_for_id(made.id + 1), ContentType::DoesNotExist);
    EXPECT_THROW(ContentType::objects.get_by_natural_key("shop", "x"), ContentType::DoesNotExist);
}

TEST_F(ContentTypesTest, StaleTypesAreRemovedOnDemand) {
    ContentType::objects.create({.app_label = "shop", .model = "basket"});
    ContentType::objects.create({.app_label = "gone", .model = "thing"});
    std::string text;
    site::Output out(text);
    const auto run = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"remove_stale_contenttypes", "--noinput"});
        return site_->run(std::span<const std::string>(words), out, out);
    };
    EXPECT_EQ(run({}), 0);
    EXPECT_THAT(text, HasSubstr("shop.basket"));
    EXPECT_EQ(ContentType::objects.count(), 3);
    EXPECT_EQ(run({"--include-stale-apps"}), 0);
    EXPECT_EQ(ContentType::objects.count(), 2);
    EXPECT_EQ(run({}), 0);
    EXPECT_THAT(text, HasSubstr("No content type is stale."));
}

TEST_F(ContentTypesTest, ManyThreadsMayAskAtOnce) {
    const std::int64_t id = order_line().id;
    ContentType::objects.clear_cache();
    std::vector<std::future<bool>> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.push_back(std::async(std::launch::async, [&] {
            const site::SiteScope scope(*site_);
            bool right = true;
            for (int i = 0; i < 100; ++i) {
                if (i % 10 == 0) ContentType::objects.clear_cache();
                right = right && order_line().id == id;
            }
            return right;
        }));
    }
    for (auto& thread : threads) EXPECT_TRUE(thread.get());
}

// --- the rule about Django's migrations
// -------------------------------------------------------------

struct InstalledSite {
    InstalledSite() {
        site.install(app);
        site.setup();
    }
    site::Site site{test_settings()};
};

class MigrationNamesTest : public ::testing::Test {
protected:
    db::Database& database() { return site_.databases().default_(); }
    std::vector<std::string> recorded() {
        std::vector<std::string> names;
        for (const auto& row :
             database().execute("SELECT name FROM django_migrations ORDER BY id")) {
            names.push_back(row[0].str());
        }
        return names;
    }
    void record(const std::vector<std::string>& names) {
        database().execute(
            "CREATE TABLE django_migrations (id integer PRIMARY KEY, app text, name text, applied "
            "text)");
        for (const auto& name : names) {
            database().execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('contenttypes', ?, '')",
                {name});
        }
    }
    int migrate(std::vector<std::string> words = {}) {
        words.insert(words.begin(), "migrate");
        return site_.run(std::span<const std::string>(words), out_, err_);
    }

    InstalledSite installed_;
    site::Site& site_ = installed_.site;
    site::SiteScope scope_{site_};
    std::string out_text_, err_text_;
    site::Output out_{out_text_}, err_{err_text_};
};

TEST_F(MigrationNamesTest, AMigrationRecordsAllThatItStandsFor) {
    EXPECT_EQ(migrate(), 0);
    EXPECT_THAT(recorded(), ElementsAre("0001_initial", "0002_remove_content_type_name"));
    EXPECT_EQ(ContentType::objects.count(), 1);
    EXPECT_EQ(migrate({"contenttypes", "zero"}), 0);
    EXPECT_THAT(recorded(), ElementsAre());
}

TEST_F(MigrationNamesTest, ADatabaseThatDjangoMadeIsMigrated) {
    record({"0001_initial", "0002_remove_content_type_name"});
    database().execute(
        "CREATE TABLE django_content_type (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, "
        "app_label "
        "varchar(100) NOT NULL, model varchar(100) NOT NULL)");
    EXPECT_EQ(migrate(), 0);
    EXPECT_THAT(out_text_, HasSubstr("No migrations to apply."));
    EXPECT_EQ(ContentType::objects.count(), 1);
}

TEST_F(MigrationNamesTest, HalfOfDjangosMigrationsAreAFault) {
    record({"0001_initial"});
    EXPECT_EQ(migrate(), 1);
    EXPECT_THAT(err_text_, HasSubstr("contenttypes.0002_remove_content_type_name"));
}

TEST_F(MigrationNamesTest, FakeInitialFindsTheTable) {
    EXPECT_EQ(migrate(), 0);
    database().execute("DROP TABLE django_migrations");
    EXPECT_EQ(migrate({"--fake-initial"}), 0);
    EXPECT_THAT(out_text_, HasSubstr("FAKED"));
    EXPECT_THAT(recorded(), ElementsAre("0001_initial", "0002_remove_content_type_name"));
}

TEST_F(MigrationNamesTest, TheModelIsAsTheMigrationSays) {
    EXPECT_EQ(site_.run(std::vector<std::string>{"makemigrations", "--check"}, out_, err_), 0)
        << out_text_;
}

}  // namespace
}  // namespace tatum::contenttypes
