#pragma once

#include <tatum/forms/any_model_form.h>
#include <tatum/forms/form_definition.h>

namespace tatum::forms {

template <class T>
class ModelFormDefinition;

namespace impl {

/// What ModelFormDefinition<T> forwards to. Nothing here throws: the first fault of a declaration
/// waits for rethrow_fault().
class ModelFormDefinitionBase : public FormDefinitionBase {
public:
    ModelFormDefinitionBase(ModelFormClass& form, FormClass& own);

    void fields(std::initializer_list<std::string_view> names) noexcept;
    void exclude(std::initializer_list<std::string_view> names) noexcept;
    void all_fields() noexcept;
    void model_field(std::string_view name,
                     std::initializer_list<FormFieldOptionArgument> options) noexcept;
    void own_field(const FormMember& member,
                   std::initializer_list<FormFieldOptionArgument> options) noexcept;
    void clean_model_field(std::string_view name, void (*hook)(BaseForm& form)) noexcept;
    void error_messages(const Dict& messages) noexcept;

    void rethrow_fault() const;

private:
    template <class F>
    void guarded(std::string_view field, F&& f) noexcept;
    void add_name(std::string_view name);

    ModelFormClass* form_;
    std::exception_ptr fault_;
};

/// A class of model forms as the C++ types that it is. One constant for each.
struct ModelFormDeclaration {
    FormType type;
    const db::ModelType* model;
    void (*define)(ModelFormDefinitionBase& definition);
    void* (*object)(BaseForm& form);
    void (*save_object)(void* object);
};
/// Throws ImproperlyConfigured for the first fault of the declaration.
Shared<const ModelFormClass> make_model_form_class(const ModelFormDeclaration& declaration);

template <class T>
struct ModelFormOperations;

}  // namespace impl

/// What a model form says about itself, in its define(). Fields are members of the model, whose
/// options are kept where nothing else is said, or members of the form, as a Form has them.
template <class T>
class ModelFormDefinition {
public:
    explicit ModelFormDefinition(impl::ModelFormDefinitionBase& base) : base_(&base) {}

    /// Fields in this order, with what the model says of them. May be called again.
    template <auto... Members>
    void fields() {
        (check_member<Members>(), ...);
        base_->fields({db::impl::member_name<Members>...});
    }
    /// All that can be edited. With exclude(), all but those.
    void all_fields() { base_->all_fields(); }
    template <auto... Members>
    void exclude() {
        base_->exclude({db::impl::member_name<Members>...});
    }
    /// Another label, widget, ... for a member of the model; or a field of the form's own. One that
    /// fields() has not named comes last.
    template <auto Member, std::convertible_to<FormFieldOptionArgument>... Options>
    void field(const Options&... options) {
        check_member<Member>();
        if constexpr (is_own<Member>()) {
            using M = typename db::impl::MemberPointer<decltype(Member)>::Type;
            alignas(T) char place[sizeof(T)];
            const T& probe = *reinterpret_cast<const T*>(place);
            const auto offset = reinterpret_cast<const char*>(&(probe.*Member)) - place;
            base_->own_field({db::impl::member_name<Member>, static_cast<std::uint32_t>(offset),
                              &impl::MemberTraits<M>::kOps},
                             {options...});
        } else {
            base_->model_field(db::impl::member_name<Member>, {options...});
        }
    }
    /// Names the member function that checks a field after its own checks: it throws
    /// ValidationError, or changes cleaned_data(). For a member of the form also as Form has it.
    template <auto Member, auto Check>
    void clean() {
        check_member<Member>();
        const auto hook = [](BaseForm& form) {
            T& typed = static_cast<T&>(form);
            if constexpr (std::is_void_v<decltype((typed.*Check)())>) {
                (typed.*Check)();
            } else if constexpr (is_own<Member>()) {
                typed.*Member = (typed.*Check)();
            } else {
                form.set_cleaned(db::impl::member_name<Member>, Value((typed.*Check)()));
            }
        };
        if constexpr (is_own<Member>()) {
            base_->FormDefinitionBase::clean(db::impl::member_name<Member>, hook);
        } else {
            base_->clean_model_field(db::impl::member_name<Member>, hook);
        }
    }
    /// Texts for faults of the object as a whole, by code.
    void error_messages(const Dict& messages) { base_->error_messages(messages); }
    /// What forms have unless they are made with other options.
    void defaults(const FormOptions& options) { base_->defaults(options); }
    void media(const MediaOptions& media) { base_->media(media); }

private:
    template <auto Member>
    static constexpr bool is_own() {
        using Class = typename db::impl::MemberPointer<decltype(Member)>::Class;
        return std::is_base_of_v<Class, T>;
    }
    template <auto Member>
    static constexpr void check_member() {
        using Class = typename db::impl::MemberPointer<decltype(Member)>::Class;
        static_assert(
            is_own<Member>() || std::is_base_of_v<Class, typename T::Object>,
            "ModelFormDefinition: the member is neither one of the model nor of the form");
    }

    impl::ModelFormDefinitionBase* base_;
};

/// A form that makes or changes an M:
///
///     struct ArticleForm : ModelForm<ArticleForm, Article> {
///         static void define(ModelFormDefinition<ArticleForm>& d);
///         void clean();   // optional: all fields together
///     };
///     void ArticleForm::define(ModelFormDefinition<ArticleForm>& d) {
///         d.fields<&Article::headline, &Article::body>();
///         d.field<&Article::body>(widget(Textarea{{.attrs = {{"rows", 5}}}}));
///     }
///     ArticleForm form({request, {.instance = article}});
///     if (form.is_valid()) { Article saved = form.save(); ... }
///
/// The form edits a copy of the instance, which it fills when it is checked. See AnyModelForm.
template <class T, class M>
class ModelForm : public AnyModelForm {
public:
    using Object = M;

    ModelForm() : ModelForm(ModelFormArguments()) {}
    /// Bound when the method is POST or PUT.
    ModelForm(http::Request& request) : ModelForm(ModelFormArguments(request)) {}
    ModelForm(http::Request& request, const ModelFormExtras& extras)
        : ModelForm(ModelFormArguments(request, extras)) {}
    ModelForm(const http::QueryDict& data, const ModelFormExtras& extras = {})
        : ModelForm(ModelFormArguments(data, extras)) {}
    ModelForm(const http::QueryDict& data, const http::FileDict& files,
              const ModelFormExtras& extras = {})
        : ModelForm(ModelFormArguments(data, files, extras)) {}
    /// Unbound.
    ModelForm(const ModelFormExtras& extras) : ModelForm(ModelFormArguments(extras)) {}
    ModelForm(const ModelFormArguments& arguments) : AnyModelForm(form_class(), arguments) {}

    /// The object that the form edits.
    M& instance() { return AnyModelForm::instance().template as<M>(); }
    const M& instance() const { return AnyModelForm::instance().template as<M>(); }
    /// See AnyModelForm::save(); calls M's own save(). With Commit::No call save_m2m() on this form
    /// after instance() has been saved.
    M save(Commit commit = Commit::Yes) { return AnyModelForm::save(commit).template as<M>(); }

    using BaseForm::add_error;
    template <auto Member>
    void add_error(std::string_view message, std::string_view code = "invalid") {
        BaseForm::add_error(db::impl::member_name<Member>, message, code);
    }

    /// The declaration, made once. Throws ImproperlyConfigured for its first fault.
    static const impl::ModelFormClass& form_class() {
        static const Shared<const impl::ModelFormClass> made =
            impl::make_model_form_class(impl::ModelFormOperations<T>::kDeclaration);
        return *made;
    }
};

namespace impl {

template <class T>
struct ModelFormOperations {
    static void clean(BaseForm& form) { static_cast<T&>(form).clean(); }
    static void* object(BaseForm& form) { return &static_cast<T&>(form); }
    static void save_object(void* object) { static_cast<typename T::Object*>(object)->save(); }
    static void define(ModelFormDefinitionBase& definition) {
        ModelFormDefinition<T> typed(definition);
        T::define(typed);
    }
    static constexpr FormType type() {
        FormType made{.name = db::impl::class_name<T>};
        if constexpr (requires(T& form) { form.clean(); }) made.clean = clean;
        return made;
    }
    static constexpr ModelFormDeclaration kDeclaration{type(), &db::model_type<typename T::Object>,
                                                       define, object, save_object};
};

}  // namespace impl
}  // namespace tatum::forms

namespace tatum {
using forms::ModelForm;
using forms::ModelFormDefinition;
}  // namespace tatum
