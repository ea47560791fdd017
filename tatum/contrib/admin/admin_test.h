#pragma once

#include <tatum/contrib/auth/models.h>
#include <tatum/contrib/auth/testing.h>
#include <tatum/site/site.h>
#include <tatum/testing/testing.h>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A cellar of jams that a test's staff manages.
namespace cellar {

using namespace tatum;

struct Maker : Model<Maker> {
    std::string name, slug;
    static void define(Definition<Maker>&);
    std::string str() const { return name; }
};

struct Jam : Model<Jam> {
    std::string name, slug;
    ForeignKey<Maker> maker;
    std::string taste;
    bool is_sold = true;
    int stock = 0;
    std::optional<Date> boiled;
    std::string photo;
    static void define(Definition<Jam>&);
    std::string str() const { return name; }
    std::string get_absolute_url() const { return "/jam/" + slug + "/"; }
};

struct Label : Model<Label> {
    ForeignKey<Jam> jam;
    std::string text;
    int position = 0;
    std::string print;
    static void define(Definition<Label>&);
    std::string str() const { return text; }
};

/// What keeps its jam from being deleted.
struct Order : Model<Order> {
    ForeignKey<Jam> jam;
    std::string buyer;
    static void define(Definition<Order>&);
    std::string str() const { return buyer; }
};

extern const App app;

class AdminTest : public ::testing::Test {
protected:
    static void SetUpTestSuite();
    static void TearDownTestSuite() { site_.reset(); }

    void SetUp() override;
    /// `count` jams by two makers.
    void add_jams(int count) const;
    /// Logs somebody of the staff in who has these permissions: "cellar.view_jam".
    void log_in_with(const std::vector<std::string>& permissions);
    Jam find_jam(const std::string& slug) const { return Jam::objects.get(F<&Jam::slug> == slug); }
    /// A form with one jam's fields and no labels.
    static tatum::testing::Form jam_form(const std::string& name, const std::string& slug,
                                         const Maker& maker);

    static inline std::unique_ptr<Site> site_;

    tatum::testing::TestDatabase database_{*site_};
    tatum::testing::Client client_{*site_};
    auth::User boss_;
    Maker bell_, bog_;
};

}  // namespace cellar
