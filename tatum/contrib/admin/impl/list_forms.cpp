#include <tatum/contrib/admin/impl/list_forms.h>

#include <tatum/base/i18n.h>
#include <tatum/contrib/admin/impl/change_list.h>
#include <tatum/contrib/admin/impl/log.h>
#include <tatum/db/exceptions.h>

#include <algorithm>

namespace tatum::admin::impl {

namespace {

constexpr const char* kPrefix = "form";

/// Those of list_editable that the list shows.
Names editable_columns(const Page& page, const ChangeList& list) {
    Names names;
    for (const Column& column : list.columns()) {
        if (has_name(page.admin.list_editable, column.name)) names.push_back(column.name);
    }
    return names;
}

/// The keys of the rows that were sent; what is no key is left out.
List sent_keys(const Page& page, std::int64_t count_max) {
    const http::QueryDict& fields = page.request.POST();
    const db::FieldMeta& key = *page.model().pk;
    List keys;
    for (std::int64_t i = 0; i < count_max; ++i) {
        const std::string name = kPrefix + ("-" + std::to_string(i)) + "-" + key.name;
        if (!fields.contains(name)) break;
        try {
            keys.push_back(key.clean_type(Value(fields.get(name))));
        } catch (const db::ValueError&) {
            continue;
        }
    }
    return keys;
}

/// The keys of the rows that the list shows and the visitor may change.
List shown_keys(const Page& page, const ChangeList& list) {
    List keys;
    db::Rows& found = list.result_list().rows();
    for (std::size_t i = 0; i < found.count(); ++i) {
        if (!page.admin.any_change_permission(page.request, found.at(i))) continue;
        keys.push_back(page.model().pk_of(found.at(i)));
    }
    return keys;
}

/// More rows than these are on no page.
std::int64_t rows_max(const ModelAdminBase& admin) {
    return std::max(admin.list_per_page, admin.list_max_show_all);
}

}  // namespace

ListForms::ListForms(const Page& page, const ChangeList& list, Source source)
    : page_(page), columns_(editable_columns(page, list)), plan_(page, columns_) {
    forms::ModelFormSetOptions options;
    options.formset = {.extra = 0,
                       .max_num = rows_max(page.admin),
                       .check_unchanged = false,
                       .absolute_max = rows_max(page.admin),
                       .prefix = kPrefix};
    options.queryset = list.rows_of(source == Source::List ? shown_keys(page, list)
                                                           : sent_keys(page, rows_max(page.admin)));
    options.edit_only = true;
    const forms::FormArguments sent =
        source == Source::Sent ? forms::FormArguments(page.request.POST(), page.request.FILES(), {})
                               : forms::FormArguments();
    formset_ = owned<forms::AnyModelFormSet>(
        page.model(), forms::model_form_factory(page.model(), plan_.form_options()), sent, options);
    for (std::size_t i = 0; i < size(); ++i) {
        const db::AnyObject& row = form(i).instance();
        if (!row.is_adding() && !page.admin.any_change_permission(page.request, row.object())) {
            throw PermissionDenied("no permission to change " + page.model().label + " " +
                                   row.pk().str());
        }
        plan_.share_choices(form(i));
        places_.set(row.pk(), Value(static_cast<long long>(i)));
    }
}

forms::AnyModelForm* ListForms::find(const Value& pk) {
    const Value* place = places_.find(pk);
    return place == nullptr ? nullptr : &form(static_cast<std::size_t>(place->as_int()));
}

std::optional<std::size_t> ListForms::save() {
    std::size_t count = 0;
    refusal_ = saved_or_why([&] {
        for (std::size_t i = 0; i < size(); ++i) {
            forms::AnyModelForm& changed = form(i);
            if (!changed.has_changed()) continue;
            changed.save(forms::Commit::No);  // stores the files that were sent
            void* const object = changed.instance().object();
            page_.admin.any_save_model(page_.request, object, Saving::Change);
            changed.save_m2m();
            page_.admin.any_saved(page_.request, object, Saving::Change);
            ChangeMessage message;
            message.add("changed", Dict{{"fields", Value(changed_labels(changed))}});
            log_change(page_, changed.instance(), message.json());
            ++count;
        }
    });
    return refusal_ ? std::nullopt : std::optional(count);
}

void ListForms::prepare() {
    KeyTexts texts(page_);
    for (std::size_t i = 0; i < size(); ++i) want_texts(plan_, form(i), texts);
    texts.load();
    for (std::size_t i = 0; i < size(); ++i) set_texts(plan_, form(i), texts);
}

Dict ListForms::cell(forms::AnyModelForm& form, const std::string& column,
                     const std::string& row) const {
    const std::string label = form[column].label() + ": " + row;
    form.field(column).widget().attrs.set("aria-label", Value(label));
    Dict cell = field_context(page_, plan_, form, column, form.instance());
    cell.set("label", Value(label));
    return cell;
}

std::string ListForms::hidden_html() const {
    std::string html = formset_->management_form().render();
    for (const forms::BaseForm* form : formset_->all_forms()) {
        html += (*form)[page_.model().pk->name].as_widget();
    }
    return html;
}

List ListForms::row_errors(forms::AnyModelForm& form) const {
    List texts;
    if (!is_bound()) return texts;
    if (form.instance().is_adding()) return {Value(gettext(kRowIsGone))};
    for (const std::string& text : form.non_field_errors().messages()) texts.emplace_back(text);
    return texts;
}

List ListForms::errors() const {
    List texts;
    for (const std::string& text : formset_->non_form_errors().messages()) texts.emplace_back(text);
    if (refusal_) texts.emplace_back(*refusal_);
    return texts;
}

std::size_t ListForms::error_count() const {
    return formset_->total_error_count() + (refusal_ ? 1 : 0);
}

}  // namespace tatum::admin::impl
