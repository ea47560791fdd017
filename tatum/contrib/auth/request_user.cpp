#include "request_user.h"

#include "context_processors.h"

#include <tatum/base/error.h>

#include <memory>

namespace tatum::auth {

namespace impl {

User& RequestUser::get() const {
    if (!loaded) loaded = get_user(*request);
    return *loaded;
}

Value to_value(const RequestUser& user) { return to_value(user.get()); }

User nobody() { return User{.is_active = false}; }

}  // namespace impl

User& user(http::Request& request) {
    const auto* found = request.extensions.find<impl::RequestUser>();
    if (found == nullptr) {
        throw ImproperlyConfigured(
            "There is no user of this request: install auth::app (and sessions::app before it).");
    }
    return found->get();
}

void set_user(http::Request& request, User user) {
    if (auto* found = request.extensions.find<impl::RequestUser>()) {
        found->loaded = std::move(user);
    } else {
        request.extensions.set(impl::RequestUser{&request, std::move(user)});
    }
}

namespace {

/// Where there is no user of the request, nobody.
const User& user_of(http::Request& request) {
    static const User nobody = impl::nobody();
    return request.extensions.find<impl::RequestUser>() != nullptr ? user(request) : nobody;
}

/// `user` of a template: becomes the user when it is looked up.
class LazyUser final : public Object {
public:
    explicit LazyUser(http::Request& request) : request_(request) {}
    std::string_view type_name(Self) const override { return "User"; }
    bool is_callable(Self) const override { return true; }
    std::optional<Value> call(Self, std::span<const Value> args) const override {
        if (!args.empty()) return std::nullopt;
        return to_value(user_of(request_));
    }
    void append_str(Self, std::string& out) const override { out += user_of(request_).str(); }
    bool truth(Self) const override { return true; }
    std::optional<Value> attribute(Self, const Name& name) const override {
        const Value value = to_value(user_of(request_));
        return value.as_object().attribute(value.self(), name);
    }

private:
    http::Request& request_;
};

/// What stands for all that is in `perms`: equal to what the user may do, so that
/// {% if "shop.add_order" in perms %} asks about that alone.
class PermissionQuestion final : public Object {
public:
    explicit PermissionQuestion(http::Request& request) : request_(request) {}
    std::string_view type_name(Self) const override { return "Permission"; }
    bool equals(Self, const Value& other) const override {
        if (!other.is_string()) return false;
        const std::string_view name = other.as_string();
        const User& current = user_of(request_);
        return name.find('.') == std::string_view::npos ? current.has_module_perms(name)
                                                        : current.has_perm(name);
    }

private:
    http::Request& request_;
};

/// `perms.shop`.
class AppPermissions final : public Object {
public:
    AppPermissions(http::Request& request, std::string_view app_label)
        : request_(request), app_label_(app_label) {}
    std::string_view type_name(Self) const override { return "PermLookupDict"; }
    bool truth(Self) const override { return user_of(request_).has_module_perms(app_label_); }
    std::optional<Value> attribute(Self, const Name& name) const override {
        return Value(user_of(request_).has_perm(app_label_ + "." + std::string(name.text)));
    }

private:
    http::Request& request_;
    std::string app_label_;
};

/// `perms`.
class Permissions final : public Object {
public:
    explicit Permissions(http::Request& request) : request_(request) {}
    std::string_view type_name(Self) const override { return "PermWrapper"; }
    void append_str(Self, std::string& out) const override {
        out += "PermWrapper(" + user_of(request_).str() + ")";
    }
    bool truth(Self) const override { return true; }
    std::optional<Value> attribute(Self, const Name& name) const override {
        return Value::adopt(std::make_unique<AppPermissions>(request_, name.text).release());
    }
    std::optional<std::size_t> size(Self) const override { return 1; }
    Value item(Self, std::size_t) const override {
        return Value::adopt(std::make_unique<PermissionQuestion>(request_).release());
    }

private:
    http::Request& request_;
};

}  // namespace

Dict context(http::Request& request) {
    return {{"user", Value::adopt(std::make_unique<LazyUser>(request).release())},
            {"perms", Value::adopt(std::make_unique<Permissions>(request).release())}};
}

}  // namespace tatum::auth
