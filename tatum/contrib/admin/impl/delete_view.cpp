#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/contrib/admin/impl/deletion.h>
#include <tatum/contrib/admin/impl/log.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/transaction.h>
#include <tatum/urls/reverse.h>
#include <tatum/views/shortcuts.h>

namespace tatum::admin::impl {

namespace {

http::Response confirm(const Page& page, const char* name, const Deletion& deletion,
                       const std::string& what, Dict more) {
    Dict context = deletion.context();
    const bool is_stopped = !deletion.protected_.empty() || !deletion.perms_needed.empty();
    context.set("title",
                Value(is_stopped ? fill(gettext("Cannot delete %(name)s"), {{"name", what}})
                                 : std::string(gettext("Are you sure?"))));
    context.set("is_stopped", is_stopped);
    context.set("object_name", Value(what));
    for (const auto& [key, value] : more) context.set(key, value);
    return render_page(page, name, std::move(context));
}

}  // namespace

http::Response delete_page(const Page& page, const std::string& object_id) {
    const db::ModelMeta& model = page.model();
    const db::RowsPtr row = page.find(object_id);
    if (!row) {
        if (!page.admin.any_delete_permission(page.request, nullptr)) {
            throw PermissionDenied("no permission to delete " + model.label);
        }
        return gone(page, object_id);
    }
    void* object = row->at(0);
    if (!page.admin.any_delete_permission(page.request, object)) {
        throw PermissionDenied("no permission to delete " + model.label);
    }
    const Value key = model.pk_of(object);
    const std::string text = model.str_of(object);
    const db::AnyQuerySet itself = page.admin.any_queryset(page.request).filter(db::Q("pk", key));
    Deletion deletion = collect_deletion(page, itself);
    if (page.request.is_post() && deletion.protected_.empty()) {
        if (!deletion.perms_needed.empty()) throw PermissionDenied("not all of it may be deleted");
        try {
            db::transaction::atomic([&] {
                log_deletion(page, key, text);
                page.admin.any_delete_model(page.request, object);
            });
            tell(page.request, Notice::Success,
                 fill(gettext("The %(name)s “%(obj)s” was deleted successfully."),
                      {{"name", model.verbose_name}, {"obj", text}}));
            return views::redirect(page.admin.any_view_permission(page.request, nullptr)
                                       ? page.changelist_address()
                                       : urls::reverse("admin:index"));
        } catch (const db::IntegrityError&) {
            // Somebody has come to depend on it meanwhile: the page names them.
            deletion = collect_deletion(page, itself);
            if (deletion.protected_.empty()) throw;
        }
    }
    return confirm(
        page, "delete_confirmation.html", deletion, model.verbose_name,
        Dict{{"object", Value(text)},
             {"back_url", Value(model_url(model, "change", key))},
             {"breadcrumbs", Value(breadcrumbs(page, text, model_url(model, "change", key),
                                               std::string(gettext("Delete"))))}});
}

ActionResult delete_selected(const Page& page, const db::AnyQuerySet& chosen) {
    const db::ModelMeta& model = page.model();
    const http::QueryDict& form = page.request.POST();
    if (!page.admin.any_delete_permission(page.request, nullptr)) {
        throw PermissionDenied("no permission to delete " + model.label);
    }
    const Deletion deletion = collect_deletion(page, chosen);
    if (deletion.groups.empty()) return std::nullopt;
    const std::size_t count = deletion.groups.front().count;
    const std::string& name = count == 1 ? model.verbose_name : model.verbose_name_plural;
    if (form.contains("post") && deletion.protected_.empty()) {
        if (!deletion.perms_needed.empty()) throw PermissionDenied("not all of it may be deleted");
        db::transaction::atomic([&] {
            log_deletions(page, chosen);
            page.admin.any_delete_queryset(page.request,
                                           page.admin.any_queryset(page.request)
                                               .filter(db::Q("pk__in", Value(keys_of(chosen)))));
        });
        tell(page.request, Notice::Success,
             fill(gettext("Successfully deleted %(count)d %(items)s."),
                  {{"count", std::to_string(count)}, {"items", name}}));
        return std::nullopt;
    }
    List kept;  // what the confirmation sends again
    for (const std::string& key : form.getlist("_selected_action")) kept.emplace_back(key);
    return confirm(
        page, "delete_selected_confirmation.html", deletion, name,
        Dict{{"selected", Value(std::move(kept))},
             {"select_across", form.get("select_across") == "1"},
             {"back_url", Value(page.request.get_full_path())},
             {"breadcrumbs", Value(breadcrumbs(page, {}, {}, std::string(gettext("Delete"))))}});
}

}  // namespace tatum::admin::impl
