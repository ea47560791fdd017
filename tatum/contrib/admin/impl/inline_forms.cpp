#include <tatum/contrib/admin/impl/inline_forms.h>

#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/contrib/admin/impl/access.h>
#include <tatum/contrib/admin/impl/names.h>

namespace tatum::admin::impl {

Owned<InlineForms> InlineForms::make(const Page& page, const Inline& rows,
                                     const db::AnyObject& parent, std::string prefix,
                                     bool all_readonly) {
    const db::FieldMeta& key = *meant(inline_key(page.model(), rows));
    auto made = owned<InlineForms>(page, rows, key, parent, std::move(prefix), all_readonly);
    return made->may_.see ? std::move(made) : nullptr;
}

InlineForms::InlineForms(const Page& page, const Inline& rows, const db::FieldMeta& key,
                         const db::AnyObject& parent, std::string prefix, bool all_readonly)
    : page_(page),
      inline_(rows),
      model_(*key.model),
      key_(key),
      admin_(page.state.find(model_)),
      prefix_(std::move(prefix)),
      may_(rights_of(parent, all_readonly)),
      plan_(page, rows, model_, key, !may_.change && !may_.add) {
    if (may_.see) make_formset(parent);
}

InlineForms::~InlineForms() = default;

InlineForms::Rights InlineForms::rights_of(const db::AnyObject& parent, bool all_readonly) const {
    const void* object = parent.is_adding() ? nullptr : parent.object();
    const auto may = [&](const InlineHook& hook, const char* action) {
        if (hook) return hook(page_.request, object);
        return has_perm(page_.request, model_.app_label + "." + action + "_" + model_.model_name);
    };
    const bool add = may(inline_.may_add, "add");
    const bool change = may(inline_.may_change, "change");
    const bool delete_ = may(inline_.may_delete, "delete");
    return {.see = add || change || delete_ || may(inline_.may_view, "view"),
            .add = add && !all_readonly,
            .change = change && !all_readonly,
            .delete_ = delete_ && !all_readonly && inline_.options.can_delete};
}

// The forms -----------------------------------------------------------------------------------

/// All rows of the model, in the order of the inline or the model; the formset narrows them.
db::AnyQuerySet InlineForms::rows() const {
    Names ordering = inline_.options.ordering;
    if (ordering.empty()) ordering = model_.ordering_names;
    ordering.emplace_back("pk");
    const std::vector<db::OrderBy> terms(ordering.begin(), ordering.end());
    Names relations = inline_.options.select_related;
    if (admin_ != nullptr && relations.empty()) relations = admin_->list_select_related;
    for (const db::FieldMeta* field : plan_.key_inputs()) {
        if (!field->is_many_to_many()) relations.push_back(field->name);
    }
    const db::AnyQuerySet all = db::AnyQuerySet(model_).order_by(terms);
    return relations.empty() ? all : all.select_related(relations);
}

void InlineForms::make_formset(const db::AnyObject& parent) {
    // Rows that can only be looked at are not sent.
    const bool is_bound = page_.request.is_post() && (may_.add || may_.change || may_.delete_);
    const InlineOptions& options = inline_.options;
    forms::InlineFormSetOptions formset;
    formset.formset = {.extra = may_.add ? options.extra : 0,
                       .can_delete = may_.delete_,
                       .min_num = may_.add ? options.min_num : 0,
                       .max_num = options.max_num,
                       .validate_min = may_.add,
                       .validate_max = true,
                       .check_unchanged = false,
                       .prefix = prefix_};
    formset.queryset = rows();
    formset.edit_only = !may_.add;
    formset.fk_name = key_.name;
    formset.save_as_new = is_bound && parent.is_adding();
    const forms::FormArguments sent =
        is_bound ? forms::FormArguments(page_.request.POST(), page_.request.FILES(), {})
                 : forms::FormArguments();
    formset_ = owned<forms::AnyInlineFormSet>(
        parent, model_, forms::model_form_factory(model_, plan_.form_options()), sent, formset);
    for (std::size_t i = 0; i < formset_->size(); ++i) {
        forms::AnyModelForm& form = formset_->model_form(i);
        make_ready(form, is_new(i) ? may_.add : may_.change);
        const bool is_there = !is_new(i) && !form.instance().is_adding();
        texts_.push_back(is_there ? form.instance().str() : std::string());
    }
    empty_ = formset_->empty_form();
    make_ready(empty_form(), true);
}

/// A form as the visitor gets it. What he may not change keeps its value, whatever is sent.
void InlineForms::make_ready(forms::AnyModelForm& form, bool is_editable) {
    for (const std::string& name : plan_.form_fields()) {
        forms::Field& field = form.field(name);
        field.disabled = !is_editable;
        // The headings of a table are no labels.
        if (inline_.look == InlineLook::Tabular) {
            field.widget().attrs.set("aria-label", Value(form[name].label()));
        }
    }
    plan_.share_choices(form);
}

void InlineForms::save(ChangeMessage& message) {
    if (!formset_->is_bound()) return;
    formset_->save();
    const auto add = [&](const char* what, const db::AnyObject& object, Dict details) {
        details.set("name", Value(model_.verbose_name));
        details.set("object", Value(object.str()));
        message.add(what, std::move(details));
    };
    for (const db::AnyObject& object : formset_->new_objects()) add("added", object, {});
    for (const auto& [object, fields] : formset_->changed_objects()) {
        add("changed", object, Dict{{"fields", Value(labels_of(empty_form(), fields))}});
    }
    for (const db::AnyObject& object : formset_->deleted_objects()) add("deleted", object, {});
}

void InlineForms::want_texts(KeyTexts& texts) {
    for (const forms::BaseForm* form : formset_->all_forms()) {
        impl::want_texts(plan_, *form, texts);
    }
}

void InlineForms::set_texts(const KeyTexts& texts) {
    for (forms::BaseForm* form : formset_->all_forms()) impl::set_texts(plan_, *form, texts);
}

void InlineForms::add_prepopulated(Dict& rules) {
    const List own = prepopulated_context(plan_);
    if (own.empty()) return;
    for (const forms::BaseForm* form : formset_->extra_forms()) {
        rules.set(form->prefix() + "-", Value(own));
    }
}

// The page ------------------------------------------------------------------------------------

/// The key of the row, unless it is one of the inputs.
std::string InlineForms::hidden_html(const forms::BaseForm& form, bool is_editable) const {
    if (is_editable && has_name(plan_.form_fields(), model_.pk->name)) return {};
    const std::string name = form.add_prefix(model_.pk->name);
    const Value key =
        form.is_bound() ? Value(page_.request.POST().get(name)) : form[model_.pk->name].value();
    return "<input type=\"hidden\" name=\"" + html::escape(name) + "\" id=\"id_" +
           html::escape(name) + "\" value=\"" +
           html::escape(key.is_none() ? std::string() : key.str()) + "\">";
}

std::string InlineForms::delete_html(const forms::BaseForm& form, const std::string& row) {
    return "<label>" + form[forms::kDeleteField].as_widget() + " <span class=\"unseen\">" +
           html::escape(gettext("Delete")) + " " + html::escape(row) + "</span></label>";
}

List InlineForms::fields_context(const forms::AnyModelForm& form, bool is_editable,
                                 bool with_errors) const {
    List fields;
    for (const Fieldset& fieldset : plan_.fieldsets()) {
        for (const FieldLine& line : fieldset.fields) {
            for (const std::string& name : line.names) {
                Dict field = is_editable
                                 ? field_context(page_, plan_, form, name, form.instance())
                                 : readonly_field_context(page_, plan_, name, form.instance());
                if (!with_errors) field.set("errors", Value(List()));
                fields.emplace_back(std::move(field));
            }
        }
    }
    return fields;
}

/// `row` is what people call it; empty for a new one.
Dict InlineForms::row_context(forms::AnyModelForm& form, bool is_new, const std::string& row) {
    const bool is_gone = !is_new && form.instance().is_adding();
    const bool is_editable = is_new ? may_.add : may_.change;
    const bool is_deleted =
        form.is_bound() && formset_->options().can_delete && formset_->should_delete_form(form);
    List faults;
    if (is_gone) {
        faults.emplace_back(gettext(kRowIsGone));
    } else if (form.is_bound() && !is_deleted) {
        for (const std::string& text : form.non_field_errors().messages()) {
            faults.emplace_back(text);
        }
    }
    Dict context{{"prefix", Value(form.prefix())},
                 {"is_new", is_new},
                 {"str", Value(is_gone ? "?" : row)},
                 {"hidden", Value::safe(hidden_html(form, is_editable))},
                 {"has_errors", !faults.empty()},
                 {"non_field_errors", Value(std::move(faults))},
                 {"fields", Value(fields_context(form, is_editable, !is_deleted))}};
    if (is_new || is_gone) return context;
    if (formset_->options().can_delete) {
        context.set("delete", Value::safe(delete_html(form, row)));
    }
    if (inline_.options.show_change_link && admin_ != nullptr &&
        admin_->any_view_permission(page_.request, form.instance().object())) {
        context.set("change_url", Value(model_url(model_, "change", form.instance().pk())));
    }
    return context;
}

List InlineForms::rows_context() {
    List rows;
    for (std::size_t i = 0; i < formset_->size(); ++i) {
        rows.emplace_back(row_context(formset_->model_form(i), is_new(i), texts_[i]));
    }
    if (may_.add) {
        Dict empty = row_context(empty_form(), true, {});
        empty.set("is_template", true);
        rows.emplace_back(std::move(empty));
    }
    return rows;
}

/// The headings of a table.
List InlineForms::columns_context() {
    List columns;
    for (const Value& field : fields_context(empty_form(), may_.add || may_.change, true)) {
        const Dict& entry = field.as_dict();
        const forms::Field* own = empty_form().find_field(entry.get("name").str());
        columns.emplace_back(
            Dict{{"label", entry.get("label")}, {"required", own != nullptr && own->required}});
    }
    return columns;
}

Dict InlineForms::context() {
    const InlineOptions& options = inline_.options;
    const std::string name =
        options.verbose_name.empty() ? model_.verbose_name : options.verbose_name;
    const std::string plural = !options.verbose_name_plural.empty() ? options.verbose_name_plural
                               : !options.verbose_name.empty()      ? options.verbose_name + "s"
                                                                    : model_.verbose_name_plural;
    List faults;
    for (const std::string& fault : formset_->non_form_errors().messages()) {
        faults.emplace_back(fault);
    }
    return Dict{
        {"prefix", Value(prefix_)},
        {"template", Value(inline_.look == InlineLook::Tabular ? "admin/edit_inline/tabular.html"
                                                               : "admin/edit_inline/stacked.html")},
        {"name", Value(strings::capfirst(name))},
        {"name_plural", Value(strings::capfirst(plural))},
        {"management", Value::safe(formset_->management_form().render())},
        {"collapse", has_name(options.classes, "collapse") && error_count() == 0},
        {"errors", Value(std::move(faults))},
        {"max_num", formset_->options().max_num},
        {"can_add", may_.add},
        {"can_delete", formset_->options().can_delete},
        {"columns", Value(columns_context())},
        {"forms", Value(rows_context())}};
}

}  // namespace tatum::admin::impl
