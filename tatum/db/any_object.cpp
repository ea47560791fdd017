#include <tatum/db/any_object.h>

#include <tatum/db/impl/row_extras.h>

namespace tatum::db {

namespace {

impl::ManyToManyLink& link_of(const FieldMeta& field, void* object) {
    TATUM_INVARIANT(field.is_many_to_many(), "a many-to-many field");
    return *static_cast<impl::ManyToManyLink*>(
        static_cast<void*>(static_cast<std::byte*>(object) + field.offset));
}

}  // namespace

AnyObject::AnyObject(const ModelMeta& model)
    : rows_(Rows::make(*model.type, 1)), object_(rows_->add()) {}
AnyObject::AnyObject(RowsPtr rows, void* row) : rows_(std::move(rows)), object_(row) {}
AnyObject AnyObject::copy_of(const ModelType& type, const void* object) {
    RowsPtr rows = Rows::copy_of(type, object);
    void* const row = rows->at(0);
    return {std::move(rows), row};
}

bool AnyObject::is_adding() const { return rows_->type().base(object_)->model_state().adding; }
Value AnyObject::pk() const { return model().pk_of(object_); }
Value AnyObject::get(std::string_view field) const { return model().field(field).get(object_); }
void AnyObject::set(std::string_view field, const Value& value) const {
    model().field(field).set(object_, value);
}
std::string AnyObject::str() const { return model().str_of(object_); }

std::optional<std::string> AnyObject::absolute_url() const {
    const auto url = model().type->get_absolute_url;
    if (url == nullptr) return std::nullopt;
    return url(object_);
}

std::string_view AnyObject::db() const { return impl::database_of(model(), object_, {}).alias(); }

void AnyObject::save(const SaveOptions& options) const {
    impl::save(*model().type, object_, options);
}
std::int64_t AnyObject::delete_(const DeleteOptions& options) const {
    return impl::delete_object(*model().type, object_, options);
}

AnyQuerySet AnyObject::many(const FieldMeta& field) const {
    return link_of(field, object_).query(*field.relation->target_type);
}
void AnyObject::set_many(const FieldMeta& field, const List& keys) const {
    link_of(field, object_).set(keys);
}

}  // namespace tatum::db
