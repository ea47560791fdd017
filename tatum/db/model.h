#pragma once

#include <tatum/db/definition.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/foreign_key.h>
#include <tatum/db/many_to_many.h>
#include <tatum/db/query_set.h>

namespace tatum {
class ValidationError;
}

namespace tatum::db {

using tatum::ValidationError;

namespace impl {

struct RowExtras;

/// What a row knows of itself besides its fields. Copied with the object.
class ModelState {
public:
    ModelState() = default;
    ModelState(const ModelState& other);
    ModelState(ModelState&& other) noexcept
        : adding(other.adding),
          database(other.database),
          extras_(std::exchange(other.extras_, nullptr)) {}
    ModelState& operator=(const ModelState& other);
    ModelState& operator=(ModelState&& other) noexcept;
    ~ModelState() {
        if (extras_ != nullptr) destroy_extras();
    }

    bool adding = true;                  ///< not in the database yet
    const Database* database = nullptr;  ///< where it came from; null: not read or saved yet
    RowExtras& extras();
    const RowExtras* find_extras() const { return extras_; }

private:
    void destroy_extras();

    RowExtras* extras_ = nullptr;
};

}  // namespace impl

/// How save() writes.
struct SaveOptions {
    bool force_insert = false;
    bool force_update = false;                    ///< throws DatabaseError when no row was changed
    std::vector<std::string> update_fields = {};  ///< only these; empty: all
    std::string_view using_ = {};                 ///< an alias; empty: where it came from
};
struct DeleteOptions {
    std::string_view using_ = {};
};

/// The part of a model that does not depend on its class.
class ModelBase {
public:
    /// The primary key of a model that declares none of its own; 0 until saved.
    std::int64_t id = 0;

    impl::ModelState& model_state() { return state_; }
    const impl::ModelState& model_state() const { return state_; }
    /// The value of annotate(name, ...); None where there is none.
    Value annotation(const Name& name) const;

private:
    impl::ModelState state_;
};

namespace impl {
void save(const ModelType& type, void* object);
void save(const ModelType& type, void* object, const SaveOptions& options);
void save_in(const ModelType& type, void* object, const AnyQuerySet& query, bool insert);
std::int64_t delete_object(const ModelType& type, void* object, const DeleteOptions& options);
void refresh(const ModelType& type, void* object, std::span<const std::string> fields);
void full_clean(const ModelType& type, void* object, std::span<const std::string> exclude);
Value pk_of(const ModelType& type, const void* object);
void set_pk(const ModelType& type, void* object, const Value& pk);
bool same_row(const ModelType& type, const void* a, const void* b);
std::string str_of(const ModelType& type, const void* object);
std::string display_of(const ModelType& type, const void* object, std::string_view field);
AnyQuerySet related(const ModelType& type, const void* object, const ModelType& source,
                    std::string_view field);
}  // namespace impl

/// The base of every model: struct Category : Model<Category> { ... }. Its members are declared as
/// fields in T::define(Definition<T>&). An aggregate: Product{.name = "Sauce"}.save().
///
/// An object belongs to one thread at a time. Optional functions that a model may have:
/// std::string str() const, std::string get_absolute_url() const, void clean() (throws
/// ValidationError).
template <class T>
class Model : public ModelBase {
public:
    struct DoesNotExist : ObjectDoesNotExist {
        using ObjectDoesNotExist::ObjectDoesNotExist;
    };
    struct MultipleObjectsReturned : db::MultipleObjectsReturned {
        using db::MultipleObjectsReturned::MultipleObjectsReturned;
    };

    static constexpr Manager<T> objects{};

    /// Queries: 1 when the row is new or has no key of its own choice; 1 when it exists; 2 when a
    /// chosen key turns out to be new.
    /// Throws IntegrityError, and ValueError for values that do not fit their columns.
    void save() { impl::save(model_type<T>, self()); }
    void save(const SaveOptions& options) { impl::save(model_type<T>, self(), options); }
    /// Deletes the row and, as on_delete says, those that reference it. The number of rows deleted.
    /// Queries: as QuerySet::delete_().
    std::int64_t delete_(const DeleteOptions& options = {}) {
        return impl::delete_object(model_type<T>, self(), options);
    }
    /// Reads all fields, or those named, again. Queries: 1. Throws T::DoesNotExist.
    void refresh_from_db(std::initializer_list<std::string> fields = {}) {
        impl::refresh(model_type<T>, self(), {fields.begin(), fields.size()});
    }
    /// Checks every field, clean(), and what must be unique. Throws ValidationError with all
    /// faults. Queries: 1 for each rule of uniqueness.
    void full_clean(std::initializer_list<std::string> exclude = {}) {
        impl::full_clean(model_type<T>, self(), {exclude.begin(), exclude.size()});
    }

    Value pk() const { return impl::pk_of(model_type<T>, self()); }
    void set_pk(const Value& pk) { impl::set_pk(model_type<T>, self(), pk); }
    /// The label of a field with choices: Django's get_FOO_display().
    template <auto Member>
    std::string display() const {
        return impl::display_of(model_type<T>, self(), impl::member_name<Member>);
    }
    /// The rows of another model whose relation points here:
    /// category.related<&Product::category>(). Queries: as a QuerySet; none when they were
    /// prefetched.
    template <auto Member>
    auto related() const {
        using Source = typename impl::MemberPointer<decltype(Member)>::Class;
        constexpr auto field = impl::member_name<Member>;
        return RelatedManager<Source>(
            impl::related(model_type<T>, self(), model_type<Source>, field), field, pk());
    }

    /// Same model and same key; an object without a key equals only itself.
    friend bool operator==(const T& a, const T& b) { return impl::same_row(model_type<T>, &a, &b); }

    /// For managers: saves to the database that `query` names.
    void save_in(const AnyQuerySet& query, bool insert) {
        impl::save_in(model_type<T>, self(), query, insert);
    }

private:
    T* self() { return static_cast<T*>(this); }
    const T* self() const { return static_cast<const T*>(this); }
};

/// The text of an object: its str(), or "Category object (1)".
template <std::derived_from<ModelBase> T>
std::string str(const T& object) {
    return impl::str_of(model_type<T>, &object);
}

/// A copy of the object for templates. Rows of a QuerySet need none: pass the QuerySet.
template <std::derived_from<ModelBase> T>
Value to_value(const T& object) {
    return object_value(model_type<T>, &object);
}
/// Copies of the objects of a range, kept together: a list for templates.
template <class T>
    requires requires(const T& range) {
        range.size();
        requires std::derived_from<std::remove_cvref_t<decltype(*range.begin())>, ModelBase>;
    }
List to_list(const T& range) {
    using Item = std::remove_cvref_t<decltype(*range.begin())>;
    const RowsPtr rows = Rows::make(model_type<Item>, range.size());
    List items;
    items.reserve(range.size());
    for (const Item& item : range) items.push_back(rows->value(rows->add_copy(&item)));
    return items;
}
/// Loads the object when it is not there. Queries: 0 or 1.
template <class T, class Key>
Value to_value(const ForeignKey<T, Key>& key) {
    const T* object = key.find();
    return object ? key.loaded.rows()->value(object) : Value();
}

}  // namespace tatum::db

namespace tatum {
using db::Model;
}
