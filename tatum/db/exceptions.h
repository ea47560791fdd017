#pragma once

#include <tatum/base/error.h>

/// What the database layer throws. The names are Django's.
namespace tatum::db {

/// get() found no row. Every model has its own DoesNotExist below it.
struct ObjectDoesNotExist : Exception {
    using Exception::Exception;
};
/// get() found more than one row. Every model has its own below it.
struct MultipleObjectsReturned : Exception {
    using Exception::Exception;
};
/// A run-time name is no field, lookup or transform of the model.
struct FieldError : Exception {
    using Exception::Exception;
};
/// A field of this name does not exist (ModelMeta::field).
struct FieldDoesNotExist : Exception {
    using Exception::Exception;
};
using tatum::ValueError;
/// A query was changed in a way its state forbids, as filtering after slicing.
struct QueryError : Exception {
    using Exception::Exception;
};

/// Everything that a database reports.
struct DatabaseError : Exception {
    using Exception::Exception;
};
/// A value the column cannot hold.
struct DataError : DatabaseError {
    using DatabaseError::DatabaseError;
};
/// The database is missing, locked, full, read-only or damaged. what() says what to do about it.
struct OperationalError : DatabaseError {
    using DatabaseError::DatabaseError;
};
/// A constraint was violated.
struct IntegrityError : DatabaseError {
    using DatabaseError::DatabaseError;
};
/// The SQL is wrong, or names a table that is not there (yet: run migrate).
struct ProgrammingError : DatabaseError {
    using DatabaseError::DatabaseError;
};
/// The database cannot do what the query asks.
struct NotSupportedError : DatabaseError {
    using DatabaseError::DatabaseError;
};

/// delete_() met rows that reference the object through on_delete(Protect).
struct ProtectedError : IntegrityError {
    using IntegrityError::IntegrityError;
};
/// delete_() met rows that reference the object through on_delete(Restrict).
struct RestrictedError : IntegrityError {
    using IntegrityError::IntegrityError;
};
/// Statements inside an atomic block after one of them failed.
struct TransactionManagementError : ProgrammingError {
    using ProgrammingError::ProgrammingError;
};

}  // namespace tatum::db

namespace tatum {
using db::IntegrityError;
using db::MultipleObjectsReturned;
using db::ObjectDoesNotExist;
using db::OperationalError;
}  // namespace tatum
