#pragma once

struct sqlite3;

namespace tatum::db::sqlite {

/// Defines on a connection what SQLite lacks: regular expressions (RE2), parts of dates, arithmetic
/// with moments, standard deviation and variance.
void define_functions(sqlite3* connection);

}  // namespace tatum::db::sqlite
