#include <tatum/forms/model_form.h>

#include <tatum/db/exceptions.h>
#include <tatum/db/meta.h>
#include <tatum/forms/impl/field_draft.h>
#include <tatum/forms/impl/model_form_class.h>

#include <algorithm>

namespace tatum::forms {

/// The members of the form itself are its first fields; those of the model join them.
AnyModelForm::AnyModelForm(const impl::ModelFormClass& form_class, Ready ready)
    : BaseForm(impl::FormStart{form_class.own, ready.arguments}),
      instance_(std::move(ready.instance)),
      options_(std::move(ready.options)),
      class_(&form_class) {
    std::vector<std::string> order;
    for (const NamedField& field : fields_for_model(instance_.model(), *options_)) {
        order.push_back(field.name());
        if (find_field(field.name()) == nullptr) add_field(field.name(), field.field());
    }
    order_fields(order);
    order_fields(ready.arguments.options.field_order);
}
AnyModelForm::AnyModelForm(const impl::ModelFormClass& form_class,
                           const ModelFormArguments& arguments)
    : AnyModelForm(form_class, Ready::make(form_class.own.type,
                                           db::ModelRegistry::current().get(*form_class.model),
                                           form_class.options, arguments)) {}

void AnyModelForm::set_hooks(FormType& type) {
    type.post_clean = after_clean;
    type.clean_field = after_clean_field;
}
void AnyModelForm::after_clean_field(BaseForm& form, std::string_view field) {
    for (const auto& [name, check] : static_cast<AnyModelForm&>(form).class_->cleaners) {
        if (name == field) check(form);
    }
}

namespace impl {

namespace {

/// What a declaration says of a field of the model, as the options of formfield_for().
FormFieldOptions said_of(const FieldDraft& draft) {
    const FieldOptions& options = draft.options;
    FormFieldOptions said;
    said.widget = options.widget;
    said.label = options.label;
    if (!options.help_text.empty()) said.help_text = options.help_text;
    said.required = draft.is_required;
    if (options.initial.is_function() || !options.initial.get().is_none()) {
        said.initial = options.initial;
    }
    said.error_messages = options.error_messages;
    said.localize = options.localize;
    said.disabled = options.disabled;
    said.adjust = [options, choices = draft.choices](FieldOptions& into) {
        const auto take = [](auto& value, const auto& from) {
            if (from) value = from;
        };
        take(into.max_length, options.max_length);
        take(into.min_length, options.min_length);
        take(into.strip, options.strip);
        take(into.empty_value, options.empty_value);
        take(into.min_value, options.min_value);
        take(into.max_value, options.max_value);
        take(into.step_size, options.step_size);
        take(into.label_suffix, options.label_suffix);
        if (!options.input_formats.empty()) into.input_formats = options.input_formats;
        if (!choices.empty()) into.choices = Choices(choices);
        if (options.choices.is_function()) into.choices = options.choices;
        if (!options.template_name.empty()) into.template_name = options.template_name;
        into.show_hidden_initial = into.show_hidden_initial || options.show_hidden_initial;
        into.validators.insert(into.validators.end(), options.validators.begin(),
                               options.validators.end());
    };
    return said;
}

}  // namespace

ModelFormDefinitionBase::ModelFormDefinitionBase(ModelFormClass& form, FormClass& own)
    : FormDefinitionBase(own), form_(&form) {}

template <class F>
void ModelFormDefinitionBase::guarded(std::string_view field, F&& f) noexcept {
    if (fault_) return;
    try {
        f();
    } catch (const std::exception& error) {
        std::string place(form_->own.type.name);
        if (!field.empty()) place += "." + std::string(field);
        fault_ = std::make_exception_ptr(ImproperlyConfigured(place + ": " + error.what()));
    }
}

void ModelFormDefinitionBase::add_name(std::string_view name) {
    std::vector<std::string>& names = form_->draft.fields;
    const bool has_all = names.size() == 1 && names.front() == kAllFields;
    if (!has_all && std::ranges::find(names, name) == names.end()) names.emplace_back(name);
}

void ModelFormDefinitionBase::fields(std::initializer_list<std::string_view> names) noexcept {
    for (const std::string_view name : names) add_name(name);
}
void ModelFormDefinitionBase::exclude(std::initializer_list<std::string_view> names) noexcept {
    for (const std::string_view name : names) form_->draft.exclude.emplace_back(name);
}
void ModelFormDefinitionBase::all_fields() noexcept {
    form_->draft.fields = {std::string(kAllFields)};
}

void ModelFormDefinitionBase::model_field(
    std::string_view name, std::initializer_list<FormFieldOptionArgument> options) noexcept {
    guarded(name, [&] {
        if (form_->draft.exclude.empty()) add_name(name);
        FieldDraft draft;
        for (const FormFieldOptionArgument& option : options) option.apply(draft);
        if (draft.own_field) {
            Owned<Field> own = draft.own_field->clone();
            for (const auto& change : draft.changes) change(*own);
            form_->draft.declared.emplace_back(name, std::move(own));
            return;
        }
        form_->draft.field_options.emplace_back(name, said_of(draft));
    });
}

void ModelFormDefinitionBase::own_field(
    const FormMember& member, std::initializer_list<FormFieldOptionArgument> options) noexcept {
    if (form_->draft.exclude.empty()) add_name(member.name);
    FormDefinitionBase::field(member, options);
}

void ModelFormDefinitionBase::clean_model_field(std::string_view name,
                                                void (*hook)(BaseForm& form)) noexcept {
    form_->cleaners.emplace_back(name, hook);
}
void ModelFormDefinitionBase::error_messages(const Dict& messages) noexcept {
    form_->draft.error_messages.set(kNonFieldErrors, messages);
}

void ModelFormDefinitionBase::rethrow_fault() const {
    FormDefinitionBase::rethrow_fault();
    if (fault_) std::rethrow_exception(fault_);
}

Shared<const ModelFormClass> make_model_form_class(const ModelFormDeclaration& declaration) {
    Shared<ModelFormClass> made = shared<ModelFormClass>();
    made->model = declaration.model;
    made->save_object = declaration.save_object;
    made->own.type = declaration.type;
    made->own.object = declaration.object;
    ModelFormDefinitionBase definition(*made, made->own);
    declaration.define(definition);
    definition.rethrow_fault();
    for (const NamedField& own : made->own.fields) made->draft.declared.push_back(own);
    made->options = shared<const ModelFormOptions>(std::move(made->draft));
    AnyModelForm::set_hooks(made->own.type);
    return made;
}

}  // namespace impl
}  // namespace tatum::forms
