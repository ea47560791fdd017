#pragma once

#include <tatum/db/any_query_set.h>
#include <tatum/db/model.h>

#include <string>
#include <string_view>
#include <vector>

namespace tatum::db {

/// What unique_for_date says: no two rows have the same `field` on one day of `date_field`.
struct DateCheck {
    std::string field, date_field;
    friend auto operator<=>(const DateCheck&, const DateCheck&) = default;
};
/// What must differ between rows: sets of fields, and fields for a day.
struct UniqueChecks {
    std::vector<std::vector<std::string>> fields;
    std::vector<DateCheck> dates;
};

/// An object of a model that is met at run time: what forms and the admin hold, where apps hold a
/// T. A handle: copies are the same object, which lives as long as one of them (and, as a row of a
/// result, keeps the result). Belongs to one thread at a time, as the object does.
///
/// What a model's own class says of saving (a save() that hides Model<T>::save()) is not known
/// here.
class AnyObject {
public:
    /// A new one, as T{} makes it.
    explicit AnyObject(const ModelMeta& model);
    /// The row `row` of `rows`.
    AnyObject(RowsPtr rows, void* row);
    static AnyObject copy_of(const ModelType& type, const void* object);

    const ModelMeta& model() const { return rows_->meta(); }
    void* object() const { return object_; }
    template <class T>
    T& as() const {
        TATUM_INVARIANT(&rows_->type() == &model_type<T>, "as<T>() is for an object of T");
        return *static_cast<T*>(object_);
    }

    /// Is it in no table yet?
    bool is_adding() const;
    /// None when it has none yet.
    Value pk() const;
    /// A field; of a relation the key. Throws FieldDoesNotExist.
    Value get(std::string_view field) const;
    /// Throws FieldDoesNotExist, and ValueError for what the field cannot hold.
    void set(std::string_view field, const Value& value) const;
    std::string str() const;
    /// Empty when the model has no get_absolute_url().
    std::optional<std::string> absolute_url() const;
    /// The object as templates see it; not a copy.
    Value value() const { return rows_->value(object_); }
    /// The alias of the database where it is, or would be, stored.
    std::string_view db() const;

    /// Queries: as Model<T>::save().
    void save(const SaveOptions& options = {}) const;
    /// Queries: as Model<T>::delete_().
    std::int64_t delete_(const DeleteOptions& options = {}) const;

    /// The rows of a many-to-many field. Throws ValueError before the object is saved.
    AnyQuerySet many(const FieldMeta& field) const;
    /// Makes a many-to-many field hold exactly these keys. Queries: up to 3, in one transaction.
    void set_many(const FieldMeta& field, const List& keys) const;

    // The parts of Model<T>::full_clean(). Each throws ValidationError with all that it finds;
    // fields in `exclude` are left out.

    /// Every field by itself. Queries: 1 for each relation that has a key, except those in `seen`,
    /// whose row the caller has just read.
    void clean_fields(std::span<const std::string> exclude = {},
                      std::span<const std::string> seen = {}) const;
    /// The model's clean().
    void clean() const;
    /// `unique`, unique_for_date and unique sets without a name. Queries: 1 for each that is
    /// complete.
    void validate_unique(std::span<const std::string> exclude = {}) const;
    /// Constraints with a name. Queries: 1 for each.
    void validate_constraints(std::span<const std::string> exclude = {}) const;
    /// All that must differ and touches no field in `exclude`, constraints without a condition
    /// included.
    UniqueChecks unique_checks(std::span<const std::string> exclude = {}) const;

private:
    RowsPtr rows_;
    void* object_;
};

/// The object itself, not a copy.
inline Value to_value(const AnyObject& object) { return object.value(); }

}  // namespace tatum::db
