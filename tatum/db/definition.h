#pragma once

#include <tatum/db/f.h>
#include <tatum/db/fields.h>
#include <tatum/db/impl/member_ops.h>

#include <exception>

namespace tatum::db {

/// A UNIQUE constraint with a name, and perhaps only over rows that match `condition`.
struct UniqueOptions {
    std::string_view name = {};
    Q condition = {};
    std::string_view violation_message = {};
};
struct IndexOptions {
    std::string_view name = {};
    Q condition = {};
};

namespace impl {

/// A member as Definition describes it.
struct MemberDescription {
    std::string_view name;
    std::uint32_t offset;
    const MemberOps* ops;
    FieldKind kind;
    const ModelType* target;  ///< of a relation
};

/// What Definition<T> forwards to; fills a ModelMeta. Nothing here throws (see fields.h): the first
/// fault of a declaration waits for rethrow_fault().
class DefinitionBase {
public:
    DefinitionBase(ModelMeta& model, const void* probe) : model_(&model), probe_(probe) {}

    const void* probe() const { return probe_; }
    void field(const MemberDescription& member,
               std::initializer_list<FieldOptionArgument> options) noexcept;
    void unique(std::initializer_list<Path> fields, const UniqueOptions& options) noexcept;
    void index(std::vector<std::string> fields, const IndexOptions& options) noexcept;
    void index(std::initializer_list<std::string_view> fields,
               const IndexOptions& options) noexcept;
    void method(std::string_view name, Value (*call)(const void*),
                std::string_view description) noexcept;
    void ordering(std::initializer_list<OrderBy> terms) noexcept;
    void check(std::string_view name, const Q& condition, std::string_view message) noexcept;
    void verbose_name(std::string_view name) noexcept;
    void verbose_name_plural(std::string_view name) noexcept;
    void db_table(std::string_view name) noexcept;
    void app_label(std::string_view label) noexcept;
    void get_latest_by(std::string_view field) noexcept;
    void default_related_name(std::string_view name) noexcept;
    void not_managed() noexcept;
    void permission(std::string_view codename, std::string_view name) noexcept;

    /// Throws ImproperlyConfigured when options contradict each other or the member.
    void rethrow_fault() const;

private:
    void add_field(const MemberDescription& member, const std::vector<FieldOption>& options);

    ModelMeta* model_;
    const void* probe_;
    std::exception_ptr fault_;
};

template <class R>
Value method_result(R&& result) {
    return Value(std::forward<R>(result));
}

}  // namespace impl

/// What a model says about itself, in its define(). Field options are the functions of fields.h.
template <class T>
class Definition {
public:
    explicit Definition(impl::DefinitionBase& base) : base_(&base) {}

    /// Declares a member as a field. Its name and type are the member's.
    template <auto Member, std::convertible_to<FieldOptionArgument>... Options>
    void field(const Options&... options) {
        using M = typename impl::MemberPointer<decltype(Member)>::Type;
        using Traits = impl::MemberTraits<M>;
        const T& probe = *static_cast<const T*>(base_->probe());
        const auto offset =
            reinterpret_cast<const char*>(&(probe.*Member)) - reinterpret_cast<const char*>(&probe);
        base_->field({impl::member_name<Member>, static_cast<std::uint32_t>(offset), &Traits::kOps,
                      Traits::kKind, Traits::target()},
                     {options...});
    }

    /// Rows differ in at least one of these. Without a name this is Django's unique_together.
    template <auto... Members>
    void unique(const UniqueOptions& options = {}) {
        base_->unique({F<Members>.path()...}, options);
    }
    template <auto... Members>
    void index(const IndexOptions& options = {}) {
        base_->index({impl::member_name<Members>...}, options);
    }
    /// By names, "-created" for descending.
    void index(std::vector<std::string> fields, const IndexOptions& options = {}) {
        base_->index(std::move(fields), options);
    }
    /// Every row satisfies `condition`.
    void check(std::string_view name, const Q& condition, std::string_view message = {}) {
        base_->check(name, condition, message);
    }

    /// The order of a query that names none: d.ordering("name"), d.ordering(-F<&A::created>).
    template <class... Terms>
    void ordering(const Terms&... terms) {
        base_->ordering({OrderBy(terms)...});
    }
    void verbose_name(std::string_view name) { base_->verbose_name(name); }
    void verbose_name_plural(std::string_view name) { base_->verbose_name_plural(name); }
    void db_table(std::string_view name) { base_->db_table(name); }
    /// Overrides the label of the App that lists the model.
    void app_label(std::string_view label) { base_->app_label(label); }
    void get_latest_by(std::string_view field) { base_->get_latest_by(field); }
    void default_related_name(std::string_view name) { base_->default_related_name(name); }
    /// Its table is none of migrate's business.
    void not_managed() { base_->not_managed(); }
    void permission(std::string_view codename, std::string_view name) {
        base_->permission(codename, name);
    }

    /// Lets templates and the admin call a const member function without arguments.
    template <auto Method>
    void method(std::string_view description = {}) {
        base_->method(
            impl::member_name<Method>,
            [](const void* object) {
                return impl::method_result((static_cast<const T*>(object)->*Method)());
            },
            description);
    }

private:
    impl::DefinitionBase* base_;
};

}  // namespace tatum::db

namespace tatum {
using db::Definition;
}
