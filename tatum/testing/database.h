#pragma once

#include <tatum/base/settings.h>

#include <memory>
#include <string>

namespace tatum::site {
class Site;
}

namespace tatum::testing {

/// Settings for a site under test: an in-memory SQLite database, debug off, a known secret key, and
/// the hosts "testserver", "localhost" and "127.0.0.1".
Settings test_settings();

/// The tables of a site's default database for the length of a test: migrated the first time, and
/// everything that the test changes is rolled back at its end. The site is current meanwhile. What
/// on_commit() was given does not run.
class TestDatabase {
public:
    /// Sets `site` up when that has not been done.
    explicit TestDatabase(site::Site& site);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The same for tests with a LiveServer, whose threads would not see a transaction of the test's:
/// changes are committed, and all rows are deleted at the end. Slower.
class CommittedTestDatabase {
public:
    explicit CommittedTestDatabase(site::Site& site);
    ~CommittedTestDatabase();
    CommittedTestDatabase(const CommittedTestDatabase&) = delete;
    CommittedTestDatabase& operator=(const CommittedTestDatabase&) = delete;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tatum::testing
