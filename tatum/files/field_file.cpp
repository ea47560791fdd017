#include <tatum/files/field_file.h>

#include <tatum/base/locals.h>
#include <tatum/base/strftime.h>
#include <tatum/db/database.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/meta.h>
#include <tatum/db/transaction.h>
#include <tatum/files/impl/names.h>
#include <tatum/files/storages.h>

namespace tatum::files {

namespace {

/// Django's FileField.generate_filename().
std::string upload_name(const db::FieldMeta& field, const Storage& storage, const void* object,
                        std::string_view file_name) {
    std::string name;
    if (field.upload_name) {
        name = field.upload_name(object, file_name);
    } else {
        const DateTime now = DateTime::from_utc(current_clock().now(), current_time_zone());
        name = impl::join_path(strftime(now, field.upload_to), file_name);
    }
    impl::validate_file_name(name, impl::Folders::Allow);
    return storage.generate_filename(name);
}

class FieldFileObject final : public Object {
public:
    explicit FieldFileObject(const FieldFile& shown) : file(shown) {}

    std::string_view type_name(Self) const override {
        return is_image() ? "ImageFieldFile" : "FieldFile";
    }
    void append_str(Self, std::string& out) const override { out += file.name(); }
    void append_repr(Self self, std::string& out) const override {
        out.append("<").append(type_name(self)).append(": ");
        out.append(file ? file.name() : "None").append(">");
    }
    bool truth(Self) const override { return static_cast<bool>(file); }
    std::optional<Value> attribute(Self, const Name& name) const override {
        if (name.text == "name") return Value(file.name());
        if (name.text == "url") return Value(file.url());
        if (name.text == "path") return Value(file.path());
        if (name.text == "size") return Value(file.size());
        if (is_image() && name.text == "width") return Value(file.width());
        if (is_image() && name.text == "height") return Value(file.height());
        return std::nullopt;
    }
    std::vector<std::string> attribute_names(Self) const override {
        std::vector<std::string> names{"name", "path", "size", "url"};
        if (is_image()) names.insert(names.end(), {"height", "width"});
        return names;
    }
    bool equals(Self, const Value& other) const override { return other.str() == file.name(); }
    std::size_t hash(Self) const override { return Value(file.name()).hash(); }

    const FieldFile file;

private:
    bool is_image() const { return file.field().kind == db::FieldKind::ImageField; }
};

}  // namespace

Storage& FieldFile::storage() const {
    return field_->storage.empty() ? default_storage() : storages(field_->storage);
}

void FieldFile::require_file() const {
    if (*this) return;
    throw ValueError("The '" + field_->name + "' attribute has no file associated with it.");
}

std::string FieldFile::url() const {
    require_file();
    return storage().url(name());
}

std::string FieldFile::path() const {
    require_file();
    return storage().path(name());
}

std::uint64_t FieldFile::size() const {
    require_file();
    return storage().size(name());
}

File FieldFile::open() const {
    require_file();
    return storage().open(name());
}

std::optional<ImageHead> FieldFile::image() const { return ImageReader::read(open()); }

std::optional<std::uint32_t> FieldFile::width() const {
    const auto head = image();
    return head ? std::optional(head->width) : std::nullopt;
}

std::optional<std::uint32_t> FieldFile::height() const {
    const auto head = image();
    return head ? std::optional(head->height) : std::nullopt;
}

Value to_value(const FieldFile& file) { return Value::adopt(new FieldFileObject(file)); }

const FieldFile* field_file(const Value& value) {
    if (!value.is_object()) return nullptr;
    const auto* object = dynamic_cast<const FieldFileObject*>(&value.as_object());
    return object == nullptr ? nullptr : &object->file;
}

BoundFieldFile::BoundFieldFile(const db::FieldMeta& field, void* object,
                               void (*save_object)(void* object))
    : FieldFile(field, field.get(object)), object_(object), save_object_(save_object) {}

void BoundFieldFile::save(std::string_view name, const File& content, SaveRow row) {
    if (row == SaveRow::No) return store(name, content);
    const std::string alias(database_alias());
    db::transaction::atomic({.using_ = alias}, [&] {
        store(name, content);  // before the first statement, which takes the database's lock
        save_object_(object_);
    });
}

void BoundFieldFile::store(std::string_view name, const File& content) {
    Storage& place = storage();
    const std::size_t max_length = static_cast<std::size_t>(field_->max_length);
    set(place.save(upload_name(*field_, place, object_, name), content, max_length));
    db::transaction::on_rollback(
        [stored = FieldFile(*this)] { stored.storage().delete_(stored.name()); }, database_alias());
}

void BoundFieldFile::delete_(SaveRow row) {
    if (!*this) return;
    const FieldFile gone(*this);
    set({});
    if (row == SaveRow::Yes) save_object_(object_);
    gone.storage().delete_(gone.name());
}

void BoundFieldFile::set(std::string_view name) {
    name_ = name.empty() ? Value() : Value(name);
    field_->set(object_, name_);
}

std::string_view BoundFieldFile::database_alias() const {
    const db::Database* database = field_->model->type->const_base(object_)->model_state().database;
    return database != nullptr ? database->alias() : std::string_view();
}

namespace impl {

const db::FieldMeta& file_field(const db::ModelType& type, std::string_view member) {
    const db::ModelMeta& model = db::ModelRegistry::current().get(type);
    const db::FieldMeta& field = model.field(member);
    if (!field.is_file()) {
        throw db::FieldError(model.name + "." + field.name +
                             " is neither a FileField nor an ImageField");
    }
    return field;
}

}  // namespace impl
}  // namespace tatum::files
