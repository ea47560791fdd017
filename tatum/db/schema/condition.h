#pragma once

#include <tatum/db/state.h>

#include <string>

namespace tatum::db::schema {

/// A value as an SQL literal of SQLite; texts are quoted, dates and decimals are written as Django
/// stores them.
std::string sql_literal(const Value& value);
/// As a column of the field keeps it. Throws ImproperlyConfigured when it does not fit.
std::string sql_literal(const FieldState& field, const Value& value);

/// A ConstraintState's condition as SQL over the columns of `model`, quoted. `django_version`
/// (major * 100 + minor) decides between forms that changed: `"active"` became `"active" = 1` in
/// 6.1. Throws ImproperlyConfigured for a field or lookup that does not exist.
std::string sql_condition(const Value& condition, const ModelState& model, int django_version);

}  // namespace tatum::db::schema
