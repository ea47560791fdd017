#pragma once

#include <tatum/db/impl/query.h>

namespace tatum::db::impl {

/// The query behind a Value that to_value(QuerySet) made; null for other values.
const AnyQuerySet::State* query_of(const Value& value);

}  // namespace tatum::db::impl
