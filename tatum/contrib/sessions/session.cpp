#include "session.h"

#include "settings.h"

#include <tatum/base/crypto.h>
#include <tatum/base/dateparse.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/site/site.h>

namespace tatum::sessions {

namespace {

constexpr std::string_view kKeyLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr int kCreateTries = 10;
// Django's names within a session.
constexpr std::string_view kExpiry = "_session_expiry";
constexpr std::string_view kTestCookie = "testcookie", kTestCookieValue = "worked";

DateTime now() { return DateTime::from_utc(current_clock().now()); }

/// The moment of an expiry that is one; nullopt for a number of seconds.
std::optional<DateTime> moment_of(const Value& expiry) {
    if (!expiry.is_string()) return std::nullopt;
    const auto moment = parse_datetime(expiry.as_string());
    return moment ? *moment : std::nullopt;
}

}  // namespace

Session::Session(Shared<const SessionSettings> settings, std::string_view key)
    : settings_(std::move(settings)) {
    if (settings_->is_key(key)) key_ = key;
}

const Dict& Session::data() const {
    accessed_ = true;
    if (loaded_) return data_;
    if (!key_.empty()) {
        if (auto found = settings_->engine->load(key_)) {
            data_ = *std::move(found);
        } else {
            key_.clear();  // a key that somebody else has chosen is never taken up
        }
    }
    loaded_ = true;
    return data_;
}

Dict& Session::changing() {
    data();
    modified_ = true;
    return data_;
}

Value Session::get(const Name& name, Value default_) const {
    const Value* found = data().find(name);
    return found != nullptr ? *found : default_;
}

bool Session::has(const Name& name) const { return data().contains(name); }
const Dict& Session::items() const { return data(); }
void Session::set(std::string_view name, Value value) { changing().set(name, std::move(value)); }

Value Session::set_default(std::string_view name, Value value) {
    if (const Value* found = data().find(name)) return *found;
    set(name, value);
    return value;
}

void Session::update(const Dict& values) {
    for (const auto& [name, value] : values) changing().set(name, value);
}

Value Session::pop(const Name& name, Value default_) {
    const Value* found = data().find(name);
    if (found == nullptr) return default_;
    Value value = *found;
    changing().erase(name);
    return value;
}

bool Session::erase(const Name& name) {
    if (!has(name)) return false;
    return changing().erase(name);
}

void Session::clear() {
    // Nothing of the old data is needed, but whether there is such a session is.
    changing() = {};
}

void Session::flush() {
    if (!key_.empty()) remove(key_);
    key_.clear();
    data_ = {};
    loaded_ = accessed_ = modified_ = true;
}

void Session::create() {
    if (settings_->has_data_in_key()) {
        modified_ = true;
        return;
    }
    data();
    for (int i = 0; i < kCreateTries; ++i) {
        std::string key = crypto::get_random_string(SessionSettings::kKeySize, kKeyLetters);
        if (!settings_->engine->save(key, data_, get_expiry_date(), SaveMode::Create)) continue;
        key_ = std::move(key);
        modified_ = true;
        return;
    }
    throw InternalError("every new key of a session is taken: the source of randomness is broken");
}

void Session::cycle_key() {
    data();
    const std::string old = key_;
    create();
    if (!old.empty() && !settings_->has_data_in_key()) remove(old);
}

void Session::save() {
    data();
    if (auto key = settings_->engine->key_of(data_)) {
        key_ = *std::move(key);
        return;
    }
    if (key_.empty()) return create();
    if (!settings_->engine->save(key_, data_, get_expiry_date(), SaveMode::Update)) {
        throw UpdateError("The session has been ended meanwhile.");
    }
}

bool Session::exists(const std::string& key) const { return settings_->engine->exists(key); }

void Session::remove(const std::string& key) {
    if (!settings_->has_data_in_key()) settings_->engine->remove(key);
}

void Session::set_expiry(Duration after) {
    set(kExpiry, static_cast<long long>(after.microseconds / 1'000'000));
}

void Session::set_expiry(const DateTime& moment) { set(kExpiry, moment.isoformat()); }
void Session::set_expiry_from_settings() { erase(kExpiry); }

std::int64_t Session::get_expiry_age() const {
    const Value expiry = get(kExpiry);
    if (const auto moment = moment_of(expiry)) {
        // Python's days * 86400 + seconds: rounded down.
        const std::int64_t left = moment->utc_microseconds() - current_clock().now();
        return left / 1'000'000 - (left % 1'000'000 < 0 ? 1 : 0);
    }
    return expiry.kind() == Kind::Int && expiry.as_int() != 0 ? expiry.as_int()
                                                              : settings_->cookie_age;
}

DateTime Session::get_expiry_date() const {
    if (const auto moment = moment_of(get(kExpiry))) {
        return DateTime::from_utc(moment->utc_microseconds());
    }
    return now() + Duration::seconds(get_expiry_age());
}

bool Session::get_expire_at_browser_close() const {
    const Value expiry = get(kExpiry);
    if (expiry.is_none()) return settings_->expire_at_browser_close;
    return expiry.kind() == Kind::Int && expiry.as_int() == 0;
}

void Session::set_test_cookie() { set(kTestCookie, kTestCookieValue); }
bool Session::test_cookie_worked() const { return get(kTestCookie) == Value(kTestCookieValue); }
void Session::delete_test_cookie() { erase(kTestCookie); }

const std::string& Session::session_key() const { return key_; }
bool Session::is_empty() const { return key_.empty() && data_.empty(); }

Session& session(http::Request& request) {
    if (auto* found = request.extensions.find<Session>()) return *found;
    throw ImproperlyConfigured("The request has no session: main() installs sessions::app.");
}

Session open_session(const site::Site& site, std::string_view key) {
    return Session(shared<const SessionSettings>(SessionSettings::from(site)), key);
}

// --- in templates
// ---------------------------------------------------------------------------------

namespace {

List pairs_of(const Dict& data) {
    List pairs;
    for (const auto& [name, value] : data) pairs.push_back(Value::tuple({name, value}));
    return pairs;
}

/// `request.session.cart`, and what Django's sessions answer without arguments.
class SessionObject final : public Object {
public:
    static const Session& of(Self self) { return *static_cast<const Session*>(self); }

    std::string_view type_name(Self) const override { return "SessionStore"; }
    bool truth(Self) const override { return true; }
    std::optional<Value> attribute(Self self, const Name& name) const override {
        const Session& session = of(self);
        if (const Value* found = session.items().find(name)) return *found;
        if (name == Name("session_key")) {
            return session.session_key().empty() ? Value() : Value(session.session_key());
        }
        if (name == Name("items")) return Value(pairs_of(session.items()));
        if (name == Name("keys") || name == Name("values")) {
            List list;
            for (const auto& entry : session.items()) {
                list.push_back(name == Name("keys") ? entry.key : entry.value);
            }
            return Value(std::move(list));
        }
        if (name == Name("is_empty")) return Value(session.is_empty());
        if (name == Name("accessed")) return Value(session.is_accessed());
        if (name == Name("modified")) return Value(session.is_modified());
        if (name == Name("test_cookie_worked")) return Value(session.test_cookie_worked());
        if (name == Name("get_expiry_age")) {
            return Value(static_cast<long long>(session.get_expiry_age()));
        }
        if (name == Name("get_expiry_date")) return Value(session.get_expiry_date());
        if (name == Name("get_expire_at_browser_close")) {
            return Value(session.get_expire_at_browser_close());
        }
        return std::nullopt;
    }
    std::vector<std::string> attribute_names(Self self) const override {
        std::vector<std::string> names{"session_key", "items", "get_expiry_age"};
        for (const auto& entry : of(self).items()) names.push_back(entry.key.str());
        return names;
    }
};

}  // namespace

Value to_value(const Session& session) {
    static const SessionObject object;
    return Value::object(&object, &session);
}

}  // namespace tatum::sessions
