#pragma once

#include <tatum/base/value.h>
#include <tatum/db/fwd.h>

namespace tatum::db {

/// Makes of the name in the column of a FileField what templates see: an object that knows its
/// address and size. Stands in Slot::Storages; the layer of files implements it, which this one
/// does not know. Safe for use by any thread.
class FileValues {
public:
    virtual ~FileValues() = default;
    /// `name`: a text, or None.
    virtual Value file_value(const FieldMeta& field, const Value& name) const = 0;
};

/// By the current FileValues; where there is none, the name.
Value file_value(const FieldMeta& field, const Value& name);

}  // namespace tatum::db
