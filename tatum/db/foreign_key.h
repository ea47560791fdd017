#pragma once

#include <tatum/db/f.h>
#include <tatum/db/impl/member_ops.h>
#include <tatum/db/rows.h>

namespace tatum::db {

namespace impl {

/// The object that a foreign key has loaded or was given: a row of some Rows. Copying keeps the
/// Rows alive; a key inside a result only borrows from Rows that its own result keeps.
class LoadedObject {
public:
    LoadedObject() = default;
    LoadedObject(const LoadedObject& other);
    LoadedObject(LoadedObject&& other) noexcept;
    LoadedObject& operator=(const LoadedObject& other);
    LoadedObject& operator=(LoadedObject&& other) noexcept;
    ~LoadedObject() {
        if (owned_) release();
    }

    void* get() const { return object_; }
    Rows* rows() const { return rows_; }
    void borrow(Rows* rows, void* object) {
        reset();
        rows_ = rows;
        object_ = object;
    }
    void share(Rows* rows, void* object);
    void reset();
    /// Where the object that has the key is stored; null: in the default database.
    const Database* database() const { return database_; }
    void set_database(const Database* database) { database_ = database; }

private:
    void copy_from(const LoadedObject& other);
    void release();

    Rows* rows_ = nullptr;
    void* object_ = nullptr;
    const Database* database_ = nullptr;
    bool owned_ = false;
};

/// What a ForeignKey is, without the type of its target.
template <class Key>
struct ForeignKeyOf {
    /// The key as the column keeps it. 0, "" or the nil UUID stands for NULL.
    Key id{};
    mutable LoadedObject loaded;

    bool is_null() const { return id == Key{}; }
};

/// Loads the object on the first call. Queries: 1, or 0 when it is loaded. Null when the key is.
/// Throws DoesNotExist when the row is gone.
template <class Key>
void* foreign_object(const ForeignKeyOf<Key>& key, const ModelType& target);
extern template void* foreign_object(const ForeignKeyOf<std::int64_t>&, const ModelType&);
extern template void* foreign_object(const ForeignKeyOf<std::string>&, const ModelType&);
extern template void* foreign_object(const ForeignKeyOf<Uuid>&, const ModelType&);
/// As foreign_object(), but throws DoesNotExist instead of returning null.
template <class Key>
void* needed_object(const ForeignKeyOf<Key>& key, const ModelType& target);
extern template void* needed_object(const ForeignKeyOf<std::int64_t>&, const ModelType&);
extern template void* needed_object(const ForeignKeyOf<std::string>&, const ModelType&);
extern template void* needed_object(const ForeignKeyOf<Uuid>&, const ModelType&);
/// Copies `object` into the key.
template <class Key>
void set_object(ForeignKeyOf<Key>& key, const ModelType& target, const void* object);
extern template void set_object(ForeignKeyOf<std::int64_t>&, const ModelType&, const void*);
extern template void set_object(ForeignKeyOf<std::string>&, const ModelType&, const void*);
extern template void set_object(ForeignKeyOf<Uuid>&, const ModelType&, const void*);

}  // namespace impl

/// A reference to a row of another model: category->name loads it when touched, and keeps it.
/// Assign an object or a key. The member `id` is the key itself; reading it runs no query.
///
/// `Key` is the type of the other model's primary key; Key{} stands for NULL. Unlike Django: an
/// assigned object is copied, and must have been saved before.
template <class T, class Key = std::int64_t>
class ForeignKey : public impl::ForeignKeyOf<Key> {
public:
    ForeignKey() = default;
    ForeignKey(const Key& key) { this->id = key; }
    ForeignKey(const char* key)
        requires std::same_as<Key, std::string>
    {
        this->id = key;
    }
    ForeignKey(std::nullopt_t) {}
    ForeignKey(const T& object) { impl::set_object(*this, model_type<T>, &object); }
    ForeignKey(const std::optional<T>& object) {
        if (object) impl::set_object(*this, model_type<T>, &*object);
    }

    /// Has it a target? Runs no query.
    explicit operator bool() const { return !this->is_null(); }

    // Queries: 1 on the first touch, unless select_related() or prefetch_related() has loaded it.
    // Throw DoesNotExist when the key is null or its row is gone.
    const T* operator->() const { return &get(); }
    T* operator->() { return &get(); }
    const T& operator*() const { return get(); }
    T& operator*() { return get(); }
    /// The object, or null where there is none.
    T* find() const { return static_cast<T*>(impl::foreign_object<Key>(*this, model_type<T>)); }
    bool is_loaded() const { return this->loaded.get() != nullptr; }

    friend bool operator==(const ForeignKey& a, const ForeignKey& b) { return a.id == b.id; }

private:
    T& get() const { return *static_cast<T*>(impl::needed_object<Key>(*this, model_type<T>)); }
};

/// A ForeignKey that no two rows share.
template <class T, class Key = std::int64_t>
class OneToOneField : public ForeignKey<T, Key> {
public:
    using ForeignKey<T, Key>::ForeignKey;
};

namespace impl {

template <class Key>
constexpr const MemberOps& key_ops() {
    if constexpr (std::same_as<Key, std::int64_t>) {
        return kIntKeyOps;
    } else if constexpr (std::same_as<Key, std::string>) {
        return kStringKeyOps;
    } else {
        static_assert(std::same_as<Key, Uuid>, "keys are std::int64_t, std::string or Uuid");
        return kUuidKeyOps;
    }
}

template <class T, class Key>
struct MemberTraits<ForeignKey<T, Key>> {
    static constexpr const MemberOps& kOps = key_ops<Key>();
    static constexpr FieldKind kKind = FieldKind::ForeignKey;
    static constexpr const ModelType* target() { return &model_type<T>; }
};
template <class T, class Key>
struct MemberTraits<OneToOneField<T, Key>> : MemberTraits<ForeignKey<T, Key>> {
    static constexpr FieldKind kKind = FieldKind::OneToOneField;
};

}  // namespace impl
}  // namespace tatum::db

namespace tatum {
using db::ForeignKey;
using db::OneToOneField;
}  // namespace tatum
