#include <tatum/forms/impl/form_state.h>

#include <tatum/base/i18n.h>
#include <tatum/base/validation.h>
#include <tatum/forms/fields.h>

#include <algorithm>
#include <span>

namespace tatum::forms::impl {

namespace {

[[noreturn]] void no_such_field(const FormState& form, std::string_view name) {
    std::string message = "The form " + std::string(form.type.name) + " has no field '" +
                          std::string(name) + "'; its fields are:";
    for (const NamedField& field : form.fields) message += " " + field.name();
    throw ImproperlyConfigured(message);
}

/// What the class says, where the arguments say nothing.
FormOptions merged(const FormOptions& defaults, const FormOptions& given) {
    FormOptions options = given;
    const auto fill = [](auto& value, const auto& from) {
        if (value == std::remove_cvref_t<decltype(value)>()) value = from;
    };
    for (const auto& [name, value] : defaults.initial) {
        if (!options.initial.find(name)) options.initial.set(name, value);
    }
    fill(options.prefix, defaults.prefix);
    fill(options.auto_id, defaults.auto_id);
    fill(options.label_suffix, defaults.label_suffix);
    fill(options.use_required_attribute, defaults.use_required_attribute);
    fill(options.field_order, defaults.field_order);
    fill(options.error_css_class, defaults.error_css_class);
    fill(options.required_css_class, defaults.required_css_class);
    fill(options.template_name, defaults.template_name);
    fill(options.template_name_field, defaults.template_name_field);
    fill(options.template_name_errors, defaults.template_name_errors);
    fill(options.template_name_label, defaults.template_name_label);
    options.empty_permitted = options.empty_permitted || defaults.empty_permitted;
    return options;
}

void check_options(const FormOptions& options) {
    if (options.empty_permitted && options.use_required_attribute.value_or(true)) {
        throw ValueError(
            "The empty_permitted and use_required_attribute arguments may not both be true.");
    }
}

/// Widgets that show no microseconds would send back another time than they were given.
Value without_microseconds(const Value& value) {
    if (value.kind() == Kind::DateTime) {
        const DateTime moment = value.as_datetime();
        return Value(moment - Duration{moment.microsecond()});
    }
    if (value.kind() == Kind::Time) {
        const Time time = value.as_time();
        return Value(Time::from_microseconds(time.microseconds() - time.microsecond()));
    }
    return value;
}

}  // namespace

FormState::FormState(const FormType& form_type, FormFields form_fields,
                     const FormArguments& arguments)
    : type(form_type),
      fields(std::move(form_fields)),
      options(arguments.options),
      submission(arguments.submission),
      is_bound(arguments.is_bound) {
    check_options(options);
    order(options.field_order);
}

FormState::FormState(const FormClass& declared, const FormArguments& arguments)
    : type(declared.type),
      fields(declared.fields),
      options(merged(declared.defaults, arguments.options)),
      submission(arguments.submission),
      is_bound(arguments.is_bound),
      form_class(&declared) {
    check_options(options);
    order(options.field_order);
}

void FormState::detach() {
    owner = nullptr;
    if (submission.data != nullptr) {
        own_data_ = owned<http::QueryDict>(*submission.data);
        submission.data = own_data_.get();
    }
    if (submission.files != nullptr) {
        own_files_ = owned<http::FileDict>(*submission.files);
        submission.files = own_files_.get();
    }
}

NamedField* FormState::find(std::string_view name) {
    for (NamedField& field : fields) {
        if (field.name() == name) return &field;
    }
    return nullptr;
}

const Field& FormState::field(std::string_view name) {
    const NamedField* named = find(name);
    if (named == nullptr) no_such_field(*this, name);
    return named->field();
}

Field& FormState::own_field(std::string_view name) {
    NamedField* named = find(name);
    if (named == nullptr) no_such_field(*this, name);
    return named->own_field();
}

void FormState::order(const std::vector<std::string>& names) {
    if (names.empty()) return;
    const auto place = [&](const NamedField& field) {
        return std::find(names.begin(), names.end(), field.name()) - names.begin();
    };
    std::stable_sort(fields.begin(), fields.end(),
                     [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

// Names and initial values ---------------------------------------------------------------------

std::string FormState::add_prefix(std::string_view field) const {
    return options.prefix.empty() ? std::string(field) : options.prefix + "-" + std::string(field);
}

std::string FormState::auto_id(std::string_view html_name) const {
    const std::string pattern = options.auto_id.value_or("id_%s");
    if (pattern.empty()) return {};
    const std::size_t place = pattern.find("%s");
    if (place == std::string::npos) return std::string(html_name);
    std::string id = pattern;
    return id.replace(place, 2, html_name);
}

std::string FormState::label_suffix() const {
    return options.label_suffix ? *options.label_suffix : std::string(gettext(":"));
}

Value FormState::initial_of(std::string_view name) {
    if (const Value* known = initial_.find(name)) return *known;
    const Field& asked = field(name);
    const Value* own = options.initial.find(name);
    Value value = own != nullptr ? *own : asked.initial.get();
    if (value.is_object() && value.as_object().is_callable(value.self())) {
        value = value.as_object().call(value.self(), {}).value_or(Value());
    }
    if (!asked.widget().supports_microseconds()) value = without_microseconds(value);
    initial_.set(name, value);
    return value;
}

const std::vector<std::string>& FormState::changed_data() {
    if (changed_data_) return *changed_data_;
    std::vector<std::string> names;
    for (const NamedField& named : fields) {
        const std::string& name = named.name();
        const Field& asked = named.field();
        const Value data = asked.widget().value_from_data(submission, add_prefix(name));
        Value shown = initial_of(name);
        bool is_readable = true;
        if (asked.show_hidden_initial) {
            shown =
                asked.hidden_widget()->value_from_data(submission, "initial-" + add_prefix(name));
            try {
                shown = asked.to_python(shown);
            } catch (const ValidationError&) {
                is_readable = false;  // somebody has changed it: so may the value have been
            }
        }
        if (!is_readable || asked.has_changed(shown, data)) names.push_back(name);
    }
    return changed_data_.emplace(std::move(names));
}

Media FormState::media() {
    Media sum;
    for (const NamedField& field : fields) sum += field.field().widget().media();
    if (form_class != nullptr) sum += form_class->media;
    return sum;
}

bool FormState::is_multipart() const {
    return std::any_of(fields.begin(), fields.end(), [](const NamedField& field) {
        return field.field().widget().needs_multipart_form();
    });
}

// Errors ---------------------------------------------------------------------------------------

const ErrorDict& FormState::checked_errors() {
    if (!errors) full_clean();
    return *errors;
}

ErrorList FormState::make_errors(std::string_view error_class, std::string_view field_id) const {
    ErrorList list(error_class, field_id);
    list.template_name = options.template_name_errors;
    return list;
}

ErrorList FormState::non_field_errors() {
    const ErrorList* list = checked_errors().find(kNonFieldErrors);
    return list != nullptr ? *list : make_errors("nonfield", {});
}

ErrorList FormState::errors_of(std::string_view field) {
    const ErrorList* list = checked_errors().find(field);
    return list != nullptr ? *list : make_errors({}, {});
}

ErrorList FormState::top_errors() {
    ErrorList top = non_field_errors();
    for (const NamedField& named : fields) {
        if (!named.field().widget().is_hidden()) continue;
        for (const ValidationFault& fault : errors_of(named.name())) {
            const Dict params{{"name", named.name()}, {"error", fault.message}};
            top.append(
                {.field = {},
                 .code = fault.code,
                 .message = format_message(gettext("(Hidden field %(name)s) %(error)s"), params)});
        }
    }
    return top;
}

void FormState::add_error(std::string_view field, const std::vector<ValidationFault>& faults) {
    checked_errors();
    for (const ValidationFault& fault : faults) {
        const std::string_view wanted = fault.field.empty() ? field : fault.field;
        const std::string name(wanted.empty() ? kNonFieldErrors : wanted);
        ErrorList* list = errors->find(name);
        if (list == nullptr) {
            if (name == kNonFieldErrors) {
                list = &errors->set(name, make_errors("nonfield", {}));
            } else {
                if (find(name) == nullptr) no_such_field(*this, name);
                list = &errors->set(name, make_errors({}, auto_id(add_prefix(name))));
            }
        }
        ValidationFault kept = fault;
        kept.field.clear();
        list->append(std::move(kept));
        cleaned_data.erase(name);
    }
}

// Cleaning -------------------------------------------------------------------------------------

void FormState::full_clean() {
    errors.emplace();
    if (!is_bound) return;
    cleaned_data = {};
    if (type.before_clean != nullptr && owner != nullptr) type.before_clean(*owner);
    if (options.empty_permitted && changed_data().empty()) return;
    clean_fields();
    clean_form();
    if (type.post_clean != nullptr && owner != nullptr) run_hook(type.post_clean);
}

void FormState::clean_fields() {
    // By name: a hook may add and remove fields.
    std::vector<std::string> names;
    for (const NamedField& named : fields) names.push_back(named.name());
    for (const std::string& name : names) {
        if (find(name) == nullptr) continue;
        try {
            clean_one(name);
        } catch (const ValidationError& error) {
            add_error(name, error.faults());
        }
    }
}

void FormState::clean_one(const std::string& name) {
    const Field& cleaning = field(name);
    const Value initial = initial_of(name);
    const Value sent = cleaning.disabled
                           ? initial
                           : cleaning.widget().value_from_data(submission, add_prefix(name));
    cleaned_data.set(name, cleaning.clean(sent, initial));
    const MemberSlot* slot = slot_of(name);
    if (slot != nullptr && owner != nullptr) {
        fill_member(*slot, *cleaned_data.find(name));
        if (slot->clean != nullptr) run_hook(slot->clean);
    }
    if (type.clean_field != nullptr && owner != nullptr) type.clean_field(*owner, name);
}

void FormState::clean_form() {
    if (type.clean == nullptr || owner == nullptr) return;
    try {
        run_hook(type.clean);
    } catch (const ValidationError& error) {
        add_error({}, error.faults());
    }
}

const MemberSlot* FormState::slot_of(std::string_view name) const {
    if (form_class == nullptr) return nullptr;
    for (const MemberSlot& slot : form_class->slots) {
        if (slot.name == name) return &slot;
    }
    return nullptr;
}

void FormState::fill_member(const MemberSlot& slot, const Value& cleaned) {
    if (slot.set(form_class->object(*owner), cleaned)) return;
    const MemberOps& ops = inner_ops(*slot.ops);
    if (cleaned.is_number() && ops.greatest != 0) {
        const bool is_low =
            Value::compare(cleaned, Value(ops.least)) == std::partial_ordering::less;
        throw ValidationError(
            gettext(is_low ? "Ensure this value is greater than or equal to %(limit_value)s."
                           : "Ensure this value is less than or equal to %(limit_value)s."),
            is_low ? "min_value" : "max_value",
            {{"limit_value", Value(is_low ? ops.least : ops.greatest)}});
    }
    throw ValidationError(gettext("Enter a valid value."), "invalid");
}

void FormState::run_hook(void (*hook)(BaseForm& form)) {
    if (form_class == nullptr || form_class->slots.empty()) {
        hook(*owner);
        return;
    }
    const std::vector<MemberSlot>& slots = form_class->slots;
    const void* object = form_class->object(*owner);
    std::vector<Value> before;
    for (const MemberSlot& slot : slots) before.push_back(slot.get(object));
    hook(*owner);
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const Value after = slots[i].get(object);
        const bool is_cleaned = cleaned_data.find(slots[i].name) != nullptr;
        if (is_cleaned && !(after == before[i])) cleaned_data.set(slots[i].name, after);
    }
}

}  // namespace tatum::forms::impl
