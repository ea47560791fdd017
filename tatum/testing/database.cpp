#include <tatum/testing/database.h>

#include <tatum/db/database.h>
#include <tatum/db/meta.h>
#include <tatum/db/transaction.h>
#include <tatum/site/migrations.h>
#include <tatum/site/site.h>

namespace tatum::testing {

namespace {

/// Migrates the site's default database; the second time there is nothing to do.
site::Site& prepared(site::Site& site) {
    site.setup();
    const site::SiteScope scope(site);
    site::migrate_all(site, site.databases().default_());
    return site;
}

}  // namespace

Settings test_settings() {
    Settings settings;
    settings.secret_key = "tatum-test-key-0123456789-abcdefghijklmnopqrstuvwxyz";
    settings.allowed_hosts = {"testserver", "localhost", "127.0.0.1"};
    DatabaseSettings database;
    database.name = ":memory:";
    settings.databases = {database};
    settings.logging.level = "critical";
    return settings;
}

struct TestDatabase::Impl {
    explicit Impl(site::Site& site) : scope(prepared(site)), block({}) {}

    site::SiteScope scope;
    db::transaction::impl::Block block;  ///< never committed
};

TestDatabase::TestDatabase(site::Site& site) : impl_(std::make_unique<Impl>(site)) {}
TestDatabase::~TestDatabase() = default;

struct CommittedTestDatabase::Impl {
    explicit Impl(site::Site& tested) : site(prepared(tested)), scope(tested) {}

    site::Site& site;
    site::SiteScope scope;
};

CommittedTestDatabase::CommittedTestDatabase(site::Site& site)
    : impl_(std::make_unique<Impl>(site)) {}

CommittedTestDatabase::~CommittedTestDatabase() {
    db::Database& database = impl_->site.databases().default_();
    transaction::atomic([&] {
        database.execute("PRAGMA defer_foreign_keys = ON");
        for (const auto& model : impl_->site.models().models()) {
            if (model->managed) database.execute("DELETE FROM \"" + model->db_table + "\"");
        }
    });
}

}  // namespace tatum::testing
