#pragma once

#include <tatum/base/value.h>
#include <tatum/forms/choices.h>
#include <tatum/http/uploads.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tatum::forms {

class BaseForm;

namespace impl {

/// What a member is to a form: which field it has unless its options say otherwise.
enum class MemberKind : std::uint8_t {
    Bool,
    Int,
    Float,
    Decimal,
    String,
    Date,
    Time,
    DateTime,
    Duration,
    Uuid,
    Json,
    File,
};

/// What can be done with a member of one C++ type. One constant for each type.
struct MemberOps {
    Value (*get)(const void* member);
    /// False when the value does not fit; the member is then unchanged.
    bool (*set)(void* member, const Value& value);
    MemberKind kind = MemberKind::Json;
    bool is_enum = false;
    std::int64_t least = 0, greatest = 0;  ///< of an integer; 0 and 0: any
    /// Of std::optional and std::vector: the type inside. Its kind counts.
    const MemberOps* optional_of = nullptr;
    const MemberOps* list_of = nullptr;
};

// The tables of the plain types, in members.cpp.
extern const MemberOps kBoolMember, kInt16Member, kInt32Member, kInt64Member, kLongLongMember,
    kUInt16Member, kUInt32Member, kUInt64Member, kFloatMember, kDoubleMember, kStringMember,
    kDecimalMember, kDateMember, kTimeMember, kDateTimeMember, kDurationMember, kUuidMember,
    kValueMember, kFileMember;

/// Does a cleaned value mean that an optional member is empty? A file that is to be cleared is
/// False.
bool is_nothing(const Value& cleaned, const MemberOps& inner);

template <class M>
struct MemberTraits {
    static_assert(sizeof(M) == 0,
                  "members of this type have no form field: use a type of members.h, or "
                  "std::optional or std::vector of one");
};

#define TATUM_FORM_MEMBER(type, table)                  \
    template <>                                         \
    struct MemberTraits<type> {                         \
        static constexpr const MemberOps& kOps = table; \
    };
TATUM_FORM_MEMBER(bool, kBoolMember)
TATUM_FORM_MEMBER(short, kInt16Member)
TATUM_FORM_MEMBER(int, kInt32Member)
TATUM_FORM_MEMBER(long, kInt64Member)
TATUM_FORM_MEMBER(long long, kLongLongMember)
TATUM_FORM_MEMBER(unsigned short, kUInt16Member)
TATUM_FORM_MEMBER(unsigned, kUInt32Member)
TATUM_FORM_MEMBER(unsigned long, kUInt64Member)
TATUM_FORM_MEMBER(float, kFloatMember)
TATUM_FORM_MEMBER(double, kDoubleMember)
TATUM_FORM_MEMBER(std::string, kStringMember)
TATUM_FORM_MEMBER(Decimal, kDecimalMember)
TATUM_FORM_MEMBER(Date, kDateMember)
TATUM_FORM_MEMBER(Time, kTimeMember)
TATUM_FORM_MEMBER(DateTime, kDateTimeMember)
TATUM_FORM_MEMBER(Duration, kDurationMember)
TATUM_FORM_MEMBER(Uuid, kUuidMember)
TATUM_FORM_MEMBER(Value, kValueMember)
TATUM_FORM_MEMBER(http::UploadedFile, kFileMember)
#undef TATUM_FORM_MEMBER

/// Empty when nothing was sent.
template <class M>
struct MemberTraits<std::optional<M>> {
    static Value get(const void* member) {
        const auto& held = *static_cast<const std::optional<M>*>(member);
        return held ? MemberTraits<M>::kOps.get(&*held) : Value();
    }
    static bool set(void* member, const Value& value) {
        auto& held = *static_cast<std::optional<M>*>(member);
        if (is_nothing(value, MemberTraits<M>::kOps)) {
            held.reset();
            return true;
        }
        M inner{};
        if (!MemberTraits<M>::kOps.set(&inner, value)) return false;
        held = std::move(inner);
        return true;
    }
    static constexpr MemberOps kOps{.get = get, .set = set, .optional_of = &MemberTraits<M>::kOps};
};

/// As many as were chosen.
template <class M>
struct MemberTraits<std::vector<M>> {
    static Value get(const void* member) {
        List items;
        for (const M& item : *static_cast<const std::vector<M>*>(member)) {
            items.push_back(MemberTraits<M>::kOps.get(&item));
        }
        return Value(std::move(items));
    }
    static bool set(void* member, const Value& value) {
        std::vector<M> items;
        if (!value.is_none()) {
            if (!value.is_list()) return false;
            for (const Value& item : value.as_list()) {
                if (!MemberTraits<M>::kOps.set(&items.emplace_back(), item)) return false;
            }
        }
        *static_cast<std::vector<M>*>(member) = std::move(items);
        return true;
    }
    static constexpr MemberOps kOps{.get = get, .set = set, .list_of = &MemberTraits<M>::kOps};
};

template <class M>
    requires std::is_enum_v<M>
struct MemberTraits<M> {
    static Value get(const void* member) {
        return Value(static_cast<long long>(*static_cast<const M*>(member)));
    }
    static bool set(void* member, const Value& value) {
        if (value.kind() != Kind::Int) return false;
        *static_cast<M*>(member) = static_cast<M>(value.as_int());
        return true;
    }
    static constexpr MemberOps kOps{
        .get = get, .set = set, .kind = MemberKind::Int, .is_enum = true};
};

}  // namespace impl
}  // namespace tatum::forms
