#include <tatum/base/i18n.h>
#include <tatum/base/json.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/contrib/admin/impl/change_list.h>
#include <tatum/contrib/admin/impl/inline_forms.h>
#include <tatum/contrib/admin/impl/log.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/transaction.h>
#include <tatum/urls/reverse.h>
#include <tatum/views/shortcuts.h>

#include <algorithm>
#include <optional>

namespace tatum::admin::impl {

namespace {

/// The page on which a row is added or changed, for one request.
class ChangePage {
public:
    ChangePage(const Page& page, db::AnyObject object, bool is_adding)
        : page_(page),
          object_(std::move(object)),
          is_adding_(is_adding),
          may_edit_(is_adding ? page.admin.has_add_permission(page.request)
                              : page.admin.any_change_permission(page.request, object_.object())),
          plan_(page, is_adding ? nullptr : object_.object(), !may_edit_) {}

    http::Response run(const std::string& from_id);

private:
    bool is_popup() const { return page_.request.GET().contains(kPopupVar) || posted(kPopupVar); }
    bool posted(const char* name) const {
        return page_.request.is_post() && page_.request.POST().contains(name);
    }
    void make_form();
    void fill_prepopulated();
    Dict initial_from_address() const;
    void make_inlines();
    bool is_valid();
    bool save();
    http::Response after_save();
    http::Response popup_answer(const char* action);
    http::Response to_list() const;
    std::string change_address() const;
    void tell_saved(const char* added, const char* changed);
    http::Response show();
    void add_buttons(Dict& context) const;
    std::string title() const;

    const Page& page_;
    db::AnyObject object_;
    bool is_adding_;
    bool may_edit_;
    FormPlan plan_;
    http::QueryDict sent_;  ///< what the form is bound to
    Owned<forms::AnyModelForm> form_;
    std::vector<Owned<InlineForms>> inlines_;
    std::optional<std::string> refusal_;  ///< why it was not saved
    std::string before_;                  ///< what it was called
};

void ChangePage::make_form() {
    before_ = is_adding_ ? std::string() : object_.str();
    forms::ModelFormExtras extras;
    extras.instance = object_;
    extras.use_required_attribute = false;
    if (page_.request.is_post()) {
        sent_ = page_.request.POST();
        fill_prepopulated();
        form_ = owned<forms::AnyModelForm>(
            page_.model(), plan_.form_options(),
            forms::ModelFormArguments(sent_, page_.request.FILES(), extras));
        return;
    }
    // A new row shows what its fields say, not what an empty object has.
    if (is_adding_) {
        extras.instance = {};
        extras.initial = initial_from_address();
    }
    form_ = owned<forms::AnyModelForm>(page_.model(), plan_.form_options(),
                                       forms::ModelFormArguments(extras));
}

/// What the page's script does while one types, for those who have none.
void ChangePage::fill_prepopulated() {
    if (!is_adding_) return;
    for (const Prepopulated& rule : plan_.prepopulated()) {
        if (!sent_.contains(rule.field) || !strings::strip(sent_.get(rule.field)).empty()) continue;
        const db::FieldMeta* field = page_.model().find_field(rule.field);
        if (field == nullptr || plan_.is_readonly(rule.field)) continue;
        std::string text;
        for (const std::string& source : rule.sources) {
            text.append(text.empty() ? "" : " ").append(sent_.get(source));
        }
        std::string made = slugify(text);
        if (field->max_length > 0)
            made = made.substr(0, static_cast<std::size_t>(field->max_length));
        sent_.set(rule.field, std::move(made));
    }
}

/// "?name=Jam&categories=1,2" fills in a page that adds.
Dict ChangePage::initial_from_address() const {
    Dict initial;
    for (const auto& entry : page_.request.GET()) {
        if (entry.values.empty()) continue;
        const db::FieldMeta* field = page_.model().find_field(entry.key);
        if (field == nullptr) continue;
        if (!field->is_many_to_many()) {
            initial.set(entry.key, Value(entry.values.back()));
            continue;
        }
        List keys;
        for (const std::string_view key : strings::split(entry.values.back(), ",")) {
            keys.emplace_back(key);
        }
        initial.set(entry.key, Value(std::move(keys)));
    }
    return initial;
}

void ChangePage::make_inlines() {
    std::vector<std::string> used;
    for (const Inline& rows : page_.admin.inlines()) {
        std::string prefix = strings::ascii_lower(rows.model->name) + "_set";
        for (const db::ReverseMeta& reverse : page_.model().reverse) {
            const bool is_key =
                reverse.model->type == rows.model && !reverse.field->is_many_to_many() &&
                (rows.options.fk_name.empty() || rows.options.fk_name == reverse.field->name);
            if (is_key && !reverse.accessor.empty()) prefix = reverse.accessor;
        }
        const auto times = std::ranges::count(used, prefix);
        used.push_back(prefix);
        if (times > 0) prefix += "-" + std::to_string(times + 1);
        auto made = InlineForms::make(page_, rows, object_, std::move(prefix), !may_edit_);
        if (made) inlines_.push_back(std::move(made));
    }
}

bool ChangePage::is_valid() {
    bool valid = form_->is_valid();
    for (const auto& inline_forms : inlines_) valid = inline_forms->is_valid() && valid;
    return valid;
}

/// False when it was refused, which somebody else may have caused since the form was checked.
bool ChangePage::save() {
    refusal_ = saved_or_why([&] {
        ChangeMessage message;
        const List changed = changed_labels(*form_);
        form_->save(forms::Commit::No);  // stores the files that were sent
        page_.admin.any_save_model(page_.request, object_.object(),
                                   is_adding_ ? Saving::Add : Saving::Change);
        form_->save_m2m();
        if (is_adding_) {
            message.add("added", {});
        } else if (!changed.empty()) {
            message.add("changed", Dict{{"fields", Value(changed)}});
        }
        for (const auto& inline_forms : inlines_) inline_forms->save(message);
        page_.admin.any_saved(page_.request, object_.object(),
                              is_adding_ ? Saving::Add : Saving::Change);
        if (is_adding_) {
            log_addition(page_, object_, message.json());
        } else {
            log_change(page_, object_, message.json());
        }
    });
    if (refusal_) form_->validate_unique();
    return !refusal_;
}

std::string ChangePage::change_address() const {
    std::string address = model_url(page_.model(), "change", object_.pk());
    const std::string filters = page_.preserved_filters();
    return filters.empty() ? address : address + "?" + filters;
}

http::Response ChangePage::to_list() const {
    if (page_.admin.any_view_permission(page_.request, nullptr)) {
        return views::redirect(page_.changelist_address());
    }
    return views::redirect(urls::reverse("admin:index"));
}

http::Response ChangePage::popup_answer(const char* action) {
    const std::string to_field(page_.request.POST().get(kToFieldVar));
    std::string key = object_.pk().str();
    if (!to_field.empty()) {
        if (!to_field_allowed(page_.state, page_.admin, to_field)) {
            throw SuspiciousOperation("The field " + to_field + " cannot be referenced.");
        }
        key = object_.get(to_field).str();
    }
    const Value result(
        Dict{{"action", Value(action)}, {"value", Value(key)}, {"text", Value(object_.str())}});
    return render_page(page_, "popup_response.html",
                       Dict{{"title", Value(object_.str())},
                            {"is_popup", true},
                            {"popup_json", Value(json::dump(result).value_or("{}"))}});
}

void ChangePage::tell_saved(const char* added, const char* changed) {
    tell(page_.request, Notice::Success,
         fill(gettext(is_adding_ ? added : changed),
              {{"name", page_.model().verbose_name}, {"obj", object_.str()}}));
}

http::Response ChangePage::after_save() {
    const bool as_new = posted("_saveasnew");
    if (is_popup()) return popup_answer(is_adding_ ? "add" : "change");
    const bool may_see = page_.admin.any_view_permission(page_.request, object_.object());
    if (posted("_continue") || (as_new && page_.admin.save_as_continue && may_see)) {
        tell_saved("The {name} “{obj}” was added successfully. You may edit it again below.",
                   "The {name} “{obj}” was changed successfully. You may edit it again below.");
        return views::redirect(change_address());
    }
    if (posted("_addanother")) {
        tell_saved(
            "The {name} “{obj}” was added successfully. You may add another {name} below.",
            "The {name} “{obj}” was changed successfully. You may add another {name} below.");
        const std::string filters = page_.preserved_filters();
        return views::redirect(model_url(page_.model(), "add") +
                               (filters.empty() ? filters : "?" + filters));
    }
    tell_saved("The {name} “{obj}” was added successfully.",
               "The {name} “{obj}” was changed successfully.");
    return to_list();
}

std::string ChangePage::title() const {
    const char* format = is_adding_ ? "Add %s" : may_edit_ ? "Change %s" : "View %s";
    return fill(gettext(format), page_.model().verbose_name);
}

void ChangePage::add_buttons(Dict& context) const {
    const bool may_add = page_.admin.has_add_permission(page_.request);
    const bool popup = is_popup();
    context.set("show_save", may_edit_);
    context.set("show_save_as_new",
                may_edit_ && !is_adding_ && !popup && page_.admin.save_as && may_add);
    context.set("show_save_and_add_another",
                may_edit_ && may_add && !popup && (!page_.admin.save_as || is_adding_));
    context.set("show_save_and_continue", may_edit_ && !popup);
    context.set("show_close", !may_edit_);
    context.set("close_url", Value(page_.changelist_address()));
    if (!is_adding_ && !popup &&
        page_.admin.any_delete_permission(page_.request, object_.object())) {
        const std::string filters = page_.preserved_filters();
        context.set("delete_url", Value(model_url(page_.model(), "delete", object_.pk()) +
                                        (filters.empty() ? filters : "?" + filters)));
    }
    context.set("save_on_top", page_.admin.save_on_top);
}

http::Response ChangePage::show() {
    KeyTexts texts(page_);
    want_texts(plan_, *form_, texts);
    for (const auto& inline_forms : inlines_) inline_forms->want_texts(texts);
    texts.load();
    set_texts(plan_, *form_, texts);
    for (const auto& inline_forms : inlines_) inline_forms->set_texts(texts);

    Dict rules;
    if (const List own = prepopulated_context(plan_); is_adding_ && !own.empty()) {
        rules.set("", Value(own));
    }
    List inlines, faults;
    int errors = 0;
    bool is_multipart = form_->is_multipart();
    for (const auto& inline_forms : inlines_) {
        inline_forms->add_prepopulated(rules);
        if (page_.request.is_post()) errors += static_cast<int>(inline_forms->error_count());
        is_multipart = is_multipart || inline_forms->is_multipart();
        inlines.emplace_back(inline_forms->context());
    }
    if (page_.request.is_post()) {
        errors += static_cast<int>(form_->errors().size());
        for (const std::string& text : form_->non_field_errors().messages()) {
            faults.emplace_back(text);
        }
    }
    if (refusal_) {
        ++errors;
        faults.emplace_back(*refusal_);
    }
    Dict context{{"title", Value(title())},
                 {"fieldsets", Value(fieldsets_context(page_, plan_, *form_, object_))},
                 {"inlines", Value(std::move(inlines))},
                 {"has_errors", errors > 0},
                 {"error_count", errors},
                 {"non_field_errors", Value(std::move(faults))},
                 {"is_multipart", is_multipart},
                 {"is_popup", is_popup()},
                 {"to_field", Value(page_.request.GET().get(kToFieldVar))},
                 {"prepopulated_json", Value(json::dump(Value(rules)).value_or("{}"))},
                 {"object", Value(before_)}};
    add_buttons(context);
    if (!is_adding_) {
        context.set("history_url", Value(model_url(page_.model(), "history", object_.pk())));
        if (page_.model().label == "auth.User" && may_edit_) {
            context.set("password_url",
                        Value(model_url(page_.model(), "password_change", object_.pk())));
        }
        const auto address = page_.admin.view_on_site ? object_.absolute_url() : std::nullopt;
        if (address && !is_popup()) context.set("absolute_url", Value(*address));
    }
    context.set("breadcrumbs", Value(breadcrumbs(page_, {}, {}, is_adding_ ? title() : before_)));
    return render_page(page_, "change_form.html", std::move(context));
}

http::Response ChangePage::run(const std::string& from_id) {
    (void)from_id;
    if (page_.request.is_post() && !may_edit_) {
        throw PermissionDenied("no permission to change " + page_.model().label);
    }
    make_form();
    make_inlines();
    if (page_.request.is_post()) {
        if (is_valid() && save()) return after_save();
    }
    return show();
}

}  // namespace

http::Response change_page(const Page& page, const std::string& object_id) {
    const std::string to_field(page.request.GET().get(kToFieldVar));
    if (!to_field.empty() && !to_field_allowed(page.state, page.admin, to_field)) {
        throw SuspiciousOperation("The field " + to_field + " cannot be referenced.");
    }
    const bool as_new =
        page.request.is_post() && page.admin.save_as && page.request.POST().contains("_saveasnew");
    if (object_id.empty() || as_new) {
        if (!page.admin.has_add_permission(page.request)) {
            throw PermissionDenied("no permission to add " + page.model().label);
        }
        return ChangePage(page, db::AnyObject(page.model()), true).run(object_id);
    }
    const db::RowsPtr row = page.find(object_id);
    const void* object = row ? row->at(0) : nullptr;
    if (!page.admin.any_view_permission(page.request, object) &&
        !page.admin.any_change_permission(page.request, object)) {
        throw PermissionDenied("no permission to see " + page.model().label);
    }
    if (!row) return gone(page, object_id);
    return ChangePage(page, db::AnyObject(row, row->at(0)), false).run(object_id);
}

}  // namespace tatum::admin::impl
