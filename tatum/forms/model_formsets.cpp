#include <tatum/forms/model_formsets.h>

#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/meta.h>
#include <tatum/db/transaction.h>
#include <tatum/forms/widgets.h>

#include <algorithm>
#include <set>

namespace tatum::forms {

namespace {

/// The key of a form's row. Rows that the formset has read need not be looked up.
class HiddenKeyField final : public ModelChoiceField {
public:
    HiddenKeyField(Queryset queryset, Value known, Options options)
        : ModelChoiceField(std::move(queryset), std::move(options)), known_(std::move(known)) {}

    TATUM_FORM_FIELD(ModelChoiceField)
    Value to_python(const Value& value) const override {
        if (!is_empty_value(value) && value.str() == prepare_value(known_).str()) return known_;
        return ModelChoiceField::to_python(value);
    }

private:
    Value known_;  ///< a row, or None
};
Owned<Field> HiddenKeyField::clone() const { return owned<HiddenKeyField>(*this); }

db::AnyQuerySet ordered(db::AnyQuerySet rows) {
    if (rows.is_ordered()) return rows;
    const db::OrderBy by_key(rows.model().pk->name);
    return rows.order_by({&by_key, 1});
}

/// Is the key of the rows one that forms do not show?
bool is_hidden_key(const db::FieldMeta& key) { return key.is_auto() || !key.editable; }

Dict initial_at(const List& initial, std::size_t index) {
    if (index >= initial.size() || !initial[index].is_dict()) return {};
    return initial[index].as_dict();
}

/// What unique_for_date compares of a cleaned value.
Value day_of(const Value& value) {
    if (value.kind() != Kind::DateTime) return value;
    const DateTime moment = value.as_datetime();
    return Value(moment.is_aware() ? localtime(moment).date() : moment.date());
}

ModelFormSetOptions inline_options(const db::AnyObject& parent, const db::ModelMeta& model,
                                   const InlineFormSetOptions& options) {
    const db::FieldMeta& key = foreign_key_to(parent.model(), model, options.fk_name);
    ModelFormSetOptions made{
        .formset = options.formset, .initial = options.initial, .edit_only = options.edit_only};
    if (key.unique) made.formset.max_num = 1;
    const db::AnyQuerySet all =
        options.queryset ? options.queryset->all() : db::AnyQuerySet(model).using_(parent.db());
    const Value value = key.relation->to_field->get(parent.object());
    made.queryset = value.is_none() ? all.none() : all.filter(db::Q(key.name, value));
    return made;
}

}  // namespace

ModelFormFactory model_form_factory(const db::ModelMeta& model, const ModelFormOptions& options) {
    return model_form_factory(model, shared<const ModelFormOptions>(options));
}
ModelFormFactory model_form_factory(const db::ModelMeta& model,
                                    Shared<const ModelFormOptions> options) {
    return [&model,
            options = std::move(options)](const ModelFormArguments& arguments) -> Owned<HeldForm> {
        return owned<HeldFormOf<AnyModelForm>>(AnyModelForm(model, options, arguments));
    };
}

AnyModelFormSet::AnyModelFormSet(const db::ModelMeta& model, ModelFormFactory forms,
                                 const FormArguments& arguments, const ModelFormSetOptions& options)
    : BaseFormSet(FormFactory(), arguments, options.formset),
      model_(&model),
      make_(std::move(forms)),
      model_options_(options) {}
AnyModelFormSet::AnyModelFormSet(const db::ModelType& type, ModelFormFactory forms,
                                 const FormArguments& arguments, const ModelFormSetOptions& options)
    : AnyModelFormSet(db::ModelRegistry::current().get(type), std::move(forms), arguments,
                      options) {}
AnyModelFormSet::~AnyModelFormSet() = default;

// The rows ----------------------------------------------------------------------------------------

const db::AnyQuerySet& AnyModelFormSet::queryset() {
    if (queryset_) return *queryset_;
    // A copy of its own: forms fill its rows.
    queryset_ = ordered(model_options_.queryset ? model_options_.queryset->all()
                                                : db::AnyQuerySet(*model_));
    db::Rows& rows = queryset_->rows();
    for (std::size_t i = 0; i < rows.count(); ++i) {
        places_.set(model_->pk_of(rows.at(i)), Value(static_cast<long long>(i)));
    }
    return *queryset_;
}

std::int64_t AnyModelFormSet::initial_form_count() {
    if (is_bound()) return BaseFormSet::initial_form_count();
    return static_cast<std::int64_t>(queryset().rows().count());
}

std::optional<db::AnyObject> AnyModelFormSet::existing_object(const Value& key) {
    db::Rows& rows = queryset().rows();
    const Value* place = places_.find(key);
    if (place == nullptr) return std::nullopt;
    return db::AnyObject(db::RowsPtr::share(&rows),
                         rows.at(static_cast<std::size_t>(place->as_int())));
}

/// The row of form `index`; none where what was sent names no row of the formset's.
std::optional<db::AnyObject> AnyModelFormSet::object_of(const FormArguments& arguments,
                                                        std::size_t index) {
    if (!is_bound()) {
        db::Rows& rows = queryset().rows();
        return db::AnyObject(db::RowsPtr::share(&rows), rows.at(index));
    }
    const Value sent = submission().get(arguments.options.prefix + "-" + model_->pk->name);
    if (sent.is_none()) return std::nullopt;
    try {
        return existing_object(model_->pk->clean_type(sent));
    } catch (const db::ValueError&) {
        return std::nullopt;
    }
}

Owned<HeldForm> AnyModelFormSet::make_form(const FormArguments& arguments,
                                           std::optional<std::size_t> index) {
    ModelFormArguments of_form(arguments);
    const auto existing = static_cast<std::size_t>(index ? initial_form_count() : 0);
    if (index && *index < existing) {
        of_form.instance = Instance(object_of(arguments, *index));
    } else if (index && of_form.options.initial.empty()) {
        of_form.options.initial = initial_at(model_options_.initial, *index - existing);
    }
    return make_(of_form);
}

void AnyModelFormSet::add_fields(BaseForm& form, std::optional<std::size_t> index) {
    const db::FieldMeta& key = *model_->pk;
    const bool is_initial = index && static_cast<std::int64_t>(*index) < initial_form_count();
    if (is_hidden_key(key) || form.find_field(key.name) == nullptr) {
        const db::AnyObject& object = as_model_form(form).instance();
        const bool is_there = is_initial && !object.is_adding() && !object.pk().is_none();
        const db::ModelMeta* of = key.relation ? key.relation->target : model_;
        FieldOptions options{.required = false, .widget = HiddenInput()};
        if (is_there) options.initial = object.pk();
        for (const auto& [name, widget] : as_model_form(form).model_options().widgets) {
            if (name == key.name) options.widget = widget;
        }
        ModelChoiceField::Queryset rows = [of, alias = std::string(object.db())] {
            return db::AnyQuerySet(*of).using_(alias);
        };
        Value known = is_there && !key.relation ? object.value() : Value();
        form.add_field(key.name,
                       HiddenKeyField(std::move(rows), std::move(known), std::move(options)));
    }
    BaseFormSet::add_fields(form, index);
    if (is_initial) form.field(key.name).required = true;
}

// What must differ ------------------------------------------------------------------------------

std::vector<AnyModelForm*> AnyModelFormSet::forms_to_compare() {
    const std::vector<BaseForm*> deleted = deleted_forms();
    std::vector<AnyModelForm*> compared;
    for (BaseForm* form : all_forms()) {
        if (form->is_valid() && std::ranges::find(deleted, form) == deleted.end()) {
            compared.push_back(&as_model_form(*form));
        }
    }
    return compared;
}

/// What a form has for these fields; None where it lacks one.
Value AnyModelFormSet::row_data(const AnyModelForm& form,
                                const std::vector<std::string>& fields) const {
    List data;
    for (const std::string& name : fields) {
        const Value* cleaned = form.cleaned_data().find(name);
        if (cleaned == nullptr) continue;
        if (name == common_field()) {
            data.emplace_back(name);
            continue;
        }
        const RowReference row = row_of(*cleaned);
        data.push_back(row ? row.model->pk_of(row.object) : *cleaned);
        if (data.back().is_none()) return {};
    }
    return data.empty() ? Value() : Value::tuple(std::move(data));
}

void AnyModelFormSet::refuse_twin(AnyModelForm& form,
                                  const std::vector<std::string>& fields) const {
    ErrorList list;
    list.append({.field = {}, .code = {}, .message = form_error_message()});
    form.changeable_errors().set(kNonFieldErrors, std::move(list));
    for (const std::string& name : fields) form.cleaned_data().erase(name);
}

void AnyModelFormSet::validate_unique() {
    const std::vector<AnyModelForm*> compared = forms_to_compare();
    std::set<std::vector<std::string>> field_checks;
    std::set<db::DateCheck> date_checks;
    for (AnyModelForm* form : compared) {
        const auto checks = form->instance().unique_checks(form->validation_exclusions());
        field_checks.insert(checks.fields.begin(), checks.fields.end());
        date_checks.insert(checks.dates.begin(), checks.dates.end());
    }
    std::vector<ValidationFault> faults;
    for (const auto& fields : field_checks) {
        Dict seen;
        for (AnyModelForm* form : compared) {
            const Value data = row_data(*form, fields);
            if (data.is_none()) continue;
            if (seen.find(data) != nullptr) {
                faults.push_back(
                    {.field = {}, .code = {}, .message = unique_error_message(fields)});
                refuse_twin(*form, fields);
            }
            seen.set(data, Value(true));
        }
    }
    for (const db::DateCheck& check : date_checks) {
        Dict seen;
        for (AnyModelForm* form : compared) {
            const Value value = form->cleaned(check.field);
            const Value day = day_of(form->cleaned(check.date_field));
            if (value.is_none() || day.is_none()) continue;
            const Value data = Value::tuple({value, day});
            if (seen.find(data) != nullptr) {
                faults.push_back({.field = {}, .code = {}, .message = date_error_message(check)});
                refuse_twin(*form, {check.field});
            }
            seen.set(data, Value(true));
        }
    }
    if (!faults.empty()) throw ValidationError(std::move(faults));
}

std::string AnyModelFormSet::unique_error_message(const std::vector<std::string>& fields) const {
    if (fields.size() == 1) {
        return format_message(gettext("Please correct the duplicate data for %(field)s."),
                              {{"field", fields.front()}});
    }
    return format_message(
        gettext("Please correct the duplicate data for %(field)s, which must be unique."),
        {{"field", strings::get_text_list(fields, gettext("and"))}});
}

std::string AnyModelFormSet::date_error_message(const db::DateCheck& check) const {
    return format_message(
        gettext("Please correct the duplicate data for %(field_name)s which must be unique for the "
                "%(lookup)s in %(date_field)s."),
        {{"field_name", check.field}, {"lookup", "date"}, {"date_field", check.date_field}});
}

std::string AnyModelFormSet::form_error_message() const {
    return std::string(gettext("Please correct the duplicate values below."));
}

// Saving --------------------------------------------------------------------------------------

db::AnyObject AnyModelFormSet::save_new(AnyModelForm& form, Commit commit) {
    return form.save(commit);
}
db::AnyObject AnyModelFormSet::save_existing(AnyModelForm& form, Commit commit) {
    return form.save(commit);
}
void AnyModelFormSet::delete_existing(const db::AnyObject& object, Commit commit) {
    if (commit == Commit::Yes) object.delete_();
}

std::vector<db::AnyObject> AnyModelFormSet::save(Commit commit) {
    if (!is_valid()) {
        throw db::ValueError("The forms of " + model_->name +
                             " could not be saved because the data didn't validate.");
    }
    saved_forms_.clear();
    changed_objects_.clear();
    new_objects_.clear();
    deleted_objects_.clear();
    std::vector<db::AnyObject> saved;
    const auto run = [&] {
        save_existing_objects(commit, saved);
        if (!model_options_.edit_only) save_new_objects(commit, saved);
    };
    if (commit == Commit::No) {
        run();
    } else {
        const std::string alias(model_options_.queryset ? model_options_.queryset->db()
                                                        : db::AnyQuerySet(*model_).db());
        db::transaction::atomic({.using_ = alias}, run);
    }
    return saved;
}

void AnyModelFormSet::save_existing_objects(Commit commit, std::vector<db::AnyObject>& saved) {
    const std::vector<BaseForm*> deleted = deleted_forms();
    for (BaseForm* any : initial_forms()) {
        AnyModelForm& form = as_model_form(*any);
        const db::AnyObject object = form.instance();
        // A row that is none of the formset's, or not there any more.
        if (object.is_adding() || object.pk().is_none()) continue;
        if (std::ranges::find(deleted, any) != deleted.end()) {
            deleted_objects_.push_back(object);
            delete_existing(object, commit);
        } else if (form.has_changed()) {
            changed_objects_.push_back({object, form.changed_data()});
            saved.push_back(save_existing(form, commit));
            saved_forms_.push_back(&form);
        }
    }
}

void AnyModelFormSet::save_new_objects(Commit commit, std::vector<db::AnyObject>& saved) {
    for (BaseForm* any : extra_forms()) {
        AnyModelForm& form = as_model_form(*any);
        if (!form.has_changed()) continue;
        if (options().can_delete && should_delete_form(form)) continue;
        new_objects_.push_back(save_new(form, commit));
        saved.push_back(new_objects_.back());
        saved_forms_.push_back(&form);
    }
}

void AnyModelFormSet::save_m2m() {
    for (AnyModelForm* form : saved_forms_) form->save_m2m();
}

// Inline formsets -----------------------------------------------------------------------------

const db::FieldMeta& foreign_key_to(const db::ModelMeta& parent, const db::ModelMeta& model,
                                    std::string_view fk_name) {
    const auto leads_there = [&](const db::FieldMeta& field) {
        return field.relation && field.relation->target == &parent;
    };
    if (!fk_name.empty()) {
        const db::FieldMeta* named = model.find_field(fk_name);
        if (named == nullptr) {
            throw db::ValueError("'" + model.label + "' has no field named '" +
                                 std::string(fk_name) + "'.");
        }
        if (named->is_many_to_many() || !leads_there(*named)) {
            throw db::ValueError("fk_name '" + std::string(fk_name) + "' is not a ForeignKey to '" +
                                 parent.label + "'.");
        }
        return *named;
    }
    const db::FieldMeta* found = nullptr;
    for (const auto& field : model.fields) {
        if (!leads_there(*field)) continue;
        if (found != nullptr) {
            throw db::ValueError("'" + model.label + "' has more than one ForeignKey to '" +
                                 parent.label + "'. You must specify a 'fk_name' attribute.");
        }
        found = field.get();
    }
    if (found == nullptr) {
        throw db::ValueError("'" + model.label + "' has no ForeignKey to '" + parent.label + "'.");
    }
    return *found;
}

AnyInlineFormSet::AnyInlineFormSet(db::AnyObject parent, const db::ModelMeta& model,
                                   ModelFormFactory forms, const FormArguments& arguments,
                                   const InlineFormSetOptions& options)
    : AnyModelFormSet(model, std::move(forms), arguments, inline_options(parent, model, options)),
      parent_(std::move(parent)),
      key_(&foreign_key_to(parent_.model(), model, options.fk_name)),
      save_as_new_(options.save_as_new) {}
AnyInlineFormSet::AnyInlineFormSet(db::AnyObject parent, const db::ModelType& type,
                                   ModelFormFactory forms, const FormArguments& arguments,
                                   const InlineFormSetOptions& options)
    : AnyInlineFormSet(std::move(parent), db::ModelRegistry::current().get(type), std::move(forms),
                       arguments, options) {}

Value AnyInlineFormSet::parent_key() const {
    return key_->relation->to_field->get(parent_.object());
}

std::string AnyInlineFormSet::common_field() const { return key_->name; }

std::int64_t AnyInlineFormSet::initial_form_count() {
    return save_as_new_ ? 0 : AnyModelFormSet::initial_form_count();
}

std::string AnyInlineFormSet::default_prefix() const {
    for (const db::ReverseMeta& reverse : parent_.model().reverse) {
        if (reverse.field == key_) return reverse.accessor;
    }
    return {};
}

Owned<HeldForm> AnyInlineFormSet::make_form(const FormArguments& arguments,
                                            std::optional<std::size_t> index) {
    Owned<HeldForm> held = AnyModelFormSet::make_form(arguments, index);
    // The form's own checks need it. A row that has it keeps the parent that was read with it.
    void* const object = as_model_form(held->form()).instance().object();
    const bool is_there = key_->get(object) == parent_key();
    if (!is_there && !(key_->primary_key && parent_key().is_none())) {
        key_->set(object, parent_key());
    }
    return held;
}

void AnyInlineFormSet::add_fields(BaseForm& form, std::optional<std::size_t> index) {
    AnyModelFormSet::add_fields(form, index);
    const db::RelationMeta& relation = *key_->relation;
    const bool is_key = key_->primary_key;
    FieldOptions options;
    const Field* shown = form.find_field(key_->name);
    if (!is_key) {
        const bool has_label = shown != nullptr && shown->label;
        options.label =
            has_label ? *shown->label : strings::capfirst(std::string(gettext(key_->verbose_name)));
    }
    const std::string to_field =
        relation.to_field == relation.target->pk ? "" : relation.to_field->name;
    form.add_field(key_->name,
                   InlineForeignKeyField(parent_, to_field, is_key, std::move(options)));
    if (!save_as_new_) return;
    // Whatever was sent: these are other rows, of another parent.
    for (const std::string& name : {model().pk->name, key_->name}) {
        Field& field = form.field(name);
        field.disabled = true;
        if (name != key_->name) field.initial = Initial();
    }
}

db::AnyObject AnyInlineFormSet::save_new(AnyModelForm& form, Commit commit) {
    // The parent may have been saved since the formset was made.
    const Value key = parent_key();
    if (key.is_none() && commit == Commit::Yes) {
        throw db::ValueError("Save the " + parent_.model().name + " before the rows of " +
                             model().name + " that belong to it.");
    }
    key_->set(form.instance().object(), key);
    return AnyModelFormSet::save_new(form, commit);
}

std::string AnyInlineFormSet::unique_error_message(const std::vector<std::string>& fields) const {
    std::vector<std::string> others;
    for (const std::string& name : fields) {
        if (name != key_->name) others.push_back(name);
    }
    return AnyModelFormSet::unique_error_message(others);
}

}  // namespace tatum::forms
