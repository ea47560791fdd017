#include <tatum/db/file_values.h>

#include <tatum/base/locals.h>

namespace tatum::db {

Value file_value(const FieldMeta& field, const Value& name) {
    const auto* values = static_cast<const FileValues*>(local(Slot::Storages));
    return values != nullptr ? values->file_value(field, name) : name;
}

}  // namespace tatum::db
