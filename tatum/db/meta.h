#pragma once

#include <tatum/db/expressions.h>
#include <tatum/db/fields.h>
#include <tatum/db/model_type.h>

#include <memory>
#include <optional>
#include <span>

namespace tatum::db {

/// The relation that a ForeignKey, OneToOneField or ManyToManyField makes.
struct RelationMeta {
    const ModelType* target_type = nullptr;
    const ModelMeta* target = nullptr;    ///< set by ModelRegistry::finish()
    const FieldMeta* to_field = nullptr;  ///< the referenced field of `target`; set by finish()
    std::string to_field_name;            ///< empty: the primary key
    OnDelete on_delete = OnDelete::Cascade;
    std::string related_name;        ///< the reverse accessor; empty when there is none ("+")
    std::string related_query_name;  ///< the reverse name in lookups
    impl::PathStep reverse_step;     ///< the reverse as a step of a path; set by finish()
    Function<Q()> limit_choices_to;  ///< what forms offer; empty: every row
    bool db_constraint = true;
    bool symmetrical = false;
    // Many-to-many only:
    const ModelType* through_type = nullptr;    ///< null: made by the framework
    const ModelMeta* through = nullptr;         ///< holds the pairs
    const FieldMeta* through_source = nullptr;  ///< its key to the model with the field
    const FieldMeta* through_target = nullptr;  ///< its key to `target`
    std::string db_table;
};

/// A field of a model. Immutable once its registry is finished.
struct FieldMeta {
    std::string name;     ///< "category"
    std::string attname;  ///< "category_id" for a relation, else the name
    std::string column;   ///< "category_id"
    FieldKind kind = FieldKind::CharField;
    const ModelMeta* model = nullptr;
    std::uint32_t index = 0;     ///< place in ModelMeta::fields; columns are read in this order
    std::uint32_t declared = 0;  ///< place among all fields, many-to-many ones included
    std::uint32_t offset = 0;    ///< of the member, from the start of the object
    const impl::MemberOps* ops = nullptr;  ///< null where no object has the member (auto through)

    bool null = false, blank = false, unique = false, db_index = false, primary_key = false;
    bool editable = true, auto_now = false, auto_now_add = false, allow_unicode = false;
    bool has_default = false;
    Value default_value;
    int max_length = 0;  ///< 0: unlimited
    int max_digits = 0, decimal_places = 0;
    std::vector<Choice> choices;
    bool enum_as_text = false;  ///< an enum class whose choices are kept as text
    std::string verbose_name, help_text, unique_for_date;
    std::string upload_to;   ///< a folder, unless there is an upload_name
    UploadName upload_name;  ///< makes the names of uploads
    std::string storage;     ///< the alias of the storage of its files; empty: "default"
    std::optional<Value> min_value, max_value;
    std::vector<Function<void(const Value&)>> validators;  ///< those of the model itself
    std::unique_ptr<RelationMeta> relation;                ///< null for plain fields

    bool is_relation() const { return relation != nullptr; }
    bool is_many_to_many() const { return kind == FieldKind::ManyToManyField; }
    /// An integer that the database numbers.
    bool is_auto() const { return kind <= FieldKind::SmallAutoField; }
    /// A column of text where "" stands for nothing.
    bool is_text() const;
    /// A FileField or ImageField: a column that has the name of a file in a storage.
    bool is_file() const { return kind == FieldKind::FileField || kind == FieldKind::ImageField; }

    /// The member of `object`; of a relation the key. None for a null.
    Value get(const void* object) const;
    /// Converts as Django's to_python does. Throws ValueError: "Field 'stock' expected a number but
    /// got 'x'."
    void set(void* object, const Value& value) const;
    /// The same value as the field keeps it: "5" becomes 5. Throws ValueError.
    Value clean_type(const Value& value) const;
    /// The label of `value` among the choices, or the value as text.
    std::string display(const Value& value) const;
};

/// The other end of a relation, seen from the model that is pointed at.
struct ReverseMeta {
    const FieldMeta* field = nullptr;  ///< the ForeignKey or ManyToManyField of the other model
    const ModelMeta* model = nullptr;  ///< where `field` stands
    std::string accessor;              ///< "children", "product_set"; empty when there is none
    std::string query_name;            ///< "children", "product"
    bool one() const { return field->kind == FieldKind::OneToOneField; }
};

struct IndexMeta {
    std::string name;                 ///< given, or made as Django makes it
    std::vector<std::string> fields;  ///< "-name" for a descending column
    Q condition;
    bool named = false;
};
struct UniqueMeta {
    std::string name;  ///< empty for unique_together
    std::vector<std::string> fields;
    Q condition;
    std::string violation_message;
};
struct CheckMeta {
    std::string name;
    Q condition;
    std::string violation_message;
};

/// A function that templates and the admin may call on an object: d.method<&Product::get_price>().
struct MethodMeta {
    std::string name;
    Value (*call)(const void* object) = nullptr;
    std::string short_description;
};

/// What a template finds under a name on an object.
struct AttributeMeta {
    enum class What : std::uint8_t {
        Value,       ///< a field, or the key of a relation
        Related,     ///< the object that a foreign key leads to
        Many,        ///< a many-to-many relation
        Reverse,     ///< rows that point here
        Display,     ///< get_FOO_display
        Method,      ///< d.method<...>()
        AbsoluteUrl  ///< get_absolute_url
    };

    std::string name;
    std::uint32_t hash = 0;
    What what = What::Value;
    const FieldMeta* field = nullptr;
    const ReverseMeta* reverse = nullptr;
    const MethodMeta* method = nullptr;
};

/// A model as a registry knows it. Immutable once the registry is finished, so any thread may read.
struct ModelMeta {
    const ModelType* type = nullptr;  ///< null for the table of a many-to-many relation
    const ModelRegistry* registry = nullptr;
    std::string name;        ///< "Category"
    std::string model_name;  ///< "category"
    std::string app_label;
    std::string label;     ///< "products.Category"
    std::string db_table;  ///< "products_category"
    std::string verbose_name, verbose_name_plural;
    std::string get_latest_by;
    std::string default_related_name;
    bool managed = true;
    bool auto_created = false;  ///< a table of pairs that the framework made

    std::vector<std::unique_ptr<FieldMeta>> fields;  ///< with a column, in order
    std::vector<std::unique_ptr<FieldMeta>> many_to_many;
    const FieldMeta* pk = nullptr;
    std::vector<ReverseMeta> reverse;  ///< set by finish(), in the order of installation
    std::vector<OrderBy> ordering;
    std::vector<std::string> ordering_names;  ///< as makemigrations writes them
    std::vector<std::vector<std::string>> unique_together;
    std::vector<IndexMeta> indexes;
    std::vector<UniqueMeta> constraints;
    std::vector<CheckMeta> checks;
    std::vector<MethodMeta> methods;
    std::vector<std::pair<std::string, std::string>> permissions;
    std::vector<AttributeMeta> attributes;  ///< by hash, ascending; set by finish()
    /// Where attributes are, from 1 on, by the lower bits of their hashes and then behind that; 0:
    /// nothing. Set by finish().
    std::vector<std::uint16_t> attribute_places;
    std::string insert_sql, insert_with_key_sql, update_sql;  ///< set by finish()

    /// nullptr when there is none. Also finds "pk", and a relation by its attname.
    const FieldMeta* find_field(std::string_view field_name) const;
    /// Throws FieldDoesNotExist: "Product has no field named 'x'".
    const FieldMeta& field(std::string_view field_name) const;
    const ReverseMeta* find_reverse(std::string_view query_name) const;
    const ReverseMeta* find_accessor(std::string_view accessor) const;
    const MethodMeta* find_method(std::string_view method) const;
    const AttributeMeta* find_attribute(const Name& attribute) const;

    /// None for an object that has no key yet.
    Value pk_of(const void* object) const { return pk->get(object); }
    /// "Category object (1)" unless the model has str().
    std::string str_of(const void* object) const;
};

/// The models of a site. Filled by add() for each app, then finish()ed, then immutable. The owner
/// (Site, or a test) hands it to Databases.
class ModelRegistry {
public:
    ModelRegistry();
    ~ModelRegistry();
    ModelRegistry(const ModelRegistry&) = delete;
    ModelRegistry& operator=(const ModelRegistry&) = delete;

    /// Declares `type` as a model of the app `label`. Throws ImproperlyConfigured for contradictory
    /// options and for two models of one name.
    /// `auto_field` is the kind of a key that a model does not declare itself: "BigAutoField",
    /// "AutoField" or "SmallAutoField".
    const ModelMeta& add(const ModelType& type, std::string_view app_label,
                         std::string_view auto_field = "BigAutoField");
    void add(std::span<const ModelType* const> types, std::string_view app_label,
             std::string_view auto_field = "BigAutoField");
    template <class... Ts>
    void add(std::string_view app_label) {
        (add(model_type<Ts>, app_label), ...);
    }
    /// Connects the relations. Throws ImproperlyConfigured, naming all faults: a model that is not
    /// installed, names that clash, options that name no field.
    void finish();
    bool finished() const;

    /// nullptr when the model is not installed here.
    const ModelMeta* find(const ModelType& type) const;
    /// Throws ImproperlyConfigured when the model is not installed.
    const ModelMeta& get(const ModelType& type) const;
    /// "products.Category", in any case; or nullptr.
    const ModelMeta* find(std::string_view label) const;
    /// All in the order of installation; tables of pairs follow the model that has them.
    const std::vector<std::unique_ptr<ModelMeta>>& models() const;

    /// The registry of the current Databases. Throws ImproperlyConfigured when there is none.
    static const ModelRegistry& current();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The current registry's description of T.
template <class T>
const ModelMeta& meta_of() {
    return ModelRegistry::current().get(model_type<T>);
}

/// `condition` over the columns of `model` alone, as SQL text with its literals inside, for CHECK
/// constraints and partial indexes. Throws FieldError.
std::string condition_sql(const ModelMeta& model, const Q& condition,
                          std::string_view vendor = "sqlite");

}  // namespace tatum::db
