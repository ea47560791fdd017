#pragma once

#include <tatum/db/model.h>

#include <string>

namespace tatum::sessions::models {

/// A session as the engine "db" keeps it. Code that has a request uses sessions::Session.
struct Session : Model<Session> {
    std::string session_key;
    std::string session_data;  ///< signed; see get_decoded()
    DateTime expire_date;

    static void define(Definition<Session>&);
    std::string str() const { return session_key; }
    /// What it holds, by the current settings' keys; empty when it is damaged or forged.
    Dict get_decoded() const;
};

}  // namespace tatum::sessions::models
