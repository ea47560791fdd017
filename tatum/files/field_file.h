#pragma once

#include <tatum/base/value.h>
#include <tatum/db/model.h>
#include <tatum/files/image.h>
#include <tatum/files/storage.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace tatum::files {

/// The file that a FileField of a row names: Django's FieldFile. A value that only reads; whether
/// there is such a file shows when it is asked. As a Value it prints its name and has `name`,
/// `url`, `path`, `size`, and with an ImageField `width` and `height`.
class FieldFile {
public:
    /// `name` is what the column has; None or an empty text: no file. `field` outlives this.
    FieldFile(const db::FieldMeta& field, Value name) : field_(&field), name_(std::move(name)) {}

    /// Views into this.
    std::string_view name() const {
        return name_.is_string() ? name_.as_string() : std::string_view();
    }
    explicit operator bool() const { return !name().empty(); }
    const db::FieldMeta& field() const { return *field_; }
    /// The field's. Throws InvalidStorageError.
    Storage& storage() const;

    // Each throws ValueError where there is no file ("The 'photo' attribute has no file associated
    // with it."), and what the storage throws.

    std::string url() const;
    std::string path() const;
    /// In bytes.
    std::uint64_t size() const;
    File open() const;
    /// What the head of a picture says; nullopt when the file is none.
    std::optional<ImageHead> image() const;
    /// In pixels; nullopt when the file is no picture.
    std::optional<std::uint32_t> width() const;
    std::optional<std::uint32_t> height() const;

protected:
    void require_file() const;

    const db::FieldMeta* field_;
    Value name_;
};

Value to_value(const FieldFile& file);
/// The FieldFile that a Value holds, which lives as long; nullptr when it is something else.
const FieldFile* field_file(const Value& value);

/// Is the row written too?
enum class SaveRow : bool { No, Yes };

/// The file of a row that may be changed.
class BoundFieldFile : public FieldFile {
public:
    /// `object` outlives this. `save_object` writes the row; null where only SaveRow::No is said.
    BoundFieldFile(const db::FieldMeta& field, void* object, void (*save_object)(void* object));

    /// Stores `content` in the field's storage, under the name that upload_to makes of `name` and
    /// that is still free, and sets the member to it. The file that was there before stays, as in
    /// Django. When the row cannot be written, or a transaction around this is rolled back, the new
    /// one is removed again; unlike in Django. Throws what Storage::save() throws.
    void save(std::string_view name, const File& content, SaveRow row = SaveRow::Yes);
    /// Empties the member and deletes the file, after the row is written: one that cannot be keeps
    /// its file. Does nothing where there is no file.
    void delete_(SaveRow row = SaveRow::Yes);

private:
    void store(std::string_view name, const File& content);
    void set(std::string_view name);
    /// Of the database where the row is, or would be; empty: the default.
    std::string_view database_alias() const;

    void* object_;
    void (*save_object_)(void* object);
};

namespace impl {
/// Throws FieldError when that member is no FileField.
const db::FieldMeta& file_field(const db::ModelType& type, std::string_view member);
}  // namespace impl

/// file_of<&Product::photo>(product).url(). Reads no database.
template <auto Member, std::derived_from<db::ModelBase> T>
FieldFile file_of(const T& object) {
    const db::FieldMeta& field = impl::file_field(db::model_type<T>, db::impl::member_name<Member>);
    return FieldFile(field, Value(object.*Member));
}
template <auto Member, std::derived_from<db::ModelBase> T>
    requires(!std::is_const_v<T>)
BoundFieldFile file_of(T& object) {
    return BoundFieldFile(impl::file_field(db::model_type<T>, db::impl::member_name<Member>),
                          &object, [](void* row) { static_cast<T*>(row)->save(); });
}

}  // namespace tatum::files

namespace tatum {
using files::FieldFile;
using files::file_of;
}  // namespace tatum
