#include <tatum/contrib/admin/impl/form_plan.h>

#include <tatum/base/html.h>
#include <tatum/base/i18n.h>
#include <tatum/base/json.h>
#include <tatum/base/text.h>
#include <tatum/base/uri.h>
#include <tatum/contrib/admin/impl/columns.h>
#include <tatum/contrib/admin/impl/names.h>
#include <tatum/contrib/admin/impl/state.h>
#include <tatum/forms/choice_widgets.h>
#include <tatum/forms/model_choice_fields.h>
#include <tatum/forms/model_fields.h>
#include <tatum/urls/reverse.h>

#include <algorithm>

namespace tatum::admin::impl {

namespace {

bool is_editable(const db::FieldMeta& field) {
    return forms::is_form_field(field) && !has_own_pairs(field);
}

std::vector<const db::FieldMeta*> editable_fields(const db::ModelMeta& model) {
    std::vector<const db::FieldMeta*> all;
    for (const auto& field : model.fields) all.push_back(field.get());
    for (const auto& field : model.many_to_many) all.push_back(field.get());
    std::erase_if(all, [](const db::FieldMeta* field) { return !is_editable(*field); });
    std::ranges::stable_sort(all, {}, [](const db::FieldMeta* field) { return field->declared; });
    return all;
}

std::string json_text(const Value& value) { return json::dump(value).value_or("{}"); }

}  // namespace

FormPlan::FormPlan(const Page& page, const void* object, bool all_readonly)
    : page_(page), model_(&page.model()) {
    const ModelAdminBase& admin = page.admin;
    take_looks(admin);
    readonly_ = admin.any_readonly_fields(page.request, object);
    prepopulated_ = admin.prepopulated_fields;
    fieldsets_ = admin.any_fieldsets(page.request, object);
    make_fields(admin.fields, admin.exclude, all_readonly, {});
    make_options();
}

FormPlan::FormPlan(const Page& page, const Inline& rows, const db::ModelMeta& model,
                   const db::FieldMeta& key, bool all_readonly)
    : page_(page), model_(&model) {
    const InlineOptions& options = rows.options;
    readonly_ = options.readonly_fields;
    raw_id_ = options.raw_id_fields;
    autocomplete_ = options.autocomplete_fields;
    radio_ = options.radio_fields;
    prepopulated_ = options.prepopulated_fields;
    make_fields(options.fields, options.exclude, all_readonly, key.name);
    make_options();
}

FormPlan::FormPlan(const Page& page, const Names& columns) : page_(page), model_(&page.model()) {
    take_looks(page.admin);
    make_fields(FieldLines(columns.begin(), columns.end()), {}, false, {});
    make_options();
}

void FormPlan::take_looks(const ModelAdminBase& admin) {
    raw_id_ = admin.raw_id_fields;
    autocomplete_ = admin.autocomplete_fields;
    filtered_ = admin.filter_horizontal;
    filtered_.insert(filtered_.end(), admin.filter_vertical.begin(), admin.filter_vertical.end());
    radio_ = admin.radio_fields;
}

void FormPlan::make_fields(const FieldLines& fields, const Names& exclude, bool all_readonly,
                           std::string_view except) {
    if (fieldsets_.empty()) {
        Fieldset only;
        if (!fields.empty()) {
            only.fields = fields;
        } else {
            for (const db::FieldMeta* field : editable_fields(*model_)) {
                const bool is_out = has_name(exclude, field->name) || field->name == except ||
                                    has_name(readonly_, field->name);
                if (!is_out) only.fields.emplace_back(field->name);
            }
            for (const std::string& name : readonly_) only.fields.emplace_back(name);
        }
        fieldsets_.push_back(std::move(only));
    }
    for (const Fieldset& fieldset : fieldsets_) {
        for (const FieldLine& line : fieldset.fields) {
            for (const std::string& name : line.names) {
                if (has_name(readonly_, name)) continue;
                const db::FieldMeta* field = meant(named_form_field(*model_, "fields", name));
                if (all_readonly || !is_editable(*field)) {
                    readonly_.push_back(name);
                } else {
                    form_fields_.push_back(field->name);
                }
            }
        }
    }
}

bool FormPlan::is_readonly(std::string_view name) const { return has_name(readonly_, name); }

forms::Cloned<forms::Widget> FormPlan::widget_for(const db::FieldMeta& field) {
    const bool is_many = field.is_many_to_many();
    if (field.is_relation()) {
        const bool searched = has_name(autocomplete_, field.name);
        if (searched || has_name(raw_id_, field.name)) {
            key_inputs_.push_back(&field);
            forms::Attributes attrs;
            if (searched) {
                attrs.set("data-autocomplete",
                          Value(urls::reverse("admin:autocomplete") +
                                "?app_label=" + uri::quote_plus(field.model->app_label) +
                                "&model_name=" + uri::quote_plus(field.model->model_name) +
                                "&field_name=" + uri::quote_plus(field.name)));
                attrs.set("data-label", Value(strings::capfirst(field.verbose_name)));
            }
            if (is_many) {
                attrs.set("data-many", Value("1"));
                return KeyListInput{{.attrs = attrs}};
            }
            return KeyInput{{.attrs = attrs}};
        }
        selects_.push_back(&field);
        if (is_many && has_name(filtered_, field.name)) {
            return forms::SelectMultiple{
                {.attrs = {{"data-filter", Value(gettext("Filter"))}, {"size", Value("12")}}}};
        }
    }
    for (const RadioField& radio : radio_) {
        if (radio.field == field.name) return forms::RadioSelect{};
    }
    switch (field.kind) {
        case db::FieldKind::DateField:
            return forms::DateInput{{.attrs = {{"type", Value("date")}}, .format = "%Y-%m-%d"}};
        case db::FieldKind::DateTimeField:
            return forms::DateTimeInput{
                {.attrs = {{"type", Value("datetime-local")}, {"step", Value("1")}},
                 .format = "%Y-%m-%dT%H:%M:%S"}};
        case db::FieldKind::TimeField:
            return forms::TimeInput{
                {.attrs = {{"type", Value("time")}, {"step", Value("1")}}, .format = "%H:%M:%S"}};
        default:
            return {};
    }
}

namespace {

/// The relations that str() of the rows of `target` follows, as far as one can tell: those that its
/// admin reads with a list, else those by which it is ordered.
Names relations_in_text(const AdminState& state, const db::ModelMeta& target) {
    const ModelAdminBase* admin = state.find(target);
    if (admin != nullptr && !admin->list_select_related.empty()) return admin->list_select_related;
    Names relations;
    for (std::string_view term : target.ordering_names) {
        if (term.starts_with('-')) term.remove_prefix(1);
        const std::size_t end = term.find("__");
        if (end == std::string_view::npos) continue;
        const db::FieldMeta* field = target.find_field(term.substr(0, end));
        if (field == nullptr || !field->is_relation() || field->is_many_to_many()) continue;
        if (!has_name(relations, field->name)) relations.push_back(field->name);
    }
    return relations;
}

}  // namespace

void FormPlan::make_options() {
    forms::ModelFormOptions options;
    options.fields = form_fields_;
    if (options.fields.empty()) options.exclude.emplace_back(forms::kAllFields);
    for (const std::string& name : form_fields_) {
        if (auto widget = widget_for(*model_->find_field(name))) {
            options.widgets.emplace_back(name, std::move(widget));
        }
    }
    if (options.fields.empty()) {  // nothing can be changed
        for (const auto& field : model_->fields) options.exclude.push_back(field->name);
        for (const auto& field : model_->many_to_many) options.exclude.push_back(field->name);
    }
    // A select says str() of each row, so what that follows is read with the rows.
    options.formfield_callback = [&state = page_.state](const db::FieldMeta& field,
                                                        const forms::FormFieldOptions& said) {
        Owned<forms::Field> made = forms::formfield_for(field, said);
        if (auto* choices = dynamic_cast<forms::ModelChoiceField*>(made.get())) {
            const Names relations = relations_in_text(state, *field.relation->target);
            if (!relations.empty()) {
                choices->set_queryset(choices->queryset().select_related(relations));
            }
        }
        return made;
    };
    options_ = shared<const forms::ModelFormOptions>(std::move(options));
}

void FormPlan::share_choices(forms::BaseForm& form) {
    for (const db::FieldMeta* field : selects_) {
        auto* widget = dynamic_cast<forms::ChoiceWidget*>(&form.field(field->name).widget());
        if (widget == nullptr) continue;
        auto known = choices_.find(field);
        if (known == choices_.end()) {
            known = choices_.emplace(field, forms::Choices(*widget->choices.get())).first;
        }
        widget->choices = known->second;
    }
}

void want_texts(const FormPlan& plan, const forms::BaseForm& form, KeyTexts& texts) {
    for (const db::FieldMeta* field : plan.key_inputs()) {
        const forms::BoundField bound = form[field->name];
        texts.want(*field, bound.field().prepare_value(bound.value()));
    }
}

void set_texts(const FormPlan& plan, forms::BaseForm& form, const KeyTexts& texts) {
    for (const db::FieldMeta* field : plan.key_inputs()) {
        const forms::BoundField bound = form[field->name];
        const Dict found = texts.texts(*field, bound.field().prepare_value(bound.value()));
        form.field(field->name).widget().attrs.set("data-texts", Value(json_text(Value(found))));
    }
}

namespace {

/// "Look up", "Add", "Change" beside a relation; each opens a window that gives a row back.
std::string links_html(const Page& page, const FormPlan& plan, const db::FieldMeta& field,
                       const forms::BoundField& bound) {
    const ModelAdminBase* admin = page.state.find(*field.relation->target);
    if (admin == nullptr) return {};
    const std::string id = html::escape(bound.auto_id());
    std::string out;
    std::string to_field;
    if (field.relation->to_field != nullptr &&
        field.relation->to_field != field.relation->target->pk) {
        to_field = std::string("_to_field=") + field.relation->to_field->name;
    }
    const auto add = [&](const std::string& address, std::string_view label, const char* class_) {
        const std::string full = to_field.empty() ? address : address + "?" + to_field;
        out += "<a href=\"" + html::escape(full) + "\" target=\"_blank\" data-popup=\"" + id +
               "\" class=\"" + class_ + "\">" + html::escape(label) + "<span class=\"unseen\"> " +
               html::escape(admin->model().verbose_name) + "</span></a>";
    };
    const bool is_key = std::ranges::find(plan.key_inputs(), &field) != plan.key_inputs().end();
    if (is_key && admin->any_view_permission(page.request, nullptr)) {
        add(model_url(admin->model(), "changelist"), gettext("Look up"), "lookup");
    }
    if (admin->has_add_permission(page.request)) {
        add(model_url(admin->model(), "add"), gettext("Add"), "add");
    }
    return out.empty() ? out : "<span class=\"related-links\">" + out + "</span>";
}

std::string key_text_html(const forms::BoundField& bound) {
    const Value* texts = bound.field().widget().attrs.find("data-texts");
    if (texts == nullptr) return {};
    const auto known = json::parse(texts->str());
    if (!known || !known.value().is_dict()) return {};
    std::string out;
    for (const auto& [key, text] : known.value().as_dict()) {
        out += "<span class=\"key-text without-script\">" + html::escape(text.str()) + "</span>";
    }
    return out;
}

}  // namespace

Dict readonly_field_context(const Page& page, const FormPlan& plan, const std::string& name,
                            const db::AnyObject& object) {
    const db::ModelMeta& model = plan.model();
    const std::string& empty = page.admin.empty_value_display.empty()
                                   ? page.state.options().empty_value_display
                                   : page.admin.empty_value_display;
    const db::FieldMeta* field = model.find_field(name);
    Dict context{{"name", Value(name)}, {"readonly", true}};
    if (field != nullptr && field->is_many_to_many()) {
        std::string text;
        if (!object.is_adding()) {
            const db::AnyQuerySet many = object.many(*field);
            db::Rows& rows = many.rows();
            for (std::size_t i = 0; i < rows.count(); ++i) {
                text += (text.empty() ? "" : ", ") + many.model().str_of(rows.at(i));
            }
        }
        context.set("label", Value(strings::capfirst(field->verbose_name)));
        context.set("value", Value(text.empty() ? empty : text));
        return context;
    }
    // An inline's own rows know no display() of the page's admin.
    const ModelAdminBase* admin = &model == &page.model() ? &page.admin : page.state.find(model);
    const Column column = meant(
        readonly_column(model, admin, page.admin.class_name(), "readonly_fields", name, empty));
    context.set("label", Value(strings::capfirst(column.heading)));
    const bool is_new = object.is_adding() && column.field == nullptr && column.display == nullptr;
    context.set("value",
                is_new ? Value(empty) : Value::safe(column_html(column, model, object.value())));
    if (field != nullptr) context.set("help_text", Value::safe(field->help_text));
    return context;
}

Dict field_context(const Page& page, const FormPlan& plan, const forms::BaseForm& form,
                   const std::string& name, const db::AnyObject& object) {
    if (plan.is_readonly(name)) return readonly_field_context(page, plan, name, object);
    const forms::BoundField bound = form[plan.model().field(name).name];
    const forms::Widget& widget = bound.field().widget();
    forms::LabelOptions label;
    label.label_suffix = "";
    if (bound.field().required) label.attrs.set("class", Value("required"));
    const bool is_group = bound.use_fieldset();
    List errors;
    if (form.is_bound()) {
        for (const std::string& message : bound.errors().messages()) errors.emplace_back(message);
    }
    Dict context{
        {"name", Value(name)},
        {"hidden", bound.is_hidden()},
        {"auto_id", Value(bound.auto_id())},
        {"is_group", is_group},
        {"checkbox", widget.input_type() == "checkbox" && !is_group},
        {"label", Value(bound.label())},
        {"label_tag", Value::safe(is_group ? bound.legend_tag(label) : bound.label_tag(label))},
        {"describedby", Value(bound.aria_describedby())},
        {"widget", Value::safe(bound.as_widget())},
        {"help_text", Value::safe(bound.help_text())},
        {"errors", Value(std::move(errors))}};
    const db::FieldMeta& field = plan.model().field(name);
    if (field.is_relation()) {
        context.set("links",
                    Value::safe(key_text_html(bound) + links_html(page, plan, field, bound)));
    }
    return context;
}

List fieldsets_context(const Page& page, const FormPlan& plan, const forms::BaseForm& form,
                       const db::AnyObject& object) {
    List fieldsets;
    for (const Fieldset& fieldset : plan.fieldsets()) {
        List lines;
        bool has_errors = false;
        for (const FieldLine& line : fieldset.fields) {
            List fields;
            for (const std::string& name : line.names) {
                Dict field = field_context(page, plan, form, name, object);
                has_errors = has_errors || field.get("errors").truth();
                fields.emplace_back(std::move(field));
            }
            lines.emplace_back(Dict{{"fields", Value(std::move(fields))}});
        }
        fieldsets.emplace_back(Dict{{"name", Value(gettext(fieldset.name))},
                                    {"description", Value(fieldset.description)},
                                    {"collapse", has_name(fieldset.classes, "collapse")},
                                    {"wide", has_name(fieldset.classes, "wide")},
                                    {"has_errors", has_errors},
                                    {"lines", Value(std::move(lines))}});
    }
    return fieldsets;
}

List prepopulated_context(const FormPlan& plan) {
    List rules;
    for (const Prepopulated& rule : plan.prepopulated()) {
        const db::FieldMeta* field = plan.model().find_field(rule.field);
        if (field == nullptr || plan.is_readonly(rule.field)) continue;
        List sources;
        for (const std::string& name : rule.sources) sources.emplace_back(name);
        rules.emplace_back(Dict{{"field", Value(rule.field)},
                                {"sources", Value(std::move(sources))},
                                {"max", field->max_length}});
    }
    return rules;
}

}  // namespace tatum::admin::impl
