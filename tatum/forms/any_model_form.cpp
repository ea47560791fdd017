#include <tatum/forms/any_model_form.h>

#include <tatum/base/i18n.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/meta.h>
#include <tatum/db/transaction.h>
#include <tatum/files/field_file.h>
#include <tatum/forms/impl/model_form_class.h>

#include <algorithm>

namespace tatum::forms {

namespace {

constexpr std::string_view kInlineKey = "InlineForeignKeyField";

bool has(std::span<const std::string> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}
bool takes_all(const ModelFormOptions& options) {
    return options.fields.empty() ||
           (options.fields.size() == 1 && options.fields.front() == kAllFields);
}
/// The names that a form is limited to; none: it has all.
std::span<const std::string> named_fields(const ModelFormOptions& options) {
    return takes_all(options) ? std::span<const std::string>() : options.fields;
}

template <class List>
const auto* find_named(const List& list, std::string_view name) {
    for (const auto& entry : list) {
        if (entry.first == name) return &entry.second;
    }
    return static_cast<decltype(&list.front().second)>(nullptr);
}

/// What the options of a form say of one field, put together.
FormFieldOptions options_for(const db::FieldMeta& field, const ModelFormOptions& options) {
    const std::string& name = field.name;
    FormFieldOptions said;
    if (const auto* own = find_named(options.field_options, name)) said = *own;
    if (const auto* widget = find_named(options.widgets, name)) said.widget = *widget;
    if (const auto* make = find_named(options.field_classes, name)) said.field_class = *make;
    if (const Value* label = options.labels.find(name)) said.label = label->str();
    if (const Value* help = options.help_texts.find(name)) said.help_text = help->str();
    if (const Value* messages = options.error_messages.find(name)) {
        for (const auto& [code, text] : messages->as_dict()) {
            said.error_messages.set(code.str(), text);
        }
    }
    if (has(options.localized_fields, name) || has(options.localized_fields, kAllFields)) {
        said.localize = true;
    }
    return said;
}

/// All fields with their places, those of the model in the order of their declaration.
std::vector<const db::FieldMeta*> in_order(const db::ModelMeta& model) {
    std::vector<const db::FieldMeta*> all;
    for (const auto& field : model.fields) all.push_back(field.get());
    for (const auto& field : model.many_to_many) all.push_back(field.get());
    std::ranges::stable_sort(all, {}, [](const db::FieldMeta* field) { return field->declared; });
    return all;
}

const NamedField* find_declared(const ModelFormOptions& options, std::string_view name) {
    for (const NamedField& field : options.declared) {
        if (field.name() == name) return &field;
    }
    return nullptr;
}

std::optional<NamedField> make_field(const db::FieldMeta& field, const ModelFormOptions& options) {
    if (const NamedField* own = find_declared(options, field.name)) return *own;
    const FormFieldOptions said = options_for(field, options);
    Owned<Field> made = options.formfield_callback ? options.formfield_callback(field, said)
                                                   : formfield_for(field, said);
    if (!made) return std::nullopt;
    return NamedField(field.name, std::move(made));
}

[[noreturn]] void refuse_not_editable(const db::FieldMeta& field) {
    throw db::FieldError("'" + field.name + "' cannot be specified for " + field.model->name +
                         " model form as it is a non-editable field");
}

/// The fields that are named, in the order of the names.
FormFields chosen_fields(const db::ModelMeta& model, const ModelFormOptions& options) {
    FormFields fields;
    std::string unknown;
    for (const std::string& name : options.fields) {
        if (has(options.exclude, name)) continue;
        const db::FieldMeta* field = model.find_field(name);
        if (field != nullptr && field->name == name) {
            if (field->is_auto() && find_declared(options, name) == nullptr) continue;
            if (!is_form_field(*field) && !field->is_auto()) refuse_not_editable(*field);
            if (auto made = make_field(*field, options)) fields.push_back(*std::move(made));
        } else if (const NamedField* own = find_declared(options, name)) {
            fields.push_back(*own);
        } else {
            unknown += (unknown.empty() ? "" : ", ") + name;
        }
    }
    if (!unknown.empty()) {
        throw db::FieldError("Unknown field(s) (" + unknown + ") specified for " + model.name);
    }
    return fields;
}

}  // namespace

FormFields fields_for_model(const db::ModelMeta& model, const ModelFormOptions& options) {
    if (options.fields.empty() && options.exclude.empty()) {
        throw ImproperlyConfigured("A form of " + model.name +
                                   " needs either 'fields' or 'exclude'; {\"__all__\"} are all");
    }
    FormFields fields;
    if (!takes_all(options)) {
        fields = chosen_fields(model, options);
    } else {
        for (const db::FieldMeta* field : in_order(model)) {
            if (!is_form_field(*field) || has(options.exclude, field->name)) continue;
            if (auto made = make_field(*field, options)) fields.push_back(*std::move(made));
        }
    }
    for (const NamedField& own : options.declared) {
        const auto is_own = [&](const NamedField& field) { return field.name() == own.name(); };
        if (std::ranges::none_of(fields, is_own)) fields.push_back(own);
    }
    return fields;
}

ModelFormArguments::ModelFormArguments(const FormArguments& form, Instance object)
    : FormArguments(form), instance(std::move(object)) {}
ModelFormArguments::ModelFormArguments(const ModelFormExtras& extras)
    : ModelFormArguments(FormArguments(extras.form_options()), extras.instance) {}
ModelFormArguments::ModelFormArguments(http::Request& request, const ModelFormExtras& extras)
    : ModelFormArguments(FormArguments(request, extras.form_options()), extras.instance) {}
ModelFormArguments::ModelFormArguments(const http::QueryDict& data, const ModelFormExtras& extras)
    : ModelFormArguments(FormArguments(data, extras.form_options()), extras.instance) {}
ModelFormArguments::ModelFormArguments(const http::QueryDict& data, const http::FileDict& files,
                                       const ModelFormExtras& extras)
    : ModelFormArguments(FormArguments(data, files, extras.form_options()), extras.instance) {}

FormOptions ModelFormExtras::form_options() const {
    FormOptions options;
    options.prefix = prefix;
    options.initial = initial;
    options.auto_id = auto_id;
    options.label_suffix = label_suffix;
    options.empty_permitted = empty_permitted;
    options.use_required_attribute = use_required_attribute;
    options.field_order = field_order;
    options.error_css_class = error_css_class;
    options.required_css_class = required_css_class;
    return options;
}

AnyModelForm::Ready AnyModelForm::Ready::make(const FormType& type, const db::ModelMeta& model,
                                              Shared<const ModelFormOptions> options,
                                              const ModelFormArguments& arguments) {
    const Instance& instance = arguments.instance;
    Ready ready{&type, &model, std::move(options), arguments,
                instance.object() ? *instance.object() : db::AnyObject(model)};
    if (&ready.instance.model() != &model) {
        throw ImproperlyConfigured("A form of " + model.name + " was given an object of " +
                                   ready.instance.model().name);
    }
    if (!instance.object()) return ready;
    Dict initial =
        model_to_dict(ready.instance, named_fields(*ready.options), ready.options->exclude);
    for (const auto& [name, value] : arguments.options.initial) initial.set(name, value);
    ready.arguments.options.initial = std::move(initial);
    return ready;
}

const FormType AnyModelForm::kType = {.name = "ModelForm", .post_clean = after_clean};

AnyModelForm::AnyModelForm(Ready ready)
    : BaseForm(*ready.type, fields_for_model(*ready.model, *ready.options), ready.arguments),
      instance_(std::move(ready.instance)),
      options_(std::move(ready.options)) {}

AnyModelForm::AnyModelForm(const db::ModelMeta& model, const ModelFormOptions& options,
                           const ModelFormArguments& arguments)
    : AnyModelForm(Ready::make(kType, model, shared<const ModelFormOptions>(options), arguments)) {}
AnyModelForm::AnyModelForm(const db::ModelMeta& model, Shared<const ModelFormOptions> options,
                           const ModelFormArguments& arguments)
    : AnyModelForm(Ready::make(kType, model, std::move(options), arguments)) {}

AnyModelForm::AnyModelForm(AnyModelForm&&) noexcept = default;
AnyModelForm::~AnyModelForm() = default;

void AnyModelForm::after_clean(BaseForm& form) { static_cast<AnyModelForm&>(form).post_clean(); }
// What the model says -----------------------------------------------------------------------------

bool AnyModelForm::is_meant(const db::FieldMeta& field) const {
    // The key to the parent of an inline formset is added to forms that do not name it.
    const Field* shown = find_field(field.name);
    if (shown != nullptr && shown->type_name() == kInlineKey) return true;
    const auto names = named_fields(*options_);
    return (names.empty() || has(names, field.name)) && !has(options_->exclude, field.name);
}

std::vector<std::string> AnyModelForm::validation_exclusions() {
    std::vector<std::string> names;
    const ErrorDict& wrong = errors();
    for (const auto& field : instance_.model().fields) {
        const Field* shown = find_field(field->name);
        const bool is_asked = shown != nullptr && is_meant(*field) && !wrong.contains(field->name);
        const bool is_left_empty = is_asked && !field->blank && !shown->required &&
                                   Field::is_empty_value(cleaned(field->name));
        if (!is_asked || is_left_empty) names.push_back(field->name);
    }
    return names;
}

/// Relations whose row the form has just read.
std::vector<std::string> AnyModelForm::relations_seen() const {
    std::vector<std::string> names;
    for (const auto& field : instance_.model().fields) {
        if (!field->relation) continue;
        const RowReference row = row_of(cleaned(field->name));
        if (row && row.model == field->relation->target) names.push_back(field->name);
    }
    return names;
}

void AnyModelForm::post_clean() {
    std::vector<std::string> exclude = validation_exclusions();
    for (const NamedField& field : fields()) {
        if (field.field().type_name() == kInlineKey) exclude.push_back(field.name());
    }
    construct_instance();
    const auto run = [&](auto&& check) {
        try {
            check();
        } catch (const ValidationError& error) {
            update_errors(error);
            for (const ValidationFault& fault : error.faults()) {
                if (!fault.field.empty()) exclude.push_back(fault.field);
            }
        }
    };
    // What could not be put into the instance is not asked about either.
    for (const auto& [name, list] : errors()) exclude.push_back(name);
    run([&] { instance_.clean_fields(exclude, relations_seen()); });
    run([&] { instance_.clean(); });
    run([&] { instance_.validate_constraints(exclude); });
    validate_unique();
}

void AnyModelForm::validate_unique() {
    try {
        instance_.validate_unique(validation_exclusions());
    } catch (const ValidationError& error) {
        update_errors(error);
    }
}

/// The form's texts in place of the model's.
void AnyModelForm::update_errors(const ValidationError& error) {
    std::vector<ValidationFault> faults = error.faults();
    for (ValidationFault& fault : faults) {
        std::string text;
        if (const Field* field = find_field(fault.field)) {
            text = field->error_message(fault.code);
        } else {
            fault.field.clear();
            if (const Value* whole = options_->error_messages.find(kNonFieldErrors)) {
                text = gettext(whole->as_dict().get(fault.code).str());
                if (whole->as_dict().find(fault.code) == nullptr) text.clear();
            }
        }
        if (!text.empty()) fault.message = format_message(text, fault.params);
    }
    add_error({}, ValidationError(std::move(faults)));
}

// Filling the instance ------------------------------------------------------------------------

void AnyModelForm::construct_instance() {
    std::vector<const db::FieldMeta*> files;
    for (const auto& field : instance_.model().fields) {
        const Value* value = cleaned_data().find(field->name);
        if (value == nullptr || !is_form_field(*field) || !is_meant(*field)) continue;
        const Field& shown = *find_field(field->name);
        // A field that was not sent keeps its default; a box that is not checked is never sent.
        if (field->has_default && Field::is_empty_value(*value) &&
            shown.widget().value_omitted_from_data(submission(), add_prefix(field->name))) {
            continue;
        }
        if (field->is_file()) {
            files.push_back(field.get());
        } else {
            set_instance(*field, *value);
        }
    }
    for (const db::FieldMeta* field : files) set_file(*field, cleaned(field->name));
}

void AnyModelForm::set_instance(const db::FieldMeta& field, const Value& cleaned_value) {
    Value value = cleaned_value;
    // Numbers have no empty text, and an address that is not given is NULL where it can be.
    const bool is_address = field.kind == db::FieldKind::GenericIPAddressField && field.null;
    const bool has_text = field.is_text() || field.kind == db::FieldKind::JSONField;
    if (value.is_string() && value.as_string().empty() && (is_address || !has_text)) value = {};
    try {
        field.set(instance_.object(), value);
    } catch (const db::ValueError&) {
        const bool is_null = value.is_none();
        add_error(field.name,
                  gettext(is_null ? "This field cannot be null." : "Enter a valid value."),
                  is_null ? "null" : "invalid");
    }
}

/// An upload waits for save(): the column has its name meanwhile.
void AnyModelForm::set_file(const db::FieldMeta& field, const Value& cleaned_value) {
    if (const http::UploadedFile* file = uploaded_file(cleaned_value)) {
        set_instance(field, Value(file->name()));
    } else if (cleaned_value.kind() == Kind::Bool) {
        set_instance(field, field.null ? Value() : Value(""));
    }
}

// Saving --------------------------------------------------------------------------------------

void AnyModelForm::store_files() {
    for (const auto& field : instance_.model().fields) {
        const Value value = cleaned(field->name);
        const http::UploadedFile* upload = uploaded_file(value);
        if (!field->is_file() || upload == nullptr || !is_meant(*field)) continue;
        files::BoundFieldFile(*field, instance_.object(), nullptr)
            .save(upload->name(), *upload, files::SaveRow::No);
    }
}

bool AnyModelForm::has_uploads() const {
    return std::ranges::any_of(instance_.model().fields, [&](const auto& field) {
        return field->is_file() && uploaded_file(cleaned(field->name)) != nullptr;
    });
}

db::AnyObject AnyModelForm::save(Commit commit) {
    if (!errors().empty()) {
        throw db::ValueError("The " + instance_.model().name + " could not be " +
                             (instance_.is_adding() ? "created" : "changed") +
                             " because the data didn't validate.");
    }
    if (commit == Commit::No) {
        store_files();
        return instance_;
    }
    const auto write = [&] {
        if (class_ != nullptr) {
            class_->save_object(instance_.object());
        } else {
            instance_.save();
        }
    };
    if (instance_.model().many_to_many.empty() && !has_uploads()) {
        write();
        return instance_;
    }
    const std::string alias(instance_.db());
    db::transaction::atomic({.using_ = alias}, [&] {
        store_files();  // before the first statement, which takes the database's lock
        write();
        save_m2m();
    });
    return instance_;
}

void AnyModelForm::save_m2m() {
    for (const auto& field : instance_.model().many_to_many) {
        const Value* rows = cleaned_data().find(field->name);
        if (rows == nullptr || !is_meant(*field)) continue;
        List keys;
        for (const Value& item : rows->items().value_or(List())) {
            const RowReference row = row_of(item);
            keys.push_back(row ? row.model->pk_of(row.object) : item);
        }
        instance_.set_many(*field, keys);
    }
}

}  // namespace tatum::forms
