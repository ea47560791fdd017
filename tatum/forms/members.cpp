#include <tatum/forms/members.h>

#include <tatum/forms/form.h>
#include <tatum/forms/impl/member_slot.h>

#include <limits>

namespace tatum::forms::impl {

namespace {

template <class T>
T& member_at(void* member) {
    return *static_cast<T*>(member);
}
template <class T>
const T& member_at(const void* member) {
    return *static_cast<const T*>(member);
}

template <class T>
Value get_plain(const void* member) {
    return Value(member_at<T>(member));
}

template <class T>
constexpr std::int64_t kLeast = static_cast<std::int64_t>(std::numeric_limits<T>::min());
/// What a Value holds as an Int, for the unsigned type that goes further.
template <class T>
constexpr std::int64_t kGreatest =
    std::is_same_v<T, unsigned long> ? std::numeric_limits<std::int64_t>::max()
                                     : static_cast<std::int64_t>(std::numeric_limits<T>::max());

template <class T>
bool set_integer(void* member, const Value& value) {
    if (value.kind() != Kind::Int && value.kind() != Kind::Bool) return false;
    const std::int64_t number = value.as_int();
    if (number < kLeast<T> || number > kGreatest<T>) return false;
    member_at<T>(member) = static_cast<T>(number);
    return true;
}

bool set_bool_member(void* member, const Value& value) {
    if (value.kind() != Kind::Bool && value.kind() != Kind::Int) return false;
    member_at<bool>(member) = value.as_int() != 0;
    return true;
}

template <class T>
bool set_real(void* member, const Value& value) {
    if (value.kind() == Kind::Float) {
        member_at<T>(member) = static_cast<T>(value.as_float());
    } else if (value.kind() == Kind::Int || value.kind() == Kind::Bool) {
        member_at<T>(member) = static_cast<T>(value.as_int());
    } else if (value.kind() == Kind::Decimal) {
        member_at<T>(member) = static_cast<T>(value.as_decimal().to_double());
    } else {
        return false;
    }
    return true;
}

bool set_decimal_member(void* member, const Value& value) {
    if (value.kind() == Kind::Decimal) {
        member_at<Decimal>(member) = value.as_decimal();
    } else if (value.kind() == Kind::Int || value.kind() == Kind::Bool) {
        member_at<Decimal>(member) = Decimal(static_cast<long long>(value.as_int()));
    } else {
        return false;
    }
    return true;
}

bool set_text(void* member, const Value& value) {
    if (!value.is_string()) return false;
    member_at<std::string>(member) = value.as_string();
    return true;
}

/// For types that a Value holds as one kind of its own.
template <class T, Kind kind, T (Value::*read)() const>
bool set_kind(void* member, const Value& value) {
    if (value.kind() != kind) return false;
    member_at<T>(member) = (value.*read)();
    return true;
}

bool set_any(void* member, const Value& value) {
    member_at<Value>(member) = value;
    return true;
}

bool set_file(void* member, const Value& value) {
    const http::UploadedFile* file = uploaded_file(value);
    if (file == nullptr) return false;
    member_at<http::UploadedFile>(member) = *file;
    return true;
}

template <class T>
constexpr MemberOps integer_ops() {
    return {.get = get_plain<T>,
            .set = set_integer<T>,
            .kind = MemberKind::Int,
            .least = kLeast<T>,
            .greatest = kGreatest<T>};
}

}  // namespace

constexpr MemberOps kBoolMember{get_plain<bool>, set_bool_member, MemberKind::Bool};
constexpr MemberOps kInt16Member = integer_ops<short>();
constexpr MemberOps kInt32Member = integer_ops<int>();
constexpr MemberOps kInt64Member = integer_ops<long>();
constexpr MemberOps kLongLongMember = integer_ops<long long>();
constexpr MemberOps kUInt16Member = integer_ops<unsigned short>();
constexpr MemberOps kUInt32Member = integer_ops<unsigned>();
constexpr MemberOps kUInt64Member = integer_ops<unsigned long>();
constexpr MemberOps kFloatMember{get_plain<float>, set_real<float>, MemberKind::Float};
constexpr MemberOps kDoubleMember{get_plain<double>, set_real<double>, MemberKind::Float};
constexpr MemberOps kStringMember{get_plain<std::string>, set_text, MemberKind::String};
constexpr MemberOps kDecimalMember{get_plain<Decimal>, set_decimal_member, MemberKind::Decimal};
constexpr MemberOps kDateMember{get_plain<Date>, set_kind<Date, Kind::Date, &Value::as_date>,
                                MemberKind::Date};
constexpr MemberOps kTimeMember{get_plain<Time>, set_kind<Time, Kind::Time, &Value::as_time>,
                                MemberKind::Time};
constexpr MemberOps kDateTimeMember{get_plain<DateTime>,
                                    set_kind<DateTime, Kind::DateTime, &Value::as_datetime>,
                                    MemberKind::DateTime};
constexpr MemberOps kDurationMember{get_plain<Duration>,
                                    set_kind<Duration, Kind::Duration, &Value::as_duration>,
                                    MemberKind::Duration};
constexpr MemberOps kUuidMember{get_plain<Uuid>, set_kind<Uuid, Kind::Uuid, &Value::as_uuid>,
                                MemberKind::Uuid};
constexpr MemberOps kValueMember{get_plain<Value>, set_any, MemberKind::Json};
constexpr MemberOps kFileMember{get_plain<http::UploadedFile>, set_file, MemberKind::File};

bool is_nothing(const Value& cleaned, const MemberOps& inner) {
    if (cleaned.is_none()) return true;
    // A choice of numbers that was left empty is "", and so is an empty text.
    if (cleaned.is_string()) return cleaned.as_string().empty();
    return inner.kind == MemberKind::File && cleaned.kind() == Kind::Bool && !cleaned.as_bool();
}

namespace {

/// An enumerator's number as its choice stores it, or the reverse.
Value stored_enumerator(const MemberSlot& slot, const Value& number) {
    for (const Choice& choice : slot.choices) {
        if (choice.enumerator == number.as_int() && choice.value.is_string()) return choice.value;
    }
    return number;
}

Value enumerator_number(const MemberSlot& slot, const Value& stored) {
    if (!stored.is_string()) return stored;
    for (const Choice& choice : slot.choices) {
        if (choice.value == stored) return Value(static_cast<long long>(choice.enumerator));
    }
    return stored;
}

/// `convert` on a value, or on each item of a list.
template <class Convert>
Value each_value(const MemberSlot& slot, const Value& value, Convert convert) {
    if (!value.is_list()) return value.is_none() ? value : convert(slot, value);
    List items;
    for (const Value& item : value.as_list()) items.push_back(convert(slot, item));
    return Value(std::move(items));
}

}  // namespace

const MemberOps& inner_ops(const MemberOps& ops) {
    if (ops.optional_of != nullptr) return inner_ops(*ops.optional_of);
    return ops.list_of != nullptr ? inner_ops(*ops.list_of) : ops;
}

Value MemberSlot::get(const void* object) const {
    const Value value = ops->get(static_cast<const char*>(object) + offset);
    return inner_ops(*ops).is_enum ? each_value(*this, value, stored_enumerator) : value;
}

bool MemberSlot::set(void* object, const Value& cleaned) const {
    void* member = static_cast<char*>(object) + offset;
    const MemberOps& inner = inner_ops(*ops);
    // Nothing was sent for a member that is never empty: it keeps what its initializer says.
    if (ops->optional_of == nullptr && ops->list_of == nullptr && inner.kind != MemberKind::Json &&
        inner.kind != MemberKind::String && is_nothing(cleaned, inner)) {
        return true;
    }
    if (inner.kind == MemberKind::String && ops == &inner && cleaned.is_none()) return true;
    return ops->set(member,
                    inner.is_enum ? each_value(*this, cleaned, enumerator_number) : cleaned);
}

}  // namespace tatum::forms::impl
