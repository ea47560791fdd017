#pragma once

#include <tatum/contrib/auth/models.h>
#include <tatum/contrib/contenttypes/models.h>
#include <tatum/db/model.h>

#include <optional>
#include <string>

namespace tatum::admin {

/// What somebody has done in the admin. Django's table and format, so that each shows the other's
/// history.
struct LogEntry : Model<LogEntry> {
    static constexpr int kAddition = 1, kChange = 2, kDeletion = 3;
    /// Longer descriptions of objects are cut.
    static constexpr std::size_t kReprMax = 200;

    DateTime action_time = now();
    ForeignKey<auth::User> user;
    ForeignKey<contenttypes::ContentType> content_type;
    std::optional<std::string> object_id;
    std::string object_repr;
    std::int16_t action_flag = kAddition;
    std::string change_message;

    static void define(Definition<LogEntry>&);
    std::string str() const;
    /// What it says to people, in the current language: "Changed Price and Name."
    std::string get_change_message() const;
};

}  // namespace tatum::admin
