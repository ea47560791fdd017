#pragma once

#include <tatum/base/value.h>
#include <tatum/db/fields.h>

#include <cstddef>
#include <optional>
#include <type_traits>
#include <vector>

namespace tatum::db::impl {

/// A value on its way to or from a database: what sqlite3 or libpq speaks. Text and blobs are
/// views, valid until the statement steps on (coming) or has run (going).
struct Cell {
    enum class Type : std::uint8_t { Null, Integer, Real, Text, Blob };

    Type type = Type::Null;
    std::size_t size = 0;
    union {
        std::int64_t integer = 0;
        double real;
        const char* bytes;
    };

    static Cell of(std::int64_t value) {
        Cell cell;
        cell.type = Type::Integer;
        cell.integer = value;
        return cell;
    }
    static Cell of(double value) {
        Cell cell;
        cell.type = Type::Real;
        cell.real = value;
        return cell;
    }
    static Cell of(std::string_view value, Type type = Type::Text) {
        Cell cell;
        cell.type = type;
        cell.bytes = value.data();
        cell.size = value.size();
        return cell;
    }
    bool is_null() const { return type == Type::Null; }
    std::string_view text() const { return {bytes, size}; }
};

/// Keeps the texts that Cells view until a statement has run. Short ones cost no allocation.
class Scratch {
public:
    std::string_view keep(std::string_view text);
    char* take(std::size_t bytes);
    void clear() { used_ = 0; }

private:
    static constexpr std::size_t kInsideBytes = 512;

    char inside_[kInsideBytes];
    std::size_t used_ = 0;
    std::vector<std::vector<char>> more_;
};

class LoadedObject;

/// What can be done with a member of one C++ type. One constant table per type.
struct MemberOps {
    /// `owner` keeps the object alive when the Value may share its text; null: copy.
    Value (*get)(const void* member, const tatum::impl::Rep* owner);
    /// False when the value does not fit; the member is then unchanged.
    bool (*set)(void* member, const Value& value);
    /// Throws DataError when the cell holds something else.
    void (*read)(void* member, const Cell& cell, const FieldMeta& field);
    Cell (*bind)(const void* member, const FieldMeta& field, Scratch& scratch);
    bool nullable = false;
    bool is_enum = false;
    // Foreign keys only.
    LoadedObject* (*loaded)(const void* member) = nullptr;
    /// The object, loaded when need be; null where the key is.
    void* (*object)(const void* member, const ModelType& target) = nullptr;
};

// The tables of the plain types, in member_ops.cpp.
extern const MemberOps kBoolOps, kInt16Ops, kInt32Ops, kInt64Ops, kLongLongOps, kUInt16Ops,
    kUInt32Ops, kUInt64Ops, kFloatOps, kDoubleOps, kStringOps, kDecimalOps, kDateOps, kTimeOps,
    kDateTimeOps, kDurationOps, kUuidOps, kValueOps, kBytesOps, kIntKeyOps, kStringKeyOps,
    kUuidKeyOps, kManyToManyOps;

[[noreturn]] void refuse_cell(const Cell& cell, const FieldMeta& field);
/// Of an enum class kept as text: which number a cell means, and back.
std::int64_t enumerator_of(const Cell& cell, const FieldMeta& field);
Cell enumerator_cell(std::int64_t number, const FieldMeta& field, Scratch& scratch);

/// With `places` decimals, as Django's converters give it.
Decimal decimal_from(std::int64_t number, int places);
Decimal decimal_from(double number, int places);
/// Throws DataError when the number has more digits than the field.
Cell decimal_cell(const Decimal& value, const FieldMeta& field, Scratch& scratch);
/// In UTC; a naive value is read in the current time zone.
Cell datetime_cell(const DateTime& value, Scratch& scratch);
Cell uuid_cell(const Uuid& value, Scratch& scratch);

struct PlainTraits {
    static constexpr const ModelType* target() { return nullptr; }
};

/// The table and the default kind of field for a member of type M.
template <class M>
struct MemberTraits {
    static_assert(sizeof(M) == 0, "members of this type cannot be fields");
};

#define TATUM_MEMBER(type, ops, kind)                       \
    template <>                                             \
    struct MemberTraits<type> : PlainTraits {               \
        static constexpr const MemberOps& kOps = ops;       \
        static constexpr FieldKind kKind = FieldKind::kind; \
    };
TATUM_MEMBER(bool, kBoolOps, BooleanField)
TATUM_MEMBER(short, kInt16Ops, SmallIntegerField)
TATUM_MEMBER(int, kInt32Ops, IntegerField)
TATUM_MEMBER(long, kInt64Ops, BigIntegerField)
TATUM_MEMBER(long long, kLongLongOps, BigIntegerField)
TATUM_MEMBER(unsigned short, kUInt16Ops, PositiveSmallIntegerField)
TATUM_MEMBER(unsigned, kUInt32Ops, PositiveIntegerField)
TATUM_MEMBER(unsigned long, kUInt64Ops, PositiveBigIntegerField)
TATUM_MEMBER(float, kFloatOps, FloatField)
TATUM_MEMBER(double, kDoubleOps, FloatField)
TATUM_MEMBER(std::string, kStringOps, CharField)
TATUM_MEMBER(Decimal, kDecimalOps, DecimalField)
TATUM_MEMBER(Date, kDateOps, DateField)
TATUM_MEMBER(Time, kTimeOps, TimeField)
TATUM_MEMBER(DateTime, kDateTimeOps, DateTimeField)
TATUM_MEMBER(Duration, kDurationOps, DurationField)
TATUM_MEMBER(Uuid, kUuidOps, UUIDField)
TATUM_MEMBER(Value, kValueOps, JSONField)
TATUM_MEMBER(std::vector<std::byte>, kBytesOps, BinaryField)
#undef TATUM_MEMBER

template <class M>
struct MemberTraits<std::optional<M>> : MemberTraits<M> {
    using Inner = MemberTraits<M>;
    static std::optional<M>& of(void* member) { return *static_cast<std::optional<M>*>(member); }
    static const std::optional<M>& of(const void* member) {
        return *static_cast<const std::optional<M>*>(member);
    }
    static Value get(const void* member, const tatum::impl::Rep* owner) {
        return of(member) ? Inner::kOps.get(&*of(member), owner) : Value();
    }
    static bool set(void* member, const Value& value) {
        if (value.is_none()) {
            of(member).reset();
            return true;
        }
        M inner{};
        if (!Inner::kOps.set(&inner, value)) return false;
        of(member) = std::move(inner);
        return true;
    }
    static void read(void* member, const Cell& cell, const FieldMeta& field) {
        if (cell.is_null()) {
            of(member).reset();
        } else {
            Inner::kOps.read(&of(member).emplace(), cell, field);
        }
    }
    static Cell bind(const void* member, const FieldMeta& field, Scratch& scratch) {
        return of(member) ? Inner::kOps.bind(&*of(member), field, scratch) : Cell();
    }
    static constexpr MemberOps kOps{get, set, read, bind, true};
};

template <class M>
    requires std::is_enum_v<M>
struct MemberTraits<M> : PlainTraits {
    static Value get(const void* member, const tatum::impl::Rep*) {
        return Value(static_cast<long long>(*static_cast<const M*>(member)));
    }
    static bool set(void* member, const Value& value) {
        if (value.kind() != Kind::Int) return false;
        *static_cast<M*>(member) = static_cast<M>(value.as_int());
        return true;
    }
    static void read(void* member, const Cell& cell, const FieldMeta& field) {
        *static_cast<M*>(member) = static_cast<M>(enumerator_of(cell, field));
    }
    static Cell bind(const void* member, const FieldMeta& field, Scratch& scratch) {
        return enumerator_cell(static_cast<std::int64_t>(*static_cast<const M*>(member)), field,
                               scratch);
    }
    static constexpr MemberOps kOps{get, set, read, bind, false, true};
    static constexpr FieldKind kKind =
        sizeof(M) <= 2 ? FieldKind::SmallIntegerField : FieldKind::IntegerField;
};

}  // namespace tatum::db::impl
