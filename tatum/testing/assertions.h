#pragma once

#include <tatum/db/database.h>
#include <tatum/testing/client.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

/// Django's assertions for GoogleTest. Each is an AssertionResult: EXPECT_TRUE(contains(...)).
namespace tatum::testing {

inline std::string listed(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += "\n    " + line;
    return text;
}

/// Fails the test unless `f` runs exactly `count` statements; tells which ones it ran.
template <class F>
void assert_num_queries(std::size_t count, F&& f) {
    const db::QueryLog queries;
    f();
    EXPECT_EQ(queries.count(), count) << "The statements were:" << listed(queries.statements());
}

/// The response has this status, and its body this text `count` times (any number but 0 when
/// negative). Every body has the empty text, once more than it has bytes.
inline ::testing::AssertionResult contains(const TestResponse& response, std::string_view text,
                                           int status = 200, int count = -1) {
    if (response.status() != status) {
        return ::testing::AssertionFailure()
               << "The status is " << response.status() << ", not " << status << "\n"
               << response.content();
    }
    int found = 0;
    const std::size_t step = std::max<std::size_t>(text.size(), 1);
    for (std::size_t at = response.content().find(text); at != std::string::npos;
         at = response.content().find(text, at + step)) {
        ++found;
    }
    if (count < 0 ? found > 0 : found == count) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << '"' << text << "\" stands " << found << " times in\n"
                                         << response.content();
}

inline ::testing::AssertionResult not_contains(const TestResponse& response, std::string_view text,
                                               int status = 200) {
    return contains(response, text, status, 0);
}

/// The response sends to this address.
inline ::testing::AssertionResult redirects(const TestResponse& response, std::string_view to,
                                            int status = 302) {
    const std::string location = response.redirect_chain().empty()
                                     ? response.header("Location")
                                     : response.redirect_chain().back().first;
    const int first =
        response.redirect_chain().empty() ? response.status() : response.redirect_chain()[0].second;
    if (first == status && location == to) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "Status " << first << ", to \"" << location
                                         << "\"; not " << status << " to \"" << to << '"';
}

inline ::testing::AssertionResult template_used(const TestResponse& response,
                                                std::string_view name) {
    if (std::ranges::find(response.templates(), name) != response.templates().end()) {
        return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure()
           << name << " was not used; the templates were:" << listed(response.templates());
}

}  // namespace tatum::testing
