#include <tatum/views/edit.h>

#include <tatum/base/i18n.h>
#include <tatum/base/uri.h>
#include <tatum/base/validation.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/meta.h>
#include <tatum/db/transaction.h>
#include <tatum/views/shortcuts.h>

namespace tatum::views {

namespace {

http::Response edit_page(http::Request& request, const std::vector<std::string>& names,
                         Dict context, const std::string& content_type) {
    RenderOptions options;
    if (!content_type.empty()) options.content_type = content_type;
    if (names.size() == 1) return render(request, names[0], std::move(context), options);
    return render(request, names, std::move(context), options);
}

void add_more(Dict& context, const Dict& more) {
    for (const auto& [key, value] : more) context.set(key, value);
}

/// The field that a name in a success_url stands for: as in Django, by the name of its attribute.
std::string field_text(const db::AnyObject& object, const std::string& name,
                       const std::string& pattern) {
    const db::FieldMeta* field = object.model().find_field(name);
    if (field == nullptr || field->is_many_to_many()) {
        throw ImproperlyConfigured("The success_url \"" + pattern + "\" names \"" + name +
                                   "\", which is no field of " + object.model().name);
    }
    return uri::quote(field->get(object.object()).str(), "");
}

/// Python's str.format() with the fields of an object, whose values cannot leave their place.
std::string format_url(const std::string& pattern, const db::AnyObject& object) {
    std::string url;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char c = pattern[at];
        const bool is_double = at + 1 < pattern.size() && pattern[at + 1] == c;
        if ((c == '{' || c == '}') && is_double) {
            url += c;
            ++at;
        } else if (c == '{') {
            const std::size_t end = pattern.find('}', at);
            if (end == std::string::npos) {
                throw ImproperlyConfigured("The success_url \"" + pattern + "\" lacks a \"}\"");
            }
            url += field_text(object, pattern.substr(at + 1, end - at - 1), pattern);
            at = end;
        } else {
            url += c;
        }
    }
    return url;
}

template <class Options>
DetailOptions detail_options(const Options& from) {
    return {.template_name = from.template_name,
            .queryset = from.queryset,
            .slug_field = from.slug_field,
            .slug_url_kwarg = from.slug_url_kwarg,
            .pk_url_kwarg = from.pk_url_kwarg,
            .query_pk_and_slug = from.query_pk_and_slug,
            .context_object_name = from.context_object_name,
            .template_name_suffix = from.template_name_suffix,
            .extra_context = from.extra_context,
            .content_type = from.content_type};
}

}  // namespace

namespace impl {

FormViewBase::FormViewBase(FormViewOptions options) : FormViewOptions(std::move(options)) {
    http_method_names = {"GET", "HEAD", "POST", "PUT", "OPTIONS"};
}

http::Response FormViewBase::get() {
    make_form();
    return show();
}

http::Response FormViewBase::post() {
    make_form();
    return any_form().is_valid() ? valid() : invalid();
}

std::string FormViewBase::get_success_url() {
    if (success_url.empty()) {
        throw ImproperlyConfigured("No URL to redirect to. Provide a success_url.");
    }
    return success_url;
}

std::vector<std::string> FormViewBase::get_template_names() {
    if (template_name.empty()) {
        throw ImproperlyConfigured(
            "FormView needs a template_name, or a get_template_names() of its own");
    }
    return {template_name};
}

Dict FormViewBase::get_context_data() {
    Dict context{{"form", to_value(any_form())}};
    add_more(context, extra_context);
    return context;
}

forms::FormArguments FormViewBase::get_form_arguments() {
    forms::FormOptions options;
    options.prefix = get_prefix();
    options.initial = get_initial();
    return {request(), options};
}

http::Response FormViewBase::show() {
    Dict context = get_context_data();
    return edit_page(request(), get_template_names(), std::move(context), content_type);
}

EditViewBase::EditViewBase(const db::ModelType& model, EditOptions options)
    : DetailViewBase(model, detail_options(options)),
      fields(std::move(options.fields)),
      success_url(std::move(options.success_url)),
      initial(std::move(options.initial)),
      prefix(std::move(options.prefix)),
      form_options(std::move(options.form)),
      model_(&model) {
    http_method_names = {"GET", "HEAD", "POST", "PUT", "OPTIONS"};
}

http::Response EditViewBase::get() {
    load();
    make_form();
    return show();
}

http::Response EditViewBase::post() {
    load();
    make_form();
    return any_form().is_valid() ? valid() : invalid();
}

std::string EditViewBase::get_success_url() {
    const auto saved = any_object();
    TATUM_INVARIANT(saved.has_value(), "get_success_url() is for after the object was saved");
    if (!success_url.empty()) return format_url(success_url, *saved);
    if (auto url = saved->absolute_url()) return *std::move(url);
    throw ImproperlyConfigured(
        "No URL to redirect to. Either provide a success_url or define a get_absolute_url() of " +
        saved->model().name + ".");
}

Dict EditViewBase::get_context_data() {
    Dict context;
    if (any_object()) {
        const Value shown = any_form().instance().value();
        context.set("object", shown);
        context.set(get_context_object_name(), shown);
    }
    context.set("form", to_value(any_form()));
    add_more(context, extra_context);
    return context;
}

forms::ModelFormArguments EditViewBase::get_form_arguments() {
    forms::FormOptions options;
    options.prefix = get_prefix();
    options.initial = get_initial();
    return {forms::FormArguments(request(), options), any_object()};
}

forms::AnyModelForm EditViewBase::make_any_form() {
    forms::ModelFormOptions options = form_options;
    if (!fields.empty()) options.fields = fields;
    const db::ModelMeta& model = db::AnyQuerySet(*model_).model();
    if (options.fields.empty() && options.exclude.empty()) {
        throw ImproperlyConfigured("A view that edits a " + model.name +
                                   " needs 'fields' or a class of forms");
    }
    return {model, options, get_form_arguments()};
}

void EditViewBase::refuse_fields() const {
    if (fields.empty() && form_options.fields.empty()) return;
    throw ImproperlyConfigured("Specifying both 'fields' and a class of forms is not permitted.");
}

http::Response EditViewBase::show() {
    Dict context = get_context_data();
    return edit_page(request(), get_template_names(), std::move(context), content_type);
}

DeleteViewBase::DeleteViewBase(const db::ModelType& model, DeleteViewOptions options)
    : DetailViewBase(model, detail_options(options)), success_url(std::move(options.success_url)) {
    http_method_names = {"GET", "HEAD", "POST", "DELETE", "OPTIONS"};
}

forms::BaseForm& DeleteViewBase::form() {
    if (form_.get() == nullptr) form_.keep(forms::BaseForm({}, request()));
    return *form_.get();
}

http::Response DeleteViewBase::post() {
    load();
    return form_valid();
}

std::string DeleteViewBase::get_success_url() {
    if (success_url.empty()) {
        throw ImproperlyConfigured("No URL to redirect to. Provide a success_url.");
    }
    return format_url(success_url, any_object());
}

Dict DeleteViewBase::get_context_data() {
    Dict context = DetailViewBase::get_context_data();
    if (!context.contains("form")) context.set("form", to_value(form()));
    return context;
}

http::Response DeleteViewBase::form_valid() {
    const std::string url = get_success_url();
    try {
        delete_object();
    } catch (const db::ProtectedError&) {
        return form_invalid();
    } catch (const db::RestrictedError&) {
        return form_invalid();
    }
    return http::ResponseRedirect(url);
}

http::Response DeleteViewBase::form_invalid() {
    const std::string name = any_object().model().verbose_name;
    form().add_error({}, format_message(gettext("Cannot delete %(name)s"), {{"name", name}}),
                     "protected");
    Dict context = get_context_data();
    http::Response response =
        edit_page(request(), get_template_names(), std::move(context), content_type);
    response.set_status(409);
    return response;
}

http::Response save_or_show(forms::AnyModelForm& form, const Function<void()>& save,
                            const Function<http::Response()>& done,
                            const Function<http::Response()>& show) {
    try {
        // Inside of a transaction a statement that fails would end all of it.
        if (db::transaction::in_atomic_block(form.instance().db())) {
            const std::string alias(form.instance().db());
            db::transaction::atomic({.using_ = alias}, [&] { save(); });
        } else {
            save();
        }
    } catch (const db::IntegrityError&) {
        form.validate_unique();
        if (form.is_valid()) throw;
        return show();
    }
    return done();
}

}  // namespace impl
}  // namespace tatum::views
