#pragma once

#include <tatum/base/value.h>
#include <tatum/db/model_type.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tatum::db {

/// What a column is. The names are those of Django's field classes.
enum class FieldKind : std::uint8_t {
    AutoField,
    BigAutoField,
    SmallAutoField,
    BooleanField,
    SmallIntegerField,
    IntegerField,
    BigIntegerField,
    PositiveSmallIntegerField,
    PositiveIntegerField,
    PositiveBigIntegerField,
    FloatField,
    DecimalField,
    CharField,
    TextField,
    SlugField,
    EmailField,
    URLField,
    GenericIPAddressField,
    FilePathField,
    FileField,
    ImageField,
    DateField,
    TimeField,
    DateTimeField,
    DurationField,
    UUIDField,
    BinaryField,
    JSONField,
    ForeignKey,
    OneToOneField,
    ManyToManyField,
};
/// "CharField".
std::string_view field_kind_name(FieldKind kind);

/// What happens to a row when the row it references is deleted.
enum class OnDelete : std::uint8_t { Cascade, Protect, Restrict, SetNull, SetDefault, DoNothing };

/// One of the values that a field may have.
struct Choice {
    Value value;                  ///< as kept in the column
    std::string label;            ///< as people read it
    std::string group;            ///< heading it stands under; may be empty
    std::int64_t enumerator = 0;  ///< of an enum class kept as text: its number

    template <class V>
        requires std::convertible_to<V, Value>
    Choice(const V& stored, std::string_view text, std::string_view heading = {})
        : value(stored), label(text), group(heading) {}
    /// An enumerator kept as its number: {Size::Small, "Little"}.
    template <class E>
        requires std::is_enum_v<E>
    Choice(E number, std::string_view text)
        : value(static_cast<long long>(number)),
          label(text),
          enumerator(static_cast<std::int64_t>(number)) {}
    /// An enumerator kept as text: {Status::New, "NEW", "New"}.
    template <class E>
        requires std::is_enum_v<E>
    Choice(E number, std::string_view stored, std::string_view text)
        : value(stored), label(text), enumerator(static_cast<std::int64_t>(number)) {}
};

/// An option of a field, made by one of the functions below. Its special members are compiled once
/// and not wherever a model is declared, as those of the other values that apps write down by the
/// dozen.
class FieldOption {
public:
    enum class Name : std::uint8_t {
        None,
        Kind,
        Null,
        Blank,
        MaxLength,
        MaxDigits,
        DecimalPlaces,
        Unique,
        DbIndex,
        Default,
        Choices,
        VerboseName,
        HelpText,
        Editable,
        PrimaryKey,
        DbColumn,
        AutoNow,
        AutoNowAdd,
        RelatedName,
        RelatedQueryName,
        OnDelete,
        ToField,
        DbConstraint,
        Through,
        UploadTo,
        LimitChoicesTo,
        AllowUnicode,
        UniqueForDate,
        MinValue,
        MaxValue,
        Symmetrical,
        DbTable,
    };

    FieldOption(FieldOption (*make)());
    FieldOption(Name option, Value argument);
    FieldOption(const FieldOption&);
    FieldOption& operator=(const FieldOption&);
    ~FieldOption();

    Name name = Name::None;
    Value value;
    std::vector<Choice> choices;
    const ModelType* model = nullptr;
};

// Options without an argument are written without parentheses: d.field<&Category::parent>(null,
// blank).
FieldOption null();
FieldOption blank();
FieldOption unique();
FieldOption db_index();
FieldOption no_db_index();
FieldOption primary_key();
/// Set to the current moment on every save, or on the first.
FieldOption auto_now();
FieldOption auto_now_add();
FieldOption not_editable();
FieldOption no_db_constraint();

// Kinds that the type of the member does not tell. The names in capitals are the same options, for
// models whose own members are called `text` or `slug`, which hide the short ones.
FieldOption text();
FieldOption slug();
FieldOption email();
FieldOption url();
FieldOption ip_address();
FieldOption positive();
FieldOption file();
FieldOption image();
FieldOption TextField();
FieldOption SlugField();
FieldOption EmailField();
FieldOption URLField();
FieldOption GenericIPAddressField();
FieldOption FileField();
FieldOption ImageField();
FieldOption FilePathField();
FieldOption PositiveIntegerField();
FieldOption SmallIntegerField();

FieldOption max_length(int code_points);
FieldOption max_digits(int digits);
FieldOption decimal_places(int places);
/// The default of forms and migrations. An object made in code has its member initialisers'; where
/// they differ, `check` says so.
FieldOption default_(Value value);
FieldOption choices(std::initializer_list<Choice> choices);
FieldOption choices(std::vector<Choice> choices);
FieldOption verbose_name(std::string_view name);
FieldOption help_text(std::string_view text);
FieldOption editable(bool is_editable);
FieldOption db_column(std::string_view name);
FieldOption upload_to(std::string_view folder);
FieldOption allow_unicode();
FieldOption min_value(Value value);
FieldOption max_value(Value value);
/// No two rows have the same value on the same day (month, year) of the field named.
FieldOption unique_for_date(std::string_view date_field);

// Relations. The reverse accessor is called `name`; "+" means there is none.
FieldOption related_name(std::string_view name);
FieldOption related_query_name(std::string_view name);
FieldOption on_delete(OnDelete action);
/// The field of the other model that is referenced, when not its primary key.
FieldOption to_field(std::string_view name);
/// The model that holds the pairs of a many-to-many relation.
FieldOption through(const ModelType& model);
template <class T>
FieldOption through() {
    return through(model_type<T>);
}
/// The table of a many-to-many relation without a model of its own.
FieldOption db_table(std::string_view name);
/// A many-to-many relation to the model itself that does not hold both ways.
FieldOption not_symmetrical();

}  // namespace tatum::db

namespace tatum {
using enum db::OnDelete;
using db::allow_unicode, db::auto_now, db::auto_now_add, db::blank, db::choices, db::db_column,
    db::db_index, db::db_table, db::decimal_places, db::default_, db::editable, db::email,
    db::EmailField, db::file, db::FileField, db::FilePathField, db::GenericIPAddressField,
    db::help_text, db::image, db::ImageField, db::ip_address, db::max_digits, db::max_length,
    db::max_value, db::min_value, db::no_db_constraint, db::no_db_index, db::not_editable,
    db::not_symmetrical, db::null, db::on_delete, db::positive, db::PositiveIntegerField,
    db::primary_key, db::related_name, db::related_query_name, db::slug, db::SlugField,
    db::SmallIntegerField, db::text, db::TextField, db::through, db::to_field, db::unique,
    db::unique_for_date, db::upload_to, db::url, db::URLField, db::verbose_name;
}  // namespace tatum
