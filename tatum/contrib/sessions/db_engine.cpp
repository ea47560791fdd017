#include "encoding.h"
#include "engine.h"
#include "models.h"
#include "session.h"

#include <tatum/base/locals.h>
#include <tatum/base/log.h>
#include <tatum/db/transaction.h>

#include <vector>

namespace tatum::sessions {

std::string encoded(const Dict& data, const signing::Keys& keys, signing::SessionEngine engine) {
    auto text = signing::session_encode(data, keys, engine);
    if (!text) {
        throw SessionDataError("What the session holds cannot be saved: " + text.error().message);
    }
    return *std::move(text);
}

namespace {

constexpr std::int64_t kClearedAtOnce = 1000;

class DbEngine final : public Engine {
public:
    explicit DbEngine(signing::Keys keys) : keys_(std::move(keys)) {}

    std::optional<Dict> load(const std::string& key) const override {
        const auto found = rows().find(F<&models::Session::session_key> == key,
                                       F<&models::Session::expire_date> > now());
        if (!found) return std::nullopt;
        return signing::session_decode(found->session_data, keys_);
    }

    bool exists(const std::string& key) const override {
        return rows().filter(F<&models::Session::session_key> == key).exists();
    }

    bool save(const std::string& key, const Dict& data, const DateTime& expires,
              SaveMode mode) const override {
        std::string text = encoded(data, keys_, signing::SessionEngine::Stored);
        if (mode == SaveMode::Update) {
            return rows()
                       .filter(F<&models::Session::session_key> == key)
                       .update(F<&models::Session::session_data> = text,
                               F<&models::Session::expire_date> = expires) > 0;
        }
        models::Session row{.session_key = key, .session_data = std::move(text)};
        row.expire_date = expires;
        try {
            transaction::atomic([&] { row.save({.force_insert = true}); });
        } catch (const IntegrityError&) {
            return false;
        }
        return true;
    }

    void remove(const std::string& key) const override {
        rows().filter(F<&models::Session::session_key> == key).delete_();
    }

    std::int64_t clear_expired() const override {
        const DateTime moment = now();
        for (std::int64_t cleared = 0;;) {
            const auto keys = rows()
                                  .filter(F<&models::Session::expire_date> < moment)
                                  .order_by()
                                  .values_flat("session_key")[{0, kClearedAtOnce}];
            if (keys.size() == 0) return cleared;
            // Asks for the moment again: a session may have been used meanwhile.
            const auto deleted = rows()
                                     .filter(Q("session_key__in", keys.rows()),
                                             F<&models::Session::expire_date> < moment)
                                     .delete_();
            cleared += deleted;
            if (deleted == 0) return cleared;
        }
    }

private:
    static QuerySet<models::Session> rows() { return QuerySet<models::Session>(); }
    static DateTime now() { return DateTime::from_utc(current_clock().now()); }

    signing::Keys keys_;
};

class SignedCookiesEngine final : public Engine {
public:
    SignedCookiesEngine(Duration age, signing::Keys keys) : age_(age), keys_(std::move(keys)) {}

    std::optional<Dict> load(const std::string& key) const override {
        // An empty one is as good as none.
        Dict data =
            signing::session_decode(key, keys_, signing::SessionEngine::SignedCookies, age_);
        return data.empty() ? std::nullopt : std::optional(std::move(data));
    }
    bool exists(const std::string&) const override { return false; }
    bool save(const std::string&, const Dict&, const DateTime&, SaveMode) const override {
        return true;
    }
    void remove(const std::string&) const override {}
    std::int64_t clear_expired() const override { return 0; }

    std::optional<std::string> key_of(const Dict& data) const override {
        std::string key = encoded(data, keys_, signing::SessionEngine::SignedCookies);
        if (key.size() > kCookieBytesMax) {
            logging::Logger("tatum.contrib.sessions")
                .warning("A session of " + std::to_string(key.size()) +
                         " bytes does not fit into a cookie: browsers drop it");
        }
        return key;
    }

private:
    /// What browsers keep of a cookie, some bytes for its name and attributes off.
    static constexpr std::size_t kCookieBytesMax = 3900;

    Duration age_;
    signing::Keys keys_;
};

}  // namespace

Owned<const Engine> make_db_engine(signing::Keys keys) {
    return owned<const DbEngine>(std::move(keys));
}

Owned<const Engine> make_signed_cookies_engine(Duration cookie_age, signing::Keys keys) {
    return owned<const SignedCookiesEngine>(cookie_age, std::move(keys));
}

}  // namespace tatum::sessions
