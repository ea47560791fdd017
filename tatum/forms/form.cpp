#include <tatum/forms/form.h>

#include <tatum/forms/form_definition.h>
#include <tatum/forms/impl/form_state.h>
#include <tatum/http/request.h>

#include <algorithm>

namespace tatum::forms {

const FormType impl::kPlainForm = {};

// FormArguments --------------------------------------------------------------------------------

FormArguments::FormArguments(const FormOptions& form_options) : options(form_options) {}

FormArguments::FormArguments(http::Request& request) : FormArguments(request, FormOptions()) {}

FormArguments::FormArguments(http::Request& request, const FormOptions& form_options)
    : options(form_options) {
    is_bound = request.method() == http::Method::Post || request.method() == http::Method::Put;
    if (is_bound) submission = {&request.POST(), &request.FILES()};
}

FormArguments::FormArguments(const http::QueryDict& data) : submission{&data}, is_bound(true) {}

FormArguments::FormArguments(const http::QueryDict& data, const FormOptions& form_options)
    : submission{&data}, is_bound(true), options(form_options) {}

FormArguments::FormArguments(const http::QueryDict& data, const http::FileDict& files,
                             const FormOptions& form_options)
    : submission{&data, &files}, is_bound(true), options(form_options) {}

FormArguments::FormArguments(const FormArguments&) = default;
FormArguments& FormArguments::operator=(const FormArguments&) = default;
FormArguments::~FormArguments() = default;

// NamedField -----------------------------------------------------------------------------------

NamedField::NamedField(std::string_view name, const Field& field)
    : name_(name), field_(shared<Cloned<Field>>(field)) {}

NamedField::NamedField(std::string_view name, Owned<Field> field)
    : name_(name), field_(shared<Cloned<Field>>(std::move(field))) {}

NamedField::NamedField(const NamedField&) = default;
NamedField::NamedField(NamedField&&) noexcept = default;
NamedField& NamedField::operator=(const NamedField&) = default;
NamedField& NamedField::operator=(NamedField&&) noexcept = default;
NamedField::~NamedField() = default;

Field& NamedField::own_field() {
    if (!field_.is_only_holder()) field_ = shared<Cloned<Field>>(**field_);
    return **field_;
}

// BaseForm -------------------------------------------------------------------------------------

BaseForm::BaseForm(FormFields fields, const FormArguments& arguments)
    : BaseForm(impl::kPlainForm, std::move(fields), arguments) {}

BaseForm::BaseForm(const FormType& type, FormFields fields, const FormArguments& arguments)
    : state_(shared<impl::FormState>(type, std::move(fields), arguments)) {
    state_->owner = this;
}

BaseForm::BaseForm(const impl::FormStart& start)
    : state_(shared<impl::FormState>(start.form_class, start.arguments)) {
    state_->owner = this;
}

BaseForm::BaseForm(BaseForm&& other) noexcept : state_(std::move(other.state_)) {
    state_->owner = this;
}

BaseForm::~BaseForm() {
    if (state_ && !state_.is_only_holder()) state_->detach();
}

bool BaseForm::is_bound() const { return state_->is_bound; }
bool BaseForm::is_valid() { return state_->is_bound && state_->checked_errors().empty(); }
const ErrorDict& BaseForm::errors() { return state_->checked_errors(); }
ErrorDict& BaseForm::changeable_errors() {
    state_->checked_errors();
    return *state_->errors;
}
ErrorList BaseForm::non_field_errors() { return state_->non_field_errors(); }

void BaseForm::add_error(std::string_view field, std::string_view message, std::string_view code) {
    state_->add_error(field, {{"", std::string(code), std::string(message)}});
}

void BaseForm::add_error(std::string_view field, const ValidationError& error) {
    state_->add_error(field, error.faults());
}

bool BaseForm::has_error(std::string_view field, std::string_view code) {
    const ErrorList* errors =
        state_->checked_errors().find(field.empty() ? kNonFieldErrors : field);
    if (errors == nullptr) return false;
    return code.empty() || std::any_of(errors->begin(), errors->end(),
                                       [&](const auto& fault) { return fault.code == code; });
}

void BaseForm::full_clean() { state_->full_clean(); }

const Dict& BaseForm::cleaned_data() const { return state_->cleaned_data; }
Dict& BaseForm::cleaned_data() { return state_->cleaned_data; }
void BaseForm::set_cleaned(std::string_view field, Value value) {
    state_->cleaned_data.set(field, std::move(value));
}

const std::vector<std::string>& BaseForm::changed_data() const { return state_->changed_data(); }

BoundField BaseForm::operator[](std::string_view field) const {
    state_->field(field);
    return BoundField(state_, field);
}

std::vector<BoundField> BaseForm::bound_fields() const {
    std::vector<BoundField> all;
    for (const NamedField& named : state_->fields) all.emplace_back(state_, named.name());
    return all;
}

std::vector<BoundField> BaseForm::hidden_fields() const {
    std::vector<BoundField> all = bound_fields();
    std::erase_if(all, [](const BoundField& field) { return !field.is_hidden(); });
    return all;
}

std::vector<BoundField> BaseForm::visible_fields() const {
    std::vector<BoundField> all = bound_fields();
    std::erase_if(all, [](const BoundField& field) { return field.is_hidden(); });
    return all;
}

const FormFields& BaseForm::fields() const { return state_->fields; }

const Field* BaseForm::find_field(std::string_view name) const {
    const NamedField* named = state_->find(name);
    return named == nullptr ? nullptr : &named->field();
}

Field& BaseForm::field(std::string_view name) { return state_->own_field(name); }

void BaseForm::add_field(std::string_view name, const Field& field) {
    add_field(name, field.clone());
}

void BaseForm::add_field(std::string_view name, Owned<Field> field) {
    NamedField named(name, std::move(field));
    if (NamedField* there = state_->find(name)) {
        *there = std::move(named);
    } else {
        state_->fields.push_back(std::move(named));
    }
}

void BaseForm::remove_field(std::string_view name) {
    std::erase_if(state_->fields, [&](const NamedField& field) { return field.name() == name; });
}

void BaseForm::order_fields(const std::vector<std::string>& names) { state_->order(names); }

const FormOptions& BaseForm::options() const { return state_->options; }
std::string BaseForm::add_prefix(std::string_view field) const { return state_->add_prefix(field); }
Value BaseForm::get_initial_for_field(std::string_view field) const {
    return state_->initial_of(field);
}
void BaseForm::set_initial_data(Dict initial) { state_->options.initial = std::move(initial); }
const Submission& BaseForm::submission() const { return state_->submission; }
const FormType& BaseForm::type() const { return state_->type; }
bool BaseForm::is_multipart() const { return state_->is_multipart(); }
Media BaseForm::media() const { return state_->media(); }

namespace {

std::string laid_out(const Shared<impl::FormState>& state, impl::Layout layout) {
    std::string out;
    impl::append_form(out, state, layout);
    return out;
}

}  // namespace

std::string BaseForm::as_div() const { return laid_out(state_, impl::Layout::Div); }
std::string BaseForm::as_p() const { return laid_out(state_, impl::Layout::P); }
std::string BaseForm::as_table() const { return laid_out(state_, impl::Layout::Table); }
std::string BaseForm::as_ul() const { return laid_out(state_, impl::Layout::Ul); }
std::string BaseForm::render() const { return impl::render_form(state_); }

std::string BaseForm::render(std::string_view template_name, Dict context) const {
    return impl::render_form(state_, template_name, std::move(context));
}

Dict BaseForm::get_context() const { return impl::form_context(state_); }

Value to_value(const BaseForm& form) { return impl::form_value(form.state_); }

}  // namespace tatum::forms
