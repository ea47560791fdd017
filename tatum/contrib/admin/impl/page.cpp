#include <tatum/contrib/admin/impl/page.h>

#include <tatum/base/i18n.h>
#include <tatum/base/log.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/base/validation.h>
#include <tatum/contrib/admin/impl/access.h>
#include <tatum/contrib/admin/impl/change_list.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/transaction.h>
#include <tatum/urls/reverse.h>
#include <tatum/views/shortcuts.h>

#include <algorithm>

namespace tatum::admin::impl {

db::RowsPtr Page::find(std::string_view quoted_pk) const {
    try {
        return admin.any_queryset(request).filter(db::Q("pk", Value(unquote_pk(quoted_pk)))).find();
    } catch (const db::ValueError&) {
        return {};
    } catch (const db::DataError&) {
        return {};
    }
}

std::string Page::preserved_filters() const {
    if (!admin.preserve_filters) return {};
    const std::string_view filters = request.GET().get(kFiltersVar);
    if (filters.empty()) return {};
    return std::string(kFiltersVar) + "=" + uri::quote_plus(filters);
}

std::string Page::changelist_address() const {
    std::string address = model_url(model(), "changelist");
    const std::string_view filters =
        admin.preserve_filters ? request.GET().get(kFiltersVar) : std::string_view();
    if (filters.empty()) return address;
    // Read and written again, so that it holds nothing but parameters.
    return address + "?" + http::QueryDict::parse(filters).urlencode();
}

Dict crumb(std::string label, std::string url) {
    return Dict{{"label", Value(label)}, {"url", Value(url)}};
}

http::Response gone(const Page& page, const std::string& object_id) {
    tell(page.request, Notice::Warning,
         fill(gettext("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
              {{"name", page.model().verbose_name}, {"key", unquote_pk(object_id)}}));
    return views::redirect(urls::reverse("admin:index"));
}

List breadcrumbs(const Page& page, const std::string& text, const std::string& url,
                 const std::string& last) {
    const db::ModelMeta& model = page.model();
    const bool is_list = text.empty() && last.empty();
    List crumbs{
        Value(crumb(page.state.app_name(model.app_label),
                    urls::reverse("admin:app_list", Kwargs{{"app_label", model.app_label}}))),
        Value(crumb(strings::capfirst(model.verbose_name_plural),
                    is_list || !page.admin.any_view_permission(page.request, nullptr)
                        ? std::string()
                        : page.changelist_address()))};
    if (!text.empty()) crumbs.emplace_back(crumb(text, url));
    if (!last.empty()) crumbs.emplace_back(crumb(last));
    return crumbs;
}

std::optional<std::string> saved_or_why(const Function<void()>& change) {
    try {
        db::transaction::atomic([&] { change(); });
        return std::nullopt;
    } catch (const db::IntegrityError& error) {
        // What the database says names tables and columns: that is for the log.
        logging::Logger("tatum.admin").warning(error.what());
        return std::string(gettext(
            "This could not be saved, since it contradicts other data, which may have changed "
            "meanwhile."));
    } catch (const ValidationError& error) {
        std::string text;
        for (const ValidationFault& fault : error.faults()) {
            text += (text.empty() ? "" : " ") + fault.message;
        }
        return text;
    }
}

namespace {

Value model_entry(const ModelAdminBase& admin, http::Request& request) {
    const db::ModelMeta& model = admin.model();
    const bool may_add = admin.has_add_permission(request);
    const bool may_change = admin.any_change_permission(request, nullptr);
    const bool may_view = admin.any_view_permission(request, nullptr);
    const bool may_delete = admin.any_delete_permission(request, nullptr);
    if (!may_add && !may_change && !may_view && !may_delete) return {};
    Dict entry{{"name", Value(strings::capfirst(model.verbose_name_plural))},
               {"object_name", Value(model.name)},
               {"model_name", Value(model.model_name)},
               {"view_only", !may_change}};
    if (may_change || may_view) entry.set("admin_url", Value(model_url(model, "changelist")));
    if (may_add) entry.set("add_url", Value(model_url(model, "add")));
    return Value(std::move(entry));
}

}  // namespace

List app_list(const AdminState& state, http::Request& request, std::string_view only) {
    struct Entry {
        std::string label, name;
        List models;
    };
    std::vector<Entry> apps;
    for (const auto& admin : state.all()) {
        const std::string& label = admin->model().app_label;
        if (!only.empty() && label != only) continue;
        if (!admin->has_module_permission(request)) continue;
        Value entry = model_entry(*admin, request);
        if (entry.is_none()) continue;
        auto app = std::ranges::find(apps, label, &Entry::label);
        if (app == apps.end()) app = apps.insert(apps.end(), {label, state.app_name(label), {}});
        app->models.push_back(std::move(entry));
    }
    const auto lower_name = [](const Value& model) {
        return strings::ascii_lower(model.as_dict().get("name").as_string());
    };
    std::ranges::sort(apps, {}, [](const Entry& app) { return strings::ascii_lower(app.name); });
    List list;
    for (Entry& app : apps) {
        std::ranges::sort(app.models, {}, lower_name);
        list.emplace_back(Dict{
            {"name", Value(app.name)},
            {"app_label", Value(app.label)},
            {"app_url", Value(urls::reverse("admin:app_list", Kwargs{{"app_label", app.label}}))},
            {"models", Value(std::move(app.models))}});
    }
    return list;
}

Dict each_context(const AdminState& state, http::Request& request) {
    const AdminSiteOptions& options = state.options();
    const bool is_inside = may_enter(request);
    Dict context{{"site_header", Value(options.site_header)},
                 {"site_title", Value(options.site_title)},
                 {"site_url", Value(options.site_url)},
                 {"has_permission", is_inside},
                 {"path", Value(request.path())},
                 {"is_popup", request.GET().contains(kPopupVar)}};
    if (is_inside) context.set("available_apps", Value(app_list(state, request)));
    return context;
}

http::Response render_page(const AdminState& state, http::Request& request, std::string_view name,
                           Dict context, int status) {
    Dict all = each_context(state, request);
    for (const auto& [key, value] : context) all.set(key, value);
    return views::render(request, "admin/" + std::string(name), std::move(all), {.status = status});
}

http::Response render_page(const Page& page, std::string_view name, Dict context, int status) {
    const db::ModelMeta& model = page.model();
    Dict all = each_context(page.state, page.request);
    all.set("opts", Dict{{"app_label", Value(model.app_label)},
                         {"model_name", Value(model.model_name)},
                         {"verbose_name", Value(model.verbose_name)},
                         {"verbose_name_plural", Value(model.verbose_name_plural)}});
    all.set("app_label", Value(model.app_label));
    all.set("model_name", Value(model.model_name));
    for (const auto& [key, value] : context) all.set(key, value);
    const std::string file(name);
    const std::vector<std::string> names = {
        "admin/" + model.app_label + "/" + model.model_name + "/" + file,
        "admin/" + model.app_label + "/" + file, "admin/" + file};
    return views::render(page.request, names, std::move(all), {.status = status});
}

}  // namespace tatum::admin::impl
