#include "checks.h"

#include "models.h"
#include "permissions.h"

#include <tatum/base/settings.h>
#include <tatum/base/unicode.h>
#include <tatum/db/meta.h>
#include <tatum/site/site.h>

#include <algorithm>
#include <set>

namespace tatum::auth {

namespace {

std::string limit_of(const db::ModelMeta& permission, std::string_view field) {
    return std::to_string(permission.field(field).max_length);
}

bool is_too_long(const db::ModelMeta& permission, std::string_view field, std::string_view text) {
    return strings::length(text) > static_cast<std::size_t>(permission.field(field).max_length);
}

class PermissionCheck {
public:
    PermissionCheck(const db::ModelMeta& permission, std::vector<CheckMessage>& messages)
        : permission_(permission), messages_(messages) {}

    void run(const db::ModelMeta& model) {
        check_builtin(model);
        std::set<std::string> codenames;
        for (const auto& [codename, name] : model.permissions) {
            check_lengths(model, codename, name);
            const bool builtin = std::ranges::any_of(kDefaultPermissions, [&](auto action) {
                return get_permission_codename(action, model) == codename;
            });
            if (builtin) {
                add(model, "auth.E005",
                    "The permission codenamed '" + codename +
                        "' clashes with a builtin permission for model '" + model.label + "'.");
            } else if (!codenames.insert(codename).second) {
                add(model, "auth.E006",
                    "The permission codenamed '" + codename + "' is duplicated for model '" +
                        model.label + "'.");
            }
        }
    }

private:
    void add(const db::ModelMeta& model, std::string id, std::string message) {
        messages_.push_back(
            {.id = std::move(id), .message = std::move(message), .object = model.label});
    }

    void check_builtin(const db::ModelMeta& model) {
        constexpr std::string_view kLongest = "change";
        if (is_too_long(permission_, "name",
                        "Can " + std::string(kLongest) + " " + model.verbose_name)) {
            add(model, "auth.E007",
                "The verbose_name of model '" + model.label +
                    "' is too long for the names of its permissions, which have at most " +
                    limit_of(permission_, "name") + " characters.");
        }
        if (is_too_long(permission_, "codename", get_permission_codename(kLongest, model))) {
            add(model, "auth.E011",
                "The name of model '" + model.label +
                    "' is too long for the codenames of its permissions, which have at most " +
                    limit_of(permission_, "codename") + " characters.");
        }
    }

    void check_lengths(const db::ModelMeta& model, const std::string& codename,
                       const std::string& name) {
        if (is_too_long(permission_, "name", name)) {
            add(model, "auth.E008",
                "The permission named '" + name + "' of model '" + model.label +
                    "' is longer than " + limit_of(permission_, "name") + " characters.");
        }
        if (is_too_long(permission_, "codename", codename)) {
            add(model, "auth.E012",
                "The permission codenamed '" + codename + "' of model '" + model.label +
                    "' is longer than " + limit_of(permission_, "codename") + " characters.");
        }
    }

    const db::ModelMeta& permission_;
    std::vector<CheckMessage>& messages_;
};

std::vector<CheckMessage> check_permissions(const Site& site) {
    std::vector<CheckMessage> messages;
    PermissionCheck check(site.models().get(db::model_type<Permission>), messages);
    for (const auto& model : site.models().models()) {
        if (!model->auto_created) check.run(*model);
    }
    return messages;
}

std::vector<CheckMessage> check_installation(const Site& site) {
    std::vector<CheckMessage> messages;
    if (site.app("sessions") == nullptr) {
        messages.push_back({.id = "auth.E101",
                            .message = "auth::app needs sessions::app, which is not installed.",
                            .hint = "site.install(sessions::app, auth::app, ...)"});
    }
    const Value model = site.settings().get("AUTH_USER_MODEL");
    if (!model.is_none() && model.str() != "auth.User") {
        messages.push_back({.level = CheckLevel::Warning,
                            .id = "auth.W101",
                            .message = "AUTH_USER_MODEL is \"" + model.str() +
                                       "\", but users are always auth.User.",
                            .hint = "Keep what is your own in a model with a OneToOneField to "
                                    "auth::User."});
    }
    return messages;
}

}  // namespace

std::vector<Check> checks() {
    return {{.tag = "models", .run = check_permissions},
            {.tag = "auth", .run = check_installation}};
}

}  // namespace tatum::auth
