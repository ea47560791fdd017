#pragma once

#include <tatum/base/value.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Models as plain data: what migrations record and what tables are made from. Nothing here knows
/// a C++ class, so that a migration means the same when the class has long changed.
///
/// Unlike Django: only what reaches the database is recorded. A changed label, help text, choice or
/// ordering needs no migration.
namespace tatum::db {

/// One field. A value.
struct FieldState {
    std::string name;
    std::string type;  ///< Django's class: "CharField", "ForeignKey", "ManyToManyField"
    bool null = false;
    bool primary_key = false;
    bool unique = false;
    std::optional<bool> db_index;  ///< unset: as the type has it (SlugField and keys: true)
    std::optional<int> max_length;
    std::optional<int> max_digits;
    std::optional<int> decimal_places;
    std::string db_column;  ///< empty: made from the name

    // Relations.
    std::string to;        ///< "app.Model"; "self" is written out
    std::string to_field;  ///< the field referred to; empty: the primary key
    std::string through;   ///< ManyToManyField: a declared model in place of the automatic table
    std::string db_table;  ///< ManyToManyField: the name of the automatic table
    bool db_constraint = true;

    /// What rows that exist already get when the field is added. Not part of equality: the database
    /// keeps no defaults.
    std::optional<Value> default_value;

    bool is_many_to_many() const { return type == "ManyToManyField"; }
    /// ForeignKey or OneToOneField.
    bool is_key() const { return type == "ForeignKey" || type == "OneToOneField"; }
    bool is_relation() const { return is_key() || is_many_to_many(); }
    bool is_auto() const {
        return type == "AutoField" || type == "BigAutoField" || type == "SmallAutoField";
    }
    bool is_unique() const { return unique || primary_key || type == "OneToOneField"; }
    /// Has an index of its own: asked for or usual for the type, and not already unique.
    bool has_index() const;
    /// "category_id" for a key `category`.
    std::string column() const;

    friend bool operator==(const FieldState& a, const FieldState& b);
};

/// One index of several fields; "-price" is descending.
struct IndexState {
    std::string name;
    std::vector<std::string> fields;
    /// Only rows for which this holds; see ConstraintState::condition. None: all.
    Value condition;

    friend bool operator==(const IndexState&, const IndexState&) = default;
};

struct ConstraintState {
    enum class Kind : std::uint8_t { Check, Unique };

    Kind kind = Kind::Check;
    std::string name;
    std::vector<std::string> fields;  ///< Unique
    /// What a Check demands, or which rows a Unique is about (None: all). A Dict of lookups that
    /// hold together, {"amount__gte": 0}; or a List ["AND" | "OR" | "NOT", condition...]. A value
    /// {"F": "other"} is another field. A String is SQL as it stands, as conditions that a model
    /// declares in C++ arrive.
    Value condition;

    friend bool operator==(const ConstraintState&, const ConstraintState&) = default;
};

/// One model. A value.
struct ModelState {
    std::string app_label;
    std::string name;      ///< "OrderLine"
    std::string db_table;  ///< empty: made from label and name
    std::vector<FieldState> fields;
    std::vector<std::vector<std::string>> unique_together;
    std::vector<IndexState> indexes;
    std::vector<ConstraintState> constraints;
    bool managed = true;  ///< false: the table is somebody else's, migrations leave it alone

    /// "products.OrderLine"
    std::string label() const { return app_label + "." + name; }
    /// "products_orderline"
    std::string table() const;
    const FieldState* field(std::string_view field_name) const;
    FieldState* field(std::string_view field_name);
    /// Throws ImproperlyConfigured when the model has none; complete() adds one.
    const FieldState& primary_key() const;
    /// Adds `id` as a BigAutoField in front where no field is the primary key, names indexes that
    /// have no name, and writes out "self".
    void complete();

    friend bool operator==(const ModelState&, const ModelState&) = default;
};

/// All models at one point of history.
class ProjectState {
public:
    const std::vector<ModelState>& models() const { return models_; }
    /// By "app.Model", case ignored; nullptr when there is none.
    const ModelState* find(std::string_view label) const;
    ModelState* find(std::string_view label);
    /// Throws ImproperlyConfigured naming the label when there is none.
    const ModelState& at(std::string_view label) const;
    ModelState& at(std::string_view label);
    void add(ModelState model);
    void remove(std::string_view label);

private:
    std::vector<ModelState> models_;
};

/// The model behind a many-to-many field without `through`: an id and the two keys, unique
/// together.
ModelState automatic_through(const ModelState& model, const FieldState& field,
                             const ProjectState& project);

/// The field that a key refers to: the primary key of `field.to`, or its `to_field`.
const FieldState& target_field(const FieldState& field, const ProjectState& project);

}  // namespace tatum::db
