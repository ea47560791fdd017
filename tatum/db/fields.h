#pragma once

#include <tatum/base/function.h>
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

/// The name under which the upload `file_name` of `object` is to be stored.
using UploadName = Function<std::string(const void* object, std::string_view file_name)>;

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
        Storage,
        LimitChoicesTo,
        AllowUnicode,
        UniqueForDate,
        MinValue,
        MaxValue,
        Symmetrical,
        DbTable,
        Validator,
    };

    FieldOption(Name option, Value argument) noexcept;
    FieldOption(const FieldOption&);
    FieldOption& operator=(const FieldOption&);
    ~FieldOption();

    Name name = Name::None;
    Value value;
    std::vector<Choice> choices;
    Function<void(const Value&)> validator;
    const ModelType* model = nullptr;
    Function<Q()> condition;
    UploadName upload_name;
};

/// An option as d.field() takes it: an option, or the function that makes one, since those without
/// an argument are written without parentheses: d.field<&Category::parent>(null, blank).
class FieldOptionArgument {
public:
    FieldOptionArgument(const FieldOption& option) : option_(&option) {}
    FieldOptionArgument(FieldOption (*make)()) : make_(make) {}

    FieldOption get() const { return option_ != nullptr ? *option_ : make_(); }

private:
    const FieldOption* option_ = nullptr;
    FieldOption (*make_)() = nullptr;
};

// Declarations run once, at the start, and are many; so none of them throws (a process without
// memory ends there), which halves what they cost the compiler.
FieldOption null() noexcept;
FieldOption blank() noexcept;
FieldOption unique() noexcept;
FieldOption db_index() noexcept;
FieldOption no_db_index() noexcept;
FieldOption primary_key() noexcept;
/// Set to the current moment on every save, or on the first.
FieldOption auto_now() noexcept;
FieldOption auto_now_add() noexcept;
FieldOption not_editable() noexcept;
FieldOption no_db_constraint() noexcept;

// Kinds that the type of the member does not tell. The names in capitals are the same options, for
// models whose own members are called `text` or `slug`, which hide the short ones.
FieldOption text() noexcept;
FieldOption slug() noexcept;
FieldOption email() noexcept;
FieldOption url() noexcept;
FieldOption ip_address() noexcept;
FieldOption positive() noexcept;
FieldOption file() noexcept;
FieldOption image() noexcept;
FieldOption TextField() noexcept;
FieldOption SlugField() noexcept;
FieldOption EmailField() noexcept;
FieldOption URLField() noexcept;
FieldOption GenericIPAddressField() noexcept;
FieldOption FileField() noexcept;
FieldOption ImageField() noexcept;
FieldOption FilePathField() noexcept;
FieldOption PositiveIntegerField() noexcept;
FieldOption SmallIntegerField() noexcept;

FieldOption max_length(int code_points) noexcept;
FieldOption max_digits(int digits) noexcept;
FieldOption decimal_places(int places) noexcept;
/// The default of forms and migrations. An object made in code has its member initialisers'; where
/// they differ, `check` says so.
FieldOption default_(Value value) noexcept;
FieldOption choices(std::initializer_list<Choice> choices) noexcept;
FieldOption choices(std::vector<Choice> choices) noexcept;
FieldOption verbose_name(std::string_view name) noexcept;
FieldOption help_text(std::string_view text) noexcept;
FieldOption editable(bool is_editable) noexcept;
FieldOption db_column(std::string_view name) noexcept;
/// The folder of the storage that uploads go to. Directives of strftime() in it stand for parts of
/// the current time in the current zone: "photos/%Y/%m".
FieldOption upload_to(std::string_view folder) noexcept;
FieldOption upload_to(const ModelType& model, UploadName name) noexcept;
/// A function that makes a name of the object, which may have no key yet, and of the upload's name.
template <class T>
FieldOption upload_to(std::string (*name)(const T& object, std::string_view file_name)) noexcept {
    return upload_to(model_type<T>, [name](const void* object, std::string_view file_name) {
        return name(*static_cast<const T*>(object), file_name);
    });
}
/// The alias of the storage that keeps the field's files, where it is not "default".
FieldOption storage(std::string_view alias) noexcept;
FieldOption allow_unicode() noexcept;
FieldOption min_value(Value value) noexcept;
FieldOption max_value(Value value) noexcept;
/// What full_clean() and forms check besides: a validators::Validator (tatum/base/validators.h) or
/// any function that throws ValidationError. Several are several options, in the order of their
/// checks. Unlike Django: not `validators`, which is the name of their namespace.
FieldOption validator(Function<void(const Value&)> check) noexcept;
/// No two rows have the same value on the same day (month, year) of the field named.
FieldOption unique_for_date(std::string_view date_field) noexcept;

// Relations. The reverse accessor is called `name`; "+" means there is none.
FieldOption related_name(std::string_view name) noexcept;
FieldOption related_query_name(std::string_view name) noexcept;
FieldOption on_delete(OnDelete action) noexcept;
/// The field of the other model that is referenced, when not its primary key.
FieldOption to_field(std::string_view name) noexcept;
/// Forms offer only the rows that this holds for: a condition on the other model, or a function
/// that gives one whenever a form needs it.
FieldOption limit_choices_to(const Q& condition) noexcept;
FieldOption limit_choices_to(Function<Q()> condition) noexcept;
/// The model that holds the pairs of a many-to-many relation.
FieldOption through(const ModelType& model) noexcept;
template <class T>
FieldOption through() noexcept {
    return through(model_type<T>);
}
/// The table of a many-to-many relation without a model of its own.
FieldOption db_table(std::string_view name) noexcept;
/// A many-to-many relation to the model itself that does not hold both ways.
FieldOption not_symmetrical() noexcept;

}  // namespace tatum::db

namespace tatum {
using enum db::OnDelete;
using db::allow_unicode, db::auto_now, db::auto_now_add, db::blank, db::choices, db::db_column,
    db::db_index, db::db_table, db::decimal_places, db::default_, db::editable, db::email,
    db::EmailField, db::file, db::FileField, db::FilePathField, db::GenericIPAddressField,
    db::help_text, db::image, db::ImageField, db::ip_address, db::limit_choices_to, db::max_digits,
    db::max_length, db::max_value, db::min_value, db::no_db_constraint, db::no_db_index,
    db::not_editable, db::not_symmetrical, db::null, db::on_delete, db::positive,
    db::PositiveIntegerField, db::primary_key, db::related_name, db::related_query_name, db::slug,
    db::SlugField, db::SmallIntegerField, db::storage, db::text, db::TextField, db::through,
    db::to_field, db::unique, db::unique_for_date, db::upload_to, db::url, db::URLField,
    db::validator, db::verbose_name;
}  // namespace tatum
