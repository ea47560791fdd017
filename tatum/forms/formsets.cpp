#include <tatum/forms/formsets.h>

#include <tatum/base/i18n.h>
#include <tatum/base/text.h>
#include <tatum/forms/fields.h>
#include <tatum/forms/impl/form_state.h>
#include <tatum/forms/renderer.h>
#include <tatum/forms/widgets.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace tatum::forms {

namespace {

// The management form --------------------------------------------------------------------------

/// Where it is not valid, nobody knows how many forms were sent.
void clean_counts(BaseForm& form) {
    for (const std::string_view name : {kTotalForms, kInitialForms}) {
        if (form.cleaned_data().find(name) == nullptr) form.set_cleaned(name, Value(0));
    }
}
constexpr FormType kManagementForm{.name = "ManagementForm", .clean = clean_counts};

FormFields management_fields() {
    const IntegerField needed({.widget = HiddenInput()});
    const IntegerField optional({.required = false, .widget = HiddenInput()});
    return {{kTotalForms, needed},
            {kInitialForms, needed},
            {kMinNumForms, optional},
            {kMaxNumForms, optional}};
}

class HeldBaseForm final : public HeldForm {
public:
    HeldBaseForm(const FormFields& fields, const FormArguments& arguments)
        : form_(fields, arguments) {}
    BaseForm& form() override { return form_; }

private:
    BaseForm form_;
};

std::vector<BaseForm*> pointers(const std::vector<Owned<HeldForm>>& held, std::size_t first,
                                std::size_t last) {
    std::vector<BaseForm*> forms;
    for (std::size_t i = first; i < std::min(last, held.size()); ++i) {
        forms.push_back(&held[i]->form());
    }
    return forms;
}

}  // namespace

FormFactory form_factory(FormFields fields) {
    return [fields = std::move(fields)](const FormArguments& arguments) -> Owned<HeldForm> {
        return owned<HeldBaseForm>(fields, arguments);
    };
}

BaseFormSet::BaseFormSet(FormFactory form, const FormSetOptions& options)
    : BaseFormSet(std::move(form), FormArguments(), options) {}

BaseFormSet::BaseFormSet(FormFactory form, http::Request& request, const FormSetOptions& options)
    : BaseFormSet(std::move(form), FormArguments(request), options) {}

BaseFormSet::BaseFormSet(FormFactory form, const http::QueryDict& data,
                         const FormSetOptions& options)
    : BaseFormSet(std::move(form), FormArguments(data), options) {}

BaseFormSet::BaseFormSet(FormFactory form, const http::QueryDict& data, const http::FileDict& files,
                         const FormSetOptions& options)
    : BaseFormSet(std::move(form), FormArguments(data, files, {}), options) {}

BaseFormSet::BaseFormSet(FormFactory form, const FormArguments& arguments,
                         const FormSetOptions& options)
    : make_(std::move(form)),
      options_(options),
      arguments_(arguments),
      non_form_errors_("nonform") {
    if (!options_.absolute_max) {
        options_.absolute_max = options_.max_num + FormSetOptions::kMaxNum;
    }
    if (options_.max_num > *options_.absolute_max) {
        throw ValueError("'absolute_max' must be greater or equal to 'max_num'.");
    }
    non_form_errors_.template_name = options_.template_name_errors;
}

BaseFormSet::~BaseFormSet() = default;

// Forms ----------------------------------------------------------------------------------------

std::string BaseFormSet::prefix() const {
    return options_.prefix.empty() ? default_prefix() : options_.prefix;
}

std::string BaseFormSet::add_prefix(std::size_t index) const {
    return prefix() + "-" + std::to_string(index);
}

BaseForm& BaseFormSet::management_form() {
    if (management_form_) return *management_form_;
    FormArguments arguments = arguments_;
    arguments.options = {.prefix = prefix(), .auto_id = options_.auto_id};
    if (!is_bound()) {
        arguments.options.initial = {{kTotalForms, Value(total_form_count())},
                                     {kInitialForms, Value(initial_form_count())},
                                     {kMinNumForms, Value(options_.min_num)},
                                     {kMaxNumForms, Value(options_.max_num)}};
    }
    management_form_.emplace(kManagementForm, management_fields(), arguments);
    if (is_bound()) management_form_->full_clean();
    return *management_form_;
}

/// What the client says, as far as it is a number of forms.
std::int64_t BaseFormSet::counted(std::string_view field) {
    const Value count = management_form().cleaned(field);
    if (count.kind() == Kind::Int) return std::max<std::int64_t>(count.as_int(), 0);
    const bool is_negative = count.kind() != Kind::BigInt || count.as_string().starts_with('-');
    return is_negative ? 0 : std::numeric_limits<std::int64_t>::max();
}

std::int64_t BaseFormSet::total_form_count() {
    if (is_bound()) return std::min(counted(kTotalForms), *options_.absolute_max);
    const std::int64_t initial = initial_form_count();
    const std::int64_t total = std::max(initial, options_.min_num) + options_.extra;
    if (options_.max_num < 0) return total;
    return initial > options_.max_num ? initial : std::min(total, options_.max_num);
}

std::int64_t BaseFormSet::initial_form_count() {
    if (is_bound()) return counted(kInitialForms);
    return static_cast<std::int64_t>(options_.initial.size());
}

const std::vector<Owned<HeldForm>>& BaseFormSet::forms() {
    if (forms_) return *forms_;
    std::vector<Owned<HeldForm>> made;
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(total_form_count(), 0));
    for (std::size_t i = 0; i < count; ++i) {
        made.push_back(make_form(form_arguments(i), i));
        add_fields(made.back()->form(), i);
    }
    return forms_.emplace(std::move(made));
}

FormArguments BaseFormSet::form_arguments(std::optional<std::size_t> index) {
    FormArguments arguments;
    arguments.options = options_.form;
    FormOptions& options = arguments.options;
    options.prefix = index ? add_prefix(*index) : prefix() + "-__prefix__";
    if (!options.auto_id) options.auto_id = options_.auto_id;
    // A browser would insist on fields of forms that may stay empty, or that are to be deleted.
    options.use_required_attribute = false;
    if (!index) {
        options.empty_permitted = true;
        return arguments;
    }
    arguments.submission = arguments_.submission;
    arguments.is_bound = arguments_.is_bound;
    if (options.initial.empty() && *index < options_.initial.size() &&
        options_.initial[*index].is_dict()) {
        options.initial = options_.initial[*index].as_dict();
    }
    const auto place = static_cast<std::int64_t>(*index);
    const bool is_initial = place < initial_form_count();
    if (is_initial ? !options_.check_unchanged : place >= options_.min_num) {
        options.empty_permitted = true;
    }
    return arguments;
}

Owned<HeldForm> BaseFormSet::make_form(const FormArguments& arguments, std::optional<std::size_t>) {
    return make_(arguments);
}

void BaseFormSet::add_fields(BaseForm& form, std::optional<std::size_t> index) {
    const bool is_initial = index && static_cast<std::int64_t>(*index) < initial_form_count();
    if (options_.can_order) {
        FieldOptions order{.required = false, .widget = NumberInput(), .label = "Order"};
        if (options_.ordering_widget) order.widget = options_.ordering_widget;
        if (is_initial) order.initial = static_cast<long long>(*index + 1);
        form.add_field(kOrderField, IntegerField(std::move(order)));
    }
    if (options_.can_delete && (options_.can_delete_extra || is_initial)) {
        FieldOptions deletion{.required = false, .label = "Delete"};
        if (options_.deletion_widget) deletion.widget = options_.deletion_widget;
        form.add_field(kDeleteField, BooleanField(std::move(deletion)));
    }
}

BaseForm& BaseFormSet::form(std::size_t index) { return forms().at(index)->form(); }

std::vector<BaseForm*> BaseFormSet::all_forms() { return pointers(forms(), 0, size()); }

std::vector<BaseForm*> BaseFormSet::initial_forms() {
    return pointers(forms(), 0, static_cast<std::size_t>(initial_form_count()));
}

std::vector<BaseForm*> BaseFormSet::extra_forms() {
    return pointers(forms(), static_cast<std::size_t>(initial_form_count()), size());
}

Owned<HeldForm> BaseFormSet::empty_form() {
    Owned<HeldForm> held = make_form(form_arguments(std::nullopt), std::nullopt);
    add_fields(held->form(), std::nullopt);
    return held;
}

bool BaseFormSet::should_delete_form(BaseForm& form) {
    form.errors();
    return form.cleaned(kDeleteField).truth();
}

/// Extra forms in which nothing was written are no forms.
bool BaseFormSet::is_considered(std::size_t index) {
    return static_cast<std::int64_t>(index) < initial_form_count() || form(index).has_changed();
}

std::vector<BaseForm*> BaseFormSet::deleted_forms() {
    std::vector<BaseForm*> deleted;
    if (!options_.can_delete || !is_valid()) return deleted;
    for (std::size_t i = 0; i < size(); ++i) {
        if (is_considered(i) && should_delete_form(form(i))) deleted.push_back(&form(i));
    }
    return deleted;
}

std::vector<BaseForm*> BaseFormSet::ordered_forms() {
    if (!options_.can_order || !is_valid()) {
        throw ImproperlyConfigured("ordered_forms() is for a valid formset with can_order");
    }
    std::vector<BaseForm*> ordered;
    for (std::size_t i = 0; i < size(); ++i) {
        if (!is_considered(i)) continue;
        if (options_.can_delete && should_delete_form(form(i))) continue;
        ordered.push_back(&form(i));
    }
    // Those without a place come last.
    std::stable_sort(ordered.begin(), ordered.end(), [](const BaseForm* a, const BaseForm* b) {
        const Value first = a->cleaned(kOrderField), second = b->cleaned(kOrderField);
        if (first.is_none() || second.is_none()) return !first.is_none() && second.is_none();
        return Value::compare(first, second) == std::partial_ordering::less;
    });
    return ordered;
}

List BaseFormSet::cleaned_data() {
    if (!is_valid()) throw ImproperlyConfigured("cleaned_data() is for a valid formset");
    List data;
    for (BaseForm* form : all_forms()) data.emplace_back(form->cleaned_data());
    return data;
}

// Checking -------------------------------------------------------------------------------------

std::vector<const ErrorDict*> BaseFormSet::errors() {
    if (!is_checked_) full_clean();
    std::vector<const ErrorDict*> found;
    if (!is_bound()) return found;
    for (BaseForm* form : all_forms()) {
        if (!options_.can_delete || !should_delete_form(*form)) found.push_back(&form->errors());
    }
    return found;
}

const ErrorList& BaseFormSet::non_form_errors() {
    if (!is_checked_) full_clean();
    return non_form_errors_;
}

void BaseFormSet::add_non_form_error(ValidationFault fault) {
    non_form_errors_.append(std::move(fault));
}

std::size_t BaseFormSet::total_error_count() {
    std::size_t count = non_form_errors().size();
    for (const ErrorDict* form : errors()) count += form->size();
    return count;
}

bool BaseFormSet::has_changed() {
    const std::vector<BaseForm*> all = all_forms();
    return std::any_of(all.begin(), all.end(),
                       [](const BaseForm* form) { return form->has_changed(); });
}

bool BaseFormSet::is_valid() {
    if (!is_bound()) return false;
    if (!is_checked_) full_clean();
    bool is_valid = true;
    for (BaseForm* form : all_forms()) {
        if (options_.can_delete && should_delete_form(*form)) continue;
        is_valid = form->is_valid() && is_valid;
    }
    return is_valid && non_form_errors_.empty();
}

std::string BaseFormSet::message(std::string_view code, std::int64_t count) const {
    const Value own = options_.error_messages.get(code);
    std::string_view text;
    if (own.is_string()) {
        text = gettext(own.as_string());
    } else if (code == "too_many_forms") {
        text = ngettext("Please submit at most %(num)d form.",
                        "Please submit at most %(num)d forms.", count);
    } else {
        text = ngettext("Please submit at least %(num)d form.",
                        "Please submit at least %(num)d forms.", count);
    }
    return format_message(text, {{"num", Value(count)}});
}

void BaseFormSet::full_clean() {
    is_checked_ = true;
    non_form_errors_ = ErrorList("nonform");
    non_form_errors_.template_name = options_.template_name_errors;
    if (!is_bound()) return;
    if (!management_form().is_valid()) {
        std::string names;
        for (const auto& [field, list] : management_form().errors()) {
            names.append(names.empty() ? "" : ", ").append(management_form().add_prefix(field));
        }
        const Value own = options_.error_messages.get("missing_management_form");
        const std::string_view text =
            own.is_string()
                ? gettext(own.as_string())
                : gettext(
                      "ManagementForm data is missing or has been tampered with. Missing "
                      "fields: %(field_names)s. You may need to file a bug report if the "
                      "issue persists.");
        add_non_form_error({.field = {},
                            .code = "missing_management_form",
                            .message = format_message(text, {{"field_names", names}})});
    }
    std::int64_t empty_forms = 0;
    for (std::size_t i = 0; i < size(); ++i) {
        if (!is_considered(i)) ++empty_forms;
        form(i).errors();
    }
    try {
        check_counts(empty_forms);
        clean();
    } catch (const ValidationError& error) {
        // As in Django, what is wrong as a whole replaces what was found before.
        non_form_errors_ = ErrorList("nonform");
        non_form_errors_.template_name = options_.template_name_errors;
        for (const ValidationFault& fault : error.faults()) non_form_errors_.append(fault);
    }
}

void BaseFormSet::check_counts(std::int64_t empty_forms) {
    const auto deleted = static_cast<std::int64_t>(deleted_forms().size());
    const std::int64_t kept = total_form_count() - deleted;
    if ((options_.validate_max && kept > options_.max_num) ||
        counted(kTotalForms) > *options_.absolute_max) {
        throw ValidationError(message("too_many_forms", options_.max_num), "too_many_forms");
    }
    if (options_.validate_min && kept - empty_forms < options_.min_num) {
        throw ValidationError(message("too_few_forms", options_.min_num), "too_few_forms");
    }
}

bool all_valid(std::initializer_list<BaseFormSet*> formsets) {
    bool are_valid = true;
    for (BaseFormSet* formset : formsets) are_valid = formset->is_valid() && are_valid;
    return are_valid;
}

// Rendering ------------------------------------------------------------------------------------

bool BaseFormSet::is_multipart() {
    return size() > 0 ? form(0).is_multipart() : empty_form()->form().is_multipart();
}

Media BaseFormSet::media() { return size() > 0 ? form(0).media() : empty_form()->form().media(); }

std::string BaseFormSet::lay_out(Layout layout) {
    std::string out = management_form().render();
    for (BaseForm* form : all_forms()) {
        switch (layout) {
            case Layout::Div:
                out += form->as_div();
                break;
            case Layout::P:
                out += form->as_p();
                break;
            case Layout::Table:
                out += form->as_table();
                break;
            case Layout::Ul:
                out += form->as_ul();
                break;
        }
    }
    return std::string(strings::strip(out));
}

std::string BaseFormSet::as_div() { return lay_out(Layout::Div); }
std::string BaseFormSet::as_p() { return lay_out(Layout::P); }
std::string BaseFormSet::as_table() { return lay_out(Layout::Table); }
std::string BaseFormSet::as_ul() { return lay_out(Layout::Ul); }

std::string BaseFormSet::render() {
    if (options_.template_name.empty()) return as_div();
    std::string out;
    append_template(out, options_.template_name, {{"formset", to_value(*this)}});
    return std::string(strings::strip(out));
}

namespace {

/// What a formset was when it became a Value; its forms stay.
struct FormSetSnapshot {
    Value management_form, empty_form, non_form_errors, media;
    List forms, initial_forms, extra_forms, deleted_forms, errors;
    std::string prefix, template_name;
    bool is_bound = false, is_valid = false, is_multipart = false, has_changed = false;
    std::int64_t total = 0, initial = 0;
    std::size_t error_count = 0;
    FormSetOptions options;
};

List values_of(const std::vector<BaseForm*>& forms) {
    List values;
    for (const BaseForm* form : forms) values.push_back(to_value(*form));
    return values;
}

using Snapshot = FormSetSnapshot;
using FormSetReader = Value (*)(const Snapshot&);
constexpr std::pair<Name, FormSetReader> kFormSetAttributes[] = {
    {"management_form", [](const Snapshot& s) { return s.management_form; }},
    {"empty_form", [](const Snapshot& s) { return s.empty_form; }},
    {"non_form_errors", [](const Snapshot& s) { return s.non_form_errors; }},
    {"errors", [](const Snapshot& s) { return Value(s.errors); }},
    {"forms", [](const Snapshot& s) { return Value(s.forms); }},
    {"initial_forms", [](const Snapshot& s) { return Value(s.initial_forms); }},
    {"extra_forms", [](const Snapshot& s) { return Value(s.extra_forms); }},
    {"deleted_forms", [](const Snapshot& s) { return Value(s.deleted_forms); }},
    {"media", [](const Snapshot& s) { return s.media; }},
    {"prefix", [](const Snapshot& s) { return Value(s.prefix); }},
    {"is_bound", [](const Snapshot& s) { return Value(s.is_bound); }},
    {"is_valid", [](const Snapshot& s) { return Value(s.is_valid); }},
    {"is_multipart", [](const Snapshot& s) { return Value(s.is_multipart); }},
    {"has_changed", [](const Snapshot& s) { return Value(s.has_changed); }},
    {"total_form_count", [](const Snapshot& s) { return Value(s.total); }},
    {"initial_form_count", [](const Snapshot& s) { return Value(s.initial); }},
    {"total_error_count",
     [](const Snapshot& s) { return Value(static_cast<long long>(s.error_count)); }},
    {"can_delete", [](const Snapshot& s) { return Value(s.options.can_delete); }},
    {"can_order", [](const Snapshot& s) { return Value(s.options.can_order); }},
    {"min_num", [](const Snapshot& s) { return Value(s.options.min_num); }},
    {"max_num", [](const Snapshot& s) { return Value(s.options.max_num); }},
    {"extra", [](const Snapshot& s) { return Value(s.options.extra); }},
};

class FormSetObject final : public Object {
public:
    explicit FormSetObject(FormSetSnapshot snapshot) : snapshot_(std::move(snapshot)) {}

    std::string_view type_name(Self) const override { return "FormSet"; }
    void append_str(Self, std::string& out) const override {
        if (!snapshot_.template_name.empty()) {
            append_template(out, snapshot_.template_name, {{"formset", Value::object(this)}});
        } else {
            append_as(out, "as_div");
        }
    }
    bool truth(Self) const override { return true; }
    std::vector<std::string> attribute_names(Self) const override {
        std::vector<std::string> names = {"as_div", "as_p", "as_table", "as_ul"};
        for (const auto& [name, read] : kFormSetAttributes) names.emplace_back(name.text);
        return names;
    }
    std::optional<Value> attribute(Self self, const Name& name) const override {
        for (const auto& [known, read] : kFormSetAttributes) {
            if (known == name) return read(snapshot_);
        }
        std::string out;
        if (name.text == "__html__" || name.text == "render") {
            append_str(self, out);
        } else if (name.text == "as_div" || name.text == "as_p" || name.text == "as_table" ||
                   name.text == "as_ul") {
            append_as(out, name);
        } else {
            return std::nullopt;
        }
        return Value::safe(strings::strip(out));
    }
    std::optional<std::size_t> size(Self) const override { return snapshot_.forms.size(); }
    Value item(Self, std::size_t index) const override { return snapshot_.forms[index]; }

private:
    static void append_attribute(std::string& out, const Value& form, const Name& name) {
        out += form.as_object().attribute(form.self(), name).value_or(Value()).str();
    }
    void append_as(std::string& out, const Name& layout) const {
        append_attribute(out, snapshot_.management_form, "render");
        for (const Value& form : snapshot_.forms) append_attribute(out, form, layout);
    }

    FormSetSnapshot snapshot_;
};

}  // namespace

Value to_value(const BaseFormSet& constant) {
    BaseFormSet& formset = *constant.self_;
    FormSetSnapshot snapshot;
    snapshot.management_form = to_value(formset.management_form());
    const Owned<HeldForm> empty = formset.empty_form();
    snapshot.empty_form = to_value(empty->form());
    snapshot.non_form_errors = to_value(formset.non_form_errors());
    snapshot.media = to_value(formset.media());
    snapshot.forms = values_of(formset.all_forms());
    snapshot.initial_forms = values_of(formset.initial_forms());
    snapshot.extra_forms = values_of(formset.extra_forms());
    snapshot.deleted_forms = values_of(formset.deleted_forms());
    for (const ErrorDict* errors : formset.errors()) snapshot.errors.push_back(to_value(*errors));
    snapshot.prefix = formset.prefix();
    snapshot.template_name = formset.options().template_name;
    snapshot.is_bound = formset.is_bound();
    snapshot.is_valid = formset.is_valid();
    snapshot.is_multipart = formset.is_multipart();
    snapshot.has_changed = formset.has_changed();
    snapshot.total = formset.total_form_count();
    snapshot.initial = formset.initial_form_count();
    snapshot.error_count = formset.total_error_count();
    snapshot.options = formset.options();
    return Value::adopt(std::make_unique<FormSetObject>(std::move(snapshot)).release());
}

}  // namespace tatum::forms
