#include <tatum/db/meta.h>

#include <tatum/base/dateparse.h>
#include <tatum/base/locals.h>
#include <tatum/base/text.h>
#include <tatum/base/timezone.h>
#include <tatum/db/exceptions.h>
#include <tatum/db/impl/member_ops.h>
#include <tatum/db/rows.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tatum::db {

namespace {

[[noreturn]] void refuse(const FieldMeta& field, std::string_view expected, const Value& value) {
    throw ValueError("Field '" + field.name + "' expected " + std::string(expected) + " but got " +
                     value.repr() + ".");
}

Value to_integer(const FieldMeta& field, const Value& value) {
    switch (value.kind()) {
        case Kind::Int:
            return value;
        case Kind::Bool:
            return Value(static_cast<long long>(value.as_int()));
        case Kind::Float:
            if (std::isfinite(value.as_float()) && std::abs(value.as_float()) < 9e18) {
                return Value(static_cast<long long>(value.as_float()));
            }
            break;
        case Kind::Decimal:
            if (auto number = value.as_decimal().to_int()) {
                return Value(static_cast<long long>(*number));
            }
            break;
        case Kind::String: {
            const auto text = strings::strip(value.as_string());
            const char* first = text.data() + (text.starts_with('+') ? 1 : 0);
            long long number = 0;
            const auto end = std::from_chars(first, text.data() + text.size(), number);
            if (!text.empty() && end.ec == std::errc() && end.ptr == text.data() + text.size()) {
                return Value(number);
            }
            break;
        }
        default:
            break;
    }
    refuse(field, "a number", value);
}

Value to_bool(const FieldMeta& field, const Value& value) {
    if (value.kind() == Kind::Bool) return value;
    if (value.kind() == Kind::Int && (value.as_int() == 0 || value.as_int() == 1)) {
        return Value(value.as_int() == 1);
    }
    if (value.is_string()) {
        const auto text = value.as_string();
        if (text == "t" || text == "True" || text == "1" || text == "true") return Value(true);
        if (text == "f" || text == "False" || text == "0" || text == "false") return Value(false);
    }
    refuse(field, "either True or False", value);
}

Value to_float(const FieldMeta& field, const Value& value) {
    switch (value.kind()) {
        case Kind::Float:
            return value;
        case Kind::Int:
        case Kind::Bool:
            return Value(static_cast<double>(value.as_int()));
        case Kind::Decimal:
            return Value(value.as_decimal().to_double());
        case Kind::String:
            if (auto number = Decimal::parse(value.as_string())) return Value(number->to_double());
            break;
        default:
            break;
    }
    refuse(field, "a number", value);
}

Value to_decimal(const FieldMeta& field, const Value& value) {
    switch (value.kind()) {
        case Kind::Decimal:
            return value;
        case Kind::Int:
        case Kind::Bool:
            return Value(Decimal(static_cast<long long>(value.as_int())));
        case Kind::Float:
            return Value(Decimal::from_double(value.as_float()));
        case Kind::String:
            if (auto number = Decimal::parse(value.as_string())) return Value(*number);
            break;
        default:
            break;
    }
    refuse(field, "a decimal number", value);
}

Value to_date(const FieldMeta& field, const Value& value) {
    if (value.kind() == Kind::Date) return value;
    if (value.kind() == Kind::DateTime) {
        const DateTime moment = value.as_datetime();
        return Value(moment.is_aware() ? localtime(moment).date() : moment.date());
    }
    if (value.is_string()) {
        if (auto date = parse_date(value.as_string()); date && *date) return Value(**date);
    }
    refuse(field, "a date as YYYY-MM-DD", value);
}

Value to_time(const FieldMeta& field, const Value& value) {
    if (value.kind() == Kind::Time) return value;
    if (value.kind() == Kind::DateTime) return Value(value.as_datetime().time());
    if (value.is_string()) {
        if (auto time = parse_time(value.as_string()); time && *time) return Value(**time);
    }
    refuse(field, "a time as HH:MM[:ss[.uuuuuu]]", value);
}

Value to_datetime(const FieldMeta& field, const Value& value) {
    if (value.kind() == Kind::DateTime) {
        const DateTime moment = value.as_datetime();
        return moment.is_aware() ? value : Value(make_aware(moment, current_time_zone()));
    }
    if (value.kind() == Kind::Date) {
        return Value(make_aware(DateTime(value.as_date(), Time()), current_time_zone()));
    }
    if (value.is_string()) {
        if (auto moment = parse_datetime(value.as_string()); moment && *moment) {
            return to_datetime(field, Value(**moment));
        }
        if (auto date = parse_date(value.as_string()); date && *date) {
            return to_datetime(field, Value(**date));
        }
    }
    refuse(field, "a moment as YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ]", value);
}

Value to_duration(const FieldMeta& field, const Value& value) {
    if (value.kind() == Kind::Duration) return value;
    if (value.is_string()) {
        if (auto span = parse_duration(value.as_string()); span && *span) return Value(**span);
    }
    refuse(field, "a duration as [DD] [[HH:]MM:]ss[.uuuuuu]", value);
}

Value to_uuid(const FieldMeta& field, const Value& value) {
    if (value.kind() == Kind::Uuid) return value;
    if (value.is_string()) {
        if (auto uuid = Uuid::parse(value.as_string())) return Value(*uuid);
    }
    refuse(field, "a UUID", value);
}

Value to_text(const FieldMeta& field, const Value& value) {
    if (value.is_string()) return value;
    if (field.enum_as_text && value.kind() == Kind::Int) {
        for (const Choice& choice : field.choices) {
            if (choice.enumerator == value.as_int()) return choice.value;
        }
        refuse(field, "one of its choices", value);
    }
    return Value(value.str());
}

/// The key of a model's row, for relations that are given the row itself.
Value key_of(const FieldMeta& field, const Value& value) {
    if (!value.is_object()) return value;
    const auto* rows = dynamic_cast<const Rows*>(&value.as_object());
    if (!rows) refuse(field, "a row or a key", value);
    const RelationMeta& relation = *field.relation;
    if (&rows->type() != relation.target_type) {
        refuse(field, "an instance of " + relation.target->name, value);
    }
    return relation.to_field->get(value.self());
}

}  // namespace

bool FieldMeta::is_text() const {
    return kind >= FieldKind::CharField && kind <= FieldKind::ImageField;
}

Value FieldMeta::get(const void* object) const {
    const void* member = static_cast<const std::byte*>(object) + offset;
    if (is_auto()) {
        const Value key = ops->get(member, nullptr);
        return key.as_int() == 0 ? Value() : key;
    }
    if (!enum_as_text) return ops->get(member, nullptr);
    const Value number = ops->get(member, nullptr);
    if (number.is_none()) return number;
    for (const Choice& choice : choices) {
        if (choice.enumerator == number.as_int()) return choice.value;
    }
    return number;
}

void FieldMeta::set(void* object, const Value& value) const {
    Value clean = clean_type(value);
    if (enum_as_text) {
        for (const Choice& choice : choices) {
            if (clean.is_string() && choice.value.as_string() == clean.as_string()) {
                clean = Value(static_cast<long long>(choice.enumerator));
                break;
            }
        }
    }
    if (clean.is_none() && is_text() && !ops->nullable) clean = Value("");
    void* member = static_cast<std::byte*>(object) + offset;
    if (!ops->set(member, clean)) {
        if (clean.is_none()) throw ValueError("Field '" + name + "' cannot be null.");
        refuse(*this, "a value that its type can hold", value);
    }
}

Value FieldMeta::clean_type(const Value& value) const {
    if (value.is_none()) return value;
    switch (kind) {
        case FieldKind::BooleanField:
            return to_bool(*this, value);
        case FieldKind::FloatField:
            return to_float(*this, value);
        case FieldKind::DecimalField:
            return to_decimal(*this, value);
        case FieldKind::DateField:
            return to_date(*this, value);
        case FieldKind::TimeField:
            return to_time(*this, value);
        case FieldKind::DateTimeField:
            return to_datetime(*this, value);
        case FieldKind::DurationField:
            return to_duration(*this, value);
        case FieldKind::UUIDField:
            return to_uuid(*this, value);
        case FieldKind::BinaryField:
        case FieldKind::JSONField:
            return value;
        case FieldKind::ForeignKey:
        case FieldKind::OneToOneField:
        case FieldKind::ManyToManyField: {
            const Value key = key_of(*this, value);
            return relation->to_field ? relation->to_field->clean_type(key) : key;
        }
        default:
            return is_text() ? to_text(*this, value) : to_integer(*this, value);
    }
}

std::string FieldMeta::display(const Value& value) const {
    for (const Choice& choice : choices) {
        if (choice.value == value) return choice.label;
    }
    return value.str();
}

const FieldMeta* ModelMeta::find_field(std::string_view field_name) const {
    if (field_name == "pk") return pk;
    for (const auto& field : fields) {
        if (field->name == field_name || field->attname == field_name) return field.get();
    }
    for (const auto& field : many_to_many) {
        if (field->name == field_name) return field.get();
    }
    return nullptr;
}

const FieldMeta& ModelMeta::field(std::string_view field_name) const {
    if (const FieldMeta* found = find_field(field_name)) return *found;
    throw FieldDoesNotExist(name + " has no field named '" + std::string(field_name) + "'");
}

const ReverseMeta* ModelMeta::find_reverse(std::string_view query_name) const {
    for (const ReverseMeta& relation : reverse) {
        if (relation.query_name == query_name) return &relation;
    }
    return nullptr;
}

const ReverseMeta* ModelMeta::find_accessor(std::string_view accessor) const {
    if (accessor.empty()) return nullptr;
    for (const ReverseMeta& relation : reverse) {
        if (relation.accessor == accessor) return &relation;
    }
    return nullptr;
}

const MethodMeta* ModelMeta::find_method(std::string_view method) const {
    for (const MethodMeta& candidate : methods) {
        if (candidate.name == method) return &candidate;
    }
    return nullptr;
}

const AttributeMeta* ModelMeta::find_attribute(const Name& attribute) const {
    if (attribute_places.empty()) return nullptr;
    const std::size_t mask = attribute_places.size() - 1;
    for (std::size_t at = attribute.hash & mask; attribute_places[at] != 0; at = (at + 1) & mask) {
        const AttributeMeta& candidate = attributes[attribute_places[at] - 1u];
        if (candidate.hash == attribute.hash && candidate.name == attribute.text) return &candidate;
    }
    return nullptr;
}

std::string ModelMeta::str_of(const void* object) const {
    if (type && type->str) return type->str(object);
    return name + " object (" + pk_of(object).str() + ")";
}

}  // namespace tatum::db
