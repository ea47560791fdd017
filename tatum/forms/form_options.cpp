#include <tatum/forms/form_options.h>

#include <tatum/forms/fields.h>
#include <tatum/forms/impl/field_draft.h>
#include <tatum/forms/impl/member_slot.h>
#include <tatum/forms/multiple_file_field.h>
#include <tatum/forms/widgets.h>

#include <algorithm>

namespace tatum::forms {

FormFieldOption::FormFieldOption(Apply apply) noexcept : apply_(std::move(apply)) {}
FormFieldOption::FormFieldOption(const FormFieldOption&) = default;
FormFieldOption& FormFieldOption::operator=(const FormFieldOption&) = default;
FormFieldOption::~FormFieldOption() = default;

void FormFieldOptionArgument::apply(impl::FieldDraft& draft) const {
    if (own_ != nullptr) return own_->apply(draft);
    if (make_own_ != nullptr) return make_own_().apply(draft);
    impl::apply_model_option(draft, of_model_ != nullptr ? *of_model_ : make_of_model_());
}

namespace {

using impl::FieldDraft;

/// An option that a field has when it is made, or gets later when it is one of one's own.
template <class Change>
FormFieldOption changing(Change change) noexcept {
    return FormFieldOption([change](FieldDraft& draft) {
        change(draft.options);
        draft.changes.push_back([change](Field& field) { change(field); });
    });
}

}  // namespace

FormFieldOption required(bool is_required) noexcept {
    return FormFieldOption([is_required](FieldDraft& draft) { draft.is_required = is_required; });
}

FormFieldOption label(std::string_view text) noexcept {
    return changing([text = std::string(text)](auto& field) { field.label = text; });
}

FormFieldOption label_suffix(std::string_view text) noexcept {
    return changing([text = std::string(text)](auto& field) { field.label_suffix = text; });
}

FormFieldOption initial(Initial value) noexcept {
    return changing([value](auto& field) { field.initial = value; });
}

FormFieldOption widget(const Widget& widget) noexcept {
    return FormFieldOption([kept = Cloned<Widget>(widget)](FieldDraft& draft) {
        draft.options.widget = kept;
        draft.changes.push_back([kept](Field& field) { field.set_widget(*kept); });
    });
}

FormFieldOption error_messages(Dict messages) noexcept {
    return changing([messages](auto& field) {
        for (const auto& [code, text] : messages) field.error_messages.set(code, text);
    });
}

FormFieldOption localize() noexcept {
    return FormFieldOption([](FieldDraft& draft) {
        draft.options.localize = true;
        draft.changes.push_back([](Field& field) { field.set_localize(true); });
    });
}

FormFieldOption disabled() noexcept {
    return changing([](auto& field) { field.disabled = true; });
}

FormFieldOption show_hidden_initial() noexcept {
    return changing([](auto& field) { field.show_hidden_initial = true; });
}

FormFieldOption template_name(std::string_view name) noexcept {
    return changing([name = std::string(name)](auto& field) { field.template_name = name; });
}

FormFieldOption input_formats(std::vector<std::string> formats) noexcept {
    return FormFieldOption([formats](FieldDraft& draft) { draft.options.input_formats = formats; });
}

FormFieldOption min_length(int code_points) noexcept {
    return FormFieldOption(
        [code_points](FieldDraft& draft) { draft.options.min_length = code_points; });
}

FormFieldOption strip(bool does_strip) noexcept {
    return FormFieldOption([does_strip](FieldDraft& draft) { draft.options.strip = does_strip; });
}

FormFieldOption empty_value(Value value) noexcept {
    return FormFieldOption([value](FieldDraft& draft) { draft.options.empty_value = value; });
}

FormFieldOption regex(std::string_view expression) noexcept {
    return FormFieldOption(
        [text = std::string(expression)](FieldDraft& draft) { draft.regex = text; });
}

FormFieldOption step_size(Value step) noexcept {
    return FormFieldOption([step](FieldDraft& draft) { draft.options.step_size = step; });
}

FormFieldOption choices_from(Function<std::vector<Choice>()> make) noexcept {
    return FormFieldOption([make](FieldDraft& draft) {
        draft.options.choices = Choices([make]() { return make(); });
        draft.has_choices = true;
    });
}

FormFieldOption form_field(const Field& field) noexcept {
    return FormFieldOption(
        [kept = Cloned<Field>(field)](FieldDraft& draft) { draft.own_field = kept; });
}

namespace impl {

namespace {

void apply_kind(FieldDraft& draft, db::FieldKind kind) {
    using Text = FieldDraft::Text;
    switch (kind) {
        case db::FieldKind::TextField:
            draft.text = Text::Area;
            return;
        case db::FieldKind::EmailField:
            draft.text = Text::Email;
            return;
        case db::FieldKind::URLField:
            draft.text = Text::Url;
            return;
        case db::FieldKind::SlugField:
            draft.text = Text::Slug;
            return;
        case db::FieldKind::GenericIPAddressField:
            draft.text = Text::IpAddress;
            return;
        case db::FieldKind::PositiveIntegerField:
        case db::FieldKind::PositiveSmallIntegerField:
        case db::FieldKind::PositiveBigIntegerField:
            if (!draft.options.min_value) draft.options.min_value = Value(0);
            return;
        case db::FieldKind::ImageField:
            draft.is_image = true;
            return;
        case db::FieldKind::FileField:
        case db::FieldKind::SmallIntegerField:
            return;  // as the type of the member says
        default:
            throw ImproperlyConfigured("the option " + std::string(db::field_kind_name(kind)) +
                                       " is for models; use form_field(...)");
    }
}

}  // namespace

void apply_model_option(FieldDraft& draft, const db::FieldOption& option) {
    using Name = db::FieldOption::Name;
    FieldOptions& options = draft.options;
    const Value& value = option.value;
    switch (option.name) {
        case Name::Kind:
            return apply_kind(draft, static_cast<db::FieldKind>(value.as_int()));
        case Name::Null:
        case Name::Blank:
            draft.is_required = false;
            return;
        case Name::MaxLength:
            options.max_length = static_cast<int>(value.as_int());
            return;
        case Name::MaxDigits:
            options.max_digits = static_cast<int>(value.as_int());
            return;
        case Name::DecimalPlaces:
            options.decimal_places = static_cast<int>(value.as_int());
            return;
        case Name::Default:
            return initial(value).apply(draft);
        case Name::Choices:
            draft.choices = option.choices;
            draft.has_choices = true;
            return;
        case Name::VerboseName:
            return label(value.as_string()).apply(draft);
        case Name::HelpText:
            options.help_text = value.as_string();
            draft.changes.push_back([text = options.help_text](Field& f) { f.help_text = text; });
            return;
        case Name::AllowUnicode:
            options.allow_unicode = true;
            return;
        case Name::MinValue:
            options.min_value = value;
            return;
        case Name::MaxValue:
            options.max_value = value;
            return;
        case Name::Validator:
            return changing([check = option.validator](auto& field) {
                       field.validators.push_back(check);
                   })
                .apply(draft);
        default:
            throw ImproperlyConfigured("an option that only fields of models have");
    }
}

// Making the field -----------------------------------------------------------------------------

namespace {

/// A choice's value for the text that was sent.
Value chosen_value(const Choices& choices, const Value& sent) {
    const std::string text = sent.str();
    for (const Choice& choice : *choices.get()) {
        if (choice.value.str() == text) return choice.value;
    }
    return sent;
}

}  // namespace

/// Leaving a choice open is a choice too, where it may be left open: Django's blank choice.
void FieldDraft::add_empty_choice() {
    const bool has_one = std::any_of(choices.begin(), choices.end(), [](const Choice& choice) {
        return choice.value.is_none() || choice.value.str().empty();
    });
    if (!has_one && ops->optional_of != nullptr && !options.widget) {
        choices.insert(choices.begin(), Choice("", "---------"));
    }
}

Owned<Field> FieldDraft::make_choice() {
    if (!choices.empty()) {
        if (ops->list_of == nullptr) add_empty_choice();
        options.choices = Choices(choices);
    }
    if (inner_ops(*ops).is_enum && !options.initial.is_function()) {
        const Value shown = options.initial.get();
        for (const Choice& choice : choices) {
            if (shown.kind() == Kind::Int && choice.enumerator == shown.as_int() &&
                choice.value.is_string()) {
                options.initial = choice.value;
            }
        }
    }
    const bool is_text = inner_ops(*ops).kind == MemberKind::String;
    options.coerce = [all = options.choices](const Value& sent) { return chosen_value(all, sent); };
    if (ops->list_of != nullptr) return owned<TypedMultipleChoiceField>(std::move(options));
    if (!options.empty_value && !is_text) options.empty_value = Value();
    return owned<TypedChoiceField>(std::move(options));
}

Owned<Field> FieldDraft::make_plain() {
    switch (inner_ops(*ops).kind) {
        case MemberKind::Bool:
            if (ops->optional_of != nullptr) return owned<NullBooleanField>(std::move(options));
            return owned<BooleanField>(std::move(options));
        case MemberKind::Int:
            return owned<IntegerField>(std::move(options));
        case MemberKind::Float:
            return owned<FloatField>(std::move(options));
        case MemberKind::Decimal:
            return owned<DecimalField>(std::move(options));
        case MemberKind::Date:
            return owned<DateField>(std::move(options));
        case MemberKind::Time:
            return owned<TimeField>(std::move(options));
        case MemberKind::DateTime:
            return owned<DateTimeField>(std::move(options));
        case MemberKind::Duration:
            return owned<DurationField>(std::move(options));
        case MemberKind::Uuid:
            return owned<UUIDField>(std::move(options));
        case MemberKind::Json:
            return owned<JSONField>(std::move(options));
        case MemberKind::File:
            if (is_image) return owned<ImageField>(std::move(options));
            return owned<FileField>(std::move(options));
        case MemberKind::String:
            break;
    }
    if (!regex.empty()) return owned<RegexField>(regex, std::move(options));
    switch (text) {
        case Text::Email:
            return owned<EmailField>(std::move(options));
        case Text::Url:
            return owned<URLField>(std::move(options));
        case Text::Slug:
            return owned<SlugField>(std::move(options));
        case Text::IpAddress:
            return owned<GenericIPAddressField>(std::move(options));
        case Text::Area:
            if (!options.widget) options.widget = Textarea{};
            break;
        case Text::Line:
            break;
    }
    return owned<CharField>(std::move(options));
}

/// Options that a field takes when it is made, and not afterwards.
bool FieldDraft::has_kind_options() const {
    const FieldOptions& o = options;
    return has_choices || !regex.empty() || text != Text::Line || is_image || o.max_length ||
           o.min_length || o.strip || o.empty_value || o.max_value || o.min_value || o.step_size ||
           o.max_digits || o.decimal_places || o.allow_unicode || !o.input_formats.empty();
}

Owned<Field> FieldDraft::make() {
    const MemberOps& inner = inner_ops(*ops);
    const bool is_open = ops->optional_of != nullptr || &inner == &kBoolMember;
    if (own_field) {
        if (has_kind_options()) {
            throw ImproperlyConfigured(
                "options of the kind belong into the form_field(...) itself");
        }
        Owned<Field> field = own_field->clone();
        for (const auto& change : changes) change(*field);
        if (is_required) field->set_required(*is_required);
        return field;
    }
    options.required = is_required.value_or(!is_open);
    if (has_choices) return make_choice();
    if (ops->list_of != nullptr) {
        if (inner.kind != MemberKind::File) {
            throw ImproperlyConfigured("a list needs choices(...), or a form_field(...)");
        }
        return owned<MultipleFileField>(std::move(options));
    }
    if (inner.is_enum) throw ImproperlyConfigured("an enum needs choices(...)");
    return make_plain();
}

}  // namespace impl
}  // namespace tatum::forms
