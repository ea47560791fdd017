#pragma once

#include <tatum/contrib/admin/admin_site.h>
#include <tatum/db/meta.h>

namespace tatum::site {
class Site;
}

namespace tatum::admin::impl {

/// The admin of one site: a ModelAdmin for each model that the site's apps have registered.
/// Immutable once made, so any thread reads it.
class AdminState {
public:
    /// Throws ImproperlyConfigured for a model that is registered twice.
    AdminState(AdminSiteOptions options, const site::Site& site);

    const AdminSiteOptions& options() const { return options_; }
    const site::Site& site() const { return *site_; }
    /// nullptr when nobody has registered it.
    const ModelAdminBase* find(const db::ModelMeta& model) const;
    /// In the order of installation.
    const std::vector<Owned<ModelAdminBase>>& all() const { return all_; }
    /// "Products" of "products".
    std::string app_name(std::string_view app_label) const;

private:
    AdminSiteOptions options_;
    const site::Site* site_;
    std::vector<Owned<ModelAdminBase>> all_;
};

/// The address of a page about `model`: model_url(product, "changelist"), model_url(product,
/// "change", pk). Throws NoReverseMatch.
std::string model_url(const db::ModelMeta& model, std::string_view page);
std::string model_url(const db::ModelMeta& model, std::string_view page, const Value& pk);

/// A key as it stands in addresses: what would mean something there is written as "_2F", as in
/// Django's admin.
std::string quote_pk(std::string_view pk);
std::string unquote_pk(std::string_view text);

/// `format` with its one "%s" replaced; also "%(name)s", "{name}" and the like by `names`.
std::string fill(std::string_view format, std::string_view text);
std::string fill(std::string_view format,
                 std::initializer_list<std::pair<std::string_view, std::string>> names);
/// What an action's description and the messages say of a model.
std::string fill_model(std::string_view format, const db::ModelMeta& model);

}  // namespace tatum::admin::impl
