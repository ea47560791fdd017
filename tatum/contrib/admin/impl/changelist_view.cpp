#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/contrib/admin/impl/access.h>
#include <tatum/contrib/admin/impl/change_list.h>
#include <tatum/contrib/admin/impl/list_forms.h>
#include <tatum/contrib/admin/impl/names.h>
#include <tatum/contrib/admin/impl/page.h>
#include <tatum/db/exceptions.h>
#include <tatum/urls/reverse.h>
#include <tatum/views/shortcuts.h>

#include <algorithm>

namespace tatum::admin::impl {

namespace {

constexpr const char* kActionVar = "action";
constexpr const char* kSelectedVar = "_selected_action";
constexpr const char* kAcrossVar = "select_across";
constexpr const char* kSaveVar = "_save";

struct OfferedAction {
    std::string name, description;
    Function<ActionResult(const Page&, const db::AnyQuerySet&)> run;
};

bool is_permitted(const Page& page, const Action& action) {
    if (action.options.permissions.empty()) return true;
    return std::ranges::any_of(action.options.permissions, [&](const std::string& name) {
        if (name == "view") return page.admin.any_view_permission(page.request, nullptr);
        if (name == "add") return page.admin.has_add_permission(page.request);
        if (name == "change") return page.admin.any_change_permission(page.request, nullptr);
        if (name == "delete") return page.admin.any_delete_permission(page.request, nullptr);
        return has_perm(page.request, page.model().app_label + "." + name);
    });
}

std::vector<OfferedAction> offered_actions(const Page& page) {
    std::vector<OfferedAction> offered;
    if (page.request.GET().contains(kPopupVar)) return offered;
    if (!page.admin.is_disabled("delete_selected") &&
        page.admin.any_delete_permission(page.request, nullptr)) {
        offered.push_back(
            {"delete_selected",
             fill_model(gettext("Delete selected %(verbose_name_plural)s"), page.model()),
             delete_selected});
    }
    for (const Action& action : page.admin.actions()) {
        if (page.admin.is_disabled(action.name) || !is_permitted(page, action)) continue;
        std::string description = action.options.description;
        if (description.empty()) {
            description = strings::capfirst(strings::replace(action.name, "_", " "));
        }
        offered.push_back({action.name, fill_model(description, page.model()),
                           [&action](const Page& on, const db::AnyQuerySet& rows) {
                               return action.run(on.request, rows);
                           }});
    }
    return offered;
}

/// The rows that are ticked, among those that the list has.
db::AnyQuerySet chosen_rows(const Page& page, const ChangeList& list) {
    const http::QueryDict& form = page.request.POST();
    if (form.get(kAcrossVar) == "1") return list.queryset();
    List keys;
    for (const std::string& key : form.getlist(kSelectedVar)) keys.emplace_back(key);
    return list.queryset().filter(db::Q("pk__in", Value(std::move(keys))));
}

/// nullopt: no action was asked for.
ActionResult run_action(const Page& page, const ChangeList& list,
                        const std::vector<OfferedAction>& actions) {
    const http::QueryDict& form = page.request.POST();
    const std::string name(form.get(kActionVar));
    const std::string back = page.request.get_full_path();
    if (name.empty()) {
        if (!form.contains("index")) return std::nullopt;
        tell(page.request, Notice::Warning, std::string(gettext("No action selected.")));
        return views::redirect(back);
    }
    const auto action = std::ranges::find(actions, name, &OfferedAction::name);
    if (action == actions.end()) {
        tell(page.request, Notice::Warning, std::string(gettext("No action selected.")));
        return views::redirect(back);
    }
    if (form.get(kAcrossVar) != "1" && form.getlist(kSelectedVar).empty()) {
        tell(page.request, Notice::Warning,
             std::string(gettext("Items must be selected in order to perform actions on them. No "
                                 "items have been changed.")));
        return views::redirect(back);
    }
    try {
        const db::AnyQuerySet rows = chosen_rows(page, list);
        ActionResult answer = action->run(page, rows);
        return answer ? std::move(answer) : ActionResult(views::redirect(back));
    } catch (const db::ValueError& error) {
        throw http::BadRequest(error.what());  // a key that is none
    }
}

Value actions_context(const std::vector<OfferedAction>& actions) {
    List list;
    for (const OfferedAction& action : actions) {
        list.emplace_back(
            Dict{{"name", Value(action.name)}, {"description", Value(action.description)}});
    }
    return Value(std::move(list));
}

std::string title_of(const Page& page, bool is_popup) {
    const char* format = is_popup ? "Select %s"
                         : page.admin.any_change_permission(page.request, nullptr)
                             ? "Select %s to change"
                             : "Select %s to view";
    return fill(gettext(format), page.model().verbose_name);
}

void tell_changed(const Page& page, std::size_t count) {
    if (count == 0) return;
    const db::ModelMeta& model = page.model();
    tell(page.request, Notice::Success,
         fill(ngettext("%(count)s %(name)s was changed successfully.",
                       "%(count)s %(name)s were changed successfully.",
                       static_cast<std::int64_t>(count)),
              {{"count", std::to_string(count)},
               {"name", count == 1 ? model.verbose_name : model.verbose_name_plural}}));
}

http::Response show_list(const Page& page) {
    const ChangeList list(page.state, page.admin, page.request);
    const std::vector<OfferedAction> actions = offered_actions(page);
    const bool has_editable =
        !list.is_popup() && std::ranges::any_of(list.columns(), [&](const Column& column) {
            return has_name(page.admin.list_editable, column.name);
        });
    const bool may_change = page.admin.any_change_permission(page.request, nullptr);
    std::optional<ListForms> forms;
    if (page.request.is_post() && has_editable && page.request.POST().contains(kSaveVar)) {
        if (!may_change) throw PermissionDenied("no permission to change " + page.model().label);
        forms.emplace(page, list, ListForms::Source::Sent);
        if (const auto count = forms->is_valid() ? forms->save() : std::nullopt) {
            tell_changed(page, *count);
            return views::redirect(page.request.get_full_path());
        }
    } else if (page.request.is_post()) {
        if (auto answer = run_action(page, list, actions)) return *std::move(answer);
    }
    if (!forms && has_editable && may_change) {
        forms.emplace(page, list, ListForms::Source::List);
    }
    if (forms) forms->prepare();
    const db::ModelMeta& model = page.model();
    Dict context = list.context(forms ? &*forms : nullptr);
    context.set("title", Value(title_of(page, list.is_popup())));
    context.set("actions", actions_context(actions));
    context.set("actions_on_top", page.admin.actions_on_top);
    context.set("actions_on_bottom", page.admin.actions_on_bottom);
    if (page.admin.has_add_permission(page.request)) {
        context.set("add_url", Value(model_url(model, "add") + list.add_suffix()));
    }
    context.set("breadcrumbs", Value(breadcrumbs(page, {}, {}, {})));
    return render_page(page, "change_list.html", std::move(context));
}

}  // namespace

http::Response changelist(const Page& page) {
    if (!page.admin.any_view_permission(page.request, nullptr)) {
        throw PermissionDenied("no permission to see " + page.model().label);
    }
    try {
        return show_list(page);
    } catch (const IncorrectLookup& error) {
        if (page.request.GET().contains(kErrorVar)) throw http::BadRequest(error.what());
        return views::redirect(page.request.get_full_path(page.request.path())
                                   .substr(0, page.request.get_full_path().find('?')) +
                               "?" + kErrorVar + "=1");
    }
}

}  // namespace tatum::admin::impl
