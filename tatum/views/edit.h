#pragma once

#include <tatum/forms/model_form.h>
#include <tatum/views/generic.h>

/// Django's editing views: usable as they are, or as bases of one's own.
///
///     path<"notes/add/">(CreateView<Note>{{.fields = {"title", "body"}}}, "note_add")
///     path<"notes/<int:pk>/edit/">(UpdateView<Note, NoteForm>{}, "note_edit")
///     path<"notes/<int:pk>/delete/">(DeleteView<Note>{{.success_url = "/notes/"}}, "note_delete")
///
///     struct NoteCreate : CreateView<Note, NoteForm> {
///         Response form_valid(NoteForm& form) override {
///             form.instance().writer = writer_of(request());
///             return CreateView::form_valid(form);
///         }
///     };
///
/// GET shows a form; POST (and PUT) checks what was sent, and either does what the form is for and
/// redirects, or shows the form again with what is wrong.
namespace tatum::views {

/// What a FormView can be told: Django's names and defaults.
struct FormViewOptions {
    std::string template_name = {};
    std::string success_url = {};
    Dict initial = {};
    std::string prefix = {};
    Dict extra_context = {};
    std::string content_type = {};  ///< empty: HTML
};

/// What a CreateView or UpdateView can be told: Django's names and defaults.
struct EditOptions {
    std::string template_name = {};
    /// The fields of the form, where the view has no class of forms; {"__all__"}: all.
    std::vector<std::string> fields = {};
    /// "{id}" and the like stand for fields of the object that was saved. Empty: its
    /// get_absolute_url().
    std::string success_url = {};
    Dict initial = {};
    std::string prefix = {};
    /// As ListOptions::queryset: what may be edited.
    Function<db::AnyQuerySet()> queryset = {};
    std::string slug_field = "slug";
    std::string slug_url_kwarg = "slug";
    std::string pk_url_kwarg = "pk";
    bool query_pk_and_slug = false;        ///< both must fit when the address has both
    std::string context_object_name = {};  ///< empty: "note"
    std::string template_name_suffix = "_form";
    Dict extra_context = {};
    std::string content_type = {};  ///< empty: HTML
    /// More of the form, where the view has no class of forms; its `fields` are those above.
    forms::ModelFormOptions form = {};
};

/// What a DeleteView can be told: Django's names and defaults.
struct DeleteViewOptions {
    std::string template_name = {};
    /// "{id}" and the like stand for fields of the object that is deleted. Needed.
    std::string success_url = {};
    Function<db::AnyQuerySet()> queryset = {};
    std::string slug_field = "slug";
    std::string slug_url_kwarg = "slug";
    std::string pk_url_kwarg = "pk";
    bool query_pk_and_slug = false;
    std::string context_object_name = {};
    std::string template_name_suffix = "_confirm_delete";
    Dict extra_context = {};
    std::string content_type = {};
};

namespace impl {

/// A form while a view has it. Copies of a view, one for each request, begin without.
template <class F>
class FormSlot {
public:
    FormSlot() = default;
    FormSlot(const FormSlot&) {}
    FormSlot& operator=(const FormSlot&) = delete;
    ~FormSlot() = default;
    F& keep(F form) { return form_.emplace(std::move(form)); }
    F* get() { return form_ ? &*form_ : nullptr; }

private:
    std::optional<F> form_;
};

/// The parts of FormView that know no class of forms.
class FormViewBase : public View, public FormViewOptions {
public:
    explicit FormViewBase(FormViewOptions options = {});

protected:
    http::Response get() override;
    http::Response post() override;
    http::Response put() override { return post(); }

    virtual Dict get_initial() { return initial; }
    virtual std::string get_prefix() { return prefix; }
    /// Throws ImproperlyConfigured when there is none.
    virtual std::string get_success_url();
    virtual std::vector<std::string> get_template_names();
    /// `form` and extra_context.
    virtual Dict get_context_data();
    /// What the form was sent, with get_initial() and get_prefix().
    virtual forms::FormArguments get_form_arguments();
    /// The page, with get_context_data().
    http::Response show();

private:
    virtual void make_form() = 0;
    virtual forms::BaseForm& any_form() = 0;
    virtual http::Response valid() = 0;
    virtual http::Response invalid() = 0;
};

/// The parts of CreateView and UpdateView that know no class of models and forms. The object is a
/// copy of get_object()'s.
class EditViewBase : public DetailViewBase {
public:
    std::vector<std::string> fields;
    std::string success_url;
    Dict initial;
    std::string prefix;
    forms::ModelFormOptions form_options;

    EditViewBase(const db::ModelType& model, EditOptions options);

protected:
    http::Response get() override;
    http::Response post() override;
    http::Response put() override { return post(); }

    virtual Dict get_initial() { return initial; }
    virtual std::string get_prefix() { return prefix; }
    /// Throws ImproperlyConfigured when there is neither a success_url nor an absolute URL.
    virtual std::string get_success_url();
    /// `form`, extra_context, and where there is an object `object` and `note`: as in Django the
    /// one that the form has filled, also when it is not valid.
    Dict get_context_data() override;
    /// What the form was sent, with get_initial(), get_prefix() and the object.
    virtual forms::ModelFormArguments get_form_arguments();
    http::Response show();

    /// A form of the fields that the view names.
    forms::AnyModelForm make_any_form();
    /// Throws ImproperlyConfigured when the view names fields beside its class of forms.
    void refuse_fields() const;
    /// The object of the request; none in a CreateView that has not saved.
    virtual std::optional<db::AnyObject> any_object() = 0;

private:
    Value loaded() const final { return {}; }
    virtual void make_form() = 0;
    virtual forms::AnyModelForm& any_form() = 0;
    virtual http::Response valid() = 0;
    virtual http::Response invalid() = 0;

    const db::ModelType* model_;
};

/// The part of DeleteView that knows no class of models.
class DeleteViewBase : public DetailViewBase {
public:
    std::string success_url;

    DeleteViewBase(const db::ModelType& model, DeleteViewOptions options);

protected:
    http::Response post() override;
    http::Response delete_() override { return post(); }

    virtual std::string get_success_url();
    /// `object`, `note`, `form` (without fields; its errors say why the object cannot be deleted)
    /// and extra_context.
    Dict get_context_data() override;
    /// Deletes the object and redirects.
    virtual http::Response form_valid();
    /// The page again, status 409, with what forbids it.
    virtual http::Response form_invalid();
    forms::BaseForm& form();
    virtual db::AnyObject any_object() = 0;
    virtual void delete_object() = 0;

private:
    FormSlot<forms::BaseForm> form_;
};

/// A view's way to its form: of the class F, whose forms are made of what the base's
/// get_form_arguments() gives.
template <class Base, class F>
class WithForm : public Base {
protected:
    using Base::Base;

    /// The form of this request.
    virtual F get_form() = 0;
    virtual http::Response form_valid(F& form) = 0;
    /// The page again, with the form and what is wrong with it.
    virtual http::Response form_invalid(F&) { return this->show(); }
    /// What get_form() gave; there once the view runs.
    F& form() { return *form_.get(); }

private:
    void make_form() final { form_.keep(get_form()); }
    F& any_form() final { return *form_.get(); }
    http::Response valid() final { return form_valid(*form_.get()); }
    http::Response invalid() final { return form_invalid(*form_.get()); }

    FormSlot<F> form_;
};

/// Saves what the form has; where another request has meanwhile taken what must be unique, the
/// form says so.
http::Response save_or_show(forms::AnyModelForm& form, const Function<void()>& save,
                            const Function<http::Response()>& done,
                            const Function<http::Response()>& show);

}  // namespace impl

/// Shows a form and does something with what was sent: FormView<ContactForm>{{.template_name =
/// "contact.html", .success_url = "/thanks/"}}. Derive and override form_valid() to do it.
template <class F>
class FormView : public impl::WithForm<impl::FormViewBase, F> {
public:
    explicit FormView(FormViewOptions options = {})
        : impl::WithForm<impl::FormViewBase, F>(std::move(options)) {}

protected:
    F get_form() override { return F(this->get_form_arguments()); }
    /// Redirects to get_success_url().
    http::Response form_valid(F&) override {
        return http::ResponseRedirect(this->get_success_url());
    }
};

namespace impl {

/// What CreateView and UpdateView have in common.
template <class T, class F>
class EditView : public WithForm<EditViewBase, F> {
public:
    explicit EditView(EditOptions options)
        : WithForm<EditViewBase, F>(db::model_type<T>, std::move(options)) {}

protected:
    virtual QuerySet<T> get_queryset() { return QuerySet<T>(this->optional_queryset()); }
    F get_form() override {
        if constexpr (std::is_same_v<F, forms::AnyModelForm>) {
            return this->make_any_form();
        } else {
            this->refuse_fields();
            return F(this->get_form_arguments());
        }
    }
    /// Saves the object and redirects. Where a row that another request has just written forbids
    /// it, this is form_invalid().
    http::Response form_valid(F& form) override {
        return save_or_show(
            form, [&] { save_form(form); },
            [&] { return http::ResponseRedirect(this->get_success_url()); },
            [&] { return this->form_invalid(form); });
    }

    /// What is edited: get_object()'s, then what was saved.
    std::optional<T> object;

    std::optional<db::AnyObject> any_object() override {
        if (!object) return std::nullopt;
        return db::AnyObject::copy_of(db::model_type<T>, &*object);
    }

private:
    void save_form(F& form) {
        if constexpr (std::is_same_v<F, forms::AnyModelForm>) {
            object = form.save().template as<T>();
        } else {
            object = form.save();
        }
    }
};

}  // namespace impl

/// Makes a T by a form: of the class F, or of the `fields` named. GET shows it in
/// "notes/note_form.html"; a valid POST saves the object and redirects. Queries: those of the form.
template <class T, class F = forms::AnyModelForm>
class CreateView : public impl::EditView<T, F> {
public:
    explicit CreateView(EditOptions options = {}) : impl::EditView<T, F>(std::move(options)) {}

private:
    void load() final {}
};

/// Changes the T that the address names by `pk` or `slug`; 404 when there is none. Queries: 1, and
/// those of the form.
///
/// Two requests that edit one row both succeed: the later one wins, field by field of the whole
/// row, as in Django. Views that must notice put the moment of the last change into the form, and
/// compare; see docs/topics/model-forms.md.
template <class T, class F = forms::AnyModelForm>
class UpdateView : public impl::EditView<T, F> {
public:
    explicit UpdateView(EditOptions options = {}) : impl::EditView<T, F>(std::move(options)) {}

protected:
    virtual T get_object() {
        return db::impl::take<T>(this->named_row(this->get_queryset().any()));
    }

private:
    void load() final { this->object = get_object(); }
};

/// Deletes the T that the address names: GET asks in "notes/note_confirm_delete.html", POST (and
/// DELETE) does it. Queries: 1, and those of T::delete_().
///
/// Unlike Django: rows that protect the object (on_delete(Protect) or Restrict) are no error of the
/// server; the page is shown again, and `form.non_field_errors` says that it cannot be deleted.
template <class T>
class DeleteView : public impl::DeleteViewBase {
public:
    explicit DeleteView(DeleteViewOptions options = {})
        : DeleteViewBase(db::model_type<T>, std::move(options)) {}

protected:
    virtual QuerySet<T> get_queryset() { return QuerySet<T>(optional_queryset()); }
    virtual T get_object() { return db::impl::take<T>(named_row(get_queryset().any())); }

    /// What get_object() gave; there once the view runs.
    std::optional<T> object;

private:
    void load() final { object = get_object(); }
    Value loaded() const final { return Value(*object); }
    db::AnyObject any_object() final { return db::AnyObject::copy_of(db::model_type<T>, &*object); }
    void delete_object() final { object->delete_(); }
};

}  // namespace tatum::views

namespace tatum {
using views::CreateView;
using views::DeleteView;
using views::FormView;
using views::UpdateView;
}  // namespace tatum
