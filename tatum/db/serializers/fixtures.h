#pragma once

#include <tatum/base/value.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/fwd.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Rows as JSON in the form of Django's serializer, so that both read each other's fixtures:
/// [{"model": "products.category", "pk": 1, "fields": {...}}].
namespace tatum::db::serializers {

/// A fixture that is no JSON, or an object in it that is no row of its model. what() names the
/// fixture, the object's place and its model.
struct DeserializationError : Exception {
    using Exception::Exception;
};

struct LoadOptions {
    std::string_view name = {};  ///< of the fixture, for messages
    /// Skips models and fields that do not exist (any more).
    bool ignore_nonexistent = false;
    std::vector<std::string> exclude = {};  ///< labels "app" or "app.Model" to leave out
};

/// Writes the objects of a fixture: a row of the same primary key is replaced, other rows stay. A
/// field that is left out gets its default, '' where it is a text. All or nothing; keys may point
/// at rows further on in the fixture. Returns the number of objects. Queries: 1 an object, and 1
/// more for each key of its many-to-many fields; 1 for each table. Throws DeserializationError, and
/// IntegrityError, with Django's words, for an object that the database refuses and for a key that
/// points nowhere.
std::size_t load(Database& database, const ModelRegistry& registry, std::string_view json,
                 const LoadOptions& options = {});

struct DumpOptions {
    std::vector<std::string> labels = {};   ///< "app" or "app.Model"; empty: everything
    std::vector<std::string> exclude = {};  ///< the same form
    std::vector<std::string> pks = {};      ///< with one model in `labels`: these rows only
    int indent = -1;  ///< spaces a level below the objects; negative: one line
};

/// The rows of the models as a fixture, by model and primary key: what Django's dumpdata writes, to
/// the byte, but for the last line break. Queries: 1 a model, and 1 for
/// each of its many-to-many fields, 2 if their model has an ordering. Throws FieldError for a label
/// that does not exist.
std::string dump(Database& database, const ModelRegistry& registry,
                 const DumpOptions& options = {});

}  // namespace tatum::db::serializers
