#pragma once

#include <tatum/base/datetime.h>
#include <tatum/base/function.h>
#include <tatum/base/owned.h>
#include <tatum/base/signing.h>
#include <tatum/base/value.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tatum {
struct Settings;
}

namespace tatum::sessions {

/// Does the session to save have to be new, or to be there already?
enum class SaveMode : std::uint8_t { Create, Update };

/// Where sessions are kept. Immutable: one object serves all threads.
class Engine {
public:
    virtual ~Engine() = default;

    /// nullopt when there is no such session, or not any more.
    virtual std::optional<Dict> load(const std::string& key) const = 0;
    virtual bool exists(const std::string& key) const = 0;
    /// False when the key is taken (Create), or when there is no such session (Update): another
    /// request has ended it, and it stays ended. Throws SessionDataError for data without JSON.
    virtual bool save(const std::string& key, const Dict& data, const DateTime& expires,
                      SaveMode mode) const = 0;
    virtual void remove(const std::string& key) const = 0;
    /// Removes what has expired, a portion at a time so that others can write between. How many.
    virtual std::int64_t clear_expired() const = 0;
    /// For engines whose key holds the data itself; save() and remove() are then not called.
    virtual std::optional<std::string> key_of(const Dict& data) const {
        static_cast<void>(data);
        return std::nullopt;
    }
};

/// Another engine than those of SESSION_ENGINE. main() leaves it with the site, where the sessions
/// find it: site.extensions().set(sessions::EngineFactory{make_my_engine}).
struct EngineFactory {
    Function<Owned<const Engine>(const Settings&)> make;
};

/// The session's table, in the database "default". Queries: 1 for each call; save() to create runs
/// in a transaction.
Owned<const Engine> make_db_engine(signing::Keys keys);

/// A file for each session, named after `cookie_name` and its key. Files are replaced as a whole,
/// so that a crash leaves the one or the other.
struct FileEngineOptions {
    std::string folder;
    std::string cookie_name = "sessionid";
    Duration cookie_age;  ///< how long a file lasts whose session does not say it
};
/// Throws ImproperlyConfigured when there is no such folder.
Owned<const Engine> make_file_engine(FileEngineOptions options, signing::Keys keys);

/// The cookie itself holds the data, signed and not encrypted: visitors can read it, and an old
/// cookie brings back what it held until `cookie_age` is over.
Owned<const Engine> make_signed_cookies_engine(Duration cookie_age, signing::Keys keys);

}  // namespace tatum::sessions
