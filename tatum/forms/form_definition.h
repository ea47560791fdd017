#pragma once

#include <tatum/db/model_type.h>
#include <tatum/forms/form.h>
#include <tatum/forms/form_options.h>
#include <tatum/forms/members.h>

#include <concepts>
#include <cstddef>
#include <exception>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tatum::forms {

template <class T>
class FormDefinition;

namespace impl {

/// A member as FormDefinition describes it.
struct FormMember {
    std::string_view name;
    std::uint32_t offset;
    const MemberOps* ops;
};

/// What FormDefinition<T> forwards to; fills a FormClass. Nothing here throws: the first fault of a
/// declaration waits for rethrow_fault().
class FormDefinitionBase {
public:
    explicit FormDefinitionBase(FormClass& form) : form_(&form) {}

    void field(const FormMember& member,
               std::initializer_list<FormFieldOptionArgument> options) noexcept;
    void clean(std::string_view field, void (*hook)(BaseForm& form)) noexcept;
    void remove(std::string_view field) noexcept;
    void defaults(const FormOptions& options) noexcept;
    void media(const MediaOptions& media) noexcept;

    /// Throws ImproperlyConfigured when options contradict each other or the member.
    void rethrow_fault() const;

private:
    void add_field(const FormMember& member,
                   std::initializer_list<FormFieldOptionArgument> options);
    void note_fault(std::string_view message) noexcept;

    FormClass* form_;
    std::exception_ptr fault_;
};

/// A class of forms as the C++ type that it is. One constant for each.
struct FormDeclaration {
    FormType type;
    void (*define)(FormDefinitionBase& definition);
    void* (*object)(BaseForm& form);
};
/// Throws ImproperlyConfigured for the first fault of the declaration.
Shared<const FormClass> make_form_class(const FormDeclaration& declaration);

/// What a form of a derived class hands up to its base.
struct FormStart {
    const FormClass& form_class;
    const FormArguments& arguments;
};

template <class T>
struct FormOperations;

}  // namespace impl

/// What a form says about itself, in its define(). Options are those of form_options.h and those of
/// models' fields.
template <class T>
class FormDefinition {
public:
    explicit FormDefinition(impl::FormDefinitionBase& base) : base_(&base) {}

    /// Declares a member as a field. Its name is the member's, its kind follows from the type:
    /// CharField for std::string, IntegerField for int, FileField for UploadedFile, a choice where
    /// there are choices, ...
    template <auto Member, std::convertible_to<FormFieldOptionArgument>... Options>
    void field(const Options&... options) {
        using M = typename db::impl::MemberPointer<decltype(Member)>::Type;
        check_member<Member>();
        // Nothing is read: the address of the member within an object is all that counts.
        alignas(T) char place[sizeof(T)];
        const T& probe = *reinterpret_cast<const T*>(place);
        const auto offset = reinterpret_cast<const char*>(&(probe.*Member)) - place;
        base_->field({db::impl::member_name<Member>, static_cast<std::uint32_t>(offset),
                      &impl::MemberTraits<M>::kOps},
                     {options...});
    }

    /// Names the member function that checks a field after its own checks, Django's clean_FIELD():
    /// it throws ValidationError, changes the member, or returns what the member is to be.
    template <auto Member, auto Check>
    void clean() {
        check_member<Member>();
        base_->clean(db::impl::member_name<Member>, [](BaseForm& form) {
            T& typed = static_cast<T&>(form);
            if constexpr (std::is_void_v<decltype((typed.*Check)())>) {
                (typed.*Check)();
            } else {
                typed.*Member = (typed.*Check)();
            }
        });
    }

    /// Leaves out a field of the parent form.
    template <auto Member>
    void remove() {
        check_member<Member>();
        base_->remove(db::impl::member_name<Member>);
    }
    /// What forms have unless they are made with other options.
    void defaults(const FormOptions& options) { base_->defaults(options); }
    /// Style sheets and scripts of the form itself.
    void media(const MediaOptions& media) { base_->media(media); }

private:
    template <auto Member>
    static constexpr void check_member() {
        using Class = typename db::impl::MemberPointer<decltype(Member)>::Class;
        static_assert(std::is_base_of_v<Class, T>,
                      "FormDefinition: this member is one of another form");
    }

    impl::FormDefinitionBase* base_;
};

/// A form whose cleaned values are members:
///
///     struct ContactForm : Form<ContactForm> {
///         using Form::Form;
///         std::string subject, message;
///         std::optional<int> age;
///         static void define(FormDefinition<ContactForm>& d);
///         void clean();   // optional: all fields together
///     };
///
/// Members are filled as fields are cleaned; those of fields that are not valid keep what their
/// initializers say. A form with `Parent` has its fields too:
/// struct Subscribe : Form<Subscribe, ContactForm>.
template <class T, class Parent = BaseForm>
class Form : public Parent {
public:
    Form() : Form(FormArguments()) {}
    /// Bound when the method is POST or PUT.
    Form(http::Request& request) : Form(FormArguments(request)) {}
    Form(http::Request& request, const FormOptions& options)
        : Form(FormArguments(request, options)) {}
    Form(const http::QueryDict& data) : Form(FormArguments(data)) {}
    Form(const http::QueryDict& data, const FormOptions& options)
        : Form(FormArguments(data, options)) {}
    Form(const http::QueryDict& data, const http::FileDict& files, const FormOptions& options = {})
        : Form(FormArguments(data, files, options)) {}
    /// Unbound.
    Form(const FormOptions& options) : Form(FormArguments(options)) {}
    Form(const FormArguments& arguments) : Form(impl::FormStart{form_class(), arguments}) {}
    Form(const impl::FormStart& start) : Parent(start) {}

    using BaseForm::add_error, BaseForm::has_error, BaseForm::field;
    template <auto Member>
    void add_error(std::string_view message, std::string_view code = "invalid") {
        BaseForm::add_error(db::impl::member_name<Member>, message, code);
    }
    template <auto Member>
    bool has_error(std::string_view code = {}) {
        return BaseForm::has_error(db::impl::member_name<Member>, code);
    }
    /// This form's own copy of a field, for changing.
    template <auto Member>
    Field& field() {
        return BaseForm::field(db::impl::member_name<Member>);
    }

    /// The declaration, made once. Throws ImproperlyConfigured for its first fault.
    static const impl::FormClass& form_class() {
        static const Shared<const impl::FormClass> made =
            impl::make_form_class(impl::FormOperations<T>::kDeclaration);
        return *made;
    }
    using FormParent = Parent;
};

namespace impl {

template <class T>
struct FormOperations {
    static void clean(BaseForm& form) { static_cast<T&>(form).clean(); }
    static void* object(BaseForm& form) { return &static_cast<T&>(form); }
    static void define(FormDefinitionBase& definition) {
        using Parent = typename T::FormParent;
        if constexpr (!std::is_same_v<Parent, BaseForm>) FormOperations<Parent>::define(definition);
        FormDefinition<T> typed(definition);
        T::define(typed);
    }
    static constexpr FormType type() {
        FormType made{.name = db::impl::class_name<T>};
        if constexpr (requires(T& form) { form.clean(); }) made.clean = clean;
        return made;
    }
    static constexpr FormDeclaration kDeclaration{type(), define, object};
};

}  // namespace impl
}  // namespace tatum::forms

namespace tatum {
using forms::Form;
using forms::FormDefinition;
}  // namespace tatum
