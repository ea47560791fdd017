#include <tatum/db/impl/member_ops.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/json.h>
#include <tatum/base/locals.h>
#include <tatum/base/timezone.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/foreign_key.h>
#include <tatum/db/impl/text_forms.h>
#include <tatum/db/many_to_many.h>
#include <tatum/db/meta.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace tatum::db::impl {

std::string_view Scratch::keep(std::string_view text) {
    char* place = take(text.size());
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
}

char* Scratch::take(std::size_t bytes) {
    if (used_ + bytes <= kInsideBytes) {
        char* place = inside_ + used_;
        used_ += bytes;
        return place;
    }
    return more_.emplace_back(bytes).data();
}

void refuse_cell(const Cell& cell, const FieldMeta& field) {
    constexpr std::string_view kNames[] = {"NULL", "an integer", "a number", "text", "a blob"};
    std::string message = "The column \"" + (field.model ? field.model->db_table : std::string()) +
                          "\".\"" + field.column + "\" holds " +
                          std::string(kNames[static_cast<int>(cell.type)]);
    if (cell.type == Cell::Type::Text) {
        message += " '" + std::string(cell.text().substr(0, 40)) + "'";
    }
    message += ", which is no value of a " + std::string(field_kind_name(field.kind)) + ".";
    throw DataError(message);
}

namespace {

template <class T>
T& at(void* member) {
    return *static_cast<T*>(member);
}
template <class T>
const T& at(const void* member) {
    return *static_cast<const T*>(member);
}

// Whole numbers --------------------------------------------------------------------------------

std::int64_t integer_of(const Cell& cell, const FieldMeta& field) {
    switch (cell.type) {
        case Cell::Type::Integer:
            return cell.integer;
        case Cell::Type::Null:
            return 0;
        case Cell::Type::Real:
            if (cell.real == std::floor(cell.real) && std::abs(cell.real) < 9e18) {
                return static_cast<std::int64_t>(cell.real);
            }
            break;
        case Cell::Type::Text: {
            std::int64_t number = 0;
            const auto text = cell.text();
            const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
            if (end.ec == std::errc() && end.ptr == text.data() + text.size()) return number;
            break;
        }
        case Cell::Type::Blob:
            break;
    }
    refuse_cell(cell, field);
}

template <class T>
constexpr bool fits(std::int64_t number) {
    if constexpr (std::is_same_v<T, std::uint64_t>) {
        return number >= 0;
    } else {
        return number >= static_cast<std::int64_t>(std::numeric_limits<T>::min()) &&
               number <= static_cast<std::int64_t>(std::numeric_limits<T>::max());
    }
}

template <class T>
struct IntegerOps {
    static Value get(const void* member, const tatum::impl::Rep*) { return Value(at<T>(member)); }
    static bool set(void* member, const Value& value) {
        if ((value.kind() != Kind::Int && value.kind() != Kind::Bool) || !fits<T>(value.as_int())) {
            return false;
        }
        at<T>(member) = static_cast<T>(value.as_int());
        return true;
    }
    static void read(void* member, const Cell& cell, const FieldMeta& field) {
        const std::int64_t number =
            cell.type == Cell::Type::Integer ? cell.integer : integer_of(cell, field);
        if (!fits<T>(number)) refuse_cell(cell, field);
        at<T>(member) = static_cast<T>(number);
    }
    static Cell bind(const void* member, const FieldMeta&, Scratch&) {
        return Cell::of(static_cast<std::int64_t>(at<T>(member)));
    }
};

Value get_bool(const void* member, const tatum::impl::Rep*) { return Value(at<bool>(member)); }
bool set_bool(void* member, const Value& value) {
    if (value.kind() != Kind::Bool && value.kind() != Kind::Int) return false;
    at<bool>(member) = value.as_int() != 0;
    return true;
}
void read_bool(void* member, const Cell& cell, const FieldMeta& field) {
    at<bool>(member) = integer_of(cell, field) != 0;
}
Cell bind_bool(const void* member, const FieldMeta&, Scratch&) {
    return Cell::of(std::int64_t{at<bool>(member) ? 1 : 0});
}

// Other numbers --------------------------------------------------------------------------------

template <class T>
struct RealOps {
    static Value get(const void* member, const tatum::impl::Rep*) {
        return Value(static_cast<double>(at<T>(member)));
    }
    static bool set(void* member, const Value& value) {
        if (value.kind() == Kind::Float) {
            at<T>(member) = static_cast<T>(value.as_float());
        } else if (value.kind() == Kind::Int || value.kind() == Kind::Bool) {
            at<T>(member) = static_cast<T>(value.as_int());
        } else if (value.kind() == Kind::Decimal) {
            at<T>(member) = static_cast<T>(value.as_decimal().to_double());
        } else {
            return false;
        }
        return true;
    }
    static void read(void* member, const Cell& cell, const FieldMeta& field) {
        if (cell.type == Cell::Type::Real) {
            at<T>(member) = static_cast<T>(cell.real);
        } else {
            at<T>(member) = static_cast<T>(integer_of(cell, field));
        }
    }
    static Cell bind(const void* member, const FieldMeta&, Scratch&) {
        return Cell::of(static_cast<double>(at<T>(member)));
    }
};

Decimal decimal_of(const Cell& cell, const FieldMeta& field) {
    switch (cell.type) {
        case Cell::Type::Null:
            return {};
        case Cell::Type::Integer:
            return decimal_from(cell.integer, field.decimal_places);
        case Cell::Type::Real:
            return decimal_from(cell.real, field.decimal_places);
        case Cell::Type::Text: {
            if (auto parsed = Decimal::parse(cell.text())) {
                return parsed->is_finite() ? parsed->quantize(field.decimal_places) : *parsed;
            }
            break;
        }
        case Cell::Type::Blob:
            break;
    }
    refuse_cell(cell, field);
}

Value get_decimal(const void* member, const tatum::impl::Rep*) {
    return Value(at<Decimal>(member));
}
bool set_decimal(void* member, const Value& value) {
    if (value.kind() == Kind::Decimal) {
        at<Decimal>(member) = value.as_decimal();
    } else if (value.kind() == Kind::Int || value.kind() == Kind::Bool) {
        at<Decimal>(member) = Decimal(static_cast<long long>(value.as_int()));
    } else {
        return false;
    }
    return true;
}
void read_decimal(void* member, const Cell& cell, const FieldMeta& field) {
    at<Decimal>(member) = decimal_of(cell, field);
}
Cell bind_decimal(const void* member, const FieldMeta& field, Scratch& scratch) {
    return decimal_cell(at<Decimal>(member), field, scratch);
}

// Text -----------------------------------------------------------------------------------------

Value get_string(const void* member, const tatum::impl::Rep* owner) {
    const auto& text = at<std::string>(member);
    return owner ? Value::shared(owner, text) : Value(text);
}
bool set_string(void* member, const Value& value) {
    if (!value.is_string()) return false;
    at<std::string>(member) = value.as_string();
    return true;
}
void read_string(void* member, const Cell& cell, const FieldMeta& field) {
    auto& text = at<std::string>(member);
    switch (cell.type) {
        case Cell::Type::Text:
        case Cell::Type::Blob:
            text.assign(cell.bytes, cell.size);
            return;
        case Cell::Type::Null:
            text.clear();
            return;
        case Cell::Type::Integer:
            text = std::to_string(cell.integer);
            return;
        case Cell::Type::Real:
            text = Value(cell.real).str();
            return;
    }
    refuse_cell(cell, field);
}
Cell bind_string(const void* member, const FieldMeta&, Scratch&) {
    return Cell::of(std::string_view(at<std::string>(member)));
}

// Days and times -------------------------------------------------------------------------------

Value get_date(const void* member, const tatum::impl::Rep*) { return Value(at<Date>(member)); }
bool set_date(void* member, const Value& value) {
    if (value.kind() != Kind::Date) return false;
    at<Date>(member) = value.as_date();
    return true;
}
void read_date_member(void* member, const Cell& cell, const FieldMeta& field) {
    if (cell.is_null()) {
        at<Date>(member) = {};
        return;
    }
    if (cell.type == Cell::Type::Text) {
        if (const auto days = read_date(cell.text())) {
            at<Date>(member) = Date::from_days(*days);
            return;
        }
    }
    refuse_cell(cell, field);
}
Cell bind_date(const void* member, const FieldMeta&, Scratch& scratch) {
    char* text = scratch.take(kDateTimeBytes);
    return Cell::of(std::string_view(text, write_date(text, at<Date>(member).days())));
}

Value get_time(const void* member, const tatum::impl::Rep*) { return Value(at<Time>(member)); }
bool set_time(void* member, const Value& value) {
    if (value.kind() != Kind::Time) return false;
    at<Time>(member) = value.as_time();
    return true;
}
void read_time_member(void* member, const Cell& cell, const FieldMeta& field) {
    if (cell.is_null()) {
        at<Time>(member) = {};
        return;
    }
    if (cell.type == Cell::Type::Text) {
        if (const auto time = read_time(cell.text())) {
            at<Time>(member) = Time::from_microseconds(*time);
            return;
        }
    }
    refuse_cell(cell, field);
}
Cell bind_time(const void* member, const FieldMeta&, Scratch& scratch) {
    char* text = scratch.take(kDateTimeBytes);
    return Cell::of(std::string_view(text, write_time(text, at<Time>(member).microseconds())));
}

Value get_datetime(const void* member, const tatum::impl::Rep*) {
    return Value(at<DateTime>(member));
}
bool set_datetime(void* member, const Value& value) {
    if (value.kind() != Kind::DateTime) return false;
    at<DateTime>(member) = value.as_datetime();
    return true;
}
void read_datetime_member(void* member, const Cell& cell, const FieldMeta& field) {
    if (cell.is_null()) {
        at<DateTime>(member) = {};
        return;
    }
    if (cell.type == Cell::Type::Text) {
        if (const auto moment = read_datetime(cell.text())) {
            at<DateTime>(member) = DateTime::from_utc(*moment);
            return;
        }
    }
    refuse_cell(cell, field);
}
Cell bind_datetime(const void* member, const FieldMeta&, Scratch& scratch) {
    return datetime_cell(at<DateTime>(member), scratch);
}

Value get_duration(const void* member, const tatum::impl::Rep*) {
    return Value(at<Duration>(member));
}
bool set_duration(void* member, const Value& value) {
    if (value.kind() != Kind::Duration) return false;
    at<Duration>(member) = value.as_duration();
    return true;
}
void read_duration(void* member, const Cell& cell, const FieldMeta& field) {
    at<Duration>(member).microseconds = integer_of(cell, field);
}
Cell bind_duration(const void* member, const FieldMeta&, Scratch&) {
    return Cell::of(at<Duration>(member).microseconds);
}

// The rest -------------------------------------------------------------------------------------

Value get_uuid(const void* member, const tatum::impl::Rep*) { return Value(at<Uuid>(member)); }
bool set_uuid(void* member, const Value& value) {
    if (value.kind() != Kind::Uuid) return false;
    at<Uuid>(member) = value.as_uuid();
    return true;
}
void read_uuid(void* member, const Cell& cell, const FieldMeta& field) {
    if (cell.is_null()) {
        at<Uuid>(member) = {};
        return;
    }
    if (cell.type == Cell::Type::Text) {
        if (auto uuid = Uuid::parse(cell.text())) {
            at<Uuid>(member) = *uuid;
            return;
        }
    }
    refuse_cell(cell, field);
}
Cell bind_uuid(const void* member, const FieldMeta&, Scratch& scratch) {
    return uuid_cell(at<Uuid>(member), scratch);
}

Value get_value(const void* member, const tatum::impl::Rep*) { return at<Value>(member); }
bool set_value(void* member, const Value& value) {
    at<Value>(member) = value;
    return true;
}
void read_value(void* member, const Cell& cell, const FieldMeta& field) {
    if (cell.is_null()) {
        at<Value>(member) = {};
        return;
    }
    if (cell.type == Cell::Type::Text) {
        if (auto value = json::parse(cell.text())) {
            at<Value>(member) = *std::move(value);
            return;
        }
    }
    refuse_cell(cell, field);
}
Cell bind_value(const void* member, const FieldMeta& field, Scratch& scratch) {
    const auto& value = at<Value>(member);
    if (value.is_none() && field.null) return {};
    return Cell::of(scratch.keep(json::dump(value).value()));
}

using Bytes = std::vector<std::byte>;
std::string_view view_of(const Bytes& bytes) {
    return {static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()};
}
Value get_bytes(const void* member, const tatum::impl::Rep*) {
    return Value::bytes(view_of(at<Bytes>(member)));
}
bool set_bytes(void* member, const Value& value) {
    if (value.kind() != Kind::Bytes && value.kind() != Kind::String) return false;
    const auto text = value.as_string();
    auto& bytes = at<Bytes>(member);
    bytes.resize(text.size());
    if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
    return true;
}
void read_bytes(void* member, const Cell& cell, const FieldMeta& field) {
    if (cell.type == Cell::Type::Integer || cell.type == Cell::Type::Real) refuse_cell(cell, field);
    auto& bytes = at<Bytes>(member);
    bytes.resize(cell.is_null() ? 0 : cell.size);
    if (!bytes.empty()) std::memcpy(bytes.data(), cell.bytes, cell.size);
}
Cell bind_bytes(const void* member, const FieldMeta&, Scratch&) {
    return Cell::of(view_of(at<Bytes>(member)), Cell::Type::Blob);
}

/// A foreign key is read and written as its key; Key{} is NULL.
template <class Key>
struct KeyOps {
    static ForeignKeyOf<Key>& of(void* member) { return at<ForeignKeyOf<Key>>(member); }
    static const ForeignKeyOf<Key>& of(const void* member) { return at<ForeignKeyOf<Key>>(member); }
    static const MemberOps& inner() {
        if constexpr (std::is_same_v<Key, std::int64_t>) {
            return kInt64Ops;
        } else if constexpr (std::is_same_v<Key, std::string>) {
            return kStringOps;
        } else {
            return kUuidOps;
        }
    }
    static Value get(const void* member, const tatum::impl::Rep* owner) {
        return of(member).is_null() ? Value() : inner().get(&of(member).id, owner);
    }
    static bool set(void* member, const Value& value) {
        auto& key = of(member);
        if (value.is_none()) {
            key.id = Key{};
        } else if (!inner().set(&key.id, value)) {
            return false;
        }
        key.loaded.reset();
        return true;
    }
    static void read(void* member, const Cell& cell, const FieldMeta& field) {
        auto& key = of(member);
        inner().read(&key.id, cell, field);
        key.loaded.reset();
    }
    static Cell bind(const void* member, const FieldMeta& field, Scratch& scratch) {
        return of(member).is_null() ? Cell() : inner().bind(&of(member).id, field, scratch);
    }
    static LoadedObject* loaded(const void* member) { return &of(member).loaded; }
    static void* object(const void* member, const ModelType& target) {
        return foreign_object(of(member), target);
    }
    static constexpr MemberOps kOps{get, set, read, bind, true, false, loaded, object};
};

Value get_many(const void*, const tatum::impl::Rep*) { return {}; }
bool set_many(void*, const Value&) { return false; }
void read_many(void*, const Cell&, const FieldMeta&) {}
Cell bind_many(const void*, const FieldMeta&, Scratch&) { return {}; }

template <class Ops>
constexpr MemberOps table() {
    return {Ops::get, Ops::set, Ops::read, Ops::bind};
}

}  // namespace

Decimal decimal_from(std::int64_t number, int places) {
    return Decimal(static_cast<long long>(number)).quantize(places);
}

Decimal decimal_from(double number, int places) {
    constexpr double kPowers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    constexpr double kExactMax = 9007199254740992.0;  // 2^53
    if (places >= 0 && places < 10) {
        const double scaled = number * kPowers[places];
        if (std::abs(scaled) < kExactMax) {
            const auto rounded = static_cast<long long>(std::nearbyint(std::abs(scaled)));
            return Decimal::make(number < 0 && rounded != 0,
                                 static_cast<Decimal::Coefficient>(rounded), -places);
        }
    }
    if (!std::isfinite(number)) return Decimal::nan();
    return Decimal::from_double(number).quantize(places);
}

Cell decimal_cell(const Decimal& value, const FieldMeta& field, Scratch& scratch) {
    if (!value.is_finite()) {
        throw ValueError("Field '" + field.name + "' expected a finite number but got " +
                         value.str() + ".");
    }
    const Decimal rounded = field.max_digits > 0 ? value.quantize(field.decimal_places) : value;
    if (field.max_digits > 0 && rounded.digits() > field.max_digits) {
        throw DataError("Field '" + field.name + "' holds at most " +
                        std::to_string(field.max_digits) + " digits; " + value.str() +
                        " has more.");
    }
    return Cell::of(scratch.keep(rounded.fixed()));
}

Cell datetime_cell(const DateTime& value, Scratch& scratch) {
    const DateTime aware = value.is_aware() ? value : make_aware(value, current_time_zone());
    char* text = scratch.take(kDateTimeBytes);
    return Cell::of(std::string_view(text, write_datetime(text, aware.utc_microseconds())));
}

Cell uuid_cell(const Uuid& value, Scratch& scratch) {
    constexpr char kDigits[] = "0123456789abcdef";
    char* text = scratch.take(32);
    for (std::size_t i = 0; i < 16; ++i) {
        text[2 * i] = kDigits[value.bytes[i] >> 4];
        text[2 * i + 1] = kDigits[value.bytes[i] & 15];
    }
    return Cell::of(std::string_view(text, 32));
}

std::int64_t enumerator_of(const Cell& cell, const FieldMeta& field) {
    if (!field.enum_as_text) return integer_of(cell, field);
    for (const Choice& choice : field.choices) {
        if (cell.type == Cell::Type::Text && choice.value.as_string() == cell.text()) {
            return choice.enumerator;
        }
    }
    if (cell.is_null()) return 0;
    refuse_cell(cell, field);
}

Cell enumerator_cell(std::int64_t number, const FieldMeta& field, Scratch& scratch) {
    if (!field.enum_as_text) return Cell::of(number);
    for (const Choice& choice : field.choices) {
        if (choice.enumerator == number) return Cell::of(scratch.keep(choice.value.as_string()));
    }
    throw ValueError("Field '" + field.name + "' has no choice for the enumerator " +
                     std::to_string(number) + ".");
}

const MemberOps kBoolOps{get_bool, set_bool, read_bool, bind_bool};
const MemberOps kInt16Ops = table<IntegerOps<short>>();
const MemberOps kInt32Ops = table<IntegerOps<int>>();
const MemberOps kInt64Ops = table<IntegerOps<long>>();
const MemberOps kLongLongOps = table<IntegerOps<long long>>();
const MemberOps kUInt16Ops = table<IntegerOps<unsigned short>>();
const MemberOps kUInt32Ops = table<IntegerOps<unsigned>>();
const MemberOps kUInt64Ops = table<IntegerOps<unsigned long>>();
const MemberOps kFloatOps = table<RealOps<float>>();
const MemberOps kDoubleOps = table<RealOps<double>>();
const MemberOps kStringOps{get_string, set_string, read_string, bind_string};
const MemberOps kDecimalOps{get_decimal, set_decimal, read_decimal, bind_decimal};
const MemberOps kDateOps{get_date, set_date, read_date_member, bind_date};
const MemberOps kTimeOps{get_time, set_time, read_time_member, bind_time};
const MemberOps kDateTimeOps{get_datetime, set_datetime, read_datetime_member, bind_datetime};
const MemberOps kDurationOps{get_duration, set_duration, read_duration, bind_duration};
const MemberOps kUuidOps{get_uuid, set_uuid, read_uuid, bind_uuid};
const MemberOps kValueOps{get_value, set_value, read_value, bind_value};
const MemberOps kBytesOps{get_bytes, set_bytes, read_bytes, bind_bytes};
const MemberOps kIntKeyOps = KeyOps<std::int64_t>::kOps;
const MemberOps kStringKeyOps = KeyOps<std::string>::kOps;
const MemberOps kUuidKeyOps = KeyOps<Uuid>::kOps;
const MemberOps kManyToManyOps{get_many, set_many, read_many, bind_many};

}  // namespace tatum::db::impl
